// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/image_renderer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "ui/models/colour_map.h"

namespace somnium::ui
{

namespace
{

constexpr std::size_t kLevels = 1024; ///< steps of the curve between the limits: finer than the 256 colours
constexpr std::array<const char *, 6> kStretchNames = {"linear", "log", "sqrt", "asinh", "power", "histeq"};
constexpr std::array<const char *, 3> kLimitsNames = {"minmax", "percentile", "zscale"};

using LevelCurve = std::array<std::uint8_t, kLevels>;

std::vector<float> finiteValues(std::span<const float> pixels)
{
    std::vector<float> values;
    values.reserve(pixels.size());
    std::ranges::copy_if(pixels, std::back_inserter(values),
                         [](float value) { return std::isfinite(value); });
    return values;
}

PixelLimits percentileLimits(std::vector<float> values, double percent)
{
    const double tail = std::clamp((100.0 - percent) / 200.0, 0.0, 0.5);
    const auto last = static_cast<double>(values.size() - 1);
    const auto orderStatistic = [&values](double position) {
        const auto nth = values.begin() + static_cast<std::ptrdiff_t>(std::lround(position));
        std::nth_element(values.begin(), nth, values.end());
        return *nth;
    };
    const float low = orderStatistic(tail * last);
    return {low, orderStatistic((1.0 - tail) * last)};
}

std::size_t levelOf(float value, PixelLimits limits)
{
    const float range = limits.high - limits.low;
    const float fraction = range > 0.0F ? (value - limits.low) / range : (value > limits.high ? 1.0F : 0.0F);
    return static_cast<std::size_t>(std::clamp(fraction, 0.0F, 1.0F) * static_cast<float>(kLevels - 1) +
                                    0.5F);
}

std::uint8_t colourIndex(double fraction, const DisplaySettings &settings)
{
    const double adjusted = std::clamp((fraction - settings.bias) * settings.contrast + 0.5, 0.0, 1.0);
    const double shown = settings.isInverted ? 1.0 - adjusted : adjusted;
    return static_cast<std::uint8_t>(std::lround(255.0 * shown));
}

double stretchCurve(double x, ImageStretch stretch)
{
    switch (stretch)
    {
    case ImageStretch::Log: return std::log1p(1000.0 * x) / std::log1p(1000.0);
    case ImageStretch::Sqrt: return std::sqrt(x);
    case ImageStretch::Asinh: return std::asinh(10.0 * x) / std::asinh(10.0);
    case ImageStretch::Power: return (std::pow(1000.0, x) - 1.0) / 999.0;
    case ImageStretch::Linear:
    case ImageStretch::HistogramEqualisation: break;
    }
    return x;
}

/// The cumulative histogram between the limits as the curve.
LevelCurve equalisedCurve(std::span<const float> pixels, PixelLimits limits, const DisplaySettings &settings)
{
    std::array<std::size_t, kLevels> counts{};
    std::size_t total = 0;
    for (const float value : pixels)
        if (std::isfinite(value))
        {
            ++counts[levelOf(value, limits)];
            ++total;
        }
    // The lowest level, often an empty background that fills most of the image, stays at the first colour.
    const std::size_t background = counts[0];
    const double others = static_cast<double>(std::max<std::size_t>(total - background, 1));
    LevelCurve curve{};
    std::size_t below = 0;
    for (std::size_t level = 0; level < kLevels; ++level)
    {
        below += level == 0 ? 0 : counts[level];
        curve[level] = colourIndex(static_cast<double>(below) / others, settings);
    }
    return curve;
}

LevelCurve curveFor(std::span<const float> pixels, PixelLimits limits, const DisplaySettings &settings)
{
    if (settings.stretch == ImageStretch::HistogramEqualisation)
        return equalisedCurve(pixels, limits, settings);
    LevelCurve curve{};
    for (std::size_t level = 0; level < kLevels; ++level)
    {
        const double fraction = static_cast<double>(level) / static_cast<double>(kLevels - 1);
        curve[level] = colourIndex(stretchCurve(fraction, settings.stretch), settings);
    }
    return curve;
}

/// Calls `colourOf(row, column)` for each pixel, the image's row 0 last.
template <class ColourOf> QImage painted(const data::ImageView &image, ColourOf colourOf)
{
    QImage picture(static_cast<int>(image.columns()), static_cast<int>(image.rows()),
                   QImage::Format_ARGB32_Premultiplied);
    for (std::size_t row = 0; row < image.rows(); ++row)
    {
        auto *line = reinterpret_cast<QRgb *>(picture.scanLine(static_cast<int>(image.rows() - 1 - row)));
        for (std::size_t column = 0; column < image.columns(); ++column)
            line[column] = colourOf(row, column);
    }
    return picture;
}

using LevelColours = std::array<QRgb, kLevels>;

LevelColours levelColours(const data::ImageView &image, std::size_t channel, PixelLimits limits,
                          const DisplaySettings &settings)
{
    const LevelCurve curve = curveFor(image.channel(channel), limits, settings);
    const ColourTable &table = colourTable(settings.colourMap);
    LevelColours colours{};
    for (std::size_t level = 0; level < kLevels; ++level)
        colours[level] = table[curve[level]];
    return colours;
}

QImage renderGray(const data::ImageView &image, std::size_t channel, const LevelColours &colours,
                  PixelLimits limits)
{
    return painted(image, [&](std::size_t row, std::size_t column) {
        const float value = image.at(row, column, channel);
        return std::isfinite(value) ? colours[levelOf(value, limits)] : qRgba(0, 0, 0, 0);
    });
}

QImage renderColour(const data::ImageView &image, const DisplaySettings &settings, PixelLimits limits)
{
    const LevelCurve curve = curveFor(image.pixels(), limits, settings);
    const std::size_t channels = std::min<std::size_t>(image.channels(), 3);
    return painted(image, [&](std::size_t row, std::size_t column) {
        std::array<int, 3> levels{};
        for (std::size_t channel = 0; channel < channels; ++channel)
        {
            const float value = image.at(row, column, channel);
            if (!std::isfinite(value))
                return qRgba(0, 0, 0, 0);
            levels[channel] = curve[levelOf(value, limits)];
        }
        return channels == 2 ? qRgb(levels[0], (levels[0] + levels[1]) / 2, levels[1])
                             : qRgb(levels[0], levels[1], levels[2]);
    });
}

template <std::size_t N> int indexOfName(const std::array<const char *, N> &names, const QString &name)
{
    for (std::size_t i = 0; i < N; ++i)
        if (name == QLatin1String(names[i]))
            return static_cast<int>(i);
    return -1;
}

} // namespace

PixelLimits pixelLimits(std::span<const float> pixels, const DisplaySettings &settings)
{
    if (settings.limits == ImageLimits::ZScale)
        return zscaleLimits(pixels);
    std::vector<float> values = finiteValues(pixels);
    if (values.empty())
        return {0.0F, 0.0F};
    if (settings.limits == ImageLimits::Percentile)
    {
        const PixelLimits limits = percentileLimits(values, settings.percent);
        // Sparse images: nearly all pixels are background, and the percentile would show nothing.
        if (limits.low < limits.high)
            return limits;
    }
    const auto [low, high] = std::ranges::minmax_element(values);
    return {*low, *high};
}

double stretched(double fraction, const DisplaySettings &settings)
{
    const double curve = stretchCurve(std::clamp(fraction, 0.0, 1.0), settings.stretch);
    return colourIndex(curve, settings) / 255.0;
}

std::optional<std::size_t> shownChannel(std::size_t channels, const DisplaySettings &settings)
{
    if (channels <= 1)
        return 0;
    return settings.channel ? std::optional(std::min(*settings.channel, channels - 1)) : std::nullopt;
}

data::ImageView channelView(const data::ImageView &image, std::size_t channel)
{
    return {image.channel(channel), {1, image.rows(), image.columns()}};
}

PixelLimits imageLimits(const data::ImageView &image, const DisplaySettings &settings)
{
    const auto channel = shownChannel(image.channels(), settings);
    const bool isPart = channel && image.channels() > 1;
    return pixelLimits(isPart ? image.channel(*channel) : image.pixels(), settings);
}

QImage renderImage(const data::ImageView &image, const DisplaySettings &settings)
{
    return renderImage(image, settings, imageLimits(image, settings));
}

QImage renderImage(const data::ImageView &image, const DisplaySettings &settings, PixelLimits limits)
{
    if (image.shape().size() == 0)
        return {};
    const auto channel = shownChannel(image.channels(), settings);
    if (!channel)
        return renderColour(image, settings, limits);
    return renderGray(image, *channel, levelColours(image, *channel, limits, settings), limits);
}

std::vector<QImage> renderImages(const std::vector<data::ImageView> &images, const DisplaySettings &settings,
                                 PixelLimits limits)
{
    std::vector<QImage> pictures;
    pictures.reserve(images.size());
    const bool sharesCurve = settings.stretch != ImageStretch::HistogramEqualisation;
    LevelColours colours{};
    if (sharesCurve && !images.empty() && images.front().shape().size() > 0)
        colours = levelColours(images.front(), 0, limits, settings);
    for (const data::ImageView &image : images)
    {
        const auto channel = shownChannel(image.channels(), settings);
        pictures.push_back(sharesCurve && channel && image.shape().size() > 0
                               ? renderGray(image, *channel, colours, limits)
                               : renderImage(image, settings, limits));
    }
    return pictures;
}

QImage renderDifference(const data::ImageView &image, float largest)
{
    if (image.shape().size() == 0)
        return {};
    if (largest <= 0.0F)
        for (const float value : image.channel(0))
            if (std::isfinite(value))
                largest = std::max(largest, std::abs(value));
    const PixelLimits limits{-largest, largest};
    const ColourTable &colours = colourTable(QStringLiteral("RdBu"));
    return painted(image, [&](std::size_t row, std::size_t column) {
        const float value = image.at(row, column);
        if (!std::isfinite(value))
            return qRgba(0, 0, 0, 0);
        const double range = static_cast<double>(limits.high) - static_cast<double>(limits.low);
        return colourAt(colours, range > 0.0 ? (static_cast<double>(value - limits.low)) / range : 0.5);
    });
}

QString stretchName(ImageStretch stretch)
{
    return QString::fromLatin1(kStretchNames[static_cast<std::size_t>(stretch)]);
}

ImageStretch stretchFromName(const QString &name)
{
    const int index = indexOfName(kStretchNames, name);
    return index < 0 ? ImageStretch::Asinh : static_cast<ImageStretch>(index);
}

QString limitsName(ImageLimits limits)
{
    return QString::fromLatin1(kLimitsNames[static_cast<std::size_t>(limits)]);
}

ImageLimits limitsFromName(const QString &name)
{
    const int index = indexOfName(kLimitsNames, name);
    return index < 0 ? ImageLimits::Percentile : static_cast<ImageLimits>(index);
}

} // namespace somnium::ui
