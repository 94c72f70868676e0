// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/stroke_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace somnium::ui
{

namespace
{

/// Share of a pixel that a line of this half width covers, to a good approximation.
float coverage(float halfWidth, float distance)
{
    return std::clamp(halfWidth + 0.5F - distance, 0.0F, 1.0F);
}

QRgb blended(const QColor &line, float lineShare, const QColor &rim, float rimShare)
{
    const float over = lineShare * line.alphaF();
    const float under = rimShare * rim.alphaF() * (1.0F - over);
    const auto channel = [&](float above, float below) {
        return static_cast<int>(std::lround(255.0F * (over * above + under * below)));
    };
    return qRgba(channel(line.redF(), rim.redF()), channel(line.greenF(), rim.greenF()),
                 channel(line.blueF(), rim.blueF()), channel(1.0F, 1.0F));
}

} // namespace

StrokePicture::StrokePicture(QSize size, const StrokeLook &look)
    : m_size(size), m_look(look),
      m_reach(static_cast<float>(0.5 * look.width + (look.rim.alpha() > 0 ? look.rimWidth : 0.0) + 0.5)),
      m_distance(static_cast<std::size_t>(std::max(0, size.width())) *
                     static_cast<std::size_t>(std::max(0, size.height())),
                 std::numeric_limits<float>::infinity())
{}

void StrokePicture::addSegment(QPointF from, QPointF to)
{
    const auto reach = static_cast<double>(m_reach);
    const auto column = [&](double x) {
        return static_cast<int>(std::floor(std::clamp(x, -1.0, m_size.width() + 1.0)));
    };
    const auto row = [&](double y) {
        return static_cast<int>(std::floor(std::clamp(y, -1.0, m_size.height() + 1.0)));
    };
    const int left = std::max(0, column(std::min(from.x(), to.x()) - reach));
    const int right = std::min(m_size.width() - 1, column(std::max(from.x(), to.x()) + reach));
    const int top = std::max(0, row(std::min(from.y(), to.y()) - reach));
    const int bottom = std::min(m_size.height() - 1, row(std::max(from.y(), to.y()) + reach));
    const auto dx = static_cast<float>(to.x() - from.x());
    const auto dy = static_cast<float>(to.y() - from.y());
    const float lengthSquared = dx * dx + dy * dy;
    for (int y = top; y <= bottom; ++y)
    {
        float *line =
            m_distance.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(m_size.width());
        const float py = static_cast<float>(y + 0.5 - from.y());
        for (int x = left; x <= right; ++x)
        {
            const float px = static_cast<float>(x + 0.5 - from.x());
            const float along =
                lengthSquared > 0.0F ? std::clamp((px * dx + py * dy) / lengthSquared, 0.0F, 1.0F) : 0.0F;
            const float awayX = px - along * dx;
            const float awayY = py - along * dy;
            line[x] = std::min(line[x], std::sqrt(awayX * awayX + awayY * awayY));
        }
    }
}

void StrokePicture::add(const QPolygonF &line)
{
    // Round ends make a stroke longer by its width.
    const double dash = std::max(0.1, m_look.dash - m_look.width);
    const double gap = m_look.gap + m_look.width;
    const bool isDashed = m_look.dash > 0.0 && m_look.gap > 0.0;
    double phase = 0.0; // since the last stroke began
    for (qsizetype corner = 1; corner < line.size(); ++corner)
    {
        const QPointF from = line[corner - 1];
        const QPointF step = line[corner] - from;
        const double length = std::hypot(step.x(), step.y());
        if (!isDashed || !(length > 0.0))
        {
            addSegment(from, line[corner]);
            continue;
        }
        for (double at = 0.0; at < length;)
        {
            const bool isStroke = phase < dash;
            const double rest = (isStroke ? dash : dash + gap) - phase;
            const double to = std::min(length, at + rest);
            if (isStroke)
                addSegment(from + step * (at / length), from + step * (to / length));
            phase = to < length || to - at >= rest ? (isStroke ? dash : 0.0) : phase + (to - at);
            at = to;
        }
    }
}

QImage StrokePicture::image() const
{
    QImage image(m_size, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    const auto halfWidth = static_cast<float>(0.5 * m_look.width);
    const float rimHalf = halfWidth + static_cast<float>(m_look.rimWidth);
    for (int y = 0; y < m_size.height() && !image.isNull(); ++y)
    {
        const float *from =
            m_distance.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(m_size.width());
        auto *to = reinterpret_cast<QRgb *>(image.scanLine(y));
        for (int x = 0; x < m_size.width(); ++x)
            if (from[x] < m_reach)
                to[x] = blended(m_look.colour, coverage(halfWidth, from[x]), m_look.rim,
                                coverage(rimHalf, from[x]));
    }
    return image;
}

} // namespace somnium::ui
