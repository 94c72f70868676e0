// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/image_pane.h"

#include <algorithm>

#include <QFontMetrics>
#include <QMouseEvent>
#include <QPainter>

#include "ui/theme.h"

namespace somnium::ui
{

ImagePane::ImagePane(const QString &caption, QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setMinimumSize(64, 64);
    setCaption(caption);
}

void ImagePane::setPicture(const QImage &picture)
{
    m_picture = picture;
    update();
}

void ImagePane::setCaption(const QString &caption)
{
    m_caption = caption;
    setAccessibleName(caption);
    setToolTip(caption);
    update();
}

QSize ImagePane::sizeHint() const
{
    return {128, heightForWidth(128)};
}

int ImagePane::heightForWidth(int width) const
{
    return width + fontMetrics().height() + kGridStep / 2;
}

void ImagePane::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT clicked();
}

void ImagePane::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    const int captionHeight = fontMetrics().height() + kGridStep / 2;
    const int side = std::max(1, std::min(width(), height() - captionHeight));
    const QRectF square((width() - side) / 2.0, 0.0, side, side);
    const ThemeColours colours = themeColours(palette());
    painter.fillRect(square, colours.canvas);
    if (!m_picture.isNull())
    {
        const QSizeF fitted = QSizeF(m_picture.size()).scaled(square.size(), Qt::KeepAspectRatio);
        QRectF target(QPointF(0, 0), fitted);
        target.moveCenter(square.center());
        // Pixels are what was measured: enlarged, they stay squares.
        painter.setRenderHint(QPainter::SmoothPixmapTransform, fitted.width() < m_picture.width());
        painter.drawImage(target, m_picture);
    }
    painter.setPen(colours.quietText);
    painter.drawText(QRectF(0.0, square.bottom(), width(), captionHeight), Qt::AlignHCenter | Qt::AlignBottom,
                     fontMetrics().elidedText(m_caption, Qt::ElideMiddle, width()));
}

} // namespace somnium::ui
