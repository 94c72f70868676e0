// SPDX-License-Identifier: GPL-3.0-or-later
// The steps that take pixels away, and those that look at islands.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/prepare/islands.h"
#include "core/prepare/steps.h"

namespace somnium::prepare
{

namespace
{

/// Squared distance of pixel centres to the centre of the image, in quarter pixels: whole numbers, so that
/// every rotation and flip of an image is treated alike to the bit.
std::size_t quarterDistance(std::size_t row, std::size_t column, const data::ImageShape &shape)
{
    const auto offset = [](std::size_t place, std::size_t size) {
        return 2 * place + 1 > size ? 2 * place + 1 - size : size - 2 * place - 1;
    };
    const std::size_t r = offset(row, shape.rows);
    const std::size_t c = offset(column, shape.columns);
    return r * r + c * c;
}

double discRadius(const data::ImageShape &shape)
{
    return static_cast<double>(std::min(shape.rows, shape.columns)) / 2.0;
}

/// Calls function(channel pixels) for each channel of an image.
template <class Function> void forEachChannel(data::Image &image, const Function &function)
{
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
        function(image.channel(channel));
}

/// Islands of a channel above its noise, as KeepIslands says.
template <class Step> std::vector<Island> islandsOf(const Step &step, std::span<const float> pixels,
                                                    const data::ImageShape &shape, const NoiseLevel &level)
{
    return findIslands(pixels, shape.rows, shape.columns, level.median + step.aboveSigma * level.sigma,
                       static_cast<std::size_t>(step.minimumPixels));
}

PixelMask maskOf(const std::vector<Island> &islands, const data::ImageShape &shape, int grow)
{
    PixelMask mask(shape.channelSize(), 0);
    for (const Island &island : islands)
        for (const std::size_t pixel : island.pixels)
            mask[pixel] = 1;
    return grown(mask, shape.rows, shape.columns, static_cast<std::size_t>(grow));
}

double brightness(const Island &island, std::span<const float> pixels)
{
    return std::accumulate(island.pixels.begin(), island.pixels.end(), 0.0,
                           [&](double sum, std::size_t pixel) { return sum + pixels[pixel]; });
}

void keepOnlyLargest(std::vector<Island> &islands, std::span<const float> pixels)
{
    if (islands.empty())
        return;
    const auto largest =
        std::max_element(islands.begin(), islands.end(), [&](const Island &a, const Island &b) {
            return a.pixels.size() != b.pixels.size() ? a.pixels.size() < b.pixels.size()
                                                      : brightness(a, pixels) < brightness(b, pixels);
        });
    Island only = std::move(*largest);
    islands.clear();
    islands.push_back(std::move(only));
}

bool isMasked(const MaskRange &step, float value)
{
    switch (step.drop)
    {
    case MaskRange::Drop::Below: return value < step.low;
    case MaskRange::Drop::Above: return value > step.high;
    case MaskRange::Drop::Outside: return value < step.low || value > step.high;
    case MaskRange::Drop::Inside: return value >= step.low && value <= step.high;
    }
    return false;
}

/// `isNanMasked`: of a mask channel; a channel's own empty pixels stay empty.
PixelMask rangeMask(const MaskRange &step, std::span<const float> judge, const data::ImageShape &shape,
                    bool isNanMasked)
{
    PixelMask mask(judge.size());
    for (std::size_t i = 0; i < judge.size(); ++i)
        mask[i] = std::isfinite(judge[i]) ? isMasked(step, judge[i]) : isNanMasked;
    return grown(mask, shape.rows, shape.columns, static_cast<std::size_t>(step.grow));
}

double curve(ScaleIslands::Curve kind, double value)
{
    switch (kind)
    {
    case ScaleIslands::Curve::Log: return std::log10(value);
    case ScaleIslands::Curve::Sqrt: return std::sqrt(value);
    case ScaleIslands::Curve::Linear: return value;
    }
    return value;
}

/// Writes the island from 0 to 1 into `to`; one of equal values becomes 1.
void scaleIsland(const Island &island, ScaleIslands::Curve kind, double background,
                 std::span<const float> from, std::span<float> to)
{
    std::vector<double> values;
    values.reserve(island.pixels.size());
    for (const std::size_t pixel : island.pixels)
    {
        // Above the background by the threshold; only without any noise may it be equal.
        const double height = static_cast<double>(from[pixel]) - background;
        values.push_back(curve(kind, std::max(height, std::numeric_limits<double>::min())));
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    for (std::size_t i = 0; i < values.size(); ++i)
        to[island.pixels[i]] = *high > *low ? narrow((values[i] - *low) / (*high - *low)) : 1.0F;
}

} // namespace

Result<Prepared> applyStep(const MaskCircle &step, Prepared input)
{
    const data::ImageShape shape = input.image.shape();
    const double radius = step.radius > 0.0 ? step.radius : discRadius(shape);
    PixelMask mask(shape.channelSize());
    for (std::size_t row = 0; row < shape.rows; ++row)
        for (std::size_t column = 0; column < shape.columns; ++column)
        {
            const bool isInside =
                static_cast<double>(quarterDistance(row, column, shape)) <= 4.0 * radius * radius;
            mask[row * shape.columns + column] = isInside != (step.keep == MaskCircle::Keep::Inside) ? 1 : 0;
        }
    forEachChannel(input.image, [&](std::span<float> pixels) { takeAway(pixels, mask, step.to); });
    return input;
}

Result<Prepared> applyStep(const MaskRange &step, Prepared input)
{
    if (step.byChannel > 0)
    {
        const std::span<const float> judge = input.image.view().channel(step.byChannel - 1);
        const std::vector<float> values(judge.begin(), judge.end());
        input.image = maskedBy(step, std::move(input.image), values);
        return input;
    }
    const data::ImageShape shape = input.image.shape();
    forEachChannel(input.image, [&](std::span<float> pixels) {
        takeAway(pixels, rangeMask(step, pixels, shape, false), step.to);
    });
    return input;
}

data::Image maskedBy(const MaskRange &step, data::Image image, std::span<const float> judge)
{
    const PixelMask mask = rangeMask(step, judge, image.shape(), true);
    forEachChannel(image, [&](std::span<float> pixels) { takeAway(pixels, mask, step.to); });
    return image;
}

Result<Prepared> applyStep(const KeepIslands &step, Prepared input)
{
    const data::ImageShape shape = input.image.shape();
    forEachChannel(input.image, [&](std::span<float> pixels) {
        const NoiseLevel level = noiseLevel(pixels, step.clipSigma, step.iterations);
        std::vector<Island> islands = islandsOf(step, pixels, shape, level);
        if (step.keep == KeepIslands::Keep::Central)
            std::erase_if(islands,
                          [&](const Island &island) { return island.centreDistance > step.centreRadius; });
        if (step.keep == KeepIslands::Keep::Largest)
            keepOnlyLargest(islands, pixels);
        const PixelMask kept = maskOf(islands, shape, step.grow);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            if (std::isfinite(pixels[i]) && kept[i] == 0)
                pixels[i] = 0.0F;
    });
    return input;
}

Result<Prepared> applyStep(const RemoveEdgeSources &step, Prepared input)
{
    const data::ImageShape shape = input.image.shape();
    forEachChannel(input.image, [&](std::span<float> pixels) {
        const NoiseLevel level = noiseLevel(pixels, step.clipSigma, step.iterations);
        std::vector<Island> islands = islandsOf(step, pixels, shape, level);
        PixelMask spared(pixels.size(), 0);
        for (const Island &island : islands)
            if (!island.isAtEdge || island.centreDistance <= step.centreRadius)
                for (const std::size_t pixel : island.pixels)
                    spared[pixel] = 1;
        std::erase_if(islands, [&](const Island &island) {
            return !island.isAtEdge || island.centreDistance <= step.centreRadius;
        });
        PixelMask removed = maskOf(islands, shape, step.grow);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            if (spared[i] != 0 || !std::isfinite(pixels[i]))
                removed[i] = 0;
        takeAway(pixels, removed, step.to);
    });
    return input;
}

Result<Prepared> applyStep(const ScaleIslands &step, Prepared input)
{
    const data::ImageShape shape = input.image.shape();
    forEachChannel(input.image, [&](std::span<float> pixels) {
        const NoiseLevel level = noiseLevel(pixels, step.clipSigma, step.iterations);
        std::vector<float> scaled(pixels.size(), 0.0F);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            if (!std::isfinite(pixels[i]))
                scaled[i] = pixels[i];
        for (const Island &island : islandsOf(step, pixels, shape, level))
            scaleIsland(island, step.curve, level.median, pixels, scaled);
        std::copy(scaled.begin(), scaled.end(), pixels.begin());
    });
    return input;
}

Result<Prepared> applyStep(const Taper &step, Prepared input)
{
    const data::ImageShape shape = input.image.shape();
    const double rim = discRadius(shape);
    const double start = step.inner * rim;
    for (std::size_t row = 0; row < shape.rows; ++row)
        for (std::size_t column = 0; column < shape.columns; ++column)
        {
            const double radius = std::sqrt(static_cast<double>(quarterDistance(row, column, shape))) / 2.0;
            double weight = radius < rim ? 1.0 : 0.0;
            if (radius > start && radius < rim)
            {
                const double cosine = std::cos(0.5 * std::acos(-1.0) * (radius - start) / (rim - start));
                weight = cosine * cosine;
            }
            for (std::size_t channel = 0; channel < shape.channels; ++channel)
                input.image.at(row, column, channel) =
                    static_cast<float>(static_cast<double>(input.image.at(row, column, channel)) * weight);
        }
    return input;
}

} // namespace somnium::prepare
