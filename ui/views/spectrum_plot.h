// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra at mouse speed: observed with errors, its reconstruction, what a latent point decodes to; residuals
// below, a read-out in the legend.
#pragma once

#include <optional>

#include <QWidget>

#include "ui/views/figure_export.h"
#include "ui/views/spectrum_painter.h"

class QMenu;

namespace somnium::ui
{

class SpectrumPlot : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit SpectrumPlot(QWidget *parent = nullptr);

    /// Null: an empty frame. The zoom is kept while the grid stays the same.
    void setSpectra(SpectraPointer spectra);
    void setSpectra(SpectrumSet set) { setSpectra(prepareSpectra(std::move(set))); }
    [[nodiscard]] const SpectraPointer &spectra() const { return m_scene.spectra; }
    /// Only if all wavelengths are positive.
    void setLogAxis(bool isLog);
    void setErrorBandShown(bool isShown);
    void setResidualShown(bool isShown);
    /// Marks of known lines, moved by the redshift.
    void setLinesShown(bool areShown);
    void setRedshift(double redshift);
    /// Cut to the grid.
    void setRange(double lowAngstrom, double highAngstrom);
    void resetZoom();
    [[nodiscard]] std::pair<double, double> range() const;
    [[nodiscard]] bool isLogAxis() const { return m_scene.isLogAxis; }
    [[nodiscard]] bool areLinesShown() const { return m_scene.hasLines; }
    /// What a right click offers: axis, lines, residuals, errors.
    void fillMenu(QMenu *menu);
    /// Where the curves are, in widget coordinates.
    [[nodiscard]] SpectrumPlaces places() const;
    [[nodiscard]] const SpectrumScene &scene() const { return m_scene; }

    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] FigurePainter detachedFigure() const override;
    [[nodiscard]] QString figureName() const override { return QStringLiteral("spectrum"); }
    [[nodiscard]] bool hasFigure() const override { return m_scene.spectra != nullptr; }
    [[nodiscard]] QSize sizeHint() const override { return {480, 280}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 64}; }

Q_SIGNALS:
    void wavelengthHovered(std::optional<double> angstrom);
    void rangeChanged(double lowAngstrom, double highAngstrom);
    /// By the menu, for settings to be kept.
    void optionsChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void refreshInk();
    void readOut(std::optional<double> wavelength);
    void zoomAt(double x, double factor);
    void pan(double dx);

    SpectrumScene m_scene;
    bool m_isDragging = false;
    QPointF m_dragLast;
};

} // namespace somnium::ui
