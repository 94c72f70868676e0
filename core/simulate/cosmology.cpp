// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/cosmology.h"

#include <cmath>
#include <numbers>

namespace somnium::simulate
{

double kiloparsecPerArcsec(double redshift)
{
    constexpr double kHubbleDistanceMpc = 299'792.458 / 67.7;
    constexpr double kMatter = 0.31;
    constexpr double kArcsecPerRadian = 180.0 * 3600.0 / std::numbers::pi;
    constexpr int kIntervals = 64; // Simpson's rule
    const auto inverseE = [](double z) {
        return 1.0 / std::sqrt(kMatter * std::pow(1.0 + z, 3.0) + 1.0 - kMatter);
    };
    double sum = inverseE(0.0) + inverseE(redshift);
    for (int i = 1; i < kIntervals; ++i)
        sum += (i % 2 == 1 ? 4.0 : 2.0) * inverseE(redshift * i / kIntervals);
    const double comovingMpc = kHubbleDistanceMpc * sum * redshift / (3.0 * kIntervals);
    return 1000.0 * comovingMpc / (1.0 + redshift) / kArcsecPerRadian;
}

} // namespace somnium::simulate
