// SPDX-License-Identifier: GPL-3.0-or-later
// Optical depth of lines and bands over the spectrum of a star. How strong a line is follows from ionisation
// (Saha) and excitation (Boltzmann) over continuous opacity at one electron pressure; what shape it has, from
// templates made once for a grid. Internal to core/simulate.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "core/data/spectrum.h"

namespace somnium::simulate
{

/// Templates whose strengths vary together.
enum class LineGroup : std::size_t
{
    FeI,
    FeII,
    CaIIResonance, ///< H and K
    CaIIResonanceWings,
    CaIITriplet,
    CaIITripletWings,
    CaI,
    CaIWings,
    NaI,
    NaIWings,
    NaIRed, ///< 8183, 8195
    MgI,    ///< the b triplet
    MgIWings,
    MgII, ///< 4481, with Si II
    HeI,
    KI,
    Paschen,
    BalmerContinuum,
    CH,
    CN,
    MgH, ///< with CaH
    TiO,
    VO,
    CarbonBands, ///< C2 and CN of carbon stars
};
constexpr std::size_t kLineGroups = 24;

/// Of the photosphere: what the strengths of lines depend on.
struct Photosphere
{
    double teffK = 5772.0;
    double loggCgs = 4.438;
    double feh = 0.0;
};

/// Optical depths at line centre of the strongest line of each group, and the Balmer lines, whose width
/// varies too.
struct LineStrengths
{
    std::array<float, kLineGroups> group{};
    double balmerDepth = 0.0;
    double balmerHalfWidth = 1.0; ///< Angstrom

    [[nodiscard]] float &operator[](LineGroup one) { return group[static_cast<std::size_t>(one)]; }
    [[nodiscard]] float operator[](LineGroup one) const { return group[static_cast<std::size_t>(one)]; }
};
[[nodiscard]] LineStrengths strengthsOf(const Photosphere &star);

/// Vacuum wavelength of the Balmer line from level `upper` >= 3, Angstrom. cite: Rydberg's formula, R_H.
[[nodiscard]] double balmerAngstrom(int upper);

class LineTemplates
{
public:
    /// Lines of a spectrograph that resolves `resolvingPower`.
    LineTemplates(const data::SpectralGrid &grid, double resolvingPower);
    /// Adds the optical depth of all lines to `depth` [pixel].
    void add(const LineStrengths &strengths, std::span<float> depth) const;

private:
    struct Template
    {
        std::size_t first = 0;
        std::vector<float> depth;
    };
    void addBalmer(const LineStrengths &strengths, std::span<float> depth) const;

    data::SpectralGrid m_grid;
    double m_resolvingPower = 2000.0;
    std::vector<float> m_wavelength;
    std::array<Template, kLineGroups> m_templates;
};

} // namespace somnium::simulate
