// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_assembly.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

std::string shortText(double value)
{
    std::array<char, 32> figures{};
    std::snprintf(figures.data(), figures.size(), "%.8g", value);
    return figures.data();
}

void addNote(std::string &note, const std::string &text)
{
    if (!text.empty())
        note += (note.empty() ? "" : "; ") + text;
}

Result<void> checkLengths(const RawSpectrum &raw)
{
    constexpr std::size_t kFewestPixels = 2;
    const std::size_t pixels = raw.flux.size();
    if (pixels < kFewestPixels)
        return expectedButFound("a spectrum of at least 2 pixels", std::to_string(pixels));
    const auto check = [pixels](std::size_t found, const char *what) -> Result<void> {
        if (found == pixels || found == 0)
            return {};
        return failure(ErrorKind::Mismatch, "expected as many " + std::string(what) + " as fluxes, " +
                                                std::to_string(pixels) + ", found " + std::to_string(found));
    };
    if (raw.axis.values.empty())
        return expectedButFound("wavelengths for " + std::to_string(pixels) + " pixels", "none");
    if (auto same = check(raw.axis.values.size(), "wavelengths"); !same)
        return same;
    if (auto same = check(raw.noise.size(), "errors"); !same)
        return same;
    return check(raw.mask.size(), "mask values");
}

/// Keeps the pixels `order` in this order.
template <class T> void take(std::vector<T> &values, const std::vector<std::size_t> &order)
{
    if (values.empty())
        return;
    std::vector<T> taken;
    taken.reserve(order.size());
    for (const std::size_t pixel : order)
        taken.push_back(values[pixel]);
    values = std::move(taken);
}

void takePixels(RawSpectrum &raw, const std::vector<std::size_t> &order)
{
    take(raw.axis.values, order);
    take(raw.flux, order);
    take(raw.noise, order);
    take(raw.mask, order);
}

/// Leaves out the pixels whose wavelength fills up a vector.
Result<void> dropFillers(RawSpectrum &raw, std::string &note)
{
    const std::vector<double> &values = raw.axis.values;
    const bool zeroFills = raw.axis.scale == SpectralUnit::Scale::Linear;
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isfinite(values[i]) && !(zeroFills && values[i] == 0.0))
            kept.push_back(i);
    if (kept.size() == values.size())
        return {};
    if (kept.size() < 2 || !raw.axis.isVector)
        return expectedButFound("wavelengths that are finite and above 0",
                                std::to_string(values.size() - kept.size()) + " of " +
                                    std::to_string(values.size()) + " that are not");
    addNote(note, std::to_string(values.size() - kept.size()) + " pixels without a wavelength left out");
    takePixels(raw, kept);
    return {};
}

Result<void> toAngstrom(RawSpectrum &raw, const SpectrumReadOptions &options, std::string &note)
{
    std::vector<double> &values = raw.axis.values;
    std::string guessed;
    const auto unit = chooseUnit(raw.axis.unit, options.wavelengthUnit, raw.axis.scale, values, guessed);
    if (!unit)
        return failure(unit.error());
    addNote(note, guessed);
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        const double angstrom = unit->toAngstrom(values[i]);
        if (!std::isfinite(angstrom) || angstrom <= 0.0)
            return expectedButFound("wavelengths that are finite and above 0",
                                    shortText(values[i]) + " at pixel " + std::to_string(i + 1));
        values[i] = angstrom;
    }
    if (unit->kind != SpectralUnit::Kind::Length && raw.axis.medium == data::WavelengthMedium::Unknown)
        raw.axis.medium = data::WavelengthMedium::Vacuum; // that is what the conversion gives
    return {};
}

/// Strictly rising, whatever it was.
Result<void> bringInOrder(RawSpectrum &raw, std::string &note)
{
    const std::vector<double> &values = raw.axis.values;
    const auto isStrictly = [&values](auto compare) {
        return std::adjacent_find(values.begin(), values.end(),
                                  [&](double a, double b) { return !compare(a, b); }) == values.end();
    };
    if (isStrictly(std::less<>()))
        return {};
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (isStrictly(std::greater<>()))
        std::reverse(order.begin(), order.end());
    else
    {
        std::stable_sort(order.begin(), order.end(),
                         [&values](std::size_t a, std::size_t b) { return values[a] < values[b]; });
        for (std::size_t i = 1; i < order.size(); ++i)
            if (values[order[i]] == values[order[i - 1]])
                return expectedButFound("every wavelength once", shortText(values[order[i]]) +
                                                                     " Angstrom at pixels " +
                                                                     std::to_string(order[i - 1] + 1) +
                                                                     " and " + std::to_string(order[i] + 1));
        addNote(note, "pixels sorted by wavelength");
    }
    takePixels(raw, order);
    return {};
}

double sigmaOf(double noise, Noise kind)
{
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    if (!(noise > 0.0) || !std::isfinite(noise))
        return kNone;
    switch (kind)
    {
    case Noise::None: return kNone;
    case Noise::Sigma: return noise;
    case Noise::Variance: return std::sqrt(noise);
    case Noise::InverseVariance: return 1.0 / std::sqrt(noise);
    }
    return kNone;
}

