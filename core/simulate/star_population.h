// SPDX-License-Identifier: GPL-3.0-or-later
// Stars of a survey: masses, ages and metallicities, and what radius, luminosity, temperature and gravity
// follow from them by analytic relations. Internal to core/simulate.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/random.h"

namespace somnium::simulate
{

struct Star
{
    double massSun = 1.0;
    double ageGyr = 4.6;
    double feh = 0.0;
    double luminositySun = 1.0;
    double radiusSun = 1.0;
    double teffK = 5772.0;
    double loggCgs = 4.438;
    bool isGiant = false; ///< hydrogen is used up in the core
};

/// 10 Gyr M^-2.5, the classical estimate from L ~ M^3.5. cite: Hansen & Kawaler 1994, chapter 1.
[[nodiscard]] double mainSequenceGyr(double massSun);

/// Main sequence: Tout et al. 1996, MNRAS 281, 257, eqs. 1 and 2 (zero age, Z = 0.02), brightening and
/// growing with age so that the Sun comes out at 4.6 Gyr; at other metallicities by the trend of their Z =
/// 0.001. Giants: along the giant branch, temperature from luminosity, mass and metallicity (a fit by eye to
/// the tracks of Pols et al. 1998, MNRAS 298, 525), with a clump that burns helium. Age up to 1.12 lifetimes.
[[nodiscard]] Star starOf(double massSun, double ageGyr, double feh);

/// The stars of a survey: masses by Kroupa 2001 (MNRAS 322, 231) from 0.12 to 12, born at a constant rate
/// over 13 Gyr, luminous ones seen farther (chosen by the root of their luminosity: between a sample limited
/// in volume, by none, and one limited in brightness, by L^1.5); metallicities of thin disc, thick disc and
/// halo.
class StarPopulation
{
public:
    StarPopulation();
    [[nodiscard]] Star draw(Random &random) const;

private:
    struct Cell
    {
        double logMass = 0.0; ///< low ends
        double life = 0.0;    ///< age over that on the main sequence
    };
    std::vector<Cell> m_cells;
    std::vector<double> m_cumulative;
};

} // namespace somnium::simulate
