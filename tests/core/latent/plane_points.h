// SPDX-License-Identifier: GPL-3.0-or-later
// Points on a plane as latent spaces have them: clumps, a thin background, some far off, some without a
// place.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/base/random.h"
#include "core/latent/plane.h"

namespace somnium::latent
{

struct OwnedPoints
{
    std::vector<float> x;
    std::vector<float> y;
    [[nodiscard]] Points view() const { return {x, y}; }
    void add(double atX, double atY)
    {
        x.push_back(static_cast<float>(atX));
        y.push_back(static_cast<float>(atY));
    }
};

inline OwnedPoints clumps(Random &random, std::size_t count, bool withStrays = true)
{
    OwnedPoints points;
    for (std::size_t i = 0; i < count; ++i)
    {
        const std::uint32_t kind = random.below(100);
        if (kind < 60)
            points.add(0.3 + 0.02 * random.normal(), -0.2 + 0.1 * random.normal());
        else if (kind < 95 || !withStrays)
            points.add(random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0));
        else if (kind < 97)
            points.add(1e6 * random.normal(), 1e4 * random.normal());
        else if (kind == 97)
            points.add(0.25, 0.25); // many at one place
        else
            points.add(kind == 98 ? std::numeric_limits<double>::quiet_NaN()
                                  : std::numeric_limits<double>::infinity(),
                       random.normal());
    }
    return points;
}

} // namespace somnium::latent