/// One sigma, and masked where there is none. Zeros, or NaN, at all pixels mean that nobody knows.
Result<void> takeNoise(RawSpectrum &raw, data::Spectrum &spectrum, std::string &note)
{
    if (raw.noise.empty() || raw.noiseKind == Noise::None)
        return {};
    const auto isPositive = [](double value) { return value > 0.0 && std::isfinite(value); };
    const auto negative = static_cast<std::size_t>(
        std::count_if(raw.noise.begin(), raw.noise.end(), [](double value) { return value < 0.0; }));
    if (std::none_of(raw.noise.begin(), raw.noise.end(), isPositive))
    {
        if (negative > 0)
            return expectedButFound("errors above 0", std::to_string(negative) + " of " +
                                                          std::to_string(raw.noise.size()) +
                                                          " below 0 and none above");
        if (raw.noiseKind == Noise::InverseVariance)
            return expectedButFound("at least one pixel that can be used",
                                    "an inverse variance of 0 at all of them");
        addNote(note, "no errors: they are all 0 or missing");
        return {};
    }
    spectrum.error.resize(raw.noise.size());
    spectrum.mask.resize(raw.noise.size());
    for (std::size_t i = 0; i < raw.noise.size(); ++i)
    {
        spectrum.error[i] = static_cast<float>(sigmaOf(raw.noise[i], raw.noiseKind));
        if (!(spectrum.error[i] > 0.0F) || !std::isfinite(spectrum.error[i]))
            spectrum.mask[i] = 1;
    }
    if (negative > 0)
        addNote(note, std::to_string(negative) + " pixels with an error below 0 masked");
    return {};
}

Result<void> checkUsable(const data::Spectrum &spectrum)
{
    std::size_t withFlux = 0;
    for (std::size_t i = 0; i < spectrum.size(); ++i)
    {
        if (spectrum.isUsable(i))
            return {};
        withFlux += std::isfinite(spectrum.flux[i]) ? 1U : 0U;
    }
    return expectedButFound("at least one pixel that can be used",
                            withFlux == 0 ? std::to_string(spectrum.size()) + " pixels without a flux"
                                          : std::to_string(spectrum.size()) + " pixels, all masked");
}

} // namespace

float fluxOf(double value)
{
    const auto narrowed = static_cast<float>(value);
    return std::isfinite(narrowed) ? narrowed : std::numeric_limits<float>::quiet_NaN();
}

double redshiftOf(double value)
{
    constexpr double kMost = 1200.0; // beyond, there is no light
    return value > -1.0 && value < kMost ? value : std::numeric_limits<double>::quiet_NaN();
}

Result<LoadedSpectrum> assemble(RawSpectrum raw, const SpectrumReadOptions &options)
{
    LoadedSpectrum loaded;
    loaded.note = raw.axis.note;
    if (auto same = checkLengths(raw); !same)
        return failure(same.error());
    if (auto dropped = dropFillers(raw, loaded.note); !dropped)
        return failure(dropped.error());
    if (auto converted = toAngstrom(raw, options, loaded.note); !converted)
        return failure(converted.error());
    if (auto ordered = bringInOrder(raw, loaded.note); !ordered)
        return failure(ordered.error());

    data::Spectrum &spectrum = loaded.spectrum;
    if (auto taken = takeNoise(raw, spectrum, loaded.note); !taken)
        return failure(taken.error());
    if (!raw.mask.empty())
    {
        spectrum.mask.resize(raw.mask.size());
        for (std::size_t i = 0; i < raw.mask.size(); ++i)
            spectrum.mask[i] = spectrum.mask[i] != 0 || raw.mask[i] != 0 ? 1 : 0;
    }
    spectrum.wavelengthAngstrom = std::move(raw.axis.values);
    spectrum.flux = std::move(raw.flux);
    spectrum.medium = raw.axis.medium == data::WavelengthMedium::Unknown ? options.medium : raw.axis.medium;
    spectrum.fluxUnit = std::move(raw.fluxUnit);
    spectrum.name = std::move(raw.name);
    spectrum.redshift = redshiftOf(raw.redshift);
    const bool hasPosition = raw.raDeg >= 0.0 && raw.raDeg <= 360.0 && std::abs(raw.decDeg) <= 90.0;
    if (hasPosition)
    {
        spectrum.raDeg = raw.raDeg;
        spectrum.decDeg = raw.decDeg;
    }
    loaded.objectClass = std::move(raw.objectClass);
    if (auto usable = checkUsable(spectrum); !usable)
        return failure(usable.error());
    return loaded;
}

data::SourceOrigin SpectrumSink::place(int hdu, std::size_t index) const
{
    data::SourceOrigin where = m_origin;
    where.hdu = hdu;
    where.index = index;
    return where;
}

void SpectrumSink::give(int hdu, std::size_t index, Result<RawSpectrum> raw)
{
    if (m_isDone)
        return;
    auto loaded = raw ? assemble(std::move(*raw), m_options) : failure(raw.error());
    if (!loaded)
        return problem(hdu, index, loaded.error().message);
    m_isSilent = false;
    loaded->origin = place(hdu, index);
    m_isDone = !m_receiver.onSpectrum(std::move(*loaded));
}

void SpectrumSink::problem(int hdu, std::size_t index, const std::string &message)
{
    if (m_isDone)
        return;
    m_isSilent = false;
    // The place in words names no row of an HDU.
    const std::string row = hdu > 0 && index > 0 ? " (spectrum " + std::to_string(index + 1) + ")" : "";
    m_receiver.onProblem(problemAt(place(hdu, index), message + row));
}

} // namespace somnium::io
