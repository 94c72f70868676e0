// SPDX-License-Identifier: GPL-3.0-or-later
// The grid of prototypes itself: zoom, pan, pick, select. MapView puts controls and colour bar around it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QImage>
#include <QPolygonF>
#include <QWidget>

#include "core/som/som.h"
#include "ui/models/background_answer.h"
#include "ui/models/display_settings.h"
#include "ui/models/neuron_overlay.h"
#include "ui/models/selection_model.h"

namespace somnium::ui
{

struct ThemeColours;

enum class MapTool
{
    Pointer,
    Rectangle,
    Lasso,
};

class MapCanvas : public QWidget
{
    Q_OBJECT

public:
    explicit MapCanvas(QWidget *parent = nullptr);

    /// Null: nothing to show. The zoom is kept while the layout stays the same.
    void setSom(std::shared_ptr<const som::Som> som);
    void setDisplay(const DisplaySettings &display);
    void setOverlay(const NeuronOverlay &overlay);
    void setOverlayColourMap(const QString &name);
    void setOverlayOpacity(double opacity);
    void setCurrentNeuron(std::optional<std::size_t> neuron);
    void setComparisonNeuron(std::optional<std::size_t> neuron);
    /// Share of each neuron's sources that are selected, drawn as a bar at its foot; empty: none.
    void setSelectedShares(std::vector<float> shares);
    void setTool(MapTool tool);
    void resetZoom();

    [[nodiscard]] const std::shared_ptr<const som::Som> &som() const { return m_som; }
    [[nodiscard]] MapTool tool() const { return m_tool; }
    /// In widget coordinates; y = 0 of the layout is the top line.
    [[nodiscard]] QRectF cellRect(std::size_t neuron) const;
    [[nodiscard]] std::optional<std::size_t> neuronAt(const QPointF &position) const;
    /// For figures: cells and overlay on paper; returns where within `area` the grid came to lie.
    QRectF paintGrid(QPainter &painter, const QRectF &area) const;

Q_SIGNALS:
    void neuronActivated(std::size_t neuron);
    void comparisonRequested(std::size_t neuron);
    /// Empty when the cursor leaves the map.
    void neuronHovered(std::optional<std::size_t> neuron, const QPoint &globalPosition);
    /// Shift+click.
    void neuronExtended(std::size_t neuron);
    void neuronsEnclosed(const std::vector<std::size_t> &neurons, Qt::KeyboardModifiers modifiers);
    void toolDropped();
    /// Right-drag.
    void displayChanged(const somnium::ui::DisplaySettings &display);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    enum class Drag
    {
        None,
        Pending,
        Pan,
        Rectangle,
        Lasso,
        Contrast,
    };

    [[nodiscard]] QRectF fittedGrid(const QRectF &area) const;
    [[nodiscard]] QRectF gridRect() const;
    [[nodiscard]] QRectF cellWithin(const QRectF &grid, std::size_t neuron) const;
    [[nodiscard]] std::vector<std::size_t> enclosedNeurons() const;
    void renderPrototypes();
    void clampPan();
    void zoomAt(const QPointF &position, double factor);
    void walk(int dx, int dy);
    void beginDrag(QMouseEvent *event);
    void continueDrag(QMouseEvent *event);
    void finishEnclosure(Qt::KeyboardModifiers modifiers);
    void paintCells(QPainter &painter, const QRectF &grid, const ThemeColours &colours,
                    const std::vector<QImage> &shown) const;
    void paintOutlines(QPainter &painter, const ThemeColours &colours) const;
    void paintEnclosure(QPainter &painter, const ThemeColours &colours) const;

    std::shared_ptr<const som::Som> m_som;
    DisplaySettings m_display;
    NeuronOverlay m_overlay;
    QString m_overlayColourMap = QStringLiteral("viridis");
    double m_overlayOpacity = 0.6;
    std::optional<std::size_t> m_current;
    std::optional<std::size_t> m_comparison;
    std::vector<float> m_selectedShares;
    MapTool m_tool = MapTool::Pointer;
    std::vector<QImage> m_pictures; ///< one per neuron; of a large map they come a moment later
    BackgroundAnswer m_rendering;
    double m_zoom = 1.0;
    QPointF m_pan;
    Drag m_drag = Drag::None;
    QPointF m_dragStart;
    QPointF m_dragLast;
    QPolygonF m_lasso;
    DisplaySettings m_displayAtDragStart;
};

} // namespace somnium::ui
