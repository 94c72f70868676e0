// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/naive_backend.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace somnium::test
{

namespace
{

using Complex = std::complex<double>;

double bilinear(const data::ImageView &image, std::size_t channel, double row, double column)
{
    const double lowRow = std::min(std::floor(row), static_cast<double>(image.rows()) - 2.0);
    const double lowColumn = std::min(std::floor(column), static_cast<double>(image.columns()) - 2.0);
    const double fRow = row - lowRow;
    const double fColumn = column - lowColumn;
    const auto pixel = [&](double r, double c) {
        const float value = image.at(static_cast<std::size_t>(r), static_cast<std::size_t>(c), channel);
        return std::isnan(value) ? 0.0 : static_cast<double>(value);
    };
    return (1.0 - fRow) * (1.0 - fColumn) * pixel(lowRow, lowColumn) +
           (1.0 - fRow) * fColumn * pixel(lowRow, lowColumn + 1.0) +
           fRow * (1.0 - fColumn) * pixel(lowRow + 1.0, lowColumn) +
           fRow * fColumn * pixel(lowRow + 1.0, lowColumn + 1.0);
}

std::size_t place(const compute::PolarGrid &grid, std::size_t harmonic, std::size_t ring, std::size_t channel)
{
    return 2 * ((harmonic * grid.rings + ring) * grid.channels + channel);
}

/// C at every angle, and C' for the flipped image.
std::vector<double> correlation(std::span<const double> image, std::span<const double> prototype,
                                const compute::PolarGrid &grid, bool isFlipped)
{
    std::vector<double> values(grid.angles);
    for (std::size_t s = 0; s < grid.angles; ++s)
        for (std::size_t m = 0; m < grid.harmonics; ++m)
        {
            const double turn = 2.0 * std::numbers::pi * static_cast<double>(m * s % grid.angles) /
                                static_cast<double>(grid.angles);
            Complex sum = 0.0;
            for (std::size_t q = 0; q < grid.rings * grid.channels; ++q)
            {
                const std::size_t at = 2 * (m * grid.rings * grid.channels + q);
                const Complex a(image[at], image[at + 1]);
                const Complex b(prototype[at], prototype[at + 1]);
                sum += (isFlipped ? a : std::conj(a)) * b;
            }
            values[s] += (sum * std::polar(1.0, turn)).real();
        }
    return values;
}

struct Peak
{
    double value = 0.0;
    double step = 0.0;
};

Peak peakOf(const std::vector<double> &values)
{
    const auto at = static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
    const std::size_t n = values.size();
    const double before = values[(at + n - 1) % n];
    const double after = values[(at + 1) % n];
    const double curvature = before - 2.0 * values[at] + after;
    const double shift = curvature < 0.0 ? 0.5 * (before - after) / curvature : 0.0;
    return {values[at] - 0.25 * (before - after) * shift, static_cast<double>(at) + shift};
}

/// The best of the rotations 2 pi i / rotations; between the angles by the parabola of the three nearest.
Peak bestOf(const std::vector<double> &values, std::size_t rotations)
{
    Peak best = {values[0], 0.0};
    const std::size_t n = values.size();
    for (std::size_t i = 1; i < rotations; ++i)
    {
        const double step = static_cast<double>(i * n) / static_cast<double>(rotations);
        const double nearest = std::floor(step + 0.5);
        const double shift = step - nearest;
        const std::size_t at = static_cast<std::size_t>(nearest) % n;
        const double before = values[(at + n - 1) % n];
        const double after = values[(at + 1) % n];
        const double value = values[at] + 0.5 * shift * (after - before) +
                             0.5 * shift * shift * (before - 2.0 * values[at] + after);
        if (value > best.value)
            best = {value, step};
    }
    return best;
}

double energy(std::span<const double> spectrum)
{
    double sum = 0.0;
    for (const double value : spectrum)
        sum += value * value;
    return sum;
}

} // namespace

std::vector<double> naiveSpectrum(const data::ImageView &image, const compute::PolarGrid &grid)
{
    std::vector<double> spectrum(grid.coefficientCount());
    const auto angles = static_cast<double>(grid.angles);
    const double centreRow = (static_cast<double>(image.rows()) - 1.0) / 2.0;
    const double centreColumn = (static_cast<double>(image.columns()) - 1.0) / 2.0;
    for (std::size_t channel = 0; channel < grid.channels; ++channel)
        for (std::size_t ring = 0; ring < grid.rings; ++ring)
        {
            const double radius = grid.ringRadius(ring);
            const double area =
                radius * grid.radius / static_cast<double>(grid.rings) * 2.0 * std::numbers::pi / angles;
            std::vector<double> samples;
            for (std::size_t t = 0; t < grid.angles; ++t)
            {
                const double angleRad = 2.0 * std::numbers::pi * static_cast<double>(t) / angles;
                samples.push_back(std::sqrt(area) * bilinear(image, channel,
                                                             centreRow + radius * std::sin(angleRad),
                                                             centreColumn + radius * std::cos(angleRad)));
            }
            for (std::size_t m = 0; m < grid.ringHarmonics(ring); ++m)
            {
                Complex sum = 0.0;
                for (std::size_t t = 0; t < grid.angles; ++t)
                    sum +=
                        samples[t] * std::polar(1.0, -2.0 * std::numbers::pi *
                                                         static_cast<double>(m * t % grid.angles) / angles);
                sum *= std::sqrt((m == 0 ? 1.0 : 2.0) / angles *
                                 static_cast<double>(grid.channelWeight(channel)));
                spectrum[place(grid, m, ring, channel)] = sum.real();
                spectrum[place(grid, m, ring, channel) + 1] = m == 0 ? 0.0 : sum.imag();
            }
        }
    return spectrum;
}

NaiveMatch naiveMatch(std::span<const double> image, std::span<const double> prototype,
                      const compute::PolarGrid &grid, bool useFlips, std::size_t rotations)
{
    const auto find = [&](bool isFlipped) {
        const std::vector<double> values = correlation(image, prototype, grid, isFlipped);
        return rotations == 0 ? peakOf(values) : bestOf(values, rotations);
    };
    Peak peak = find(false);
    bool isFlipped = false;
    if (useFlips)
    {
        const Peak flipped = find(true);
        isFlipped = flipped.value > peak.value;
        peak = isFlipped ? flipped : peak;
    }
    const double squared = energy(image) + energy(prototype) - 2.0 * peak.value;
    return {std::sqrt(std::max(0.0, squared)),
            2.0 * std::numbers::pi * peak.step / static_cast<double>(grid.angles), isFlipped};
}

std::vector<double> naiveTurned(std::span<const double> spectrum, const compute::PolarGrid &grid,
                                double angleRad, bool isFlipped)
{
    std::vector<double> turned(spectrum.size());
    for (std::size_t m = 0; m < grid.harmonics; ++m)
        for (std::size_t q = 0; q < grid.rings * grid.channels; ++q)
        {
            const std::size_t at = 2 * (m * grid.rings * grid.channels + q);
            Complex value(spectrum[at], spectrum[at + 1]);
            value =
                (isFlipped ? std::conj(value) : value) * std::polar(1.0, -static_cast<double>(m) * angleRad);
            turned[at] = value.real();
            turned[at + 1] = value.imag();
        }
    return turned;
}

} // namespace somnium::test
