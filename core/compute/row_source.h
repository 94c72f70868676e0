// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of numbers that lie somewhere: in memory, in a store, or made from either.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>

namespace somnium::compute
{

/// `read` writes the `width` numbers of one row; several threads may call it at a time.
struct RowSource
{
    std::size_t count = 0;
    std::size_t width = 0;
    std::function<void(std::size_t row, std::span<float> values)> read;
};

/// `values` [count][width], borrowed.
[[nodiscard]] inline RowSource rowsOf(std::span<const float> values, std::size_t width)
{
    return {width == 0 ? 0 : values.size() / width, width,
            [values, width](std::size_t row, std::span<float> to) {
                const auto from = values.subspan(row * width, width);
                std::copy(from.begin(), from.end(), to.begin());
            }};
}

} // namespace somnium::compute
