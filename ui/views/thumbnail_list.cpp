// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/thumbnail_list.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QWheelEvent>

#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr int kPictureSide = 80;
constexpr int kFrame = 3;                     ///< room for the outline
constexpr std::array kLowerSides{64, 48, 32}; ///< of pictures in a strip that is low
constexpr int kLeastCaptionedSide = 48;       ///< below, no caption has room

int captionHeight(int side, const QFontMetrics &metrics)
{
    return side < kLeastCaptionedSide ? 0 : metrics.height();
}

class ThumbnailDelegate : public QStyledItemDelegate
{
public:
    ThumbnailDelegate(const GalleryModel *gallery, const SelectionModel *selection,
                      std::function<SourceBadges(std::size_t)> badges, int side, QObject *parent)
        : QStyledItemDelegate(parent), m_gallery(gallery), m_selection(selection),
          m_badges(std::move(badges)), m_side(side)
    {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex & /*index*/) const override
    {
        return {m_side + 2 * kFrame, m_side + 2 * kFrame + captionHeight(m_side, option.fontMetrics)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const ThemeColours colours = themeColours(option.palette);
        QRect picture(option.rect.topLeft() + QPoint(kFrame, kFrame), QSize(m_side, m_side));
        picture.moveLeft(option.rect.left() + (option.rect.width() - m_side) / 2);
        painter->fillRect(picture, colours.canvas);
        const double scale = painter->device()->devicePixelRatioF();
        const QPixmap pixmap =
            m_gallery->thumbnail(index.row(), static_cast<int>(std::lround(m_side * scale)));
        if (!pixmap.isNull())
        {
            QSizeF size = QSizeF(pixmap.size()) / scale;
            QRectF target(QPointF(0, 0), size);
            target.moveCenter(QRectF(picture).center());
            painter->drawPixmap(target, pixmap, QRectF(pixmap.rect()));
        }
        paintOutline(*painter, picture, m_gallery->item(index.row()).source, colours);
        if (m_badges)
            paintBadges(*painter, picture, m_badges(m_gallery->item(index.row()).source), colours);
        if (captionHeight(m_side, option.fontMetrics) == 0)
            return;
        const QRect caption(option.rect.left(), picture.bottom() + kFrame, option.rect.width(),
                            option.fontMetrics.height());
        painter->setPen(colours.quietText);
        painter->drawText(caption, Qt::AlignCenter, index.data().toString());
    }

private:
    void paintOutline(QPainter &painter, const QRect &picture, std::size_t source,
                      const ThemeColours &colours) const
    {
        if (m_selection == nullptr)
            return;
        const bool isCurrent = m_selection->currentSource() == source;
        if (!isCurrent && !m_selection->isSelected(source))
            return;
        // Selected: a thin orange line; the one looked at: a thick one.
        const int width = isCurrent ? 3 : 1;
        painter.setPen(QPen(colours.selection, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(picture.adjusted(-1, -1, 0, 0));
    }

    static void paintBadges(QPainter &painter, const QRect &picture, const SourceBadges &badges,
                            const ThemeColours &colours)
    {
        constexpr int kDot = 8;
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(QColor(0, 0, 0, 160), 1));
        QRectF dot(picture.left() + 4, picture.bottom() - kDot - 3, kDot, kDot);
        for (const QColor &colour : badges.dots)
        {
            painter.setBrush(colour);
            painter.drawEllipse(dot);
            dot.translate(kDot + 2, 0);
        }
        if (!badges.mark.isEmpty())
        {
            const int side = painter.fontMetrics().height();
            const QRectF plate(picture.right() - side - 1, picture.top() + 2, side, side);
            painter.setPen(Qt::NoPen);
            painter.setBrush(colours.selection);
            painter.drawRoundedRect(plate, 3, 3);
            QFont bold = painter.font();
            bold.setBold(true);
            painter.setFont(bold);
            painter.setPen(Qt::black);
            painter.drawText(plate, Qt::AlignCenter, badges.mark);
        }
        painter.restore();
    }

    const GalleryModel *m_gallery;
    const SelectionModel *m_selection;
    std::function<SourceBadges(std::size_t)> m_badges;
    int m_side;
};

} // namespace

ThumbnailList::ThumbnailList(ThumbnailForm form, QWidget *parent)
    : QListView(parent), m_form(form), m_side(kPictureSide)
{
    // The selection is the shared one; Qt's own would be a second truth.
    setSelectionMode(QAbstractItemView::NoSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setViewMode(QListView::ListMode);
    setFlow(QListView::LeftToRight);
    setUniformItemSizes(true);
    setWrapping(form == ThumbnailForm::Grid);
    setResizeMode(form == ThumbnailForm::Grid ? QListView::Adjust : QListView::Fixed);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setSpacing(1);
    setFrameShape(QFrame::NoFrame);
    setFont(tabularFont(font()));
    setMouseTracking(true);
    if (form == ThumbnailForm::Strip)
        setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    else
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Thumbnails of sources"));
}

void ThumbnailList::setGallery(GalleryModel *model)
{
    m_gallery = model;
    setModel(model);
    renewDelegate();
    connect(model, &QAbstractItemModel::modelReset, this, [this]() { m_gesture.forgetAnchor(); });
}

void ThumbnailList::setSourceSelection(SelectionModel *selection)
{
    if (m_selection != nullptr)
        m_selection->disconnect(this);
    m_selection = selection;
    renewDelegate();
    if (m_selection == nullptr)
        return;
    connect(m_selection, &SelectionModel::currentSourceChanged, this, &ThumbnailList::followSelection);
    connect(m_selection, &SelectionModel::selectionChanged, viewport(), qOverload<>(&QWidget::update));
}

void ThumbnailList::setBadges(std::function<SourceBadges(std::size_t)> badges)
{
    m_badges = std::move(badges);
    renewDelegate();
    viewport()->update();
}

void ThumbnailList::renewDelegate()
{
    delete itemDelegate();
    setItemDelegate(new ThumbnailDelegate(m_gallery, m_selection, m_badges, m_side, this));
}

void ThumbnailList::followSelection()
{
    viewport()->update();
    if (m_gallery == nullptr || !m_selection->currentSource())
        return;
    const int row = m_gallery->rowOfSource(*m_selection->currentSource());
    if (row < 0)
        return;
    setCurrentIndex(m_gallery->index(row));
    scrollTo(currentIndex());
}

void ThumbnailList::pick(int row, Qt::KeyboardModifiers modifiers)
{
    if (m_gallery == nullptr || m_selection == nullptr || row < 0 || row >= m_gallery->rowCount())
        return;
    setCurrentIndex(m_gallery->index(row));
    m_gesture.apply(*m_selection, row, modifiers, [this](int r) { return m_gallery->item(r).source; });
    Q_EMIT sourceActivated(m_gallery->item(row).source);
}

void ThumbnailList::mousePressEvent(QMouseEvent *event)
{
    setFocus(Qt::MouseFocusReason);
    const QModelIndex index = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && index.isValid())
        pick(index.row(), event->modifiers());
    event->accept();
}

void ThumbnailList::mouseMoveEvent(QMouseEvent *event)
{
    event->accept(); // no rubber band: a drag here selects nothing
}

void ThumbnailList::mouseReleaseEvent(QMouseEvent *event)
{
    event->accept();
}

void ThumbnailList::wheelEvent(QWheelEvent *event)
{
    if (m_form != ThumbnailForm::Strip || event->angleDelta().x() != 0)
    {
        QListView::wheelEvent(event);
        return;
    }
    // A strip has one direction to go.
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - event->angleDelta().y());
    event->accept();
}

