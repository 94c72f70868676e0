// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/wrapping_row.h"

#include <algorithm>
#include <utility>

#include <QStyle>
#include <QWidget>

namespace somnium::ui
{

namespace
{

/// Widens those below their cap by equal steps until nothing of `left` remains or all are there; returns what
/// remains.
int widen(std::vector<int> &widths, const std::vector<int> &caps, int left)
{
    bool isWidened = true;
    while (left > 0 && std::exchange(isWidened, false))
        for (std::size_t i = 0; i < widths.size() && left > 0; ++i)
            if (widths[i] < caps[i])
            {
                ++widths[i];
                --left;
                isWidened = true;
            }
    return left;
}

} // namespace

WrappingRow::WrappingRow(QWidget *parent) : QLayout(parent) {}

WrappingRow::~WrappingRow() = default;

void WrappingRow::addWidget(QWidget *widget)
{
    addChildWidget(widget);
    addItem(new QWidgetItem(widget));
}

void WrappingRow::addGrowing(QWidget *widget)
{
    addWidget(widget);
    m_places.back().grows = true;
}

void WrappingRow::addStretch()
{
    addItem(new QSpacerItem(0, 0, QSizePolicy::Expanding, QSizePolicy::Minimum));
}

void WrappingRow::mayBreak()
{
    m_breaksNext = true;
}

void WrappingRow::addItem(QLayoutItem *item)
{
    m_places.push_back({std::unique_ptr<QLayoutItem>(item), false, std::exchange(m_breaksNext, false)});
    invalidate();
}

QLayoutItem *WrappingRow::itemAt(int index) const
{
    return index >= 0 && index < count() ? m_places[static_cast<std::size_t>(index)].item.get() : nullptr;
}

QLayoutItem *WrappingRow::takeAt(int index)
{
    if (index < 0 || index >= count())
        return nullptr;
    QLayoutItem *const item = m_places[static_cast<std::size_t>(index)].item.release();
    m_places.erase(m_places.begin() + index);
    invalidate();
    return item;
}

std::vector<WrappingRow::Line> WrappingRow::parts() const
{
    std::vector<Line> parts(1);
    for (const Place &place : m_places)
    {
        if (place.beginsPart && !parts.back().empty())
            parts.emplace_back();
        if (place.item->spacerItem() != nullptr || !place.item->isEmpty())
            parts.back().push_back(&place);
    }
    return parts;
}

std::vector<WrappingRow::Line> WrappingRow::linesFor(int width) const
{
    std::vector<Line> lines;
    for (const Line &part : parts())
    {
        if (!lines.empty())
        {
            Line both = lines.back();
            both.insert(both.end(), part.begin(), part.end());
            if (leastWidth(both) <= width)
            {
                lines.back() = std::move(both);
                continue;
            }
        }
        lines.push_back(part);
    }
    return lines;
}

int WrappingRow::heightOf(const Line &line)
{
    int height = 0;
    for (const Place *place : line)
        height = std::max(height, place->item->sizeHint().height());
    return height;
}

int WrappingRow::gaps(const Line &line) const
{
    return line.empty() ? 0 : spacing() * static_cast<int>(line.size() - 1);
}

int WrappingRow::leastWidth(const Line &line) const
{
    int width = gaps(line);
    for (const Place *place : line)
        width += place->item->minimumSize().width();
    return width;
}

std::vector<int> WrappingRow::widthsIn(const Line &line, int width) const
{
    std::vector<int> widths;
    std::vector<int> hints;
    std::vector<int> most;
    std::vector<int> filling;
    for (const Place *place : line)
    {
        const QLayoutItem &item = *place->item;
        widths.push_back(item.minimumSize().width());
        hints.push_back(item.sizeHint().width());
        most.push_back(place->grows ? item.maximumSize().width() : 0);
        filling.push_back(place->item->spacerItem() != nullptr ? QLAYOUTSIZE_MAX : 0);
    }
    int left = width - leastWidth(line);
    for (const std::vector<int> &caps : {hints, most, filling})
        left = widen(widths, caps, left);
    return widths;
}

int WrappingRow::heightForWidth(int width) const
{
    const QMargins margins = contentsMargins();
    const auto lines = linesFor(width - margins.left() - margins.right());
    int height = margins.top() + margins.bottom() - spacing();
    for (const Line &line : lines)
        height += heightOf(line) + spacing();
    return height;
}

QSize WrappingRow::sizeHint() const
{
    const QMargins margins = contentsMargins();
    int width = 0;
    for (const Line &line : linesFor(QLAYOUTSIZE_MAX))
    {
        width = gaps(line);
        for (const Place *place : line)
            width += place->item->sizeHint().width();
    }
    return {width + margins.left() + margins.right(), heightForWidth(QLAYOUTSIZE_MAX)};
}

QSize WrappingRow::minimumSize() const
{
    const QMargins margins = contentsMargins();
    int width = 0;
    for (const Line &part : parts())
        width = std::max(width, leastWidth(part));
    return {width + margins.left() + margins.right(), heightForWidth(QLAYOUTSIZE_MAX)};
}

void WrappingRow::setGeometry(const QRect &area)
{
    QLayout::setGeometry(area);
    const QRect inside = area.marginsRemoved(contentsMargins());
    const Qt::LayoutDirection direction = parentWidget()->layoutDirection();
    int top = inside.top();
    for (const Line &line : linesFor(inside.width()))
    {
        const std::vector<int> widths = widthsIn(line, inside.width());
        const int height = heightOf(line);
        int left = inside.left();
        for (std::size_t i = 0; i < line.size(); ++i)
        {
            const QRect place(left, top, widths[i], height);
            line[i]->item->setGeometry(QStyle::visualRect(direction, inside, place));
            left += widths[i] + spacing();
        }
        top += height + spacing();
    }
}

} // namespace somnium::ui
