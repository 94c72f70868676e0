// SPDX-License-Identifier: GPL-3.0-or-later
// Published definitions of spectral indices, and those that users write.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/prepare/spectral_measure.h"
#include "core/prepare/spectral_steps.h"

namespace somnium::prepare
{

namespace
{

using enum MeasureKind;
using data::WavelengthMedium;

/// An index with a band between two sides, in air, as the tables of the Lick system have them.
SpectralMeasure lick(const char *name, MeasureKind kind, const WavelengthWindow &band,
                     const WavelengthWindow &blue, const WavelengthWindow &red,
                     const char *source = "Trager et al. 1998, ApJS 116, 1")
{
    return {.name = name,
            .kind = kind,
            .bands = {band},
            .sides = {blue, red},
            .medium = WavelengthMedium::Air,
            .source = source};
}

/// A ratio of the near infrared, where wavelengths are given in vacuum.
SpectralMeasure infrared(const char *name, const WavelengthWindow &band, const WavelengthWindow &beside)
{
    return {.name = name,
            .kind = Ratio,
            .bands = {band},
            .sides = {beside},
            .medium = WavelengthMedium::Vacuum,
            .source = "Burgasser et al. 2006, ApJ 637, 1067"};
}

constexpr const char *kBalmer = "Worthey & Ottaviani 1997, ApJS 111, 377";

std::vector<SpectralMeasure> blueMeasures()
{
    return {
        lick("EW CaHK", EquivalentWidth, {3899.47, 4003.47}, {3806.5, 3833.82}, {4020.69, 4052.36},
             "La Barbera et al. 2013, MNRAS 433, 3017"),
        {.name = "D4000",
         .kind = Break,
         .bands = {{4000.0, 4100.0}},
         .sides = {{3850.0, 3950.0}},
         .medium = WavelengthMedium::Air,
         .source = "Balogh et al. 1999, ApJ 527, 54"},
        lick("EW HdeltaA", EquivalentWidth, {4083.5, 4122.25}, {4041.6, 4079.75}, {4128.5, 4161.0}, kBalmer),
        lick("CN2", BandMagnitude, {4142.125, 4177.125}, {4083.875, 4096.375}, {4244.125, 4284.125}),
        lick("EW Ca4227", EquivalentWidth, {4222.25, 4234.75}, {4211.0, 4219.75}, {4241.0, 4251.0}),
        lick("EW G4300", EquivalentWidth, {4281.375, 4316.375}, {4266.375, 4282.625}, {4318.875, 4335.125}),
        lick("EW HgammaA", EquivalentWidth, {4319.75, 4363.5}, {4283.5, 4319.75}, {4367.25, 4419.75},
             kBalmer),
    };
}

std::vector<SpectralMeasure> redMeasures()
{
    return {
        lick("EW Hbeta", EquivalentWidth, {4847.875, 4876.625}, {4827.875, 4847.875}, {4876.625, 4891.625}),
        lick("Mg2", BandMagnitude, {5154.125, 5196.625}, {4895.125, 4957.625}, {5301.125, 5366.125}),
        lick("EW Mg b", EquivalentWidth, {5160.125, 5192.625}, {5142.625, 5161.375}, {5191.375, 5206.375}),
        lick("EW Fe5270", EquivalentWidth, {5245.65, 5285.65}, {5233.15, 5248.15}, {5285.65, 5318.15}),
        lick("EW Fe5335", EquivalentWidth, {5312.125, 5352.125}, {5304.625, 5315.875}, {5353.375, 5363.375}),
        lick("EW Na D", EquivalentWidth, {5876.875, 5909.375}, {5860.625, 5875.625}, {5922.125, 5948.125}),
        lick("TiO1", BandMagnitude, {5936.625, 5994.125}, {5816.625, 5849.125}, {6038.625, 6103.625}),
        lick("TiO2", BandMagnitude, {6189.625, 6272.125}, {6066.625, 6141.625}, {6372.625, 6415.125}),
        lick("EW Halpha", EquivalentWidth, {6548.0, 6578.0}, {6420.0, 6455.0}, {6600.0, 6640.0},
             "Cohen et al. 1998, ApJ 496, 808"),
        {.name = "EW CaT",
         .kind = EquivalentWidth,
         .bands = {{8484.0, 8513.0}, {8522.0, 8562.0}, {8642.0, 8682.0}},
         .sides = {{8474.0, 8484.0}, {8563.0, 8577.0}, {8619.0, 8642.0}, {8700.0, 8725.0}, {8776.0, 8792.0}},
         .medium = WavelengthMedium::Air,
         .source = "Cenarro et al. 2001, MNRAS 326, 959"},
    };
}

std::vector<SpectralMeasure> infraredMeasures()
{
    return {
        infrared("H2O-J", {11400.0, 11650.0}, {12600.0, 12850.0}),
        infrared("H2O-H", {14800.0, 15200.0}, {15600.0, 16000.0}),
        infrared("CH4-H", {16350.0, 16750.0}, {15600.0, 16000.0}),
        infrared("K/J", {20600.0, 21000.0}, {12500.0, 12900.0}),
        infrared("CH4-K", {22150.0, 22550.0}, {20800.0, 21200.0}),
        {.name = "D_CO",
         .kind = Ratio,
         .bands = {{22460.0, 22550.0}, {22710.0, 22770.0}},
         .sides = {{22880.0, 23010.0}},
         .medium = WavelengthMedium::Vacuum,
         .source = "Marmol-Queralto et al. 2008, A&A 489, 885"},
    };
}

std::string rangesText(const WavelengthWindows &windows)
{
    std::string text;
    for (const WavelengthWindow &window : windows)
        text += (text.empty() ? "" : ", ") + spectralNumber(window.firstAngstrom) + "-" +
                spectralNumber(window.lastAngstrom);
    return text;
}

tl::unexpected<Error> unreadable(std::string_view text)
{
    return failure(ErrorKind::Malformed,
                   "expected a band in Angstrom as 5150:5200, two as 4000:4500/5000:5500 (their ratio) or "
                   "4000:4500-5000:5500 (a colour), or EW 5160:5192 5142:5161 5191:5206 (a line and its "
                   "continuum on both sides), found '" +
                       std::string(text) + "'");
}

/// "5150:5200" taken off the front of `text`.
std::optional<WavelengthWindow> takeBand(std::string_view &text)
{
    WavelengthWindow band;
    const auto number = [&](double &value) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || !std::isfinite(value))
            return false;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return true;
    };
    while (text.starts_with(' '))
        text.remove_prefix(1);
    if (!number(band.firstAngstrom) || !text.starts_with(':'))
        return std::nullopt;
    text.remove_prefix(1);
    if (!number(band.lastAngstrom) || !(band.firstAngstrom > 0.0) ||
        !(band.lastAngstrom > band.firstAngstrom))
        return std::nullopt;
    while (text.starts_with(' '))
        text.remove_prefix(1);
    return band;
}

