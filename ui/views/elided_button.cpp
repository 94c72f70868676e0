// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/elided_button.h"

#include <algorithm>

#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace somnium::ui
{

namespace
{

constexpr int kLeastCharacters = 8;

} // namespace

ElidedButton::ElidedButton(QWidget *parent) : QToolButton(parent)
{
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed); // Qt's own does not give way
}

void ElidedButton::setMostWidth(int width)
{
    m_mostWidth = width;
    updateGeometry();
}

QSize ElidedButton::sizeHint() const
{
    const QSize whole = QToolButton::sizeHint();
    return {m_mostWidth > 0 ? std::min(m_mostWidth, whole.width()) : whole.width(), whole.height()};
}

QSize ElidedButton::minimumSizeHint() const
{
    const QSize hint = sizeHint();
    return {std::min(hint.width(), kLeastCharacters * fontMetrics().averageCharWidth()), hint.height()};
}

QString ElidedButton::shownText() const
{
    const int whole = QToolButton::sizeHint().width();
    if (width() >= whole)
        return text(); // whose advance, a fraction of a pixel, may be above what is left of the hint
    const int frame = whole - fontMetrics().horizontalAdvance(text());
    return fontMetrics().elidedText(text(), Qt::ElideMiddle, width() - frame);
}

void ElidedButton::paintEvent(QPaintEvent * /*event*/)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    option.text = shownText();
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
}

} // namespace somnium::ui
