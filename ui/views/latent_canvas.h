// SPDX-License-Identifier: GPL-3.0-or-later
// The latent plane itself: points, iso-lines, axes; zoom, pan, pick, select. LatentView puts controls around
// it. Frames are rendered beside the window's thread; until a new one is there the last is shown, moved and
// scaled to where it belongs, so that panning never waits.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QPolygonF>
#include <QWidget>

#include "ui/models/background_answer.h"
#include "ui/models/latent_data.h"
#include "ui/views/latent_painter.h"
#include "ui/views/map_canvas.h"

namespace somnium::ui
{

class LatentGlLayer;

class LatentCanvas : public QWidget
{
    Q_OBJECT

public:
    explicit LatentCanvas(QWidget *parent = nullptr);
    ~LatentCanvas() override;

    /// Null: nothing to show. The window onto the plane is kept if `keepsWindow`, as while a training moves
    /// the points.
    void setData(LatentPointer points, bool keepsWindow = false);
    /// None: points in one colour. The range of the colours is that of the scale.
    void setColour(std::optional<LatentColour> colour);
    void setPointForm(PointForm form);
    void setIsoLayers(IsoLayers layers);
    void setLabelsShown(bool areShown);
    void setErrorShown(bool isShown);
    void setSelected(std::vector<std::size_t> ascending);
    void setCurrentSource(std::optional<std::size_t> source);
    void setTool(MapTool tool);
    /// What of the plane is shown; cut to sensible sizes.
    void setWindow(const latent::PlaneRect &window);
    void resetZoom();

    [[nodiscard]] const LatentScene &scene() const { return m_scene; }
    [[nodiscard]] const latent::PlaneRect &window() const { return m_window; }
    [[nodiscard]] MapTool tool() const { return m_tool; }
    [[nodiscard]] std::optional<std::size_t> hoveredSource() const { return m_hovered; }
    /// Where the plane is drawn in the widget.
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] QPointF toWidget(const latent::PlanePoint &point) const;
    [[nodiscard]] latent::PlanePoint toPlane(const QPointF &position) const;
    [[nodiscard]] latent::PlanePoint unitsPerPixel() const;
    /// The nearest source within reach of the hand.
    [[nodiscard]] std::optional<std::size_t> sourceAt(const QPointF &position) const;
    /// False while the picture on screen is an older one.
    [[nodiscard]] bool isUpToDate() const { return !m_scene.data || (!m_isStale && !m_isRendering); }
    [[nodiscard]] const LatentFrame &frame() const { return m_frame; }
    [[nodiscard]] QSize sizeHint() const override { return {200, 160}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 64}; }
    /// The graphics card that draws the points; empty: the processor does.
    [[nodiscard]] QString rendererName() const;
    /// What the legend says, line by line.
    [[nodiscard]] QStringList legendLines() const;

Q_SIGNALS:
    /// The source under the cursor, if one is near, and the place itself; both none when the cursor leaves.
    void hovered(std::optional<std::size_t> source, std::optional<somnium::latent::PlanePoint> place);
    /// Clicked, or reached by an arrow key.
    void sourceActivated(std::size_t source, Qt::KeyboardModifiers modifiers);
    /// Clicked where no source is.
    void nothingActivated();
    void sourcesEnclosed(const std::vector<std::size_t> &sources, Qt::KeyboardModifiers modifiers);
    void windowChanged(const somnium::latent::PlaneRect &window);
    /// `m` was pressed.
    void bookmarkAsked(const somnium::latent::PlaneRect &window);
    void toolDropped();
    /// A new frame is shown: the legend may say something else.
    void frameShown();

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
    };

    void invalidate();
    void requestFrame(double devicePixelRatio);
    [[nodiscard]] QImage drawDiscs(double devicePixelRatio);
    void takeFrame(LatentFrame frame);
    void paintFrame(QPainter &painter, const QRectF &plot) const;
    void paintMarks(QPainter &painter) const;
    void paintEnclosure(QPainter &painter) const;
    void paintLegend(QPainter &painter, const QRectF &plot) const;
    void refreshInk();
    void applyWindow(const latent::PlaneRect &window);
    void zoomAt(const QPointF &position, double factor);
    void panBy(const QPointF &moved);
    void hover(const QPointF &position);
    void leave();
    void walk(int dx, int dy);
    void continueDrag(QMouseEvent *event);
    void finishEnclosure(Qt::KeyboardModifiers modifiers);

    LatentScene m_scene;
    latent::PlaneRect m_window;
    LatentFrame m_frame;
    BackgroundAnswer m_frames;
    bool m_isStale = true;      ///< the frame shows something else than the scene and the window
    bool m_isRendering = false; ///< a frame is on its way
    double m_frameScale = 0.0;  ///< device pixel ratio of the newest frame that was asked for
    std::optional<std::size_t> m_current;
    std::optional<std::size_t> m_hovered;
    MapTool m_tool = MapTool::Pointer;
    Drag m_drag = Drag::None;
    QPointF m_dragStart;
    QPointF m_dragLast;
    QPolygonF m_lasso;
    AxisInk m_ink;
    std::unique_ptr<LatentGlLayer> m_card; ///< null: none, or not looked for yet
    bool m_hasLookedForCard = false;
};

} // namespace somnium::ui
