// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "ui/models/image_renderer.h"

namespace somnium::ui
{

namespace
{

// IRAF's defaults.
constexpr std::size_t kSamples = 1000;
constexpr int kIterations = 5;
constexpr double kRejectionSigma = 2.5;
constexpr double kMaximumRejected = 0.5;

std::vector<float> sortedSample(std::span<const float> pixels)
{
    const std::size_t step = std::max<std::size_t>(1, pixels.size() / kSamples);
    std::vector<float> sample;
    sample.reserve(pixels.size() / step + 1);
    for (std::size_t i = 0; i < pixels.size(); i += step)
        if (std::isfinite(pixels[i]))
            sample.push_back(pixels[i]);
    std::ranges::sort(sample);
    return sample;
}

struct Line
{
    double intercept = 0.0;
    double slope = 0.0;
    std::size_t kept = 0;
    [[nodiscard]] double at(double x) const { return intercept + slope * x; }
};

/// Least squares of value against rank over the values that are still kept.
Line fitted(const std::vector<float> &sample, const std::vector<bool> &isKept)
{
    double n = 0.0, sumX = 0.0, sumY = 0.0, sumXX = 0.0, sumXY = 0.0;
    for (std::size_t i = 0; i < sample.size(); ++i)
    {
        if (!isKept[i])
            continue;
        const auto x = static_cast<double>(i);
        const auto y = static_cast<double>(sample[i]);
        n += 1.0;
        sumX += x;
        sumY += y;
        sumXX += x * x;
        sumXY += x * y;
    }
    const double determinant = n * sumXX - sumX * sumX;
    if (determinant <= 0.0)
        return {n > 0.0 ? sumY / n : 0.0, 0.0, static_cast<std::size_t>(n)};
    const double slope = (n * sumXY - sumX * sumY) / determinant;
    return {(sumY - slope * sumX) / n, slope, static_cast<std::size_t>(n)};
}

/// Drops values further than kRejectionSigma from the line, and their next neighbours; true if any went.
bool reject(const std::vector<float> &sample, const Line &line, std::vector<bool> &isKept)
{
    double sumSquares = 0.0;
    for (std::size_t i = 0; i < sample.size(); ++i)
        if (isKept[i])
            sumSquares += std::pow(static_cast<double>(sample[i]) - line.at(static_cast<double>(i)), 2);
    const double sigma = std::sqrt(sumSquares / static_cast<double>(std::max<std::size_t>(line.kept, 1)));
    const std::size_t grow = std::max<std::size_t>(1, sample.size() / 100);
    std::vector<bool> next = isKept;
    for (std::size_t i = 0; i < sample.size(); ++i)
    {
        const double residual = static_cast<double>(sample[i]) - line.at(static_cast<double>(i));
        if (!isKept[i] || std::abs(residual) <= kRejectionSigma * sigma)
            continue;
        const std::size_t end = std::min(sample.size(), i + grow + 1);
        for (std::size_t j = i - std::min(i, grow); j < end; ++j)
            next[j] = false;
    }
    const bool hasChanged = next != isKept;
    isKept = std::move(next);
    return hasChanged;
}

} // namespace

PixelLimits zscaleLimits(std::span<const float> pixels, double contrast)
{
    const std::vector<float> sample = sortedSample(pixels);
    if (sample.empty())
        return {0.0F, 0.0F};
    const PixelLimits all{sample.front(), sample.back()};
    std::vector<bool> isKept(sample.size(), true);
    const auto enough =
        static_cast<std::size_t>(static_cast<double>(sample.size()) * (1.0 - kMaximumRejected));
    Line line = fitted(sample, isKept);
    for (int i = 0; i < kIterations && line.kept >= std::max<std::size_t>(enough, 5); ++i)
    {
        if (!reject(sample, line, isKept))
            break;
        line = fitted(sample, isKept);
    }
    if (line.kept < std::max<std::size_t>(enough, 5))
        return all;
    const double slope = contrast > 0.0 ? line.slope / contrast : line.slope;
    const std::size_t middle = sample.size() / 2;
    const auto median = static_cast<double>(sample[middle]);
    const auto low = median - static_cast<double>(middle) * slope;
    const auto high = median + static_cast<double>(sample.size() - 1 - middle) * slope;
    const PixelLimits limits{std::max(all.low, static_cast<float>(low)),
                             std::min(all.high, static_cast<float>(high))};
    return limits.low < limits.high ? limits : all;
}

} // namespace somnium::ui