void ThumbnailList::keyPressEvent(QKeyEvent *event)
{
    const int row = currentIndex().isValid() ? currentIndex().row() : -1;
    const int rows = model() != nullptr ? model()->rowCount() : 0;
    const int step = sizeHintForColumn(0) > 0 && m_form == ThumbnailForm::Grid ? itemsPerLine() : 1;
    int target = -1;
    switch (event->key())
    {
    case Qt::Key_Left: target = row - 1; break;
    case Qt::Key_Right: target = row + 1; break;
    case Qt::Key_Up: target = row - step; break;
    case Qt::Key_Down: target = row + step; break;
    case Qt::Key_Home: target = 0; break;
    case Qt::Key_End: target = rows - 1; break;
    default: QAbstractScrollArea::keyPressEvent(event); return;
    }
    pick(std::clamp(target, 0, std::max(0, rows - 1)), event->modifiers() & Qt::ShiftModifier);
}

int ThumbnailList::itemsPerLine() const
{
    if (model() == nullptr || model()->rowCount() == 0)
        return 1;
    const int width = visualRect(model()->index(0, 0)).width() + 2 * spacing();
    return std::max(1, viewport()->width() / std::max(1, width));
}

int ThumbnailList::heightOfLine(int side) const
{
    return side + 2 * kFrame + captionHeight(side, fontMetrics()) + 2 * spacing();
}

int ThumbnailList::heightOfStrip(int side) const
{
    return heightOfLine(side) + horizontalScrollBar()->sizeHint().height();
}

QSize ThumbnailList::sizeHint() const
{
    return {6 * kPictureSide,
            m_form == ThumbnailForm::Strip ? heightOfStrip(kPictureSide) : 2 * heightOfLine(kPictureSide)};
}

QSize ThumbnailList::minimumSizeHint() const
{
    return {2 * kPictureSide,
            m_form == ThumbnailForm::Strip ? heightOfStrip(kLowerSides.back()) : kLowerSides.front()};
}

void ThumbnailList::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    if (m_form == ThumbnailForm::Strip)
        fitPictures();
}

// In steps, so that a dock that is dragged does not have all pictures rendered anew for every pixel.
void ThumbnailList::fitPictures()
{
    int side = kPictureSide;
    for (const int lower : kLowerSides)
        if (heightOfStrip(side) > height())
            side = lower;
    if (std::exchange(m_side, side) == side)
        return;
    renewDelegate();
    scheduleDelayedItemsLayout();
}

} // namespace somnium::ui
