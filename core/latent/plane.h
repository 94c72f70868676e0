// SPDX-License-Identifier: GPL-3.0-or-later
// Points on a latent plane, and a window onto it.
#pragma once

#include <cstddef>
#include <span>

namespace somnium::latent
{

/// Borrowed places of sources on the plane, [n] each; NaN: a source that is not on it.
struct Points
{
    std::span<const float> x;
    std::span<const float> y;
    [[nodiscard]] std::size_t count() const { return x.size(); }
};

struct PlanePoint
{
    double x = 0.0;
    double y = 0.0;
    friend bool operator==(const PlanePoint &, const PlanePoint &) = default;
};

/// A rectangle of the plane, y upwards.
struct PlaneRect
{
    double left = 0.0;
    double right = 1.0;
    double bottom = 0.0;
    double top = 1.0;
    [[nodiscard]] double width() const { return right - left; }
    [[nodiscard]] double height() const { return top - bottom; }
    friend bool operator==(const PlaneRect &, const PlaneRect &) = default;
};

/// The rectangle that is drawn on `columns` x `rows` pixels; pixel (0, 0) is the upper left one, its centre
/// (0.5, 0.5).
struct PlaneWindow
{
    PlaneRect rect;
    std::size_t columns = 0;
    std::size_t rows = 0;

    [[nodiscard]] PlanePoint toPixel(PlanePoint point) const
    {
        return {(point.x - rect.left) / rect.width() * static_cast<double>(columns),
                (rect.top - point.y) / rect.height() * static_cast<double>(rows)};
    }
    [[nodiscard]] PlanePoint toPlane(PlanePoint pixel) const
    {
        return {rect.left + pixel.x / static_cast<double>(columns) * rect.width(),
                rect.top - pixel.y / static_cast<double>(rows) * rect.height()};
    }
};

/// The smallest rectangle around all points, widened by `margin` of its size on every side; of a single place
/// a square of side 1.
[[nodiscard]] PlaneRect boundsOf(const Points &points, double margin = 0.05);

} // namespace somnium::latent
