// SPDX-License-Identifier: GPL-3.0-or-later
// Connected pixels above a threshold, and masks of pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/data/image.h"
#include "core/prepare/operations.h"

namespace somnium::prepare
{

/// One flag a pixel of a channel.
using PixelMask = std::vector<std::uint8_t>;

/// Pixels that hang together through their sides and corners.
struct Island
{
    std::vector<std::size_t> pixels; ///< places in the channel, row by row, ascending
    double centreDistance = 0.0;     ///< of its nearest pixel to the image's centre [px]
    bool isAtEdge = false;           ///< a pixel is on the border, or beside one without a value
};

/// The islands of values above `threshold` of at least `minimumPixels`, in the order of their first pixels.
[[nodiscard]] std::vector<Island> findIslands(std::span<const float> channel, std::size_t rows,
                                              std::size_t columns, double threshold,
                                              std::size_t minimumPixels);

/// A mask with all pixels within `distance` of one that is set.
[[nodiscard]] PixelMask grown(const PixelMask &mask, std::size_t rows, std::size_t columns,
                              std::size_t distance);

/// Pixels of the mask become what `to` says; those that have no value stay without one, except that Zero and
/// Median give them one.
void takeAway(std::span<float> channel, const PixelMask &mask, Masked to);

} // namespace somnium::prepare
