// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that are measured on a prepared spectrum: strengths of lines and molecular bands as they are
// published, mean flux and colours of bands that the user chooses. Works on observed and on decoded spectra.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/spectrum.h"
#include "core/prepare/spectral_recipe.h"

namespace somnium::prepare
{

enum class MeasureKind
{
    /// Angstrom: integral of 1 - F / Fc over the bands; absorption is positive. Fc is the straight line
    /// through the mean fluxes of two sides (Worthey et al. 1994, ApJS 94, 687, eqs. 1, 2), or fitted by
    /// least squares to all pixels of more than two (Cenarro et al. 2001, MNRAS 326, 959, eqs. 1, 3, without
    /// errors).
    EquivalentWidth,
    BandMagnitude, ///< mag: -2.5 log10 of the mean F / Fc, for molecules (Worthey et al. 1994, eq. 3)
    Mean,          ///< mean flux in the bands, in the units of the prepared spectra
    Ratio,         ///< mean flux in the bands over that in the sides
    Colour,        ///< mag: -2.5 log10 of that ratio
    Break,         ///< the ratio of flux per frequency, from flux per wavelength (Bruzual 1983, ApJ 273, 105)
};

struct SpectralMeasure
{
    std::string name; ///< ASCII, as tables want it: "EW Mg b"
    MeasureKind kind = MeasureKind::Mean;
    WavelengthWindows bands = {};
    WavelengthWindows sides = {}; ///< of the continuum, or below the stroke of a ratio
    /// Of these wavelengths; Unknown: as those of the grid, whatever they are.
    data::WavelengthMedium medium = data::WavelengthMedium::Unknown;
    std::string source = {}; ///< where the bands are from; empty: the user's
    friend bool operator==(const SpectralMeasure &, const SpectralMeasure &) = default;
};
/// "Angstrom", "mag", or empty.
[[nodiscard]] std::string_view unitOf(MeasureKind kind);
/// For captions: "EW Mg b: 5160.125-5192.625, continuum 5142.625-5161.375, 5191.375-5206.375, air; Trager et
/// al. 1998".
[[nodiscard]] std::string describe(const SpectralMeasure &measure);

/// Indices whose definitions are published, from blue to red.
[[nodiscard]] const std::vector<SpectralMeasure> &publishedMeasures();

/// What the user writes, in Angstrom of the grid: "5150:5200" is a mean flux, "4000:4500/5000:5500" a ratio,
/// "4000:4500-5000:5500" a colour, "EW 5160:5192 5142:5161 5191:5206" the equivalent width of the first band
/// between the others. Malformed tells these forms.
[[nodiscard]] Result<SpectralMeasure> measureFromString(std::string_view text);

/// In what the wavelengths of prepared spectra are: vacuum, or (Unknown) as the files have them.
[[nodiscard]] data::WavelengthMedium mediumOf(const SpectralRecipe &recipe);

/// A measure on the pixels of one grid. Flux between the centres of pixels is linear, so that any straight
/// line is measured exactly. Immutable, thread-safe.
class SpectralMeter
{
public:
    /// Mismatch: the grid has no wavelengths, a band is not within it, or is narrower than two pixels.
    [[nodiscard]] static Result<SpectralMeter>
    create(const SpectralMeasure &measure, const data::SpectralGrid &grid, data::WavelengthMedium gridMedium);

    /// Those that are read, rising.
    [[nodiscard]] const std::vector<std::size_t> &pixels() const { return m_pixels; }
    /// From the flux [pixels().size()] of these pixels and their weights (the same, or empty: all are there).
    /// What has weight 0 or is not finite is left out. NaN where less than kLeastShare of a band is there, or
    /// the continuum is not positive.
    [[nodiscard]] double measure(std::span<const float> flux, std::span<const float> weight = {}) const;
    static constexpr double kLeastShare = 0.75;

private:
    /// Quadrature of the linear interpolant over a band.
    struct Band
    {
        std::size_t first = 0; ///< position in m_pixels
        std::vector<double> share;
        double width = 0.0;
    };
    /// Sums over what is there of some bands.
    struct Sums
    {
        double w = 0.0;
        double x = 0.0;
        double xx = 0.0;
        double f = 0.0;
        double xf = 0.0;
        bool isEnough = true;
    };
    struct Line
    {
        double at = 0.0; ///< of m_offsets 0
        double slope = 0.0;
    };

    [[nodiscard]] Sums sumsOf(std::span<const Band> bands, std::span<const float> flux,
                              std::span<const float> weight) const;
    [[nodiscard]] Line continuumOf(std::span<const float> flux, std::span<const float> weight,
                                   bool &isEnough) const;
    [[nodiscard]] double strengthOf(std::span<const float> flux, std::span<const float> weight) const;

    MeasureKind m_kind = MeasureKind::Mean;
    std::vector<std::size_t> m_pixels;
    std::vector<double> m_offsets; ///< wavelength of each less that of the first
    std::vector<double> m_factors; ///< of the flux of each, 1 or the wavelength's square; empty: 1
    std::vector<Band> m_bands;
    std::vector<Band> m_sides;
};

/// Published measures that can be taken of such spectra: their bands lie in the grid, and the recipe has not
/// taken away what they compare (no breaks and ratios across a divided continuum, nothing of a subtracted
/// one).
[[nodiscard]] std::vector<SpectralMeasure> measuresFor(const SpectralRecipe &recipe,
                                                       const data::SpectralGrid &grid);
/// One of these by its name (blanks and case do not matter), or as measureFromString. NotFound lists the
/// names there are.
[[nodiscard]] Result<SpectralMeasure> findMeasure(std::string_view text, const SpectralRecipe &recipe,
                                                  const data::SpectralGrid &grid);

} // namespace somnium::prepare
