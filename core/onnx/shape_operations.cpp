// SPDX-License-Identifier: GPL-3.0-or-later
// Operations that move numbers about, and those on shapes themselves.
#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "core/onnx/node.h"

namespace somnium::onnx
{

namespace
{

std::vector<std::int64_t> signedShape(const Shape &shape)
{
    return {shape.begin(), shape.end()};
}

Shape unsignedShape(const std::vector<std::int64_t> &sizes)
{
    Shape shape;
    for (const std::int64_t size : sizes)
    {
        if (size < 0)
            refuse(ErrorKind::Malformed, "a shape with an axis of " + std::to_string(size));
        shape.push_back(static_cast<std::size_t>(size));
    }
    return shape;
}

Tensor reshaped(const Tensor &from, Shape shape)
{
    if (checkedSize(shape) != from.size())
        refuse(ErrorKind::Mismatch,
               "an array of " + toText(from.shape) + " cannot become one of " + toText(shape));
    Tensor to = from;
    to.shape = std::move(shape);
    return to;
}

Tensor integersTensor(std::vector<std::int64_t> integers)
{
    Tensor tensor;
    tensor.shape = {integers.size()};
    tensor.integers = std::move(integers);
    tensor.isInteger = true;
    return tensor;
}

Outputs reshape(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    std::vector<std::int64_t> sizes = integersOf(node, inputs, "shape", 1);
    std::size_t open = sizes.size();
    Shape known;
    for (std::size_t axis = 0; axis < sizes.size(); ++axis)
    {
        if (sizes[axis] == 0 && node.integer("allowzero", 0) == 0 && axis < from.shape.size())
            sizes[axis] = static_cast<std::int64_t>(from.shape[axis]);
        if (sizes[axis] == -1 && open == sizes.size())
            open = axis;
        else
            known.push_back(unsignedShape({sizes[axis]}).front());
    }
    if (open < sizes.size())
    {
        const std::size_t size = checkedSize(known);
        if (size == 0 || from.size() % size != 0)
            refuse(ErrorKind::Mismatch,
                   "an array of " + toText(from.shape) + " cannot be cut into pieces of " + toText(known));
        sizes[open] = static_cast<std::int64_t>(from.size() / size);
    }
    return {reshaped(from, unsignedShape(sizes))};
}

Outputs flatten(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    const std::int64_t axis = node.integer("axis", 1);
    const auto axes = static_cast<std::int64_t>(from.shape.size());
    const std::size_t split = axis == axes ? from.shape.size() : axisOf(axis, from.shape.size());
    const auto middle = from.shape.begin() + static_cast<std::ptrdiff_t>(split);
    return {reshaped(from, {checkedSize(Shape(from.shape.begin(), middle)),
                            checkedSize(Shape(middle, from.shape.end()))})};
}

Outputs transpose(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    const std::size_t axes = from.shape.size();
    std::vector<std::int64_t> order = node.integers("perm");
    if (order.empty())
        for (std::size_t axis = axes; axis-- > 0;)
            order.push_back(static_cast<std::int64_t>(axis));
    std::vector<std::int64_t> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::int64_t> all(axes);
    std::iota(all.begin(), all.end(), 0);
    if (sorted != all)
        refuse(ErrorKind::Malformed, "its order of axes does not suit an array of " + toText(from.shape));
    const std::vector<std::ptrdiff_t> strides = stridesOf(from.shape);
    Shape shape;
    std::vector<std::ptrdiff_t> turned;
    for (const std::int64_t axis : order)
    {
        shape.push_back(from.shape[static_cast<std::size_t>(axis)]);
        turned.push_back(strides[static_cast<std::size_t>(axis)]);
    }
    return {taken(from, std::move(shape), 0, turned)};
}

Outputs squeeze(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    const std::vector<std::int64_t> axes = integersOf(node, inputs, "axes", 1);
    std::vector<bool> drops(from.shape.size(), false);
    for (const std::int64_t axis : axes)
        drops[axisOf(axis, drops.size())] = true;
    Shape shape;
    for (std::size_t axis = 0; axis < drops.size(); ++axis)
        if (axes.empty() ? from.shape[axis] != 1 : !drops[axis])
            shape.push_back(from.shape[axis]);
    return {reshaped(from, std::move(shape))};
}

Outputs unsqueeze(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    const std::vector<std::int64_t> axes = integersOf(node, inputs, "axes", 1);
    const std::size_t count = from.shape.size() + axes.size();
    std::vector<bool> isNew(count, false);
    for (const std::int64_t axis : axes)
        isNew[axisOf(axis, count)] = true;
    if (static_cast<std::size_t>(std::count(isNew.begin(), isNew.end(), true)) != axes.size())
        refuse(ErrorKind::Malformed, "an axis is put in twice");
    Shape shape;
    auto next = from.shape.begin();
    for (std::size_t axis = 0; axis < count; ++axis)
        shape.push_back(isNew[axis] ? 1 : *next++);
    return {reshaped(from, std::move(shape))};
}

/// Where a slice begins or ends, counted from the end if negative.
std::int64_t bounded(std::int64_t at, std::int64_t size, std::int64_t least, std::int64_t most)
{
    const std::int64_t counted = at < 0 ? (at < -size ? -1 : at + size) : at;
    return std::clamp(counted, least, most);
}

Outputs shapeOf(const Node &node, const Inputs &inputs)
{
    const std::vector<std::int64_t> all = signedShape(inputs.at(0).shape);
    const auto count = static_cast<std::int64_t>(all.size());
    const std::int64_t from = bounded(node.integer("start", 0), count, 0, count);
    const std::int64_t to = bounded(node.integer("end", count), count, from, count);
    return {integersTensor({all.begin() + from, all.begin() + to})};
}

Outputs size(const Node &, const Inputs &inputs)
{
    Tensor tensor = integersTensor({static_cast<std::int64_t>(inputs.at(0).size())});
    tensor.shape.clear();
    return {std::move(tensor)};
}

Outputs gather(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    const Tensor &index = inputs.at(1);
    const std::vector<std::int64_t> &indices = inputs.integers(1);
    const std::size_t axis = axisOf(node.integer("axis", 0), from.shape.size());
    const auto at = from.shape.begin() + static_cast<std::ptrdiff_t>(axis);
    Shape shape(from.shape.begin(), at);
    const std::size_t outer = checkedSize(shape);
    const std::size_t inner = checkedSize(Shape(at + 1, from.shape.end()));
    shape.insert(shape.end(), index.shape.begin(), index.shape.end());
    shape.insert(shape.end(), at + 1, from.shape.end());
    Tensor to = makeTensor(std::move(shape), from.isInteger);
    std::size_t next = 0;
    for (std::size_t o = 0; o < outer; ++o)
        for (const std::int64_t one : indices)
        {
            const std::size_t first = (o * from.shape[axis] + axisOf(one, from.shape[axis])) * inner;
            for (std::size_t i = 0; i < inner; ++i, ++next)
                if (from.isInteger)
                    to.integers[next] = from.integers[first + i];
                else
                    to.values[next] = from.values[first + i];
        }
    return {std::move(to)};
}

/// The shape of arrays one behind the other along `axis`.
Shape joinedShape(const Inputs &inputs, std::size_t axis)
{
    Shape shape = inputs.at(0).shape;
    for (std::size_t i = 1; i < inputs.count(); ++i)
    {
        Shape other = inputs.at(i).shape;
        if (other.size() != shape.size() || inputs.at(i).isInteger != inputs.at(0).isInteger)
            refuse(ErrorKind::Mismatch, "joins arrays of different kinds");
        shape[axis] += other[axis];
        other[axis] = shape[axis];
        if (other != shape)
            refuse(ErrorKind::Mismatch,
                   "joins arrays of " + toText(inputs.at(0).shape) + " and " + toText(inputs.at(i).shape));
    }
    return shape;
}

Outputs concat(const Node &node, const Inputs &inputs)
{
    const std::size_t axis = axisOf(node.integer("axis", 0), inputs.at(0).shape.size());
    Tensor to = makeTensor(joinedShape(inputs, axis), inputs.at(0).isInteger);
    if (to.size() == 0)
        return {std::move(to)};
    const std::size_t outer =
        checkedSize(Shape(to.shape.begin(), to.shape.begin() + static_cast<std::ptrdiff_t>(axis)));
    std::size_t next = 0;
    for (std::size_t o = 0; o < outer; ++o)
        for (std::size_t i = 0; i < inputs.count(); ++i)
        {
            const Tensor &from = inputs.at(i);
            const std::size_t length = from.size() / outer;
            const auto first = static_cast<std::ptrdiff_t>(o * length);
            if (from.isInteger)
                std::copy_n(from.integers.begin() + first, length,
                            to.integers.begin() + static_cast<std::ptrdiff_t>(next));
            else
                std::copy_n(from.values.begin() + first, length,
                            to.values.begin() + static_cast<std::ptrdiff_t>(next));
            next += length;
        }
    return {std::move(to)};
}

Outputs slice(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    const std::vector<std::int64_t> starts = integersOf(node, inputs, "starts", 1);
    const std::vector<std::int64_t> ends = integersOf(node, inputs, "ends", 2);
    std::vector<std::int64_t> axes = integersOf(node, inputs, "axes", 3);
    std::vector<std::int64_t> steps =
        inputs.find(4) != nullptr ? inputs.integers(4) : std::vector<std::int64_t>(starts.size(), 1);
    if (axes.empty())
    {
        axes.resize(starts.size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
        refuse(ErrorKind::Malformed, "its starts, ends, axes and steps are not of one length");
    Shape shape = from.shape;
    std::vector<std::ptrdiff_t> strides = stridesOf(from.shape);
    std::ptrdiff_t first = 0;
    std::vector<bool> isCut(shape.size(), false);
    for (std::size_t i = 0; i < starts.size(); ++i)
    {
        const std::size_t axis = axisOf(axes[i], shape.size());
        const auto length = static_cast<std::int64_t>(from.shape[axis]);
        const std::int64_t step = steps[i];
        constexpr std::int64_t kMostStep = std::int64_t{1} << 31U;
        if (step == 0 || step > kMostStep || step < -kMostStep || isCut[axis])
            refuse(ErrorKind::Malformed, "a step of " + std::to_string(step) + ", or an axis cut twice");
        isCut[axis] = true;
        const bool isForward = step > 0;
        const std::int64_t begin =
            isForward ? bounded(starts[i], length, 0, length) : bounded(starts[i], length, -1, length - 1);
        const std::int64_t end =
            isForward ? bounded(ends[i], length, 0, length) : bounded(ends[i], length, -1, length - 1);
        const std::int64_t way = isForward ? end - begin : begin - end;
        const std::int64_t count = way <= 0 ? 0 : (way + std::abs(step) - 1) / std::abs(step);
        shape[axis] = static_cast<std::size_t>(count);
        first += count == 0 ? 0 : begin * strides[axis];
        strides[axis] *= step;
    }
    return {taken(from, std::move(shape), first, strides)};
}

Outputs split(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    const std::size_t axis = axisOf(node.integer("axis", 0), from.shape.size());
    std::vector<std::int64_t> lengths = integersOf(node, inputs, "split", 1);
    const std::size_t length = from.shape[axis];
    if (lengths.empty())
    {
        const std::size_t parts = node.outputs.size();
        const std::size_t each = (length + parts - 1) / parts;
        for (std::size_t i = 0; i < parts; ++i)
            lengths.push_back(static_cast<std::int64_t>(std::min(each, length - std::min(length, i * each))));
    }
    const Shape sizes = unsignedShape(lengths);
    std::size_t sum = 0;
    for (const std::size_t one : sizes)
        sum += std::min(one, length + 1);
    if (sum != length || sizes.size() != node.outputs.size())
        refuse(ErrorKind::Mismatch,
               "cuts " + std::to_string(length) + " into parts of together " + std::to_string(sum));
    const std::vector<std::ptrdiff_t> strides = stridesOf(from.shape);
    Outputs outputs;
    std::ptrdiff_t first = 0;
    for (const std::size_t one : sizes)
    {
        Shape shape = from.shape;
        shape[axis] = one;
        outputs.push_back(taken(from, std::move(shape), first, strides));
        first += static_cast<std::ptrdiff_t>(one) * strides[axis];
    }
    return outputs;
}

Outputs expand(const Node &node, const Inputs &inputs)
{
    const Tensor &from = inputs.at(0);
    Shape shape = unsignedShape(integersOf(node, inputs, "shape", 1));
    if (shape.size() < from.shape.size())
        shape.insert(shape.begin(), from.shape.size() - shape.size(), 1);
    const std::vector<std::ptrdiff_t> own = stridesOf(from.shape);
    std::vector<std::ptrdiff_t> strides(shape.size(), 0);
    for (std::size_t i = 0; i < own.size(); ++i)
    {
        std::size_t &wide = shape[shape.size() - own.size() + i];
        if (from.shape[i] == 1)
            continue;
        if (wide != 1 && wide != from.shape[i])
            refuse(ErrorKind::Mismatch,
                   "an array of " + toText(from.shape) + " cannot fill one of " + toText(shape));
        wide = from.shape[i];
        strides[shape.size() - own.size() + i] = own[i];
    }
    return {taken(from, std::move(shape), 0, strides)};
}

Outputs constantOfShape(const Node &node, const Inputs &inputs)
{
    const Attribute *const value = node.find("value");
    Tensor one = makeTensor({1});
    if (value != nullptr && value->tensor)
        one = *value->tensor;
    if (one.size() != 1)
        refuse(ErrorKind::Malformed,
               "is filled with " + std::to_string(one.size()) + " numbers: expected one");
    const Shape shape = unsignedShape(inputs.integers(0));
    return {taken(one, shape, 0, std::vector<std::ptrdiff_t>(shape.size(), 0))};
}

Outputs constant(const Node &node, const Inputs &)
{
    if (const Attribute *const value = node.find("value"); value != nullptr && value->tensor)
        return {*value->tensor};
    Tensor tensor;
    if (const Attribute *const number = node.find("value_float"); number != nullptr && number->number)
        tensor.values = {*number->number};
    else if (const Attribute *const integer = node.find("value_int"); integer != nullptr && integer->integer)
    {
        tensor.integers = {*integer->integer};
        tensor.isInteger = true;
    }
    else if (const Attribute *const integers = node.find("value_ints"); integers != nullptr)
        tensor = integersTensor(integers->integers);
    else if (const Attribute *const numbers = node.find("value_floats"); numbers != nullptr)
    {
        tensor.values = numbers->numbers;
        tensor.shape = {tensor.values.size()};
    }
    else
        refuse(ErrorKind::Unsupported, "holds neither numbers nor an array of them");
    return {std::move(tensor)};
}

} // namespace

std::span<const NamedOperation> shapeOperations()
{
    static constexpr std::array kOperations = {
        NamedOperation{"Concat", concat},
        NamedOperation{"Constant", constant},
        NamedOperation{"ConstantOfShape", constantOfShape},
        NamedOperation{"Expand", expand},
        NamedOperation{"Flatten", flatten},
        NamedOperation{"Gather", gather},
        NamedOperation{"Reshape", reshape},
        NamedOperation{"Shape", shapeOf},
        NamedOperation{"Size", size},
        NamedOperation{"Slice", slice},
        NamedOperation{"Split", split},
        NamedOperation{"Squeeze", squeeze},
        NamedOperation{"Transpose", transpose},
        NamedOperation{"Unsqueeze", unsqueeze},
    };
    return kOperations;
}

} // namespace somnium::onnx
