// SPDX-License-Identifier: GPL-3.0-or-later
// The map of prototypes itself, whatever its layout: zoom, pan, pick, select. MapView puts controls and
// colour bar around it. What takes long to paint is painted beside the window's thread; until it is there,
// the picture before it is shown, moved and scaled to where it belongs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QPolygonF>
#include <QWidget>

#include "core/som/som.h"
#include "ui/models/background_answer.h"
#include "ui/models/display_settings.h"
#include "ui/models/neuron_overlay.h"
#include "ui/models/selection_model.h"
#include "ui/views/map_painter.h"

namespace somnium::ui
{

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

    /// Null: nothing to show. Zoom and slice are kept while the layout stays the same.
    void setSom(std::shared_ptr<const som::Som> som);
    void setDisplay(const DisplaySettings &display);
    void setOverlay(const NeuronOverlay &overlay);
    void setOverlayColourMap(const QString &name);
    void setOverlayOpacity(double opacity);
    /// A neuron of another slice brings that slice.
    void setCurrentNeuron(std::optional<std::size_t> neuron);
    void setComparisonNeuron(std::optional<std::size_t> neuron);
    /// Share of each neuron's sources that are selected, drawn as a bar at its foot; empty: none.
    void setSelectedShares(std::vector<float> shares);
    void setTool(MapTool tool);
    /// The one slice shown of a 3-D map; none: all side by side.
    void setSlice(std::optional<std::size_t> slice);
    void resetZoom();

    [[nodiscard]] const std::shared_ptr<const som::Som> &som() const { return m_scene.som; }
    [[nodiscard]] MapTool tool() const { return m_tool; }
    [[nodiscard]] std::optional<std::size_t> slice() const { return m_scene.slice; }
    /// In widget coordinates; y = 0 of the layout is the top line. Empty for neurons of slices that are not
    /// shown.
    [[nodiscard]] QRectF cellRect(std::size_t neuron) const;
    [[nodiscard]] std::optional<std::size_t> neuronAt(const QPointF &position) const;
    /// What is shown, for a figure.
    [[nodiscard]] const MapScene &scene() const { return m_scene; }
    /// False while the picture on screen is an older one.
    [[nodiscard]] bool isUpToDate() const { return !m_isStale && !m_isRendering; }
    [[nodiscard]] QSize sizeHint() const override { return {160, 160}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 64}; }

Q_SIGNALS:
    void neuronActivated(std::size_t neuron);
    void comparisonRequested(std::size_t neuron);
    /// Empty when the cursor leaves the map.
    void neuronHovered(std::optional<std::size_t> neuron, const QPoint &globalPosition);
    /// Shift+click.
    void neuronExtended(std::size_t neuron);
    void neuronsEnclosed(const std::vector<std::size_t> &neurons, Qt::KeyboardModifiers modifiers);
    void toolDropped();
    /// By PageUp, PageDown or a neuron that is elsewhere.
    void sliceChanged(std::optional<std::size_t> slice);
    /// Right-drag.
    void displayChanged(const somnium::ui::DisplaySettings &display);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
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

    /// Where the whole drawing lies in the widget.
    [[nodiscard]] QRectF drawing() const;
    [[nodiscard]] std::vector<std::size_t> enclosedNeurons() const;
    void invalidate();
    void refreshGeometry();
    void requestFrame(double devicePixelRatio);
    void takeFrame(MapFrame frame);
    [[nodiscard]] bool isQuickToPaint(double devicePixelRatio) const;
    void clampPan();
    void zoomAt(const QPointF &position, double factor);
    void walk(MapDirection direction);
    void stepSlice(MapDirection direction);
    void beginDrag(QMouseEvent *event);
    void continueDrag(QMouseEvent *event);
    void finishEnclosure(Qt::KeyboardModifiers modifiers);
    void paintFrame(QPainter &painter) const;
    void paintOutlines(QPainter &painter) const;
    void paintEnclosure(QPainter &painter) const;

    MapScene m_scene;
    MapGeometry m_geometry;
    MapFrame m_frame;
    BackgroundAnswer m_frames;
    bool m_isStale = true;      ///< the frame shows something else than the scene
    bool m_isRendering = false; ///< a frame is on its way
    double m_frameScale = 0.0;  ///< device pixel ratio of the newest frame that was asked for
    std::optional<std::size_t> m_current;
    std::optional<std::size_t> m_comparison;
    MapTool m_tool = MapTool::Pointer;
    double m_zoom = 1.0;
    QPointF m_pan;
    Drag m_drag = Drag::None;
    QPointF m_dragStart;
    QPointF m_dragLast;
    QPolygonF m_lasso;
    DisplaySettings m_displayAtDragStart;
};

} // namespace somnium::ui
