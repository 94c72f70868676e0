// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/steps.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

namespace somnium::prepare
{

namespace
{

constexpr float kNoValue = std::numeric_limits<float>::quiet_NaN();
constexpr double kMadToSigma = 1.4826; // of a normal distribution

/// Replaces every finite pixel of a channel by function(pixel).
template <class Function> void transformFinite(std::span<float> channel, const Function &function)
{
    for (float &pixel : channel)
        if (std::isfinite(pixel))
            pixel = narrow(function(static_cast<double>(pixel)));
}

/// Values at both ends of what Normalise maps onto 0 and 1.
struct Range
{
    double low = 0.0;
    double high = 0.0;
};

Range rangeOf(const Normalise &step, std::vector<float> values)
{
    if (values.empty())
        return {};
    if (step.to == Normalise::To::Percentile)
    {
        const Range range = {percentile(values, 100.0 - step.percentile),
                             percentile(values, step.percentile)};
        if (range.high > range.low)
            return range;
        // A small source on a clipped background: both percentiles are background.
        return rangeOf(Normalise{Normalise::To::MinMax, step.percentile, step.together}, std::move(values));
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return {step.to == Normalise::To::Maximum ? 0.0 : *low, *high};
}

double fillValue(FillNan::With with, std::vector<float> values)
{
    if (with == FillNan::With::Zero || values.empty())
        return 0.0;
    return with == FillNan::With::Median ? median(values) : *std::min_element(values.begin(), values.end());
}

double curve(const Stretch &step, double magnitude)
{
    switch (step.curve)
    {
    case Stretch::Curve::Sqrt: return std::sqrt(magnitude);
    case Stretch::Curve::Asinh:
        return std::asinh(magnitude / step.softening) / std::asinh(1.0 / step.softening);
    case Stretch::Curve::Log: return std::log1p(step.scale * magnitude) / std::log1p(step.scale);
    }
    return magnitude;
}

} // namespace

float narrow(double value)
{
    constexpr double kLargest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(value, -kLargest, kLargest));
}

std::vector<float> finiteValues(std::span<const float> channel)
{
    std::vector<float> values;
    values.reserve(channel.size());
    std::copy_if(channel.begin(), channel.end(), std::back_inserter(values),
                 [](float value) { return std::isfinite(value); });
    return values;
}

double median(std::vector<float> &values)
{
    if (values.empty())
        return 0.0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    const float below = *std::max_element(values.begin(), middle);
    return 0.5 * (static_cast<double>(below) + static_cast<double>(*middle));
}

double percentile(std::vector<float> &values, double percent)
{
    if (values.empty())
        return 0.0;
    const double place = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(values.size() - 1);
    const auto index = static_cast<std::size_t>(place);
    const auto lower = values.begin() + static_cast<std::ptrdiff_t>(index);
    std::nth_element(values.begin(), lower, values.end());
    const double low = *lower;
    const double fraction = place - static_cast<double>(index);
    if (fraction == 0.0 || index + 1 == values.size())
        return low;
    const double high = *std::min_element(lower + 1, values.end());
    return low + fraction * (high - low);
}

NoiseLevel noiseLevel(std::span<const float> channel, double clipSigma, int iterations)
{
    std::vector<float> kept = finiteValues(channel);
    NoiseLevel level;
    for (int i = 0; i < std::max(iterations, 1) && !kept.empty(); ++i)
    {
        level.median = median(kept);
        std::vector<float> deviations(kept.size());
        std::transform(kept.begin(), kept.end(), deviations.begin(), [&](float value) {
            return narrow(std::abs(static_cast<double>(value) - level.median));
        });
        level.sigma = kMadToSigma * median(deviations);
        const std::size_t before = kept.size();
        std::erase_if(kept, [&](float value) {
            return std::abs(static_cast<double>(value) - level.median) > clipSigma * level.sigma;
        });
        if (kept.size() == before)
            break;
    }
    return level;
}

long long windowStart(std::size_t size, std::size_t side)
{
    const auto difference = static_cast<long long>(size) - static_cast<long long>(side);
    return difference >= 0 ? difference / 2 : (difference - 1) / 2;
}

Result<void> checkFits(const Cutout &step, const data::ImageShape &shape)
{
    if (step.pad || (shape.rows >= step.side && shape.columns >= step.side))
        return {};
    return failure(ErrorKind::Mismatch, "cutout: expected at least " + std::to_string(step.side) + " x " +
                                            std::to_string(step.side) + " pixels, found " +
                                            std::to_string(shape.rows) + " x " +
                                            std::to_string(shape.columns));
}

Result<Prepared> applyStep(const Cutout &step, Prepared input)
{
    const data::Image &image = input.image;
    if (const auto fits = checkFits(step, image.shape()); !fits)
        return failure(fits.error());
    const long long firstRow = windowStart(image.rows(), step.side);
    const long long firstColumn = windowStart(image.columns(), step.side);
    const auto rows = static_cast<long long>(image.rows());
    const auto columns = static_cast<long long>(image.columns());
    data::Image window({image.channels(), step.side, step.side}, kNoValue);
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
        for (std::size_t row = 0; row < step.side; ++row)
        {
            const long long from = firstRow + static_cast<long long>(row);
            if (from < 0 || from >= rows)
                continue;
            const long long left = std::max<long long>(firstColumn, 0);
            const long long right = std::min(firstColumn + static_cast<long long>(step.side), columns);
            for (long long column = left; column < right; ++column)
                window.at(row, static_cast<std::size_t>(column - firstColumn), channel) =
                    image.at(static_cast<std::size_t>(from), static_cast<std::size_t>(column), channel);
        }
    input.rowOrigin += input.rowScale * static_cast<double>(firstRow);
    input.columnOrigin += input.columnScale * static_cast<double>(firstColumn);
    input.image = std::move(window);
    return input;
}

Result<Prepared> applyStep(const FillNan &step, Prepared input)
{
    for (std::size_t channel = 0; channel < input.image.channels(); ++channel)
    {
        const std::span<float> pixels = input.image.channel(channel);
        const float value = narrow(fillValue(step.with, finiteValues(pixels)));
        for (float &pixel : pixels)
            if (!std::isfinite(pixel))
            {
                pixel = value;
                ++input.filledPixels;
            }
    }
    return input;
}

Result<Prepared> applyStep(const ClipNoise &step, Prepared input)
{
    for (std::size_t channel = 0; channel < input.image.channels(); ++channel)
    {
        const std::span<float> pixels = input.image.channel(channel);
        const NoiseLevel level = noiseLevel(pixels, step.clipSigma, step.iterations);
        const double threshold = level.median + step.keepAboveSigma * level.sigma;
        transformFinite(pixels, [&](double value) { return value < threshold ? 0.0 : value - level.median; });
    }
    return input;
}

Result<Prepared> applyStep(const ClipPercentiles &step, Prepared input)
{
    for (std::size_t channel = 0; channel < input.image.channels(); ++channel)
    {
        const std::span<float> pixels = input.image.channel(channel);
        std::vector<float> values = finiteValues(pixels);
        const double low = percentile(values, step.low);
        const double high = std::max(low, percentile(values, step.high)); // rounding may cross them
        transformFinite(pixels, [&](double value) { return std::clamp(value, low, high); });
    }
    return input;
}

Result<Prepared> applyStep(const Normalise &step, Prepared input)
{
    const auto scale = [&](std::span<float> pixels) {
        const Range range = rangeOf(step, finiteValues(pixels));
        const double width = range.high - range.low;
        transformFinite(pixels,
                        [&](double value) { return width > 0.0 ? (value - range.low) / width : 0.0; });
    };
    if (step.together)
        scale(input.image.pixels());
    else
        for (std::size_t channel = 0; channel < input.image.channels(); ++channel)
            scale(input.image.channel(channel));
    return input;
}

Result<Prepared> applyStep(const Stretch &step, Prepared input)
{
    transformFinite(input.image.pixels(),
                    [&](double value) { return std::copysign(curve(step, std::abs(value)), value); });
    return input;
}

Result<Prepared> applyStep(const Multiply &step, Prepared input)
{
    transformFinite(input.image.pixels(), [&](double value) { return step.factor * value + step.add; });
    return input;
}

} // namespace somnium::prepare