/// To be compared: "EW Mg b" is "ewmgb".
std::string plainOf(std::string_view text)
{
    std::string plain;
    for (const char letter : text)
        if (letter != ' ' && letter != '_')
            plain += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return plain;
}

bool suits(const SpectralMeasure &measure, const SpectralRecipe &recipe)
{
    if (!recipe.continuum.isEnabled || measure.kind == Mean)
        return true;
    return recipe.continuum.by == Continuum::By::Division &&
           (measure.kind == EquivalentWidth || measure.kind == BandMagnitude);
}

} // namespace

std::string_view unitOf(MeasureKind kind)
{
    if (kind == EquivalentWidth)
        return "Angstrom";
    return kind == BandMagnitude || kind == Colour ? "mag" : "";
}

std::string describe(const SpectralMeasure &measure)
{
    std::string text = measure.name + ": ";
    switch (measure.kind)
    {
    case EquivalentWidth:
    case BandMagnitude: text += rangesText(measure.bands) + ", continuum " + rangesText(measure.sides); break;
    case Mean: text += "mean flux of " + rangesText(measure.bands); break;
    case Ratio:
    case Colour:
    case Break: text += rangesText(measure.bands) + " over " + rangesText(measure.sides);
    }
    text += " Angstrom";
    if (measure.medium != WavelengthMedium::Unknown)
        text += measure.medium == WavelengthMedium::Air ? " in air" : " in vacuum";
    return measure.source.empty() ? text : text + "; " + measure.source;
}

