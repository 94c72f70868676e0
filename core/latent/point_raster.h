// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of all points in a window of the plane, a million of them in the time of a frame, without a GPU.
// Nothing is sampled: every point in the window is in the picture, and the frame tells how many that are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/latent/plane.h"
#include "core/latent/point_flags.h"

namespace somnium::latent
{

enum class PointMode
{
    Points,    ///< anti-aliased discs: those without value, then those with, then the selected; by index
    Density,   ///< each pixel by the number, and the mean value, of its points
    Automatic, ///< discs while these would cover no more than a quarter of the window, else density
};

/// How points look. Colours are 0xAARRGGBB, not premultiplied.
///
/// Density, without values: the palette by asinh(count), or `plainColour` with opacity by asinh(count) if the
/// palette is empty. With values: the palette by the mean of the pixel's values, opacity by asinh(count) from
/// kLeastOpacity up. Selected ones are discs there too, unless these would cover over a quarter of the
/// window: then `selectedColour` with opacity by the count of the selected.
struct PointStyle
{
    PointMode mode = PointMode::Automatic;
    double radiusPixels = 1.5;              ///< of the discs, in (0, kMaxRadiusPixels]
    std::span<const float> value;           ///< [n] what the palette shows; empty: none; not finite: no value
    double low = 0.0;                       ///< value of the first colour
    double high = 1.0;                      ///< value of the last; equal to `low`: all in the middle colour
    std::span<const std::uint32_t> palette; ///< [256] or empty
    std::uint32_t plainColour = 0xff808080; ///< of points when `value` or the palette is empty
    std::uint32_t missingColour = 0xff606060; ///< of points without a value when others have one
    std::uint32_t selectedColour = 0xffe69f00;
    std::uint32_t background = 0xff000000;
    std::span<const std::uint8_t> flags; ///< [n] of kHidden, kSelected; or empty
    double densityGamma = 1.0;           ///< power on the scale of the count, > 0; below 1 lifts the faint
    bool blur = false; ///< density: counts and values smoothed by 1 4 6 4 1 (a Gaussian of 1 pixel)

    static constexpr double kLeastOpacity = 0.25;
    static constexpr double kMaxRadiusPixels = 64.0;
};

/// The picture. drawn + outside + hidden + unplaced = number of points.
struct PointFrame
{
    std::vector<std::uint32_t> pixels; ///< [row][column] 0xAARRGGBB premultiplied, row 0 on top
    std::size_t columns = 0;
    std::size_t rows = 0;
    std::size_t drawn = 0;    ///< centre inside the window, not hidden
    std::size_t outside = 0;  ///< not hidden, but centre outside (its disc may reach in)
    std::size_t hidden = 0;   ///< by flag, wherever they are
    std::size_t unplaced = 0; ///< not hidden, but x or y not finite
    double maxPerPixel =
        0.0; ///< density: largest count of a pixel, after the blur (exact to 2^24); points: 0
    PointMode mode = PointMode::Points; ///< which one Automatic chose
};

/// Draws on up to `context.threadCount()` threads; the same bits for any number of threads. A point on the
/// right or lower border of the window is outside. Fails: InvalidArgument (sizes that differ, an empty window
/// or one above 2^28 pixels, radius, limits or gamma that are no use), Cancelled.
[[nodiscard]] Result<PointFrame> renderPoints(const Points &points, const PlaneWindow &window,
                                              const PointStyle &style, const JobContext &context);

} // namespace somnium::latent
