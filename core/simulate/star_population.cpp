// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/star_population.h"

#include <algorithm>
#include <cmath>

namespace somnium::simulate
{

namespace
{

constexpr double kLeastMass = 0.12;
constexpr double kMostMass = 12.0;
constexpr double kGalaxyGyr = 13.0;
constexpr double kGiantLife = 0.12; // of the life on the main sequence
constexpr double kSunTeff = 5772.0; // IAU 2015, Resolution B3
constexpr double kSunLogg = 4.438;

/// cite: Tout et al. 1996, eq. 1 with table 1, Z = 0.02.
double zeroAgeLuminosity(double mass)
{
    const double m = mass;
    return (0.39704170 * std::pow(m, 5.5) + 8.52762600 * std::pow(m, 11.0)) /
           (0.00025546 + std::pow(m, 3.0) + 5.43288900 * std::pow(m, 5.0) + 5.56357900 * std::pow(m, 7.0) +
            0.78866060 * std::pow(m, 8.0) + 0.00586685 * std::pow(m, 9.5));
}

/// cite: Tout et al. 1996, eq. 2 with table 2, Z = 0.02.
double zeroAgeRadius(double mass)
{
    const double m = mass;
    return (1.71535900 * std::pow(m, 2.5) + 6.59778800 * std::pow(m, 6.5) + 10.08855000 * std::pow(m, 11.0) +
            1.01249500 * std::pow(m, 19.0) + 0.07490166 * std::pow(m, 19.5)) /
           (0.01077422 + 3.08223400 * m * m + 17.84778000 * std::pow(m, 8.5) + std::pow(m, 18.5) +
            0.00022582 * std::pow(m, 19.5));
}

double smoothStep(double x)
{
    const double t = std::clamp(x, 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
}

/// Temperature, mass and luminosity give the rest.
void finish(Star &star, double logTeff)
{
    star.teffK = std::pow(10.0, logTeff);
    const double ratio = star.teffK / kSunTeff;
    star.radiusSun = std::sqrt(star.luminositySun) / (ratio * ratio);
    star.loggCgs = kSunLogg + std::log10(star.massSun) - 2.0 * std::log10(star.radiusSun);
}

/// On the main sequence at a share of the life there.
Star dwarfOf(double mass, double life, double feh)
{
    Star star;
    star.massSun = mass;
    star.feh = feh;
    star.luminositySun =
        zeroAgeLuminosity(mass) * (1.0 + 0.65 * life + 0.55 * life * life) * std::pow(10.0, -0.17 * feh);
    const double radius =
        zeroAgeRadius(mass) * (1.0 + 0.18 * life + 0.45 * life * life * life) * std::pow(10.0, 0.02 * feh);
    finish(star, std::log10(kSunTeff) + 0.25 * std::log10(star.luminositySun / (radius * radius)));
    return star;
}

double giantLogTeff(double logLuminosity, double mass, double feh)
{
    const double x = logLuminosity - 1.0;
    return 3.685 - 0.055 * x - 0.008 * x * x + 0.06 * std::log10(mass) - 0.04 * feh;
}

/// From the end of the main sequence (0) up the giant branch (1).
Star giantOf(double mass, double phase, double feh)
{
    const Star end = dwarfOf(mass, 1.0, feh);
    const double start = std::log10(end.luminositySun);
    const double tip = std::max(3.2, start + 0.3);
    Star star = end;
    star.isGiant = true;
    double logLuminosity = start + std::pow(phase, 2.5) * (tip - start);
    double logTeff = giantLogTeff(logLuminosity, mass, feh);
    const bool isInClump = mass < 2.2 && phase > 0.55 && phase < 0.8;
    if (isInClump)
    {
        logLuminosity = 1.72 + 0.3 * (phase - 0.55);
        logTeff = giantLogTeff(logLuminosity, mass, feh) + 0.012;
    }
    star.luminositySun = std::pow(10.0, logLuminosity);
    const double branch = smoothStep(phase / 0.15);
    finish(star, (1.0 - branch) * std::log10(end.teffK) + branch * std::min(logTeff, std::log10(end.teffK)));
    return star;
}

/// dN / dlog M. cite: Kroupa 2001, eq. 2: slopes 1.3 below 0.5, 2.3 above.
double massFunction(double mass)
{
    return mass < 0.5 ? std::pow(mass, -0.3) : 0.5 * std::pow(mass, -1.3);
}

double drawMetallicity(double ageGyr, Random &random)
{
    const double which = random.uniform();
    const double halo = ageGyr > 9.0 ? 0.10 : 0.0;
    const double thick = ageGyr > 7.0 ? 0.30 : 0.02;
    double mean = 0.05 - 0.02 * ageGyr; // thin disc
    double sigma = 0.18;
    if (which < halo)
    {
        mean = -1.5;
        sigma = 0.4;
    }
    else if (which < halo + thick)
    {
        mean = -0.6;
        sigma = 0.25;
    }
    return std::clamp(mean + sigma * random.normal(), -2.5, 0.5);
}

// Cells of the table of the population.
constexpr std::size_t kMassCells = 240;
constexpr std::size_t kLifeCells = 112; // 100 of them on the main sequence
constexpr double kLifeStep = 0.01;

double massStep()
{
    return std::log10(kMostMass / kLeastMass) / static_cast<double>(kMassCells);
}

} // namespace

double mainSequenceGyr(double massSun)
{
    return 10.0 * std::pow(massSun, -2.5);
}

Star starOf(double massSun, double ageGyr, double feh)
{
    const double life = ageGyr / mainSequenceGyr(massSun);
    Star star = life < 1.0 ? dwarfOf(massSun, life, feh)
                           : giantOf(massSun, std::min(1.0, (life - 1.0) / kGiantLife), feh);
    star.ageGyr = ageGyr;
    return star;
}

StarPopulation::StarPopulation()
{
    double sum = 0.0;
    for (std::size_t i = 0; i < kMassCells; ++i)
    {
        const double logMass = std::log10(kLeastMass) + massStep() * static_cast<double>(i);
        const double mass = std::pow(10.0, logMass + 0.5 * massStep());
        const double gyr = mainSequenceGyr(mass);
        // Small stars fill the age of the galaxy with few cells: finer ones for them.
        const double step = std::min(kLifeStep, kGalaxyGyr / gyr / 16.0);
        for (std::size_t j = 0; j < kLifeCells; ++j)
        {
            const double life = step * static_cast<double>(j);
            const double age = (life + 0.5 * step) * gyr;
            if (age > kGalaxyGyr || (step < kLifeStep && j >= 16))
                break;
            sum += massFunction(mass) * step * gyr * std::sqrt(starOf(mass, age, 0.0).luminositySun);
            m_cells.push_back({logMass, life});
            m_cumulative.push_back(sum);
        }
    }
}

Star StarPopulation::draw(Random &random) const
{
    const double wanted = random.uniform() * m_cumulative.back();
    const auto found = std::upper_bound(m_cumulative.begin(), m_cumulative.end(), wanted);
    const auto index = static_cast<std::size_t>(
        std::min(found - m_cumulative.begin(), static_cast<std::ptrdiff_t>(m_cells.size()) - 1));
    const Cell &cell = m_cells[index];
    const double mass = std::pow(10.0, cell.logMass + massStep() * random.uniform());
    const double middle = std::pow(10.0, cell.logMass + 0.5 * massStep());
    const double step = std::min(kLifeStep, kGalaxyGyr / mainSequenceGyr(middle) / 16.0);
    const double life = cell.life + step * random.uniform();
    const double age = std::min(kGalaxyGyr, life * mainSequenceGyr(mass));
    return starOf(mass, age, drawMetallicity(age, random));
}

} // namespace somnium::simulate
