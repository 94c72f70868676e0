// SPDX-License-Identifier: GPL-3.0-or-later
// Thumbnails of a GalleryModel in one line or as a grid; clicks and keys act on the shared selection.
#pragma once

#include <functional>

#include <QColor>
#include <QListView>

#include "ui/models/gallery_model.h"
#include "ui/models/selection_gesture.h"

namespace somnium::ui
{

enum class ThumbnailForm
{
    Strip,
    Grid,
};

/// Small signs on a thumbnail: a dot for each label, a letter for the mark.
struct SourceBadges
{
    QList<QColor> dots;
    QString mark;
};

class ThumbnailList : public QListView
{
    Q_OBJECT

public:
    explicit ThumbnailList(ThumbnailForm form, QWidget *parent = nullptr);

    void setGallery(GalleryModel *model);               ///< shared, not owned
    void setSourceSelection(SelectionModel *selection); ///< not owned
    /// Asked for every thumbnail that is painted; update the viewport when the answers change.
    void setBadges(std::function<SourceBadges(std::size_t source)> badges);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void sourceActivated(std::size_t source);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] int heightOfLine(int side) const;
    [[nodiscard]] int heightOfStrip(int side) const;
    void fitPictures();
    void followSelection();
    [[nodiscard]] int itemsPerLine() const;
    void pick(int row, Qt::KeyboardModifiers modifiers);

    void renewDelegate();

    ThumbnailForm m_form;
    int m_side; ///< of the pictures, logical pixels
    std::function<SourceBadges(std::size_t)> m_badges;
    GalleryModel *m_gallery = nullptr;
    SelectionModel *m_selection = nullptr;
    SelectionGesture m_gesture;
};

} // namespace somnium::ui
