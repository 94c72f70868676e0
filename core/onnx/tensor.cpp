// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/tensor.h"

#include <algorithm>
#include <utility>

#include "core/base/bytes.h"

namespace somnium::onnx
{

namespace
{

constexpr std::size_t kMostAxes = 16;

template <class T> void take(const std::vector<T> &from, const Shape &shape, std::ptrdiff_t first,
                             const std::vector<std::ptrdiff_t> &strides, std::vector<T> &to)
{
    const std::size_t length = shape.empty() ? 1 : shape.back();
    const std::ptrdiff_t step = shape.empty() ? 0 : strides.back();
    const std::vector<std::ptrdiff_t> all[1] = {strides};
    forRows(shape, all, [&](std::size_t element, const std::ptrdiff_t(&at)[1]) {
        std::ptrdiff_t source = first + at[0];
        for (std::size_t i = 0; i < length; ++i, source += step)
            to[element + i] = from[static_cast<std::size_t>(source)];
    });
}

} // namespace

void refuse(ErrorKind kind, std::string message)
{
    throw Refused{{kind, std::move(message)}};
}

std::string toText(const Shape &shape)
{
    std::string text;
    for (const std::size_t size : shape)
        text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text.empty() ? "one number" : text;
}

std::string shortened(const std::string &name)
{
    constexpr std::size_t kMost = 80;
    return name.size() <= kMost ? name : name.substr(0, kMost) + "...";
}

std::size_t checkedSize(const Shape &shape)
{
    if (shape.size() > kMostAxes)
        refuse(ErrorKind::Unsupported, "an array of " + std::to_string(shape.size()) +
                                           " axes: expected at most " + std::to_string(kMostAxes));
    std::size_t size = 1;
    for (const std::size_t axis : shape)
    {
        const auto product = checkedProduct(size, std::max<std::size_t>(axis, 1));
        if (!product || *product > kMostNumbers)
            refuse(ErrorKind::Unsupported, "an array of " + toText(shape) + " numbers: expected at most " +
                                               std::to_string(kMostNumbers));
        size = *product;
    }
    return std::find(shape.begin(), shape.end(), 0U) == shape.end() ? size : 0;
}

Tensor makeTensor(Shape shape, bool isInteger)
{
    const std::size_t size = checkedSize(shape);
    Tensor tensor;
    tensor.shape = std::move(shape);
    tensor.isInteger = isInteger;
    if (isInteger)
        tensor.integers.resize(size);
    else
        tensor.values.resize(size);
    return tensor;
}

std::vector<std::ptrdiff_t> stridesOf(const Shape &shape)
{
    std::vector<std::ptrdiff_t> strides(shape.size());
    std::ptrdiff_t stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;)
    {
        strides[axis] = stride;
        stride *= static_cast<std::ptrdiff_t>(shape[axis]);
    }
    return strides;
}

Tensor taken(const Tensor &from, Shape shape, std::ptrdiff_t first,
             const std::vector<std::ptrdiff_t> &strides)
{
    Tensor to = makeTensor(std::move(shape), from.isInteger);
    if (to.size() == 0)
        return to;
    if (from.isInteger)
        take(from.integers, to.shape, first, strides, to.integers);
    else
        take(from.values, to.shape, first, strides, to.values);
    return to;
}

} // namespace somnium::onnx
