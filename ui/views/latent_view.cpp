// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/latent_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QBoxLayout>
#include <QLocale>
#include <QRegularExpression>
#include <QSplitter>
#include <QStackedWidget>

#include "ui/theme.h"
#include "ui/views/colour_bar.h"
#include "ui/views/empty_state.h"
#include "ui/views/hover_card.h"
#include "ui/views/iso_controls.h"
#include "ui/views/latent_figure.h"

namespace somnium::ui
{

namespace
{

constexpr std::size_t kQuickColourCount = 20'000;
constexpr int kLeastHeightWithSpectrum = 280; ///< below, the plane has all the room
constexpr int kLeastHeightOfSpectrum = 48;
constexpr int kAnchorSize = 16; ///< of the point that the card keeps clear of

} // namespace

LatentView::LatentView(QWidget *parent) : QWidget(parent)
{
    m_empty = new EmptyState(QStringLiteral("latent"), {}, {}, {}, this);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(buildPage());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    connect(m_empty, &EmptyState::actionRequested, this, [this] {
        if (m_canTrain)
            Q_EMIT trainRequested();
        else
            Q_EMIT openRequested();
    });
    setAccessibleName(tr("Latent space"));
    refreshPage();
}

LatentView::~LatentView()
{
    m_isoStop.request_stop();
}

QWidget *LatentView::buildPage()
{
    auto *page = new QWidget(this);
    m_bar = new LatentBar(page);
    m_iso = new IsoControls(page);
    m_splitter = new QSplitter(Qt::Vertical, page);
    auto *plane = new QWidget(m_splitter);
    m_canvas = new LatentCanvas(plane);
    m_canvas->setObjectName(QStringLiteral("latentCanvas"));
    m_colourBar = new ColourBar(plane);
    m_colourBar->hide();
    m_card = new HoverCard(m_canvas);
    m_spectrum = new SpectrumPane(m_splitter);
    m_spectrum->setMinimumHeight(kLeastHeightOfSpectrum); // less than it asks for: see offerSpectrum
    m_spectrum->hide();
    auto *row = new QHBoxLayout(plane);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGridStep);
    row->addWidget(m_canvas, 1);
    row->addWidget(m_colourBar);
    m_splitter->addWidget(plane);
    m_splitter->addWidget(m_spectrum);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 1);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_iso);
    layout->addWidget(m_splitter, 1);
    m_bar->setSpectrumOffered(false, m_wantsSpectrum);
    connectBar();
    connectCanvas();
    return page;
}

void LatentView::connectBar()
{
    connect(m_bar, &LatentBar::columnChosen, this, [this] {
        refreshColour();
        Q_EMIT lookChanged();
    });
    connect(m_bar, &LatentBar::colourMapChosen, this, [this] {
        refreshColour();
        Q_EMIT lookChanged();
    });
    connect(m_bar, &LatentBar::pointFormChosen, this, [this](PointForm form) {
        m_canvas->setPointForm(form);
        Q_EMIT lookChanged();
    });
    connect(m_bar, &LatentBar::axesChosen, this, &LatentView::axesChosen);
    connect(m_bar, &LatentBar::bookmarkAsked, this, [this] { addBookmark(m_canvas->window()); });
    connect(m_bar, &LatentBar::bookmarkChosen, this,
            [this](const LatentBookmark &bookmark) { m_canvas->setWindow(bookmark.window); });
    connect(m_bar, &LatentBar::bookmarksForgotten, this, [this] {
        m_bar->setBookmarks({});
        Q_EMIT bookmarksChanged({});
    });
    connect(m_bar, &LatentBar::spectrumToggled, this, [this](bool isShown) {
        setSpectrumShown(isShown);
        Q_EMIT lookChanged();
    });
    connect(m_bar, &LatentBar::figureRequested, this, &LatentView::figureRequested);
    connect(m_bar, &LatentBar::fitRequested, this, &LatentView::resetZoom);
    connect(m_iso, &IsoControls::settingsChanged, this, [this] {
        refreshIso();
        Q_EMIT lookChanged();
    });
    connect(m_iso, &IsoControls::bandRequested, this, &LatentView::askForBand);
    connect(m_iso, &IsoControls::exportRequested, this, [this] {
        if (isoLayers())
            Q_EMIT isoExportRequested(isoLayers());
    });
}

void LatentView::connectCanvas()
{
    connect(m_canvas, &LatentCanvas::hovered, this, &LatentView::showHovered);
    connect(m_canvas, &LatentCanvas::sourceActivated, this, &LatentView::activate);
    connect(m_canvas, &LatentCanvas::sourcesEnclosed, this, &LatentView::selectEnclosed);
    connect(m_canvas, &LatentCanvas::windowChanged, m_card, &QWidget::hide);
    connect(m_canvas, &LatentCanvas::bookmarkAsked, this, &LatentView::addBookmark);
    connect(m_canvas, &LatentCanvas::toolDropped, this, [this] { Q_EMIT toolChanged(MapTool::Pointer); });
}

