// SPDX-License-Identifier: GPL-3.0-or-later
// A SpectralRecipe: how a spectrum as read becomes a prepared one on the grid of its collection. Unlike the
// steps of images (recipe.h), whose order is the user's, those of spectra have one order that makes sense
// (what is masked must not be measured, what is measured lies in vacuum and at rest), so it is fixed: each is
// there once, on or off. Written as JSON; the same recipe on the same spectrum gives the same bits.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/spectrum.h"
#include "core/prepare/parameters.h"

namespace somnium::prepare
{

/// A range of wavelengths, both ends included. In JSON and forms a list is a text: "5569-5586, 6292-6308".
struct WavelengthWindow
{
    double firstAngstrom = 0.0;
    double lastAngstrom = 0.0;
    friend bool operator==(const WavelengthWindow &, const WavelengthWindow &) = default;
};
using WavelengthWindows = std::vector<WavelengthWindow>;
[[nodiscard]] std::string toString(const WavelengthWindows &windows);
/// Fails (Malformed) with what was expected. An empty text is no window.
[[nodiscard]] Result<WavelengthWindows> windowsFromString(std::string_view text);

/// 1. Pixels that are not used: those without a value or a positive error always, and these. Windows are as
/// observed, in air; for a spectrum in vacuum they are moved there.
struct SpectralMask
{
    bool isEnabled = true;
    bool usesFile = true; ///< pixels that the file's mask has as bad
    bool skyLines = true; ///< the windows in `sky`
    /// The bright lines of the night sky: [O I] 5577, Na I 5890/5896, [O I] 6300 and 6364. cite: Osterbrock
    /// et al. 1996, PASP 108, 277.
    WavelengthWindows sky = {{5569.0, 5586.0}, {5884.0, 5902.0}, {6293.0, 6308.0}, {6357.0, 6371.0}};
    bool telluric = false; ///< the windows in `bands`
    /// Molecular oxygen of the atmosphere, Fraunhofer's B and A.
    WavelengthWindows bands = {{6860.0, 6940.0}, {7590.0, 7700.0}};
    WavelengthWindows own = {};
    std::size_t grow = 0; ///< pixels on each side of a masked one
    friend bool operator==(const SpectralMask &, const SpectralMask &) = default;
};

/// 2. Spectra whose median signal-to-noise per pixel is lower are rejected. Without errors the noise is that
/// of DER_SNR. cite: Stoehr et al. 2008, ASPC 394, 505.
struct SnrCut
{
    bool isEnabled = false;
    double minimum = 3.0;
    friend bool operator==(const SnrCut &, const SnrCut &) = default;
};

/// 3. Wavelengths in air become those in vacuum (spectral_medium.h).
struct ToVacuum
{
    enum class Unknown
    {
        Vacuum, ///< a spectrum that does not say is taken to be in vacuum
        Air
    };
    bool isEnabled = true;
    Unknown unknown = Unknown::Vacuum;
    friend bool operator==(const ToVacuum &, const ToVacuum &) = default;
};

/// 4. Wavelengths are divided by 1 + z; flux densities per Angstrom multiplied by it, so that the flux in a
/// line stays. A velocity is c z, as catalogues have it (IAU 2000, Resolution C1: radial-velocity measure).
struct RestFrame
{
    enum class From
    {
        File,     ///< Spectrum::redshift
        Redshift, ///< SpectrumFacts::redshift, a column of the catalogue
        Velocity  ///< SpectrumFacts::velocityKms
    };
    bool isEnabled = false;
    From from = From::File;
    std::string column = {}; ///< of the catalogue, for whoever fills SpectrumFacts; empty: to be guessed
    bool scalesFlux = true;
    friend bool operator==(const RestFrame &, const RestFrame &) = default;
};

/// 5. The continuum goes, in the spectrum's own sampling.
struct Continuum
{
    enum class Kind
    {
        Quantile,  ///< running
        Polynomial ///< in wavelength, fitted again without outliers
    };
    enum class By
    {
        Division,
        Subtraction
    };
    enum class Unit
    {
        Angstrom,
        LogLambda ///< log10 of the wavelength
    };
    bool isEnabled = false;
    Kind kind = Kind::Quantile;
    By by = By::Division;
    double window = 300.0; ///< full width, in `windowUnit`
    Unit windowUnit = Unit::Angstrom;
    double quantile = 0.8;
    std::size_t degree = 5;
    double lowSigma = 1.5; ///< below the fit: absorption lines
    double highSigma = 3.0;
    std::size_t rounds = 5;
    friend bool operator==(const Continuum &, const Continuum &) = default;
};

/// 6. The grid of the collection. Off: vectors without wavelengths, which stay as they are.
struct Regrid
{
    enum class Scale
    {
        Log,
        Linear
    };
    bool isEnabled = true;
    Scale scale = Scale::Log;
    double firstAngstrom = 0.0; ///< centre of the first pixel; 0: from the collection
    double lastAngstrom = 0.0;  ///< of the last; 0: from the collection
    std::size_t pixels = 0;     ///< 0: by `step`
    double step = 0.0;          ///< log10 of the wavelength, or Angstrom; 0: the median of the collection
    double coverage = 0.9;      ///< share of the collection that has the first, and the last, pixel
    friend bool operator==(const Regrid &, const Regrid &) = default;
};

/// 7. One scale for all.
struct SpectralNormalise
{
    enum class To
    {
        Median,
        Mean,
        Maximum,
        Norm ///< root of the sum of squares; of pixels without a value the mean square is taken
    };
    bool isEnabled = true;
    To to = To::Median;
    double firstAngstrom = 0.0; ///< measured from here ...
    double lastAngstrom = 0.0;  ///< ... to here, on the grid; 0: to the end
    friend bool operator==(const SpectralNormalise &, const SpectralNormalise &) = default;
};

/// 8. What the pixels without a value (weight 0) show: a model may not see them, but a picture does.
struct SpectralFill
{
    enum class With
    {
        Interpolated, ///< on a line between the neighbours that have one; beyond them the nearest
        Mean,
        Zero
    };
    With with = With::Interpolated;
    friend bool operator==(const SpectralFill &, const SpectralFill &) = default;
};

struct SpectralRecipe
{
    std::string name = "spectra";
    SpectralMask mask;
    SnrCut snr;
    ToVacuum medium;
    RestFrame restFrame;
    Continuum continuum;
    Regrid grid;
    SpectralNormalise normalise;
    SpectralFill fill;
    friend bool operator==(const SpectralRecipe &, const SpectralRecipe &) = default;
};

/// A recipe that comes with the program.
struct ReadyMadeSpectral
{
    SpectralRecipe recipe;
    std::string_view purpose; ///< one sentence
};
/// "stars", "stars, continuum removed", "galaxies", "near-infrared", "as they are"; the first is the default.
[[nodiscard]] std::vector<ReadyMadeSpectral> readyMadeSpectralRecipes();

/// What a catalogue knows of a spectrum; NaN: nothing.
struct SpectrumFacts
{
    double redshift = std::numeric_limits<double>::quiet_NaN();
    double velocityKms = std::numeric_limits<double>::quiet_NaN();
};

/// Fails (InvalidArgument) naming the first parameter that makes no sense and why.
[[nodiscard]] Result<void> validate(const SpectralRecipe &recipe);

/// What the choice of a grid needs to know of one spectrum.
struct SpectralRange
{
    double firstAngstrom = 0.0; ///< centre of the first usable pixel, in vacuum and at rest where asked
    double lastAngstrom = 0.0;
    double logStep = 0.0; ///< median step of log10 wavelength
    std::size_t pixels = 0;
};
/// Fails (Mismatch) as `apply` does. Of a recipe without a grid only `pixels` is set.
[[nodiscard]] Result<SpectralRange> rangeOf(const SpectralRecipe &recipe, const data::Spectrum &spectrum,
                                            const SpectrumFacts &facts);

/// The grid of a collection: what the recipe leaves open is taken from the ranges: the wavelengths that the
/// share `coverage` of the spectra reach, and their median step. Where that were less than half of what one
/// of them has, the share is lowered to 0.75, then 0.5, unless it is 1. Without a grid step: Index, with the
/// most frequent number of pixels. Fails (Mismatch) where there is no common range, or nothing to choose
/// from.
[[nodiscard]] Result<data::SpectralGrid> chooseGrid(const Regrid &step,
                                                    std::span<const SpectralRange> ranges);

/// Pure and thread-safe. The weights are inverse variances of the prepared flux (of independent pixels:
/// neighbours that share an original pixel are correlated). Without errors they are 1, or 0 where there is no
/// value; no weights: all are 1. Where the weight is 0 the flux is as `fill` says. Fails (Mismatch), without
/// the file's name, where a spectrum does not allow a step: expected and found.
[[nodiscard]] Result<data::PreparedSpectrum> apply(const SpectralRecipe &recipe,
                                                   const data::SpectralGrid &grid,
                                                   const data::Spectrum &spectrum,
                                                   const SpectrumFacts &facts);

/// A spectrum after one step, for a preview.
struct SpectralEffect
{
    std::string_view word;                  ///< of the step, as in JSON
    bool isApplied = false;                 ///< false: switched off, it failed, or a step before it did
    std::string fault;                      ///< why it failed; empty: it did not
    std::vector<double> wavelengthAngstrom; ///< after it; empty if it failed. Without a grid: the index
    std::vector<float> flux;                ///< NaN: masked (until the fill step)
    std::vector<float> error;               ///< one sigma; NaN: masked; empty: not known
};
/// `apply`, looking on: one effect for each of the eight steps.
[[nodiscard]] std::vector<SpectralEffect> trace(const SpectralRecipe &recipe, const data::SpectralGrid &grid,
                                                const data::Spectrum &spectrum, const SpectrumFacts &facts);

/// For sessions and for people: one step a line, all parameters.
[[nodiscard]] std::string toJson(const SpectralRecipe &recipe);
/// Absent steps and parameters have their defaults; an unknown key is an error (Malformed) that names it.
[[nodiscard]] Result<SpectralRecipe> spectralRecipeFromJson(std::string_view json);

/// One line for people: "sky lines masked, to vacuum, log grid, median to 1". Without steps that are off.
[[nodiscard]] std::string describe(const SpectralRecipe &recipe);

/// One step with its parameters, for a form or a command line. Texts are static.
struct SpectralStepInfo
{
    std::string_view word; ///< in JSON, and before the dot in setParameter
    std::string_view label;
    std::string_view help;
    bool canBeOff = true;
    bool isEnabled = true;
    std::vector<Parameter> parameters; ///< windows are texts without choices
};
/// The eight steps in their order.
[[nodiscard]] std::vector<SpectralStepInfo> spectralSteps(const SpectralRecipe &recipe);
/// "continuum.quantile", "continuum.enabled". Fails (Malformed) as that of an Operation; the range is
/// validate()'s matter.
[[nodiscard]] Result<void> setParameter(SpectralRecipe &recipe, std::string_view name,
                                        const ParameterValue &value);

} // namespace somnium::prepare
