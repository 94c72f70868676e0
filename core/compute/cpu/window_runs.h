// SPDX-License-Identifier: GPL-3.0-or-later
// Which elements a convolution's windows share with the map that they lie on, in runs that follow each other
// in both.
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/compute/tensor_ops.h"

namespace somnium::compute::cpu
{

/// The part of a window's row that lies on the map: kernel columns [first, last) at map column `column` +
/// first.
struct Overlap
{
    std::ptrdiff_t column = 0;
    std::size_t first = 0;
    std::size_t last = 0;
};

inline Overlap overlapOf(const ConvolutionShape &shape, std::size_t windowColumn)
{
    const auto column = static_cast<std::ptrdiff_t>(windowColumn * shape.strideColumns) -
                        static_cast<std::ptrdiff_t>(shape.padColumns);
    const auto kernel = static_cast<std::ptrdiff_t>(shape.kernelColumns);
    const std::ptrdiff_t first = std::clamp<std::ptrdiff_t>(-column, 0, kernel);
    const std::ptrdiff_t last =
        std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(shape.columns) - column, first, kernel);
    return {column, static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

/// Calls take(map offset, window offset, floats) for every run of elements that a window shares with the map.
template <class Take> void forWindowRuns(const ConvolutionShape &shape, const Take &take)
{
    const std::size_t lineSize = shape.kernelColumns * shape.channels;
    std::size_t at = 0;
    for (std::size_t r = 0; r < shape.windowRows; ++r)
        for (std::size_t c = 0; c < shape.windowColumns; ++c)
        {
            const Overlap overlap = overlapOf(shape, c);
            for (std::size_t i = 0; i < shape.kernelRows; ++i, at += lineSize)
            {
                const std::size_t padded = r * shape.strideRows + i;
                if (padded < shape.padRows || padded - shape.padRows >= shape.rows ||
                    overlap.first == overlap.last)
                    continue;
                const auto column =
                    static_cast<std::size_t>(overlap.column + static_cast<std::ptrdiff_t>(overlap.first));
                take(((padded - shape.padRows) * shape.columns + column) * shape.channels,
                     at + overlap.first * shape.channels, (overlap.last - overlap.first) * shape.channels);
            }
        }
}

} // namespace somnium::compute::cpu
