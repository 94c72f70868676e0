// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/spectral_medium.h"

#include <algorithm>

namespace somnium::prepare
{

namespace
{

constexpr double kShortestInAir = 2000.0; // Angstrom, by convention

} // namespace

double refractiveIndexOfAir(double vacuumAngstrom)
{
    if (!(vacuumAngstrom >= kShortestInAir))
        return 1.0;
    const double perMicron = 1e4 / vacuumAngstrom;
    const double square = perMicron * perMicron;
    // cite: Ciddor 1996, eq. 1, where the coefficients are in 1/um^2.
    return 1.0 + 1e-8 * (5792105.0 / (238.0185 - square) + 167917.0 / (57.362 - square));
}

double vacuumToAir(double vacuumAngstrom)
{
    return vacuumAngstrom / refractiveIndexOfAir(vacuumAngstrom);
}

double airToVacuum(double airAngstrom)
{
    if (!(airAngstrom >= kShortestInAir / refractiveIndexOfAir(kShortestInAir)))
        return airAngstrom;
    double vacuum = airAngstrom;
    for (int round = 0; round < 4; ++round) // the index changes so slowly that each brings five digits
        vacuum = airAngstrom * refractiveIndexOfAir(std::max(vacuum, kShortestInAir));
    return vacuum;
}

} // namespace somnium::prepare
