// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/spectrum_thumbnail.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <QPainter>

#include "ui/models/min_max_series.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

MinMaxSeries usableSeries(std::span<const float> flux, std::span<const float> weight)
{
    std::vector<float> values(flux.begin(), flux.end());
    for (std::size_t pixel = 0; pixel < std::min(values.size(), weight.size()); ++pixel)
        if (!(weight[pixel] > 0.0F))
            values[pixel] = std::numeric_limits<float>::quiet_NaN();
    return MinMaxSeries(std::move(values));
}

} // namespace

QImage renderSpectrumThumbnail(std::span<const float> flux, std::span<const float> weight, QSize size,
                               const QPalette &palette)
{
    if (size.isEmpty())
        return {};
    QImage image(size, QImage::Format_RGB32);
    image.fill(themeColours(palette).canvas);
    const MinMaxSeries series = usableSeries(flux, weight);
    const MinMax all = series.range(0, series.size());
    if (all.isEmpty())
        return image;
    const auto width = static_cast<std::size_t>(size.width());
    std::vector<MinMax> columns = minMaxColumns(series, width);
    joinColumns(columns);
    // The line is as thick as a hair, but not thinner on a fine screen.
    const double thickness = std::max(1.0, std::round(size.height() / 72.0));
    const double margin = std::max(2.0, 0.06 * size.height());
    const double room = std::max(1.0, size.height() - 2.0 * margin - thickness);
    const double low = static_cast<double>(all.low);
    const double span = static_cast<double>(all.high) - low;
    const auto yOf = [&](float value) {
        const double share = span > 0.0 ? (static_cast<double>(value) - low) / span : 0.5;
        return margin + (1.0 - share) * room;
    };
    QPainter painter(&image);
    const QColor ink = palette.color(QPalette::WindowText);
    for (std::size_t column = 0; column < width; ++column)
    {
        if (columns[column].isEmpty())
            continue;
        const int top = static_cast<int>(std::lround(yOf(columns[column].high)));
        const int bottom = static_cast<int>(std::lround(yOf(columns[column].low) + thickness));
        painter.fillRect(static_cast<int>(column), top, 1, std::max(1, bottom - top), ink);
    }
    return image;
}

} // namespace somnium::ui
