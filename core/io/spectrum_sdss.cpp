// SPDX-License-Identifier: GPL-3.0-or-later
//
// What SDSS and the surveys that use its pipeline share: masks, and one spectrum in five rows.
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/io/fits_pixels.h"
#include "core/io/spectrum_axis.h"
#include "core/io/spectrum_bands.h"
#include "core/io/spectrum_fits.h"

namespace somnium::io
{

namespace
{

/// 10^(COEFF0 + COEFF1 i), to the precision of float.
bool areWavelengths(const std::vector<double> &values, double coeff0, double coeff1)
{
    constexpr double kPrecision = 1e-3;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        const double expected = std::pow(10.0, coeff0 + coeff1 * static_cast<double>(i));
        if (!(std::abs(values[i] - expected) < kPrecision * expected))
            return false;
    }
    return !values.empty();
}

} // namespace

bool isBadInSdss(double mask)
{
    // cite: SDSS bitmask SPPIXMASK: no, bad or rejected fibre and calibration; no sky, sky brighter than the
    // object, no data, all rejected in the sum, bad flux factor, bad sky subtraction.
    constexpr std::uint64_t kBad = 1U << 0U | 1U << 1U | 1U << 2U | 1U << 3U | 1U << 18U | 1U << 22U |
                                   1U << 23U | 1U << 24U | 1U << 25U | 1U << 26U | 1U << 27U;
    constexpr double kMost = 9.0e18;
    return !(mask >= 0.0 && mask < kMost) || (static_cast<std::uint64_t>(mask) & kBad) != 0;
}

bool visitSurveyRows(const SpectrumFile &file, SpectrumSink &sink)
{
    constexpr std::size_t kFewestRows = 4;
    constexpr std::size_t kMostRows = 6;
    const ParsedFitsHdu &hdu = file.hdu(0);
    const auto coeff0 = hdu.header.number("COEFF0");
    const auto coeff1 = hdu.header.number("COEFF1");
    if (file.isPlate || hdu.axes.size() != 2 || !coeff0 || !coeff1 || hdu.axes[1] < kFewestRows ||
        hdu.axes[1] > kMostRows)
        return false;
    if (!sink.wants(hdu.number, 0))
        return true;
    const auto pixels = FitsPixels::open(hdu);
    if (!pixels)
    {
        sink.problem(hdu.number, 0, pixels.error().message);
        return true;
    }
    const std::size_t length = hdu.axes[0];
    const auto row = [&](std::size_t index) {
        return numbersAlong([&](std::size_t i) { return pixels->at(i); }, index * length, 1, length);
    };
    RawSpectrum raw = objectOf(file, hdu);
    auto axis = axisOfHeader(hdu.header, length);
    if (!axis)
    {
        sink.problem(hdu.number, 0, axis.error().message);
        return true;
    }
    raw.axis = std::move(*axis);
    if (raw.axis.medium == data::WavelengthMedium::Unknown)
        raw.axis.medium = data::WavelengthMedium::Vacuum; // that of both surveys
    for (const double value : row(0))
        raw.flux.push_back(fluxOf(value));
    // LAMOST: flux, inverse variance, wavelength, masks. spSpec: flux, flux without continuum, error, mask.
    const bool isLamost = areWavelengths(row(2), *coeff0, *coeff1);
    raw.noise = row(isLamost ? 1 : 2);
    raw.noiseKind = isLamost ? Noise::InverseVariance : Noise::Sigma;
    for (const double value : row(3))
        raw.mask.push_back(isBadInSdss(value) ? 1 : 0);
    sink.give(hdu.number, 0, std::move(raw));
    return true;
}

} // namespace somnium::io
