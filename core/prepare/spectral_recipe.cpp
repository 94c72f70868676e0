// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/spectral_recipe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <new>

#include "core/prepare/spectral_steps.h"
#include "core/prepare/spectral_table.h"

namespace somnium::prepare
{

namespace
{

using data::SpectralGrid;

tl::unexpected<Error> misfit(std::string message)
{
    return failure(ErrorKind::Mismatch, std::move(message));
}

double numberOf(const ParameterValue &value)
{
    if (const auto *whole = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*whole);
    const auto *number = std::get_if<double>(&value);
    return number != nullptr ? *number : 0.0;
}

/// A number out of its range, or empty.
std::string rangeFault(const SpectralStepInfo &step)
{
    for (const Parameter &one : step.parameters)
    {
        const double value = numberOf(one.value);
        const bool isNumber =
            std::holds_alternative<double>(one.value) || std::holds_alternative<std::int64_t>(one.value);
        if (isNumber && !(value >= one.low && value <= one.high)) // true for NaN
            return std::string(step.word) + ": expected " + std::string(one.name) + " from " +
                   spectralNumber(one.low) + " to " + spectralNumber(one.high) + ", found " +
                   spectralNumber(value);
    }
    return {};
}

std::string windowFault(const WavelengthWindows &windows)
{
    for (const WavelengthWindow &window : windows)
        if (!(window.firstAngstrom >= 0.0 && window.lastAngstrom >= window.firstAngstrom &&
              window.lastAngstrom <= kLongestAngstrom))
            return "mask: expected windows with first <= last, found " + toString({window});
    return {};
}

std::string orderFault(const char *step, double first, double last, bool canBeEqual)
{
    if (first == 0.0 || last == 0.0 || first < last || (canBeEqual && first == last))
        return {};
    return std::string(step) + ": expected first < last, found " + spectralNumber(first) + " and " +
           spectralNumber(last);
}

std::string faultOf(const SpectralRecipe &recipe)
{
    for (const SpectralStepInfo &step : spectralSteps(recipe))
        if (std::string fault = rangeFault(step); !fault.empty())
            return fault;
    for (const WavelengthWindows *windows : {&recipe.mask.sky, &recipe.mask.bands, &recipe.mask.own})
        if (std::string fault = windowFault(*windows); !fault.empty())
            return fault;
    if (std::string fault = orderFault("grid", recipe.grid.firstAngstrom, recipe.grid.lastAngstrom, false);
        !fault.empty())
        return fault;
    if (recipe.grid.pixels == 1)
        return "grid: expected 0 or at least 2 pixels, found 1";
    if (!recipe.grid.isEnabled && recipe.continuum.isEnabled &&
        recipe.continuum.kind == Continuum::Kind::Quantile &&
        recipe.continuum.windowUnit == Continuum::Unit::LogLambda)
        return "continuum: expected a window in pixels where there is no grid, found one in log10 wavelength";
    return orderFault("normalise", recipe.normalise.firstAngstrom, recipe.normalise.lastAngstrom, true);
}

/// A spectrum on its way through the steps.
struct Way
{
    const SpectralRecipe &recipe;
    const SpectralGrid &grid;
    const data::Spectrum &original;
    const SpectrumFacts &facts;
    WorkingSpectrum spectrum = {};
};

double redshiftOf(const Way &way)
{
    switch (way.recipe.restFrame.from)
    {
    case RestFrame::From::File: return way.original.redshift;
    case RestFrame::From::Redshift: return way.facts.redshift;
    case RestFrame::From::Velocity: return way.facts.velocityKms;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

Result<void> regrid(Way &way)
{
    const WorkingSpectrum &from = way.spectrum;
    if (from.size() < 2)
        return misfit("grid: expected at least 2 pixels to resample, found " + std::to_string(from.size()));
    WorkingSpectrum to = resampled(from, way.grid);
    if (to.goodCount() == 0)
        return misfit("grid: expected good pixels between " + spectralNumber(way.grid.at(0.0)) + " and " +
                      spectralNumber(way.grid.at(static_cast<double>(way.grid.pixels) - 1.0)) +
                      " Angstrom, found a spectrum from " + spectralNumber(from.wavelength.front()) + " to " +
                      spectralNumber(from.wavelength.back()) + " Angstrom");
    way.spectrum = std::move(to);
    return {};
}

/// A vector that stays as it is must have the length of all.
Result<void> checkIndexGrid(const Way &way)
{
    if (way.spectrum.size() == way.grid.pixels)
        return {};
    return misfit("grid: expected " + std::to_string(way.grid.pixels) + " values, found " +
                  std::to_string(way.spectrum.size()));
}

/// A step, and whether it is switched on.
struct Stage
{
    std::string_view word;
    bool isEnabled = true;
    Result<void> (*play)(Way &way) = nullptr;
};

/// The eight in their order.
std::vector<Stage> stagesOf(const SpectralRecipe &recipe)
{
    const bool isAtWavelengths = recipe.grid.isEnabled;
    return {{SpectralNamed<SpectralMask>::kName.word, recipe.mask.isEnabled,
             [](Way &way) {
                 return applyStep(way.recipe.mask, way.original.mask, way.recipe.medium.unknown,
                                  way.spectrum);
             }},
            {SpectralNamed<SnrCut>::kName.word, recipe.snr.isEnabled,
             [](Way &way) { return applyStep(way.recipe.snr, std::as_const(way.spectrum)); }},
            {SpectralNamed<ToVacuum>::kName.word, recipe.medium.isEnabled && isAtWavelengths,
             [](Way &way) {
                 applyStep(way.recipe.medium, way.spectrum);
                 return Result<void>{};
             }},
            {SpectralNamed<RestFrame>::kName.word, recipe.restFrame.isEnabled && isAtWavelengths,
             [](Way &way) { return applyStep(way.recipe.restFrame, redshiftOf(way), way.spectrum); }},
            {SpectralNamed<Continuum>::kName.word, recipe.continuum.isEnabled,
             [](Way &way) { return applyStep(way.recipe.continuum, way.spectrum); }},
            {SpectralNamed<Regrid>::kName.word, true,
             [](Way &way) { return way.recipe.grid.isEnabled ? regrid(way) : checkIndexGrid(way); }},
            {SpectralNamed<SpectralNormalise>::kName.word, recipe.normalise.isEnabled,
             [](Way &way) { return applyStep(way.recipe.normalise, way.spectrum); }},
            {SpectralNamed<SpectralFill>::kName.word, true, [](Way &way) {
                 applyStep(way.recipe.fill, way.spectrum);
                 return Result<void>{};
             }}};
}

constexpr std::size_t kStepsBeforeContinuum = 4;
constexpr std::size_t kSteps = 8;

Result<void> checkGrid(const SpectralRecipe &recipe, const SpectralGrid &grid)
{
    if (grid.pixels == 0)
        return misfit("grid: expected at least one pixel, found none");
    if (recipe.grid.isEnabled != grid.hasWavelengths())
        return misfit(recipe.grid.isEnabled ? "grid: expected wavelengths, found a grid without"
                                            : "grid: expected one without wavelengths, found one with");
    const bool isGood = std::isfinite(grid.first) && std::isfinite(grid.step) && grid.step > 0.0 &&
                        std::isfinite(grid.at(static_cast<double>(grid.pixels))) &&
                        (!grid.hasWavelengths() || grid.at(-0.5) > 0.0);
    if (!isGood && grid.hasWavelengths())
        return misfit("grid: expected positive, rising wavelengths, found a first of " +
                      spectralNumber(grid.first) + " and a step of " + spectralNumber(grid.step));
    return {};
}

float asFloat(double value)
{
    constexpr double kMost = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(value, -kMost, kMost));
}

data::PreparedSpectrum finished(const WorkingSpectrum &spectrum)
{
    data::PreparedSpectrum prepared;
    prepared.flux.resize(spectrum.size());
    std::transform(spectrum.flux.begin(), spectrum.flux.end(), prepared.flux.begin(), asFloat);
    if (spectrum.variance.empty() && spectrum.goodCount() == spectrum.size())
        return prepared;
    prepared.weight.assign(spectrum.size(), 0.0F);
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        if (spectrum.good[i] != 0)
            prepared.weight[i] = spectrum.variance.empty() ? 1.0F : asFloat(1.0 / spectrum.variance[i]);
    return prepared;
}

/// `spectrum` as a picture of it would show it.
void show(const WorkingSpectrum &spectrum, bool isFilled, SpectralEffect &effect)
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    effect.wavelengthAngstrom = spectrum.wavelength;
    effect.flux.resize(spectrum.size());
    effect.error.resize(spectrum.variance.size());
    for (std::size_t i = 0; i < spectrum.size(); ++i)
    {
        const bool isGood = spectrum.good[i] != 0;
        effect.flux[i] = isGood || isFilled ? asFloat(spectrum.flux[i]) : kNan;
        if (!effect.error.empty())
            effect.error[i] = isGood ? asFloat(std::sqrt(spectrum.variance[i])) : kNan;
    }
}

/// The most frequent; of equally frequent ones the largest.
std::size_t commonPixels(std::span<const SpectralRange> ranges)
{
    std::map<std::size_t, std::size_t> counts;
    for (const SpectralRange &range : ranges)
        ++counts[range.pixels];
    std::size_t best = 0;
    for (const auto &[pixels, count] : counts)
        if (best == 0 || count >= counts[best])
            best = pixels;
    return best;
}

/// The value that a share of them does not exceed (the smallest such of them).
double quantileOf(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    const double place = std::ceil(share * static_cast<double>(values.size())) - 1.0;
    return values[static_cast<std::size_t>(std::max(0.0, place))];
}

template <class Get> std::vector<double> valuesOf(std::span<const SpectralRange> ranges, const Get &get)
{
    std::vector<double> values(ranges.size());
    std::transform(ranges.begin(), ranges.end(), values.begin(), get);
    return values;
}

struct Ends
{
    double first = 0.0;
    double last = 0.0;
};

/// What a share of the spectra begins by, and what it reaches; or what the recipe says.
Ends sharedEnds(const Regrid &step, std::span<const SpectralRange> ranges, double share)
{
    Ends ends = {step.firstAngstrom, step.lastAngstrom};
    if (ends.first == 0.0)
        ends.first =
            quantileOf(valuesOf(ranges, [](const SpectralRange &one) { return one.firstAngstrom; }), share);
    if (ends.last == 0.0)
        ends.last =
            -quantileOf(valuesOf(ranges, [](const SpectralRange &one) { return -one.lastAngstrom; }), share);
    return ends;
}

/// A few spectra of another arm must not leave next to nothing of the others: then the share is lowered.
Ends commonRange(const Regrid &step, std::span<const SpectralRange> ranges)
{
    const Ends wished = sharedEnds(step, ranges, step.coverage);
    if (step.coverage >= 1.0 || step.firstAngstrom > 0.0 || step.lastAngstrom > 0.0)
        return wished;
    std::vector<double> lengths = valuesOf(
        ranges, [](const SpectralRange &one) { return std::log(one.lastAngstrom / one.firstAngstrom); });
    const double enough = 0.5 * medianOf(lengths);
    for (const double share : {step.coverage, 0.75, 0.5})
    {
        const Ends ends = sharedEnds(step, ranges, std::min(share, step.coverage));
        if (ends.first < ends.last && std::log(ends.last / ends.first) >= enough)
            return ends;
    }
    return wished;
}

/// Step of a linear grid that samples as finely as `logStep` does at the middle of a range.
double linearStep(const SpectralRange &range)
{
    return 0.5 * (range.firstAngstrom + range.lastAngstrom) * (std::pow(10.0, range.logStep) - 1.0);
}

Result<SpectralGrid> gridBetween(const Regrid &step, double first, double last, double usualStep)
{
    const bool isLog = step.scale == Regrid::Scale::Log;
    const double length = isLog ? std::log10(last / first) : last - first;
    SpectralGrid grid;
    grid.scale = isLog ? SpectralGrid::Scale::Log : SpectralGrid::Scale::Linear;
    grid.first = first;
    grid.pixels = step.pixels;
    if (step.pixels == 0)
    {
        grid.step = step.step > 0.0 ? step.step : usualStep;
        constexpr double kRounding = 1e-6; // pixels
        const double steps = std::floor(length / grid.step + kRounding);
        if (!(steps >= 1.0 && steps < static_cast<double>(kMostSpectralPixels)))
            return misfit("grid: expected a step that gives 2 to " + std::to_string(kMostSpectralPixels) +
                          " pixels from " + spectralNumber(first) + " to " + spectralNumber(last) +
                          " Angstrom, found " + spectralNumber(grid.step));
        grid.pixels = static_cast<std::size_t>(steps) + 1;
    }
    else
        grid.step = length / static_cast<double>(step.pixels - 1);
    return grid;
}

} // namespace

Result<void> validate(const SpectralRecipe &recipe)
{
    if (std::string fault = faultOf(recipe); !fault.empty())
        return failure(ErrorKind::InvalidArgument, "spectral recipe: " + fault);
    return {};
}

Result<SpectralRange> rangeOf(const SpectralRecipe &recipe, const data::Spectrum &spectrum,
                              const SpectrumFacts &facts)
try
{
    auto working = workOn(spectrum, recipe.grid.isEnabled);
    if (!working)
        return failure(working.error());
    SpectralRange range;
    range.pixels = working->size();
    if (!recipe.grid.isEnabled)
        return range;
    const SpectralGrid none;
    Way way{recipe, none, spectrum, facts, std::move(*working)};
    const std::vector<Stage> stages = stagesOf(recipe);
    for (std::size_t i = 0; i < kStepsBeforeContinuum; ++i)
        if (stages[i].isEnabled)
            if (const auto played = stages[i].play(way); !played)
                return failure(played.error());
    const std::vector<double> &wavelength = way.spectrum.wavelength;
    if (wavelength.size() < 2)
        return misfit("grid: expected at least 2 pixels to resample, found 1");
    const auto isGood = [](std::uint8_t good) { return good != 0; };
    const auto &good = way.spectrum.good;
    const auto first = std::find_if(good.begin(), good.end(), isGood) - good.begin();
    const auto last = good.rend() - std::find_if(good.rbegin(), good.rend(), isGood) - 1;
    range.firstAngstrom = wavelength[static_cast<std::size_t>(first)];
    range.lastAngstrom = wavelength[static_cast<std::size_t>(last)];
    std::vector<double> ratios(wavelength.size() - 1);
    for (std::size_t i = 0; i < ratios.size(); ++i)
        ratios[i] = wavelength[i + 1] / wavelength[i];
    range.logStep = std::log10(medianOf(ratios));
    return range;
}
catch (const std::bad_alloc &)
{
    return failure(ErrorKind::OutOfMemory, "not enough memory for a spectrum");
}

Result<SpectralGrid> chooseGrid(const Regrid &step, std::span<const SpectralRange> ranges)
{
    if (!step.isEnabled && ranges.empty())
        return misfit("grid: expected spectra to choose it from, found none");
    if (!step.isEnabled)
        return SpectralGrid{SpectralGrid::Scale::Index, 0.0, 1.0, commonPixels(ranges)};
    const bool isFixed =
        step.firstAngstrom > 0.0 && step.lastAngstrom > 0.0 && (step.pixels > 0 || step.step > 0.0);
    if (!isFixed && ranges.empty())
        return misfit("grid: expected spectra to choose it from, found none");
    const auto [first, last] = commonRange(step, ranges);
    if (!(first < last))
        return misfit("grid: expected wavelengths that " + spectralNumber(100.0 * step.coverage) +
                      " % of the spectra share, found that so many begin below " + spectralNumber(first) +
                      " but end above " + spectralNumber(last) + " Angstrom only");
    double usualStep = 0.0;
    if (!ranges.empty())
    {
        std::vector<double> steps = valuesOf(ranges, [&step](const SpectralRange &one) {
            return step.scale == Regrid::Scale::Log ? one.logStep : linearStep(one);
        });
        usualStep = medianOf(steps);
    }
    return gridBetween(step, first, last, usualStep);
}

Result<data::PreparedSpectrum> apply(const SpectralRecipe &recipe, const SpectralGrid &grid,
                                     const data::Spectrum &spectrum, const SpectrumFacts &facts)
try
{
    if (const auto valid = checkGrid(recipe, grid); !valid)
        return failure(valid.error());
    auto working = workOn(spectrum, recipe.grid.isEnabled);
    if (!working)
        return failure(working.error());
    Way way{recipe, grid, spectrum, facts, std::move(*working)};
    for (const Stage &stage : stagesOf(recipe))
        if (stage.isEnabled)
            if (const auto played = stage.play(way); !played)
                return failure(played.error());
    return finished(way.spectrum);
}
catch (const std::bad_alloc &)
{
    return failure(ErrorKind::OutOfMemory, "not enough memory for a spectrum");
}

std::vector<SpectralEffect> trace(const SpectralRecipe &recipe, const SpectralGrid &grid,
                                  const data::Spectrum &spectrum, const SpectrumFacts &facts)
{
    const std::vector<Stage> stages = stagesOf(recipe);
    std::vector<SpectralEffect> effects(kSteps);
    for (std::size_t i = 0; i < kSteps; ++i)
        effects[i].word = stages[i].word;
    auto working = workOn(spectrum, recipe.grid.isEnabled);
    if (!working)
    {
        effects.front().fault = working.error().message;
        return effects;
    }
    Way way{recipe, grid, spectrum, facts, std::move(*working)};
    for (std::size_t i = 0; i < kSteps; ++i)
    {
        const bool isOnGrid = stages[i].word == SpectralNamed<Regrid>::kName.word;
        Result<void> played = isOnGrid ? checkGrid(recipe, grid) : Result<void>{};
        if (played && stages[i].isEnabled)
            played = stages[i].play(way);
        if (!played)
        {
            effects[i].fault = played.error().message;
            return effects;
        }
        effects[i].isApplied = stages[i].isEnabled && (!isOnGrid || recipe.grid.isEnabled);
        show(way.spectrum, i + 1 == kSteps, effects[i]);
    }
    return effects;
}

} // namespace somnium::prepare
