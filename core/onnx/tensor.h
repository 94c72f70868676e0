// SPDX-License-Identifier: GPL-3.0-or-later
// The arrays that an ONNX graph computes with, and how its operations fail. Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace somnium::onnx
{

/// Thrown inside this folder; its public functions make a Result of it.
struct Refused
{
    Error error;
};
[[noreturn]] void refuse(ErrorKind kind, std::string message);

using Shape = std::vector<std::size_t>; ///< slowest axis first; empty: one number
/// "2 x 3"; "one number".
[[nodiscard]] std::string toText(const Shape &shape);
/// Of a model, with the weights that lie beside it.
inline constexpr std::size_t kMostModelBytes = std::size_t{512} << 20U;
/// Of all arrays, each, and of all constants together.
inline constexpr std::size_t kMostNumbers = std::size_t{1} << 27U;
/// What a file calls something, short enough for a message.
[[nodiscard]] std::string shortened(const std::string &name);
/// Refuses more than kMostNumbers, also along the other axes of an empty array: any product of some of the
/// axes fits.
[[nodiscard]] std::size_t checkedSize(const Shape &shape);

/// Numbers of one of two types, row-major. What ONNX has as float, double or half is float here; all kinds of
/// integers and booleans are 64-bit integers.
struct Tensor
{
    Shape shape;
    std::vector<float> values;          ///< if not isInteger
    std::vector<std::int64_t> integers; ///< if isInteger
    bool isInteger = false;

    [[nodiscard]] std::size_t size() const { return isInteger ? integers.size() : values.size(); }
};
using TensorPointer = std::shared_ptr<const Tensor>;

/// Zeros.
[[nodiscard]] Tensor makeTensor(Shape shape, bool isInteger = false);

/// Steps through the elements of `shape` in order, and through those of other arrays beside it.
/// `strides[k][axis]` elements of array k lie between neighbours along an axis; 0: the array is the same all
/// along it. Calls take(element of shape, first element of each other array) for each run along the last
/// axis.
template <std::size_t Count, class Take>
void forRows(const Shape &shape, const std::vector<std::ptrdiff_t> (&strides)[Count], const Take &take)
{
    const std::size_t axes = shape.size();
    std::size_t length = axes == 0 ? 1 : shape.back();
    std::size_t rows = 1;
    for (std::size_t axis = 0; axis + 1 < axes; ++axis)
        rows *= shape[axis];
    if (length == 0 || rows == 0)
        return;
    std::vector<std::size_t> index(axes, 0);
    std::ptrdiff_t at[Count] = {};
    for (std::size_t row = 0; row < rows; ++row)
    {
        take(row * length, at);
        for (std::size_t axis = axes < 2 ? 0 : axes - 1; axis-- > 0;)
        {
            const bool isLast = ++index[axis] == shape[axis];
            for (std::size_t k = 0; k < Count; ++k)
                at[k] += strides[k][axis] *
                         (isLast ? 1 - static_cast<std::ptrdiff_t>(shape[axis]) : std::ptrdiff_t{1});
            if (!isLast)
                break;
            index[axis] = 0;
        }
    }
}

/// Elements between neighbours along each axis of an array that lies whole in memory.
[[nodiscard]] std::vector<std::ptrdiff_t> stridesOf(const Shape &shape);

/// The array of `shape` whose elements lie at `first` and `strides` in `from`.
[[nodiscard]] Tensor taken(const Tensor &from, Shape shape, std::ptrdiff_t first,
                           const std::vector<std::ptrdiff_t> &strides);

} // namespace somnium::onnx
