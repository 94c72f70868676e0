// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_unit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/io/cell_text.h"

namespace somnium::io
{

namespace
{

using Kind = SpectralUnit::Kind;
using Scale = SpectralUnit::Scale;

constexpr double kLightAngstromPerSecond = 2.99792458e18;
constexpr double kPlanckLightEvAngstrom = 12398.419843320026; // h c, exact since 2019
constexpr double kAngstromPerCm = 1e8;

struct NamedUnit
{
    std::string_view name; ///< as compact() has it, case as it must be or all lower case
    Kind kind;
    double factor;
};

constexpr std::array kExactUnits = {
    // Those whose case decides.
    NamedUnit{"A", Kind::Length, 1.0},
    NamedUnit{"mm", Kind::Length, 1e7},
    NamedUnit{"MHz", Kind::Frequency, 1e6},
    NamedUnit{"MeV", Kind::Energy, 1e6},
    NamedUnit{"meV", Kind::Energy, 1e-3},
    NamedUnit{"Mm", Kind::Length, 0.0},
    NamedUnit{"mHz", Kind::Frequency, 1e-3},
    NamedUnit{"pm", Kind::Length, 1e-2},
    NamedUnit{"J", Kind::Energy, 1.0 / 1.602176634e-19},
};

constexpr std::array kUnits = {
    NamedUnit{"a", Kind::Length, 1.0},           NamedUnit{"aa", Kind::Length, 1.0},
    NamedUnit{"ang", Kind::Length, 1.0},         NamedUnit{"angs", Kind::Length, 1.0},
    NamedUnit{"angstrom", Kind::Length, 1.0},    NamedUnit{"angstroms", Kind::Length, 1.0},
    NamedUnit{"angstroem", Kind::Length, 1.0},   NamedUnit{"0.1nm", Kind::Length, 1.0},
    NamedUnit{"10-10m", Kind::Length, 1.0},      NamedUnit{"1e-10m", Kind::Length, 1.0},
    NamedUnit{"nm", Kind::Length, 10.0},         NamedUnit{"nanometer", Kind::Length, 10.0},
    NamedUnit{"nanometers", Kind::Length, 10.0}, NamedUnit{"nanometre", Kind::Length, 10.0},
    NamedUnit{"nanometres", Kind::Length, 10.0}, NamedUnit{"um", Kind::Length, 1e4},
    NamedUnit{"mum", Kind::Length, 1e4},         NamedUnit{"micron", Kind::Length, 1e4},
    NamedUnit{"microns", Kind::Length, 1e4},     NamedUnit{"micrometer", Kind::Length, 1e4},
    NamedUnit{"micrometers", Kind::Length, 1e4}, NamedUnit{"micrometre", Kind::Length, 1e4},
    NamedUnit{"micrometres", Kind::Length, 1e4}, NamedUnit{"cm", Kind::Length, 1e8},
    NamedUnit{"m", Kind::Length, 1e10},          NamedUnit{"meter", Kind::Length, 1e10},
    NamedUnit{"meters", Kind::Length, 1e10},     NamedUnit{"metre", Kind::Length, 1e10},
    NamedUnit{"hz", Kind::Frequency, 1.0},       NamedUnit{"khz", Kind::Frequency, 1e3},
    NamedUnit{"mhz", Kind::Frequency, 1e6},      NamedUnit{"ghz", Kind::Frequency, 1e9},
    NamedUnit{"thz", Kind::Frequency, 1e12},     NamedUnit{"ev", Kind::Energy, 1.0},
    NamedUnit{"kev", Kind::Energy, 1e3},         NamedUnit{"gev", Kind::Energy, 1e9},
    NamedUnit{"cm-1", Kind::WaveNumber, 1.0},    NamedUnit{"1/cm", Kind::WaveNumber, 1.0},
    NamedUnit{"/cm", Kind::WaveNumber, 1.0},     NamedUnit{"kayser", Kind::WaveNumber, 1.0},
    NamedUnit{"m-1", Kind::WaveNumber, 1e-2},    NamedUnit{"1/m", Kind::WaveNumber, 1e-2},
};

void replaceAll(std::string &text, std::string_view from, std::string_view to)
{
    for (std::size_t place = 0; (place = text.find(from, place)) != std::string::npos; place += to.size())
        text.replace(place, from.size(), to);
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

/// Without blanks, brackets around it, "^" and "**"; mu and Angstrom signs in ASCII.
std::string compact(std::string_view text)
{
    std::string unit = toUtf8(trimmed(text));
    replaceAll(unit, "\xC2\xB5", "u");     // micro sign
    replaceAll(unit, "\xCE\xBC", "u");     // Greek mu
    replaceAll(unit, "\xC3\x85", "A");     // A with ring
    replaceAll(unit, "\xE2\x84\xAB", "A"); // Angstrom sign
    replaceAll(unit, "**", "");
    std::erase_if(unit, [](char c) { return c == ' ' || c == '^' || c == '"' || c == '\''; });
    while (unit.size() > 2 &&
           ((unit.front() == '[' && unit.back() == ']') || (unit.front() == '(' && unit.back() == ')')))
        unit = unit.substr(1, unit.size() - 2);
    return unit;
}

/// Takes "log10(...)" and the like off; what is within remains.
Scale takeScale(std::string &unit)
{
    constexpr std::array<std::pair<std::string_view, Scale>, 5> kScales = {{{"log10", Scale::Log10},
                                                                            {"dex", Scale::Log10},
                                                                            {"ln", Scale::NaturalLog},
                                                                            {"loge", Scale::NaturalLog},
                                                                            {"log", Scale::Log10}}};
    const std::string lower = lowered(unit);
    for (const auto &[word, scale] : kScales)
    {
        if (!lower.starts_with(word))
            continue;
        unit.erase(0, word.size());
        if (unit.starts_with('_') || unit.starts_with(','))
            unit.erase(0, 1);
        if (unit.size() >= 2 && unit.front() == '(' && unit.back() == ')')
            unit = unit.substr(1, unit.size() - 2);
        if (const std::size_t slash = unit.rfind("lambda/"); slash != std::string::npos)
            unit.erase(0, slash + std::string_view("lambda/").size());
        if (unit.empty())
            unit = "A";
        return scale;
    }
    return Scale::Linear;
}

/// Numbers below are micrometres, nanometres; no spectrograph's spectrum in Angstrom looks like that.
Result<SpectralUnit> guessUnit(Scale scale, std::span<const double> values, std::string &note)
{
    constexpr double kMostMicrometres = 100.0;
    constexpr double kLeastNanometres = 200.0;
    constexpr double kMostFirstNanometres = 800.0;
    constexpr double kMostNanometres = 2600.0;
    const SpectralUnit plain{Kind::Length, 1.0, scale};
    double low = std::numeric_limits<double>::infinity();
    double high = 0.0;
    for (const double value : values)
        if (const double number = plain.toAngstrom(value); std::isfinite(number) && number > 0.0)
        {
            low = std::min(low, number);
            high = std::max(high, number);
        }
    // Julian dates look so: what has no unit and rises need not be a wavelength.
    constexpr double kMostAngstrom = 2.2e6;
    if (std::isfinite(low) && low > kMostAngstrom)
        return failure(
            ErrorKind::Unsupported,
            "expected a unit for wavelengths beyond 220 um in Angstrom, found none (are they dates?)");
    SpectralUnit unit = plain;
    std::string_view name = "Angstrom";
    if (high > 0.0 && high < kMostMicrometres)
    {
        unit.factor = 1e4;
        name = "um";
    }
    else if (low >= kLeastNanometres && low < kMostFirstNanometres && high <= kMostNanometres)
    {
        unit.factor = 10.0;
        name = "nm";
    }
    note = "unit of the wavelengths guessed: " + std::string(name);
    return unit;
}

} // namespace

double SpectralUnit::toAngstrom(double value) const
{
    if (scale != Scale::Linear)
        value = scale == Scale::Log10 ? std::pow(10.0, value) : std::exp(value);
    value *= factor;
    switch (kind)
    {
    case Kind::Length: return value;
    case Kind::Frequency: return kLightAngstromPerSecond / value;
    case Kind::Energy: return kPlanckLightEvAngstrom / value;
    case Kind::WaveNumber: return kAngstromPerCm / value;
    }
    return value;
}

std::optional<SpectralUnit> spectralUnit(std::string_view text)
{
    std::string name = compact(text);
    const Scale scale = takeScale(name);
    name = compact(name);
    const std::string lower = lowered(name);
    for (const NamedUnit &unit : kExactUnits)
        if (unit.name == name)
            return unit.factor > 0.0 ? std::optional(SpectralUnit{unit.kind, unit.factor, scale})
                                     : std::nullopt;
    for (const NamedUnit &unit : kUnits)
        if (unit.name == lower)
            return SpectralUnit{unit.kind, unit.factor, scale};
    return std::nullopt;
}

Result<SpectralUnit> chooseUnit(std::string_view fromFile, std::string_view fromUser, Scale scale,
                                std::span<const double> values, std::string &note)
{
    for (const std::string_view text : {fromFile, fromUser})
    {
        auto unit = spectralUnit(text);
        if (!unit)
            continue;
        if (unit->scale == Scale::Linear)
            unit->scale = scale;
        return *unit;
    }
    const std::string_view told = trimmed(fromFile).empty() ? trimmed(fromUser) : trimmed(fromFile);
    if (!told.empty())
        return failure(ErrorKind::Unsupported,
                       "expected wavelengths, frequencies or energies (Angstrom, nm, um, m, Hz, eV, cm-1), "
                       "found the unit '" +
                           toUtf8(told) + "'");
    return guessUnit(scale, values, note);
}

} // namespace somnium::io
