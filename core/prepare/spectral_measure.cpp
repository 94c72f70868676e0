// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/spectral_measure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/prepare/spectral_medium.h"
#include "core/prepare/spectral_steps.h"

namespace somnium::prepare
{

namespace
{

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Pixels [first, last] whose linear interpolant a band reads.
struct PixelRange
{
    std::size_t first = 0;
    std::size_t last = 0;
};

WavelengthWindow onGrid(const WavelengthWindow &band, data::WavelengthMedium from, data::WavelengthMedium to)
{
    using data::WavelengthMedium;
    if (from == WavelengthMedium::Air && to == WavelengthMedium::Vacuum)
        return {airToVacuum(band.firstAngstrom), airToVacuum(band.lastAngstrom)};
    if (from == WavelengthMedium::Vacuum && to == WavelengthMedium::Air)
        return {vacuumToAir(band.firstAngstrom), vacuumToAir(band.lastAngstrom)};
    return band;
}

std::string textOf(const WavelengthWindow &band)
{
    return spectralNumber(band.firstAngstrom) + " to " + spectralNumber(band.lastAngstrom) + " Angstrom";
}

Result<PixelRange> rangeOnGrid(const WavelengthWindow &band, const data::SpectralGrid &grid)
{
    constexpr double kLeastPixels = 2.0;
    const double first = grid.pixelOf(band.firstAngstrom);
    const double last = grid.pixelOf(band.lastAngstrom);
    const auto pixels = static_cast<double>(grid.pixels);
    // A rounding error beyond the last centre is not beyond the grid.
    if (!(first > -1e-6 && last < pixels - 1.0 + 1e-6))
        return failure(ErrorKind::Mismatch, "expected a band within the grid, " +
                                                textOf({grid.at(0.0), grid.at(pixels - 1.0)}) + ", found " +
                                                textOf(band));
    if (!(last - first >= kLeastPixels))
        return failure(ErrorKind::Mismatch, "expected a band of at least two pixels, found " + textOf(band) +
                                                " on pixels of " +
                                                spectralNumber(grid.at(first + 1.0) - grid.at(first)));
    return PixelRange{static_cast<std::size_t>(std::max(0.0, std::floor(first))),
                      static_cast<std::size_t>(std::min(pixels - 1.0, std::ceil(last)))};
}

/// Weight of each node of a piecewise linear function in its integral over the band.
std::vector<double> quadrature(const WavelengthWindow &band, const PixelRange &range,
                               const data::SpectralGrid &grid)
{
    std::vector<double> share(range.last - range.first + 1, 0.0);
    for (std::size_t i = 0; i + 1 < share.size(); ++i)
    {
        const double left = grid.at(static_cast<double>(range.first + i));
        const double right = grid.at(static_cast<double>(range.first + i + 1));
        const double low = std::max(left, band.firstAngstrom);
        const double high = std::min(right, band.lastAngstrom);
        if (!(high > low))
            continue;
        const double middle = (0.5 * (low + high) - left) / (right - left);
        share[i] += (high - low) * (1.0 - middle);
        share[i + 1] += (high - low) * middle;
    }
    return share;
}

/// Of a flux ratio; none of a negative one.
double magnitudeOf(double ratio)
{
    return ratio > 0.0 ? -2.5 * std::log10(ratio) : kNone;
}

bool isThere(std::span<const float> flux, std::span<const float> weight, std::size_t at)
{
    return std::isfinite(flux[at]) && (weight.empty() || weight[at] > 0.0F);
}

} // namespace

data::WavelengthMedium mediumOf(const SpectralRecipe &recipe)
{
    return recipe.medium.isEnabled ? data::WavelengthMedium::Vacuum : data::WavelengthMedium::Unknown;
}

Result<SpectralMeter> SpectralMeter::create(const SpectralMeasure &measure, const data::SpectralGrid &grid,
                                            data::WavelengthMedium gridMedium)
{
    if (!grid.hasWavelengths() || grid.pixels < 2)
        return failure(ErrorKind::Mismatch, measure.name + ": the spectra have no wavelengths");
    SpectralMeter meter;
    meter.m_kind = measure.kind;
    for (const auto &[windows, bands] :
         {std::pair(&measure.bands, &meter.m_bands), std::pair(&measure.sides, &meter.m_sides)})
        for (const WavelengthWindow &window : *windows)
        {
            const WavelengthWindow moved = onGrid(window, measure.medium, gridMedium);
            const Result<PixelRange> range = rangeOnGrid(moved, grid);
            if (!range)
                return failure(range.error().kind, measure.name + ": " + range.error().message);
            Band band{.first = range->first, .share = quadrature(moved, *range, grid)};
            for (const double share : band.share)
                band.width += share;
            for (std::size_t pixel = range->first; pixel <= range->last; ++pixel)
                meter.m_pixels.push_back(pixel);
            bands->push_back(std::move(band));
        }
    std::ranges::sort(meter.m_pixels);
    const auto repeated = std::ranges::unique(meter.m_pixels);
    meter.m_pixels.erase(repeated.begin(), repeated.end());
    for (std::vector<Band> *const bands : {&meter.m_bands, &meter.m_sides})
        for (Band &band : *bands)
            band.first = static_cast<std::size_t>(std::ranges::lower_bound(meter.m_pixels, band.first) -
                                                  meter.m_pixels.begin());
    for (const std::size_t pixel : meter.m_pixels)
    {
        const double wavelength = grid.at(static_cast<double>(pixel));
        meter.m_offsets.push_back(wavelength - grid.at(static_cast<double>(meter.m_pixels.front())));
        if (measure.kind == MeasureKind::Break)
            meter.m_factors.push_back(wavelength * wavelength);
    }
    return meter;
}

SpectralMeter::Sums SpectralMeter::sumsOf(std::span<const Band> bands, std::span<const float> flux,
                                          std::span<const float> weight) const
{
    Sums sums;
    for (const Band &band : bands)
    {
        double there = 0.0;
        for (std::size_t i = 0; i < band.share.size(); ++i)
        {
            const std::size_t at = band.first + i;
            if (!isThere(flux, weight, at))
                continue;
            const double w = band.share[i];
            const double x = m_offsets[at];
            const double f = static_cast<double>(flux[at]) * (m_factors.empty() ? 1.0 : m_factors[at]);
            there += w;
            sums.x += w * x;
            sums.xx += w * x * x;
            sums.f += w * f;
            sums.xf += w * x * f;
        }
        sums.w += there;
        sums.isEnough = sums.isEnough && there >= kLeastShare * band.width;
    }
    return sums;
}

SpectralMeter::Line SpectralMeter::continuumOf(std::span<const float> flux, std::span<const float> weight,
                                               bool &isEnough) const
{
    if (m_sides.size() == 2)
    {
        const Sums blue = sumsOf(std::span(m_sides).first(1), flux, weight);
        const Sums red = sumsOf(std::span(m_sides).last(1), flux, weight);
        isEnough = blue.isEnough && red.isEnough;
        // Where pixels are missing the mean flux belongs to the mean wavelength of the others.
        const double slope = (red.f / red.w - blue.f / blue.w) / (red.x / red.w - blue.x / blue.w);
        return {.at = blue.f / blue.w - slope * blue.x / blue.w, .slope = slope};
    }
    const Sums all = sumsOf(m_sides, flux, weight);
    isEnough = all.isEnough;
    const double meanX = all.x / all.w;
    const double slope = (all.xf - meanX * all.f) / (all.xx - meanX * all.x);
    return {.at = all.f / all.w - slope * meanX, .slope = slope};
}

double SpectralMeter::strengthOf(std::span<const float> flux, std::span<const float> weight) const
{
    bool isEnough = true;
    const Line continuum = continuumOf(flux, weight, isEnough);
    double absorbed = 0.0; // integral of 1 - F / Fc
    double width = 0.0;
    for (const Band &band : m_bands)
    {
        double sum = 0.0;
        double there = 0.0;
        for (std::size_t i = 0; i < band.share.size(); ++i)
        {
            const std::size_t at = band.first + i;
            if (!isThere(flux, weight, at) || band.share[i] == 0.0)
                continue;
            const double level = continuum.at + continuum.slope * m_offsets[at];
            if (!(level > 0.0))
                return kNone;
            sum += band.share[i] * (1.0 - static_cast<double>(flux[at]) / level);
            there += band.share[i];
        }
        isEnough = isEnough && there >= kLeastShare * band.width;
        absorbed += sum * band.width / there;
        width += band.width;
    }
    if (!isEnough)
        return kNone;
    return m_kind == MeasureKind::EquivalentWidth ? absorbed : magnitudeOf(1.0 - absorbed / width);
}

double SpectralMeter::measure(std::span<const float> flux, std::span<const float> weight) const
{
    if (m_kind == MeasureKind::EquivalentWidth || m_kind == MeasureKind::BandMagnitude)
        return strengthOf(flux, weight);
    const Sums above = sumsOf(m_bands, flux, weight);
    if (!above.isEnough)
        return kNone;
    if (m_kind == MeasureKind::Mean)
        return above.f / above.w;
    const Sums below = sumsOf(m_sides, flux, weight);
    const double mean = below.f / below.w;
    if (!below.isEnough || !(mean > 0.0))
        return kNone;
    const double ratio = above.f / above.w / mean;
    return m_kind == MeasureKind::Colour ? magnitudeOf(ratio) : ratio;
}

} // namespace somnium::prepare