void LatentView::setData(LatentPointer points, bool keepsWindow)
{
    const bool isOther = !points || !m_data || points->count() != m_data->count();
    m_data = std::move(points);
    if (isOther)
    {
        m_columns.clear();
        m_bar->setColumns({});
        m_spectrum->clear();
        m_gesture.forgetAnchor();
    }
    m_card->hide();
    m_canvas->setData(m_data, keepsWindow);
    refreshPage();
    refreshColour();
    refreshSelected();
    refreshIso();
    refreshSpectrum();
}

void LatentView::setCanTrain(bool canTrain)
{
    m_canTrain = canTrain;
    refreshPage();
}

void LatentView::setColumns(std::vector<LatentColumn> columns)
{
    m_columns = std::move(columns);
    QStringList names;
    for (const LatentColumn &column : m_columns)
        names << column.name;
    m_bar->setColumns(names);
    refreshChoices();
    refreshColour();
    refreshIso();
}

void LatentView::setHoverFunction(HoverFunction function)
{
    m_spectrum->setFunction(std::move(function));
    offerSpectrum();
}

void LatentView::setSpectrumShown(bool isShown)
{
    m_wantsSpectrum = isShown;
    offerSpectrum();
}

void LatentView::offerSpectrum()
{
    const bool isPossible = m_spectrum->hasFunction() && height() >= kLeastHeightWithSpectrum;
    m_bar->setSpectrumOffered(isPossible, m_wantsSpectrum);
    m_spectrum->setVisible(isPossible && m_wantsSpectrum);
    refreshSpectrum();
}

void LatentView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    offerSpectrum();
}

void LatentView::setSelection(SelectionModel *selection)
{
    if (m_selection != nullptr)
        m_selection->disconnect(this);
    m_selection = selection;
    if (m_selection != nullptr)
    {
        connect(m_selection, &SelectionModel::selectionChanged, this, &LatentView::refreshSelected);
        connect(m_selection, &SelectionModel::currentSourceChanged, this, [this] {
            m_canvas->setCurrentSource(m_selection->currentSource());
            refreshSpectrum();
        });
    }
    refreshSelected();
}

void LatentView::setTool(MapTool tool)
{
    if (tool == m_canvas->tool())
        return;
    m_canvas->setTool(tool);
    Q_EMIT toolChanged(tool);
}

void LatentView::setAxes(const LatentAxes &axes)
{
    m_bar->setAxes(axes);
}

void LatentView::setColumn(const QString &name)
{
    m_bar->setColumn(name);
    refreshColour();
}

void LatentView::setColourMap(const QString &name)
{
    m_bar->setColourMap(name);
    refreshColour();
}

void LatentView::setPointForm(PointForm form)
{
    m_bar->setPointForm(form);
    m_canvas->setPointForm(form);
}

void LatentView::setBookmarks(std::vector<LatentBookmark> bookmarks)
{
    m_bar->setBookmarks(std::move(bookmarks));
}

void LatentView::addBookmark(const latent::PlaneRect &window)
{
    std::vector<LatentBookmark> bookmarks = m_bar->bookmarks();
    bookmarks.push_back({tr("View %1").arg(bookmarks.size() + 1), window});
    m_bar->setBookmarks(bookmarks);
    Q_EMIT hoverTextChanged(tr("Bookmarked as \"%1\"").arg(bookmarks.back().name));
    Q_EMIT bookmarksChanged(bookmarks);
}

void LatentView::resetZoom()
{
    m_canvas->resetZoom();
}

QString LatentView::column() const
{
    return m_bar->column();
}

QString LatentView::colourMap() const
{
    return m_bar->colourMap();
}

PointForm LatentView::pointForm() const
{
    return m_bar->pointForm();
}

const std::vector<LatentBookmark> &LatentView::bookmarks() const
{
    return m_bar->bookmarks();
}

const IsoSettings &LatentView::isoSettings() const
{
    return m_iso->settings();
}

void LatentView::refreshPage()
{
    const QString what =
        tr("An autoencoder learns a plane on which sources that look alike lie close together. Every source "
           "is a "
           "point there, coloured by any column, with lines of equal mass, temperature or redshift, and its "
           "spectrum under the cursor.");
    if (m_canTrain)
        m_empty->setText(tr("No latent space yet"), what, tr("Train an autoencoder..."));
    else
        m_empty->setText(tr("No survey open"), what, tr("Open..."));
    m_pages->setCurrentIndex(m_data ? 1 : 0);
}

