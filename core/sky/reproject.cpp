// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/reproject.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace somnium::sky
{

namespace
{

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Places in the image of the four corners of a grid pixel: (row - 1/2, column - 1/2) first, then along the
/// columns, then the next row's.
using Corners = std::array<PixelPosition, 4>;

/// Where the corners of all grid pixels lie in the image; NaN where the sky does not reach.
std::vector<PixelPosition> cornerPlaces(const Wcs &wcs, const PixelGrid &grid)
{
    std::vector<PixelPosition> places;
    places.reserve((grid.rows + 1) * (grid.columns + 1));
    for (std::size_t row = 0; row <= grid.rows; ++row)
        for (std::size_t column = 0; column <= grid.columns; ++column)
        {
            const auto sky =
                grid.wcs.toSky({static_cast<double>(row) - 0.5, static_cast<double>(column) - 0.5});
            const auto place = sky ? wcs.toPixel(*sky) : std::nullopt;
            places.push_back(place.value_or(PixelPosition{kNone, kNone}));
        }
    return places;
}

/// Area of the quadrangle, in pixels of the image. cite: the shoelace formula.
double areaOf(const Corners &corners)
{
    const std::array<std::size_t, 4> around = {0, 1, 3, 2};
    double twice = 0.0;
    for (std::size_t i = 0; i < around.size(); ++i)
    {
        const PixelPosition &a = corners[around[i]];
        const PixelPosition &b = corners[around[(i + 1) % around.size()]];
        twice += a.column * b.row - b.column * a.row;
    }
    return std::abs(twice) / 2.0;
}

/// How many places to look at along each direction: the longest side in pixels of the image, rounded up; one
/// where the pixels are as large as the image's own, so that equal grids change nothing.
std::size_t samplesAlong(const Corners &corners)
{
    constexpr double kMost = 32.0;
    constexpr double kAsLarge = 0.1;
    double longest = 1.0;
    for (const auto &[i, k] : {std::pair{0U, 1U}, {0U, 2U}, {1U, 3U}, {2U, 3U}})
        longest = std::max(
            longest, std::hypot(corners[i].row - corners[k].row, corners[i].column - corners[k].column));
    return static_cast<std::size_t>(std::ceil(std::min(longest - kAsLarge, kMost)));
}

PixelPosition inside(const Corners &corners, double down, double across)
{
    const auto mix = [&](double a, double b, double c, double d) {
        return (a * (1.0 - across) + b * across) * (1.0 - down) + (c * (1.0 - across) + d * across) * down;
    };
    return {mix(corners[0].row, corners[1].row, corners[2].row, corners[3].row),
            mix(corners[0].column, corners[1].column, corners[2].column, corners[3].column)};
}

/// A sum of values and of the weights of those that are known.
struct Weighed
{
    double sum = 0.0;
    double known = 0.0;
};

/// One axis of the bilinear surface: the lower pixel, and how far beyond it. Within half a pixel of the
/// border the border's value goes on.
std::optional<std::pair<std::size_t, double>> between(double place, std::size_t size)
{
    const double last = static_cast<double>(size) - 1.0;
    if (!(place >= -0.5 && place <= last + 0.5)) // true for NaN
        return std::nullopt;
    const double clamped = std::clamp(place, 0.0, last);
    const double lower = std::min(std::floor(clamped), std::max(last - 1.0, 0.0));
    return std::pair{static_cast<std::size_t>(lower), clamped - lower};
}

void addSurface(const data::ImageView &image, std::size_t channel, const PixelPosition &place, Weighed &total)
{
    const auto row = between(place.row, image.rows());
    const auto column = between(place.column, image.columns());
    if (!row || !column)
        return;
    Weighed here;
    for (std::size_t dr = 0; dr < 2; ++dr)
        for (std::size_t dc = 0; dc < 2; ++dc)
        {
            const double weight = (dr == 0 ? 1.0 - row->second : row->second) *
                                  (dc == 0 ? 1.0 - column->second : column->second);
            if (weight == 0.0)
                continue;
            const float value = image.at(row->first + dr, column->first + dc, channel);
            if (!std::isfinite(value))
                continue;
            here.sum += weight * static_cast<double>(value);
            here.known += weight;
        }
    total.sum += here.sum;
    total.known += here.known;
}

float pixelValue(const data::ImageView &image, std::size_t channel, const Corners &corners,
                 PixelValues values)
{
    for (const PixelPosition &corner : corners)
        if (!std::isfinite(corner.row) || !std::isfinite(corner.column))
            return std::numeric_limits<float>::quiet_NaN();
    const std::size_t samples = samplesAlong(corners);
    const double step = 1.0 / static_cast<double>(samples);
    Weighed total;
    for (std::size_t i = 0; i < samples; ++i)
        for (std::size_t k = 0; k < samples; ++k)
            addSurface(
                image, channel,
                inside(corners, (static_cast<double>(i) + 0.5) * step, (static_cast<double>(k) + 0.5) * step),
                total);
    if (total.known < 0.5 * static_cast<double>(samples * samples))
        return std::numeric_limits<float>::quiet_NaN();
    const double mean = total.sum / total.known;
    return static_cast<float>(values == PixelValues::Flux ? mean * areaOf(corners) : mean);
}

} // namespace

PixelGrid rescaled(const PixelGrid &grid, double pixelScaleArcsec)
{
    const double ratio = pixelScaleArcsec / grid.wcs.pixelScaleArcsec();
    const auto sideOf = [&](std::size_t pixels) {
        constexpr double kLargest = 8192.0;
        const double side = std::round(static_cast<double>(pixels) / ratio);
        return static_cast<std::size_t>(std::clamp(side, 1.0, kLargest));
    };
    const std::size_t rows = sideOf(grid.rows);
    const std::size_t columns = sideOf(grid.columns);
    const auto origin = [&](std::size_t before, std::size_t after) {
        return (static_cast<double>(before) - 1.0) / 2.0 - ratio * (static_cast<double>(after) - 1.0) / 2.0;
    };
    return {grid.wcs.resampled(origin(grid.rows, rows), origin(grid.columns, columns), ratio, ratio), rows,
            columns};
}

data::Image reprojected(const data::ImageView &image, const Wcs &wcs, const PixelGrid &grid,
                        PixelValues values)
{
    const std::vector<PixelPosition> places = cornerPlaces(wcs, grid);
    const std::size_t line = grid.columns + 1;
    data::Image result({image.channels(), grid.rows, grid.columns});
    for (std::size_t row = 0; row < grid.rows; ++row)
        for (std::size_t column = 0; column < grid.columns; ++column)
        {
            const std::size_t first = row * line + column;
            const Corners corners = {places[first], places[first + 1], places[first + line],
                                     places[first + line + 1]};
            for (std::size_t channel = 0; channel < image.channels(); ++channel)
                result.at(row, column, channel) = pixelValue(image, channel, corners, values);
        }
    return result;
}

} // namespace somnium::sky
