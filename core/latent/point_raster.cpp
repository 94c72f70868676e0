// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/point_raster.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "core/latent/pixel_blend.h"
#include "core/latent/raster_layers.h"

namespace somnium::latent
{

namespace
{

constexpr std::size_t kMostPixels = std::size_t{1} << 28;
constexpr std::size_t kMostPoints = std::numeric_limits<std::uint32_t>::max();

std::string checkWindow(const PlaneWindow &window)
{
    if (window.columns == 0 || window.rows == 0 || window.columns > kMostPixels / window.rows)
        return "a picture of " + std::to_string(window.columns) + " x " + std::to_string(window.rows) +
               " pixels; expected 1 to 2^28 pixels";
    const PlaneRect &rect = window.rect;
    const bool isFinite = std::isfinite(static_cast<double>(window.columns) / rect.width()) &&
                          std::isfinite(static_cast<double>(window.rows) / rect.height()) &&
                          std::isfinite(rect.left) && std::isfinite(rect.top);
    if (!isFinite || !(rect.width() > 0.0) || !(rect.height() > 0.0))
        return "a window on the plane without a finite width and height";
    return {};
}

std::string checkStyle(const PointStyle &style, std::size_t points)
{
    if (!style.value.empty() && style.value.size() != points)
        return std::to_string(style.value.size()) + " values for " + std::to_string(points) + " points";
    if (!style.flags.empty() && style.flags.size() != points)
        return std::to_string(style.flags.size()) + " flags for " + std::to_string(points) + " points";
    if (!style.palette.empty() && style.palette.size() != 256)
        return "a palette of " + std::to_string(style.palette.size()) + " colours; expected 256";
    if (!(style.radiusPixels > 0.0 && style.radiusPixels <= PointStyle::kMaxRadiusPixels))
        return "points of radius " + std::to_string(style.radiusPixels) +
               " pixels; expected above 0, at most 64";
    if (!std::isfinite(style.low) || !std::isfinite(style.high))
        return "limits of the palette that are not finite";
    if (!(style.densityGamma > 0.0) || !std::isfinite(style.densityGamma))
        return "a density gamma of " + std::to_string(style.densityGamma) + "; expected above 0";
    return {};
}

/// The rule of PointMode::Automatic.
bool haveRoomAsDiscs(std::size_t points, const PointStyle &style, const PlaneWindow &window)
{
    const double area = std::numbers::pi * style.radiusPixels * style.radiusPixels;
    return static_cast<double>(points) * area <= 0.25 * static_cast<double>(window.columns * window.rows);
}

} // namespace

Result<PointFrame> renderPoints(const Points &points, const PlaneWindow &window, const PointStyle &style,
                                const JobContext &context)
{
    if (points.x.size() != points.y.size() || points.count() > kMostPoints)
        return failure(ErrorKind::InvalidArgument, std::to_string(points.x.size()) + " x and " +
                                                       std::to_string(points.y.size()) +
                                                       " y of points; expected as many, below 2^32");
    for (const std::string &fault : {checkWindow(window), checkStyle(style, points.count())})
        if (!fault.empty())
            return failure(ErrorKind::InvalidArgument, fault);

    PointFrame frame;
    frame.columns = window.columns;
    frame.rows = window.rows;
    frame.pixels.assign(window.columns * window.rows, premultiplied(style.background));

    const RasterView view(points, window, style);
    DensityLayer all(view, Shown::All);
    const Error stopped{ErrorKind::Cancelled, "drawing points was stopped"};
    if (!all.bin(context))
        return failure(stopped);
    const Census &census = all.census();
    frame.drawn = census.drawn;
    frame.outside = census.outside;
    frame.hidden = census.hidden;
    frame.unplaced = census.unplaced;
    frame.mode = style.mode;
    if (style.mode == PointMode::Automatic)
        frame.mode = haveRoomAsDiscs(census.drawn, style, window) ? PointMode::Points : PointMode::Density;

    if (frame.mode == PointMode::Points)
        return drawDiscs(view, Shown::All, frame, context) ? Result<PointFrame>(std::move(frame))
                                                           : failure(stopped);
    if (!all.draw(frame, context))
        return failure(stopped);
    if (census.selected == 0)
        return frame;
    if (haveRoomAsDiscs(census.selected, style, window))
        return drawDiscs(view, Shown::Selected, frame, context) ? Result<PointFrame>(std::move(frame))
                                                                : failure(stopped);
    DensityLayer selected(view, Shown::Selected);
    if (!selected.bin(context) || !selected.draw(frame, context))
        return failure(stopped);
    return frame;
}

} // namespace somnium::latent
