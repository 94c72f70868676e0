// SPDX-License-Identifier: GPL-3.0-or-later
// The slim row above the latent plane: what colours the points and how, which axes, bookmarks, export.
#pragma once

#include <vector>

#include <QStringList>
#include <QWidget>

#include "core/latent/plane.h"
#include "ui/models/latent_data.h"
#include "ui/views/latent_painter.h"

class QComboBox;
class QMenu;
class QToolButton;

namespace somnium::ui
{

class WrappingRow;

struct LatentBookmark
{
    QString name;
    latent::PlaneRect window;
    friend bool operator==(const LatentBookmark &, const LatentBookmark &) = default;
};

class LatentBar : public QWidget
{
    Q_OBJECT

public:
    explicit LatentBar(QWidget *parent = nullptr);

    void setColumns(const QStringList &names);
    /// An unknown name is "one colour".
    void setColumn(const QString &name);
    [[nodiscard]] QString column() const; ///< empty: one colour
    void setColourMap(const QString &name);
    [[nodiscard]] QString colourMap() const;
    void setPointForm(PointForm form);
    [[nodiscard]] PointForm pointForm() const;
    void setAxes(const LatentAxes &axes);
    void setBookmarks(std::vector<LatentBookmark> bookmarks);
    [[nodiscard]] const std::vector<LatentBookmark> &bookmarks() const { return m_bookmarks; }
    void setSpectrumOffered(bool isOffered, bool isShown);

Q_SIGNALS:
    /// By the user.
    void columnChosen(const QString &name);
    void colourMapChosen(const QString &name);
    void pointFormChosen(somnium::ui::PointForm form);
    void axesChosen(const somnium::ui::LatentAxes &axes);
    void bookmarkChosen(const somnium::ui::LatentBookmark &bookmark);
    void bookmarkAsked();
    void bookmarksForgotten();
    void spectrumToggled(bool isShown);
    void figureRequested();
    void fitRequested();

private:
    void buildColour(WrappingRow &row);
    void buildAxes(WrappingRow &row);
    void buildButtons(WrappingRow &row);
    void fillBookmarkMenu();
    void takeAxes();

    LatentAxes m_axes;
    std::vector<LatentBookmark> m_bookmarks;
    QComboBox *m_column = nullptr;
    QComboBox *m_colourMap = nullptr;
    QComboBox *m_form = nullptr;
    QWidget *m_axesBox = nullptr;
    QComboBox *m_first = nullptr;
    QComboBox *m_second = nullptr;
    QToolButton *m_spectrum = nullptr;
    QMenu *m_bookmarkMenu = nullptr;
};

} // namespace somnium::ui
