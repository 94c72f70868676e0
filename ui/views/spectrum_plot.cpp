// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/spectrum_plot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "ui/views/chart_style.h"
#include "ui/views/spectrum_curves.h"

namespace somnium::ui
{

namespace
{

constexpr double kZoomPerWheelUnit = 1.0015; ///< a notch is 120 units
constexpr double kKeyZoom = 1.25;
constexpr double kKeyPan = 0.1;       ///< of the plot's width
constexpr double kFewestPixels = 4.0; ///< of the grid, at the closest look

} // namespace

SpectrumPlot::SpectrumPlot(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Spectrum"));
    setWhatsThis(tr("Wheel: zoom. Drag: move. Double click: whole spectrum. Left, Right: move. +, -: zoom. "
                    "Right click: logarithmic axis, known lines, residuals, errors. Hatched: masked."));
    refreshInk();
}

void SpectrumPlot::refreshInk()
{
    m_scene.colours = themeColours(palette());
    m_scene.text = palette().color(QPalette::WindowText);
    m_scene.background = palette().color(backgroundRole());
    m_scene.font = windowInk(palette(), font()).font;
}

void SpectrumPlot::setSpectra(SpectraPointer spectra)
{
    const bool isOtherGrid = !spectra || !m_scene.spectra || !(spectra->grid == m_scene.spectra->grid);
    m_scene.spectra = std::move(spectra);
    if (isOtherGrid)
    {
        m_scene.low = m_scene.high = 0.0;
        m_scene.wavelength.reset();
        if (m_scene.spectra && !(m_scene.spectra->firstWavelength() > 0.0))
            m_scene.isLogAxis = false;
    }
    setAccessibleDescription(m_scene.spectra ? m_scene.spectra->title : QString());
    update();
}

void SpectrumPlot::setLogAxis(bool isLog)
{
    m_scene.isLogAxis = isLog && (!m_scene.spectra || m_scene.spectra->firstWavelength() > 0.0);
    update();
}

void SpectrumPlot::setErrorBandShown(bool isShown)
{
    m_scene.hasErrorBand = isShown;
    update();
}

void SpectrumPlot::setResidualShown(bool isShown)
{
    m_scene.hasResidual = isShown;
    update();
}

void SpectrumPlot::setLinesShown(bool areShown)
{
    m_scene.hasLines = areShown;
    update();
}

void SpectrumPlot::setRedshift(double redshift)
{
    m_scene.redshift = std::isfinite(redshift) && redshift > -1.0 ? redshift : 0.0;
    update();
}

void SpectrumPlot::setRange(double lowAngstrom, double highAngstrom)
{
    if (!m_scene.spectra)
        return;
    const double first = m_scene.spectra->firstWavelength();
    const double last = m_scene.spectra->lastWavelength();
    const double low = std::clamp(lowAngstrom, first, last);
    const double high = std::clamp(highAngstrom, first, last);
    const data::SpectralGrid &grid = m_scene.spectra->grid;
    const double fewest = std::min(kFewestPixels, static_cast<double>(grid.pixels));
    if (!(high > low) || grid.pixelOf(high) - grid.pixelOf(low) < fewest * (1.0 - 1e-9))
        return;
    const bool isWhole = low <= first && high >= last;
    m_scene.low = isWhole ? 0.0 : low;
    m_scene.high = isWhole ? 0.0 : high;
    update();
    Q_EMIT rangeChanged(low, high);
}

void SpectrumPlot::resetZoom()
{
    if (m_scene.spectra)
        setRange(m_scene.spectra->firstWavelength(), m_scene.spectra->lastWavelength());
}

std::pair<double, double> SpectrumPlot::range() const
{
    return shownRange(m_scene);
}

SpectrumPlaces SpectrumPlot::places() const
{
    return spectrumPlaces(QRectF(rect()).adjusted(2.0, 2.0, -2.0, -2.0), m_scene, devicePixelRatioF());
}

void SpectrumPlot::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintSpectrum(painter, QRectF(rect()).adjusted(2.0, 2.0, -2.0, -2.0), m_scene);
    if (!hasFocus())
        return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(m_scene.colours.accent);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void SpectrumPlot::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
    {
        refreshInk();
        update();
    }
}

void SpectrumPlot::zoomAt(double x, double factor)
{
    const QRectF plot = places().plot;
    const double at = std::clamp(x, plot.left(), plot.right());
    const double left = at - (at - plot.left()) / factor;
    const double right = at + (plot.right() - at) / factor;
    setRange(wavelengthAt(m_scene, plot, left), wavelengthAt(m_scene, plot, right));
}

