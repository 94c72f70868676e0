// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/plane.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace somnium::latent
{

namespace
{

struct Range
{
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    void widen(double margin)
    {
        if (low > high)
            low = high = 0.0;
        const double room = high > low ? margin * (high - low) : 0.5;
        low -= room;
        high += room;
    }
};

} // namespace

PlaneRect boundsOf(const Points &points, double margin)
{
    Range x;
    Range y;
    for (std::size_t i = 0; i < points.count(); ++i)
    {
        if (!std::isfinite(points.x[i]) || !std::isfinite(points.y[i]))
            continue;
        x.low = std::min<double>(x.low, points.x[i]);
        x.high = std::max<double>(x.high, points.x[i]);
        y.low = std::min<double>(y.low, points.y[i]);
        y.high = std::max<double>(y.high, points.y[i]);
    }
    x.widen(margin);
    y.widen(margin);
    return {x.low, x.high, y.low, y.high};
}

} // namespace somnium::latent