const std::vector<SpectralMeasure> &publishedMeasures()
{
    static const std::vector<SpectralMeasure> all = [] {
        std::vector<SpectralMeasure> list = blueMeasures();
        for (const auto &more : {redMeasures(), infraredMeasures()})
            list.insert(list.end(), more.begin(), more.end());
        return list;
    }();
    return all;
}

Result<SpectralMeasure> measureFromString(std::string_view text)
{
    const std::string_view whole = text;
    SpectralMeasure measure;
    const bool isLine = text.starts_with("EW ") || text.starts_with("ew ");
    if (isLine)
        text.remove_prefix(3);
    const auto band = takeBand(text);
    if (!band)
        return unreadable(whole);
    measure.bands = {*band};
    if (!text.empty() && !isLine)
    {
        if (text.front() != '/' && text.front() != '-')
            return unreadable(whole);
        measure.kind = text.front() == '/' ? Ratio : Colour;
        text.remove_prefix(1);
    }
    else if (isLine)
    {
        measure.kind = EquivalentWidth;
    }
    while (!text.empty())
    {
        const auto side = takeBand(text);
        if (!side)
            return unreadable(whole);
        measure.sides.push_back(*side);
    }
    const std::size_t expected = measure.kind == Mean ? 0U : isLine ? 2U : 1U;
    if (measure.sides.size() < expected || (!isLine && measure.sides.size() > expected))
        return unreadable(whole);
    measure.name = whole;
    return measure;
}

std::vector<SpectralMeasure> measuresFor(const SpectralRecipe &recipe, const data::SpectralGrid &grid)
{
    std::vector<SpectralMeasure> suitable;
    for (const SpectralMeasure &measure : publishedMeasures())
        if (suits(measure, recipe) && SpectralMeter::create(measure, grid, mediumOf(recipe)))
            suitable.push_back(measure);
    return suitable;
}

Result<SpectralMeasure> findMeasure(std::string_view text, const SpectralRecipe &recipe,
                                    const data::SpectralGrid &grid)
{
    const std::string plain = plainOf(text);
    std::string names;
    for (SpectralMeasure &measure : measuresFor(recipe, grid))
    {
        if (plainOf(measure.name) == plain)
            return std::move(measure);
        names += (names.empty() ? "" : ", ") + measure.name;
    }
    for (const SpectralMeasure &measure : publishedMeasures())
        if (plainOf(measure.name) == plain)
        {
            const auto meter = SpectralMeter::create(measure, grid, mediumOf(recipe));
            return failure(ErrorKind::Mismatch, meter ? measure.name + ": the recipe took the continuum away"
                                                      : meter.error().message);
        }
    Result<SpectralMeasure> own = measureFromString(text);
    if (!own)
        return failure(ErrorKind::NotFound, own.error().message + "; measures of these spectra: " +
                                                (names.empty() ? "none" : names));
    if (!suits(*own, recipe))
        return failure(ErrorKind::Mismatch, own->name + ": the recipe took the continuum away");
    if (const auto meter = SpectralMeter::create(*own, grid, mediumOf(recipe)); !meter)
        return failure(meter.error());
    return own;
}

} // namespace somnium::prepare