void LatentView::refreshColour()
{
    const auto column = std::ranges::find(m_columns, m_bar->column(), &LatentColumn::name);
    if (!m_data || column == m_columns.end())
    {
        // Answers that are still to come are of a column that is no longer wanted.
        m_colours.forget();
        m_canvas->setColour(std::nullopt);
        m_colourBar->hide();
        return;
    }
    m_colours.ask(
        this, m_data->count() <= kQuickColourCount,
        [column = *column, colourMap = m_bar->colourMap()] { return colourOf(column, colourMap); },
        [this](const LatentColour &colour) {
            m_colourBar->setScale(scaleOf(colour));
            m_colourBar->show();
            m_canvas->setColour(colour);
        });
}

void LatentView::refreshSelected()
{
    if (m_selection == nullptr)
        return;
    m_canvas->setSelected(m_selection->selected());
    m_canvas->setCurrentSource(m_selection->currentSource());
}

void LatentView::refreshSpectrum()
{
    const auto source = m_selection != nullptr ? m_selection->currentSource() : std::nullopt;
    if (!m_spectrum->isVisibleTo(this) || !m_data)
        return;
    if (source && m_data->isPlaced(*source))
        m_spectrum->ask(source, m_data->place(*source));
}

void LatentView::activate(std::size_t source, Qt::KeyboardModifiers modifiers)
{
    if (m_selection != nullptr && modifiers.testFlag(Qt::ShiftModifier))
    {
        // On a plane there is no row between two sources: shift adds.
        m_selection->select({source}, SelectionMode::Add);
        m_selection->setCurrentSource(source);
    }
    else if (m_selection != nullptr && modifiers.testFlag(Qt::ControlModifier))
    {
        m_gesture.apply(*m_selection, static_cast<int>(source), modifiers,
                        [](int row) { return static_cast<std::size_t>(row); });
    }
    else if (m_selection != nullptr)
    {
        m_selection->setCurrentSource(source);
    }
    Q_EMIT sourceActivated(source);
}

void LatentView::selectEnclosed(const std::vector<std::size_t> &sources, Qt::KeyboardModifiers modifiers)
{
    if (m_selection == nullptr)
        return;
    SelectionMode mode = m_selectionMode;
    // With the pointer, shift is what began the rectangle.
    const bool isArmed = m_canvas->tool() != MapTool::Pointer;
    if (modifiers.testFlag(Qt::ControlModifier))
        mode = isArmed ? SelectionMode::Remove : SelectionMode::Add;
    else if (isArmed && modifiers.testFlag(Qt::ShiftModifier))
        mode = SelectionMode::Add;
    m_selection->select(sources, mode);
}

QString LatentView::sourceText(std::size_t source) const
{
    const auto column = std::ranges::find(m_columns, m_bar->column(), &LatentColumn::name);
    if (column == m_columns.end() || !column->values || source >= column->values->size())
        return {};
    const double value = (*column->values)[source];
    return QStringLiteral("%1 %2").arg(
        column->title(), std::isfinite(value) ? QLocale().toString(value, 'g', 6) : tr("no value"));
}

void LatentView::showHovered(std::optional<std::size_t> source, std::optional<latent::PlanePoint> place)
{
    if (!place)
    {
        m_card->hide();
        Q_EMIT hoverTextChanged({});
        return refreshSpectrum();
    }
    const QLocale locale;
    QString text =
        QStringLiteral("(%1, %2)").arg(locale.toString(place->x, 'g', 4), locale.toString(place->y, 'g', 4));
    if (source)
    {
        const QPoint centre = m_canvas->toWidget(m_data->place(*source)).toPoint();
        const QRect anchor(centre - QPoint(kAnchorSize / 2, kAnchorSize / 2),
                           QSize(kAnchorSize, kAnchorSize));
        m_card->showAbove(anchor, m_data->id(*source), sourceText(*source));
        text = QStringLiteral("%1  %2  %3").arg(text, m_data->id(*source), sourceText(*source)).trimmed();
    }
    else
    {
        m_card->hide();
    }
    if (m_spectrum->isVisibleTo(this))
        m_spectrum->ask(source, *place);
    Q_EMIT hoverTextChanged(text);
}

FigurePainter LatentView::detachedFigure() const
{
    LatentFigure figure{
        .scene = m_canvas->scene(), .window = m_canvas->window(), .caption = captionWithDefinitions()};
    figure.scene.colours = paperColours();
    return [figure = std::move(figure)](QPainter &painter, const QRectF &area) {
        (void)paintLatentFigure(painter, area, figure);
    };
}

void LatentView::paintFigure(QPainter &painter, const QRectF &area) const
{
    detachedFigure()(painter, area);
}

QString LatentView::figureName() const
{
    // A column may have any name; a file may not.
    static const QRegularExpression others(QStringLiteral("[^A-Za-z0-9_-]+"));
    return m_bar->column().isEmpty()
               ? QStringLiteral("latent")
               : QStringLiteral("latent-") + m_bar->column().replace(others, QStringLiteral("_"));
}

bool LatentView::hasFigure() const
{
    return m_data != nullptr;
}

} // namespace somnium::ui
