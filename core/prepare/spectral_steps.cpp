// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/spectral_steps.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/prepare/spectral_medium.h"

namespace somnium::prepare
{

namespace
{

using data::WavelengthMedium;

constexpr double kLightKms = 299792.458;

tl::unexpected<Error> misfit(std::string message)
{
    return failure(ErrorKind::Mismatch, std::move(message));
}

Result<void> checkLengths(const data::Spectrum &spectrum, bool hasWavelengths)
{
    const std::size_t pixels = spectrum.flux.size();
    const auto wrong = [&](const char *what, std::size_t found) {
        return misfit("spectrum: expected " + std::to_string(pixels) + " " + what +
                      " for as many fluxes, found " + std::to_string(found));
    };
    if (pixels == 0)
        return misfit("spectrum: expected at least one pixel, found none");
    if (hasWavelengths && spectrum.wavelengthAngstrom.size() != pixels)
        return wrong("wavelengths", spectrum.wavelengthAngstrom.size());
    if (!spectrum.error.empty() && spectrum.error.size() != pixels)
        return wrong("errors", spectrum.error.size());
    if (!spectrum.mask.empty() && spectrum.mask.size() != pixels)
        return wrong("mask values", spectrum.mask.size());
    return {};
}

Result<void> checkWavelengths(const std::vector<double> &wavelengths)
{
    double last = 0.0;
    for (std::size_t i = 0; i < wavelengths.size(); ++i)
    {
        if (!(wavelengths[i] > last) || !std::isfinite(wavelengths[i])) // true for NaN
            return misfit("spectrum: expected positive, rising wavelengths, found " +
                          spectralNumber(wavelengths[i]) + " Angstrom at pixel " + std::to_string(i + 1) +
                          (i > 0 ? " after " + spectralNumber(last) : std::string()));
        last = wavelengths[i];
    }
    return {};
}

void maskWindows(const WavelengthWindows &windows, bool toVacuum, WorkingSpectrum &spectrum)
{
    const auto shifted = [toVacuum](double air) { return toVacuum ? airToVacuum(air) : air; };
    for (const WavelengthWindow &window : windows)
    {
        const auto begin = std::lower_bound(spectrum.wavelength.begin(), spectrum.wavelength.end(),
                                            shifted(window.firstAngstrom));
        const auto end = std::upper_bound(begin, spectrum.wavelength.end(), shifted(window.lastAngstrom));
        std::fill(spectrum.good.begin() + (begin - spectrum.wavelength.begin()),
                  spectrum.good.begin() + (end - spectrum.wavelength.begin()), std::uint8_t{0});
    }
}

void growMask(std::size_t by, std::vector<std::uint8_t> &good)
{
    std::vector<std::uint8_t> grown = good;
    std::size_t masked = 0; // pixels from `i` on that the last bad one still reaches
    for (std::size_t i = 0; i < good.size(); ++i)
    {
        masked = good[i] == 0 ? by + 1 : masked;
        grown[i] = masked > 0 ? 0 : grown[i];
        masked -= masked > 0 ? 1 : 0;
    }
    masked = 0;
    for (std::size_t i = good.size(); i-- > 0;)
    {
        masked = good[i] == 0 ? by + 1 : masked;
        grown[i] = masked > 0 ? 0 : grown[i];
        masked -= masked > 0 ? 1 : 0;
    }
    good = std::move(grown);
}

/// Median of the flux over its errors.
double snrByErrors(const WorkingSpectrum &spectrum)
{
    std::vector<double> ratios;
    ratios.reserve(spectrum.size());
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        if (spectrum.good[i] != 0)
            ratios.push_back(spectrum.flux[i] / std::sqrt(spectrum.variance[i]));
    return medianOf(ratios);
}

/// DER_SNR. cite: Stoehr et al. 2008: noise = 1.482602 / sqrt(6) median |2 f_i - f_(i-2) - f_(i+2)|.
double snrByScatter(const WorkingSpectrum &spectrum)
{
    std::vector<double> flux;
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        if (spectrum.good[i] != 0)
            flux.push_back(spectrum.flux[i]);
    std::vector<double> differences;
    for (std::size_t i = 2; i + 2 < flux.size(); ++i)
        differences.push_back(std::abs(2.0 * flux[i] - flux[i - 2] - flux[i + 2]));
    if (differences.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const double noise = 1.482602 / std::sqrt(6.0) * medianOf(differences);
    return medianOf(flux) / noise;
}

/// The good pixels from first to last wavelength.
std::vector<double> fluxesBetween(double first, double last, const WorkingSpectrum &spectrum)
{
    std::vector<double> fluxes;
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        if (spectrum.good[i] != 0 && spectrum.wavelength[i] >= first &&
            (last <= 0.0 || spectrum.wavelength[i] <= last))
            fluxes.push_back(spectrum.flux[i]);
    return fluxes;
}

double levelOf(SpectralNormalise::To to, std::vector<double> &fluxes, std::size_t pixels)
{
    const auto count = static_cast<double>(fluxes.size());
    switch (to)
    {
    case SpectralNormalise::To::Median: return medianOf(fluxes);
    case SpectralNormalise::To::Mean: return std::accumulate(fluxes.begin(), fluxes.end(), 0.0) / count;
    case SpectralNormalise::To::Maximum: return *std::max_element(fluxes.begin(), fluxes.end());
    case SpectralNormalise::To::Norm: break;
    }
    const double most = std::abs(*std::max_element(
        fluxes.begin(), fluxes.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
    if (!(most > 0.0))
        return 0.0;
    double squares = 0.0; // of fluxes over the largest: 1e-200 squared is 0
    for (const double flux : fluxes)
        squares += (flux / most) * (flux / most);
    return most * std::sqrt(squares / count * static_cast<double>(pixels));
}

std::string_view nameOf(SpectralNormalise::To to)
{
    constexpr std::array<std::string_view, 4> kNames = {"median", "mean", "maximum", "norm"};
    return kNames.at(static_cast<std::size_t>(to));
}

double meanOfGood(const WorkingSpectrum &spectrum)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        sum += spectrum.good[i] != 0 ? spectrum.flux[i] : 0.0;
    return sum / static_cast<double>(std::max<std::size_t>(1, spectrum.goodCount()));
}

void interpolateGaps(WorkingSpectrum &spectrum)
{
    const std::size_t count = spectrum.size();
    std::size_t next = 0; // the first good one at or after i
    for (std::size_t i = 0; i < count; ++i)
    {
        if (spectrum.good[i] != 0)
            continue;
        for (next = std::max(next, i); next < count && spectrum.good[next] == 0;)
            ++next;
        // What is before i is good, or filled already, on the same line.
        const bool hasBefore = i > 0;
        if (!hasBefore && next == count)
            spectrum.flux[i] = 0.0; // there is none at all
        else if (!hasBefore)
            spectrum.flux[i] = spectrum.flux[next];
        else if (next == count)
            spectrum.flux[i] = spectrum.flux[i - 1];
        else
            spectrum.flux[i] = spectrum.flux[i - 1] + (spectrum.flux[next] - spectrum.flux[i - 1]) /
                                                          static_cast<double>(next - i + 1);
    }
}

} // namespace

std::size_t WorkingSpectrum::goodCount() const
{
    return static_cast<std::size_t>(
        std::count_if(good.begin(), good.end(), [](std::uint8_t one) { return one != 0; }));
}

std::string spectralNumber(double value)
{
    std::array<char, 40> text{};
    char *const end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 7).ptr;
    return {text.data(), end};
}

double medianOf(std::span<double> values)
{
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const std::size_t half = values.size() / 2;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

std::vector<double> indexAxis(std::size_t pixels)
{
    std::vector<double> axis(pixels);
    std::iota(axis.begin(), axis.end(), 0.0);
    return axis;
}

Result<WorkingSpectrum> workOn(const data::Spectrum &spectrum, bool hasWavelengths)
{
    if (const auto valid = checkLengths(spectrum, hasWavelengths); !valid)
        return failure(valid.error());
    WorkingSpectrum working;
    working.hasWavelengths = hasWavelengths;
    working.medium = spectrum.medium;
    if (hasWavelengths)
    {
        if (const auto valid = checkWavelengths(spectrum.wavelengthAngstrom); !valid)
            return failure(valid.error());
        working.wavelength = spectrum.wavelengthAngstrom;
    }
    else
        working.wavelength = indexAxis(spectrum.size());
    working.flux.assign(spectrum.flux.begin(), spectrum.flux.end());
    working.good.assign(spectrum.size(), 1);
    if (spectrum.hasErrors())
        working.variance.resize(spectrum.size());
    for (std::size_t i = 0; i < spectrum.size(); ++i)
    {
        const bool isBad =
            !std::isfinite(spectrum.flux[i]) ||
            (spectrum.hasErrors() && !(std::isfinite(spectrum.error[i]) && spectrum.error[i] > 0.0F));
        working.good[i] = isBad ? 0 : 1;
        if (isBad)
            working.flux[i] = 0.0;
        if (spectrum.hasErrors())
            working.variance[i] = isBad ? 0.0 : static_cast<double>(spectrum.error[i]) * spectrum.error[i];
    }
    if (working.goodCount() == 0)
        return misfit(
            "spectrum: expected at least one pixel with a finite flux and a positive error, found " +
            std::to_string(spectrum.size()) + " without");
    return working;
}

Result<void> applyStep(const SpectralMask &step, std::span<const std::uint8_t> fileMask,
                       ToVacuum::Unknown unknown, WorkingSpectrum &spectrum)
{
    if (step.usesFile)
        for (std::size_t i = 0; i < fileMask.size(); ++i)
            if (fileMask[i] != 0)
                spectrum.good[i] = 0;
    const bool isInVacuum =
        spectrum.medium == WavelengthMedium::Vacuum ||
        (spectrum.medium == WavelengthMedium::Unknown && unknown == ToVacuum::Unknown::Vacuum);
    const bool toVacuum = spectrum.hasWavelengths && isInVacuum;
    if (step.skyLines && spectrum.hasWavelengths)
        maskWindows(step.sky, toVacuum, spectrum);
    if (step.telluric && spectrum.hasWavelengths)
        maskWindows(step.bands, toVacuum, spectrum);
    maskWindows(step.own, toVacuum, spectrum);
    if (step.grow > 0)
        growMask(step.grow, spectrum.good);
    if (spectrum.goodCount() == 0)
        return misfit("mask: expected at least one good pixel, found all " + std::to_string(spectrum.size()) +
                      " masked");
    return {};
}

Result<void> applyStep(const SnrCut &step, const WorkingSpectrum &spectrum)
{
    const double found = spectrum.variance.empty() ? snrByScatter(spectrum) : snrByErrors(spectrum);
    if (found >= step.minimum || step.minimum <= 0.0)
        return {};
    return misfit("signal-to-noise: expected a median of at least " + spectralNumber(step.minimum) +
                  " per pixel, found " + spectralNumber(found));
}

void applyStep(const ToVacuum &step, WorkingSpectrum &spectrum)
{
    const bool isInAir =
        spectrum.medium == WavelengthMedium::Air ||
        (spectrum.medium == WavelengthMedium::Unknown && step.unknown == ToVacuum::Unknown::Air);
    if (isInAir)
        for (double &wavelength : spectrum.wavelength)
            wavelength = airToVacuum(wavelength);
    spectrum.medium = WavelengthMedium::Vacuum;
}

Result<void> applyStep(const RestFrame &step, double redshift, WorkingSpectrum &spectrum)
{
    const bool isVelocity = step.from == RestFrame::From::Velocity;
    const double factor = 1.0 + (isVelocity ? redshift / kLightKms : redshift);
    if (!std::isfinite(factor))
        return misfit(std::string("rest frame: expected a ") + (isVelocity ? "velocity" : "redshift") +
                      (step.from == RestFrame::From::File ? " in the file" : " in the catalogue") +
                      ", found none");
    if (!(factor > 0.0))
        return misfit("rest frame: expected 1 + redshift above 0, found " + spectralNumber(factor));
    for (double &wavelength : spectrum.wavelength)
        wavelength /= factor;
    if (!step.scalesFlux)
        return {};
    for (double &flux : spectrum.flux)
        flux *= factor;
    for (double &variance : spectrum.variance)
        variance *= factor * factor;
    return {};
}

Result<void> applyStep(const SpectralNormalise &step, WorkingSpectrum &spectrum)
{
    std::vector<double> fluxes = fluxesBetween(step.firstAngstrom, step.lastAngstrom, spectrum);
    if (fluxes.empty())
        return misfit("normalise: expected good pixels from " + spectralNumber(step.firstAngstrom) + " to " +
                      (step.lastAngstrom > 0.0 ? spectralNumber(step.lastAngstrom) : std::string("the end")) +
                      ", found none");
    const double level = levelOf(step.to, fluxes, spectrum.size());
    if (!(level > 0.0) || !std::isfinite(level))
        return misfit("normalise: expected a positive " + std::string(nameOf(step.to)) + ", found " +
                      spectralNumber(level));
    for (double &flux : spectrum.flux)
        flux /= level;
    for (double &variance : spectrum.variance)
        variance = variance / level / level;
    return {};
}

void applyStep(const SpectralFill &step, WorkingSpectrum &spectrum)
{
    if (step.with == SpectralFill::With::Interpolated)
        return interpolateGaps(spectrum);
    const double value = step.with == SpectralFill::With::Mean ? meanOfGood(spectrum) : 0.0;
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        if (spectrum.good[i] == 0)
            spectrum.flux[i] = value;
}

} // namespace somnium::prepare