void SpectrumPlot::pan(double dx)
{
    if (!m_scene.spectra || !(m_scene.high > m_scene.low))
        return;
    // Not beyond the ends, where the range would shrink.
    const QRectF plot = places().plot;
    const double leftRoom = plot.left() - positionOf(m_scene, plot, m_scene.spectra->firstWavelength());
    const double rightRoom = positionOf(m_scene, plot, m_scene.spectra->lastWavelength()) - plot.right();
    const double moved = std::clamp(dx, -leftRoom, rightRoom);
    const double low = wavelengthAt(m_scene, plot, plot.left() + moved);
    setRange(low, wavelengthAt(m_scene, plot, plot.right() + moved));
}

void SpectrumPlot::wheelEvent(QWheelEvent *event)
{
    if (!m_scene.spectra)
        return;
    zoomAt(event->position().x(), std::pow(kZoomPerWheelUnit, event->angleDelta().y()));
    event->accept();
}

void SpectrumPlot::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_isDragging = true;
    m_dragLast = event->position();
}

void SpectrumPlot::mouseMoveEvent(QMouseEvent *event)
{
    if (m_isDragging)
    {
        pan(m_dragLast.x() - event->position().x());
        m_dragLast = event->position();
    }
    const SpectrumPlaces where = places();
    const double x = event->position().x();
    const bool isInside = m_scene.spectra && x >= where.plot.left() && x <= where.plot.right();
    readOut(isInside ? std::optional(wavelengthAt(m_scene, where.plot, x)) : std::nullopt);
}

void SpectrumPlot::mouseReleaseEvent(QMouseEvent * /*event*/)
{
    m_isDragging = false;
}

void SpectrumPlot::mouseDoubleClickEvent(QMouseEvent * /*event*/)
{
    resetZoom();
}

void SpectrumPlot::leaveEvent(QEvent * /*event*/)
{
    readOut(std::nullopt);
}

void SpectrumPlot::readOut(std::optional<double> wavelength)
{
    if (wavelength == m_scene.wavelength)
        return;
    m_scene.wavelength = wavelength;
    update();
    Q_EMIT wavelengthHovered(wavelength);
}

void SpectrumPlot::keyPressEvent(QKeyEvent *event)
{
    const QRectF plot = places().plot;
    switch (event->key())
    {
    case Qt::Key_Left: pan(-kKeyPan * plot.width()); break;
    case Qt::Key_Right: pan(kKeyPan * plot.width()); break;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomAt(plot.center().x(), kKeyZoom); break;
    case Qt::Key_Minus: zoomAt(plot.center().x(), 1.0 / kKeyZoom); break;
    case Qt::Key_Home: resetZoom(); break;
    default: QWidget::keyPressEvent(event);
    }
}

void SpectrumPlot::fillMenu(QMenu *menu)
{
    const auto add = [&](const QString &text, bool isOn, bool isPossible, auto apply) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(isOn);
        action->setEnabled(isPossible);
        connect(action, &QAction::triggered, this, [this, apply](bool isChecked) {
            apply(isChecked);
            Q_EMIT optionsChanged();
        });
    };
    const bool hasWavelengths = m_scene.spectra && m_scene.spectra->grid.hasWavelengths();
    add(tr("&Logarithmic wavelength"), m_scene.isLogAxis, hasWavelengths,
        [this](bool isOn) { setLogAxis(isOn); });
    add(tr("&Known lines"), m_scene.hasLines, hasWavelengths, [this](bool isOn) { setLinesShown(isOn); });
    add(tr("&Errors"), m_scene.hasErrorBand, true, [this](bool isOn) { setErrorBandShown(isOn); });
    add(tr("&Residuals"), m_scene.hasResidual, true, [this](bool isOn) { setResidualShown(isOn); });
    menu->addSeparator();
    connect(menu->addAction(tr("&Whole spectrum")), &QAction::triggered, this, &SpectrumPlot::resetZoom);
}

void SpectrumPlot::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(menu);
    menu->popup(event->globalPos());
}

FigurePainter SpectrumPlot::detachedFigure() const
{
    SpectrumScene scene = m_scene;
    scene.colours = paperColours();
    scene.text = Qt::black;
    scene.background = Qt::white;
    scene.font = paperInk().font;
    scene.wavelength.reset();
    scene.isOnPaper = true;
    return [scene](QPainter &painter, const QRectF &area) {
        QRectF inner = area.adjusted(8.0, 8.0, -8.0, -8.0);
        painter.setFont(scene.font);
        if (scene.spectra && !scene.spectra->title.isEmpty())
        {
            const double line = QFontMetricsF(scene.font).height();
            painter.setPen(Qt::black);
            painter.drawText(
                QRectF(inner.left(), inner.top(), inner.width(), line), Qt::AlignLeft,
                QFontMetricsF(scene.font).elidedText(scene.spectra->title, Qt::ElideMiddle, inner.width()));
            inner.setTop(inner.top() + 1.5 * line);
        }
        paintSpectrum(painter, inner, scene);
    };
}

void SpectrumPlot::paintFigure(QPainter &painter, const QRectF &area) const
{
    detachedFigure()(painter, area);
}

} // namespace somnium::ui
