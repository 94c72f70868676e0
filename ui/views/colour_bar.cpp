// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/colour_bar.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr double kBarWidth = 12.0;
constexpr double kGap = 6.0;

QString tickText(double value, double step)
{
    const QLocale locale;
    if (value != 0.0 && (std::abs(value) >= 1e6 || std::abs(step) < 1e-4))
        return locale.toString(value, 'g', 4);
    const int decimals = step > 0.0 ? std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))) : 2;
    return locale.toString(value, 'f', std::min(decimals, 6));
}

} // namespace

std::vector<double> roundTicks(double low, double high, int count)
{
    if (!std::isfinite(low) || !std::isfinite(high) || high < low || count < 1)
        return {};
    if (high == low)
        return {low};
    const double raw = (high - low) / count;
    const double decade = std::pow(10.0, std::floor(std::log10(raw)));
    double step = 10.0 * decade;
    for (const double factor : std::array{1.0, 2.0, 5.0})
        if (factor * decade >= raw)
        {
            step = factor * decade;
            break;
        }
    std::vector<double> ticks;
    for (double multiple = std::ceil(low / step - 1e-9); multiple * step <= high + 1e-9 * step;
         multiple += 1.0)
        ticks.push_back(multiple == 0.0 ? 0.0 : multiple * step);
    return ticks;
}

void paintColourBar(QPainter &painter, const QRectF &area, const ColourScale &scale, const QColor &ink)
{
    const QFontMetricsF metrics(painter.font());
    const double lineHeight = metrics.height();
    const QRectF bar(area.left() + lineHeight + kGap, area.top() + lineHeight / 2, kBarWidth,
                     area.height() - lineHeight);
    if (bar.height() < 2.0 * lineHeight)
        return;
    const ColourTable &colours = colourTable(scale.colourMap);
    QImage strip(1, 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        strip.setPixel(0, 255 - i, colours[static_cast<std::size_t>(i)]);
    painter.drawImage(bar, strip);
    painter.setPen(ink);
    const auto ticks = roundTicks(scale.low, scale.high, std::max(2, static_cast<int>(bar.height() / 60.0)));
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 0.0;
    for (const double tick : ticks)
    {
        const double share = scale.high > scale.low ? (tick - scale.low) / (scale.high - scale.low) : 0.5;
        const double y = bar.bottom() - share * bar.height();
        painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3.0, y));
        painter.drawText(
            QRectF(bar.right() + kGap, y - lineHeight / 2, area.right() - bar.right() - kGap, lineHeight),
            Qt::AlignLeft | Qt::AlignVCenter, tickText(tick, step));
    }
    painter.save();
    painter.translate(area.left() + lineHeight / 2, area.center().y());
    painter.rotate(-90.0);
    const QRectF titleArea(-area.height() / 2, -lineHeight / 2, area.height(), lineHeight);
    painter.drawText(titleArea, Qt::AlignCenter,
                     metrics.elidedText(scale.title, Qt::ElideMiddle, area.height()));
    painter.restore();
}

ColourBar::ColourBar(QWidget *parent) : QWidget(parent)
{
    setFont(tabularFont(font()));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setAccessibleName(tr("Colour bar"));
}

void ColourBar::setScale(const ColourScale &scale)
{
    m_scale = scale;
    setToolTip(scale.title);
    const QLocale locale;
    setAccessibleDescription(
        tr("%1, from %2 to %3")
            .arg(scale.title, locale.toString(scale.low, 'g', 4), locale.toString(scale.high, 'g', 4)));
    update();
}

QSize ColourBar::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.height() + static_cast<int>(kBarWidth + 3 * kGap) +
                metrics.horizontalAdvance(QStringLiteral("-0000.0")),
            160};
}

void ColourBar::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    paintColourBar(painter, QRectF(rect()).adjusted(0, kGridStep, 0, -kGridStep), m_scale,
                   palette().color(QPalette::WindowText));
}

} // namespace somnium::ui
