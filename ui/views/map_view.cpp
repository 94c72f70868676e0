// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/map_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolButton>

#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/colour_bar.h"
#include "ui/views/elided_label.h"
#include "ui/views/empty_state.h"
#include "ui/views/hover_card.h"
#include "ui/views/map_figure.h"
#include "ui/views/slice_chooser.h"

namespace somnium::ui
{

namespace
{

constexpr int kDefaultOpacity = 60;

QString unitTitle(const NeuronOverlay &overlay)
{
    return overlay.unit.isEmpty() ? overlay.title
                                  : QStringLiteral("%1 [%2]").arg(overlay.title, overlay.unit);
}

ColourScale scaleOf(const NeuronOverlay &overlay)
{
    return {.title = unitTitle(overlay), .low = overlay.low, .high = overlay.high};
}

} // namespace

MapView::MapView(QWidget *parent) : QWidget(parent)
{
    m_empty = new EmptyState(QStringLiteral("map"), {}, {}, {}, this);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(buildMap());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    connect(m_empty, &EmptyState::actionRequested, this, [this]() {
        if (m_survey)
            Q_EMIT trainRequested();
        else
            Q_EMIT openRequested();
    });
    setAccessibleName(tr("Map"));
    refreshChoices();
    refreshPage();
}

QWidget *MapView::buildControls()
{
    auto *bar = new QWidget(this);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, kGridStep / 2);
    layout->setSpacing(kGridStep);
    m_overlayBox = new QComboBox(bar);
    m_overlayBox->setAccessibleName(tr("Colour by"));
    m_overlayBox->setToolTip(
        tr("What colours the map: figures of the neurons, a catalogue column or a label"));
    m_overlayBox->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_overlayBox->setMaximumWidth(280);
    auto *label = new QLabel(tr("Colour b&y"), bar);
    label->setBuddy(m_overlayBox);
    m_opacitySlider = new QSlider(Qt::Horizontal, bar);
    m_opacitySlider->setRange(0, 100);
    m_opacitySlider->setFixedWidth(96);
    m_opacitySlider->setAccessibleName(tr("Opacity of the overlay"));
    m_opacityBox = new QSpinBox(bar);
    m_opacityBox->setRange(0, 100);
    m_opacityBox->setSuffix(tr(" %"));
    m_opacityBox->setAccessibleName(tr("Opacity of the overlay, percent"));
    for (QWidget *widget : {static_cast<QWidget *>(m_opacitySlider), static_cast<QWidget *>(m_opacityBox)})
        widget->setToolTip(tr("Opacity of the overlay"));
    auto *fit = new QToolButton(bar);
    fit->setIcon(themeIcon(QStringLiteral("fit")));
    fit->setToolTip(tr("Show the whole map (Home)"));
    fit->setAccessibleName(tr("Show the whole map"));
    layout->addWidget(label);
    layout->addWidget(m_overlayBox);
    layout->addWidget(m_opacitySlider);
    layout->addWidget(m_opacityBox);
    layout->addStretch();
    layout->addWidget(fit);
    connect(fit, &QToolButton::clicked, this, &MapView::resetZoom);
    connect(m_opacitySlider, &QSlider::valueChanged, m_opacityBox, &QSpinBox::setValue);
    connect(m_opacityBox, &QSpinBox::valueChanged, m_opacitySlider, &QSlider::setValue);
    connect(m_opacitySlider, &QSlider::valueChanged, this,
            [this](int percent) { m_canvas->setOverlayOpacity(percent / 100.0); });
    connect(m_overlayBox, &QComboBox::activated, this, [this](int index) {
        setOverlay(m_choices[static_cast<std::size_t>(index)]);
        Q_EMIT overlayChanged(m_overlayChoice);
    });
    return bar;
}

QWidget *MapView::buildMap()
{
    auto *page = new QWidget(this);
    m_canvas = new MapCanvas(page);
    m_colourBar = new ColourBar(page);
    m_card = new HoverCard(m_canvas);
    m_status = new ElidedLabel(page);
    m_status->setFont(tabularFont(font()));
    m_status->setProperty("quiet", true);
    m_status->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, kGridStep / 2);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildControls());
    m_slices = new SliceChooser(page);
    layout->addWidget(m_slices);
    auto *row = new QHBoxLayout;
    row->setSpacing(kGridStep);
    row->addWidget(m_canvas, 1);
    row->addWidget(m_colourBar);
    layout->addLayout(row, 1);
    layout->addWidget(m_status);
    m_opacitySlider->setValue(kDefaultOpacity);
    connectCanvas();
    return page;
}

void MapView::connectCanvas()
{
    connect(m_slices, &SliceChooser::sliceChosen, m_canvas, &MapCanvas::setSlice);
    connect(m_canvas, &MapCanvas::sliceChanged, this, [this](std::optional<std::size_t> slice) {
        m_slices->setSlice(slice);
        refreshStatus();
    });
    connect(m_canvas, &MapCanvas::neuronActivated, this, [this](std::size_t neuron) {
        if (m_selection != nullptr)
            m_selection->setCurrentNeuron(neuron);
        Q_EMIT neuronActivated(neuron);
    });
    connect(m_canvas, &MapCanvas::neuronExtended, this, [this](std::size_t neuron) {
        if (m_selection != nullptr)
            m_selection->select(sourcesOfNeurons(m_survey, {neuron}), SelectionMode::Add);
    });
    connect(m_canvas, &MapCanvas::comparisonRequested, this, &MapView::comparisonRequested);
    connect(m_canvas, &MapCanvas::neuronsEnclosed, this, &MapView::selectEnclosed);
    connect(m_canvas, &MapCanvas::neuronHovered, this, &MapView::showCard);
    connect(m_canvas, &MapCanvas::toolDropped, this, [this]() { Q_EMIT toolChanged(MapTool::Pointer); });
    connect(m_canvas, &MapCanvas::displayChanged, this, &MapView::displayChanged);
}

void MapView::showSom()
{
    const auto som = shownSom();
    m_canvas->setSom(som);
    m_slices->setDepth(som ? som->layout.depth() : 1);
    m_slices->setSlice(m_canvas->slice());
}

void MapView::setSurvey(SurveyPointer survey)
{
    m_survey = std::move(survey);
    if (m_survey && m_survey->map)
        m_snapshot.reset();
    showSom();
    refreshChoices();
    refreshPage();
    refreshStatus();
    refreshShares();
}

void MapView::setLabels(LabelsPointer labels)
{
    m_labels = std::move(labels);
    refreshChoices();
}

void MapView::setSelection(SelectionModel *selection)
{
    if (m_selection != nullptr)
        m_selection->disconnect(this);
    m_selection = selection;
    if (m_selection == nullptr)
        return;
    connect(m_selection, &SelectionModel::currentNeuronChanged, this,
            [this]() { m_canvas->setCurrentNeuron(m_selection->currentNeuron()); });
    connect(m_selection, &SelectionModel::selectionChanged, this, &MapView::refreshShares);
    m_canvas->setCurrentNeuron(m_selection->currentNeuron());
    refreshShares();
}

void MapView::setDisplay(const DisplaySettings &display)
{
    m_canvas->setDisplay(display);
}

void MapView::setTrainingSnapshot(const som::TrainingSnapshot &snapshot)
{
    m_snapshot = snapshot;
    showSom();
    refreshOverlay();
    refreshPage();
    refreshStatus();
}

void MapView::endTraining()
{
    m_snapshot.reset();
    showSom();
    refreshOverlay();
    refreshPage();
    refreshStatus();
}

void MapView::setOverlay(const OverlayChoice &choice)
{
    m_overlayChoice = choice;
    const auto found = std::ranges::find(m_choices, choice);
    m_overlayBox->setCurrentIndex(found == m_choices.end() ? 0 : static_cast<int>(found - m_choices.begin()));
    refreshOverlay();
}

void MapView::setOverlayOpacity(double opacity)
{
    m_opacitySlider->setValue(static_cast<int>(std::lround(100.0 * opacity)));
}

void MapView::setTool(MapTool tool)
{
    if (tool == m_canvas->tool())
        return;
    m_canvas->setTool(tool);
    Q_EMIT toolChanged(tool);
}

void MapView::setComparisonNeuron(std::optional<std::size_t> neuron)
{
    m_canvas->setComparisonNeuron(neuron);
}

void MapView::resetZoom()
{
    m_canvas->resetZoom();
}

std::shared_ptr<const som::Som> MapView::shownSom() const
{
    if (m_snapshot)
        return m_snapshot->som;
    // Shares the life of the map that holds it.
    return m_survey && m_survey->map ? std::shared_ptr<const som::Som>(m_survey->map, &m_survey->map->som)
                                     : nullptr;
}

void MapView::refreshChoices()
{
    m_choices = overlayChoices(m_survey, m_labels);
    const QSignalBlocker blocker(m_overlayBox);
    m_overlayBox->clear();
    for (const OverlayChoice &choice : m_choices)
        m_overlayBox->addItem(overlayTitle(choice));
    if (std::ranges::find(m_choices, m_overlayChoice) == m_choices.end())
        m_overlayChoice = {};
    setOverlay(m_overlayChoice);
}

void MapView::refreshOverlay()
{
    m_overlay = m_snapshot ? NeuronOverlay{} : neuronOverlay(m_survey, m_labels, m_overlayChoice);
    m_canvas->setOverlay(m_overlay);
    m_colourBar->setScale(scaleOf(m_overlay));
    m_colourBar->setVisible(hasOverlay());
    const bool isFree = !m_snapshot.has_value();
    m_overlayBox->setEnabled(isFree && m_choices.size() > 1);
    m_opacitySlider->setEnabled(hasOverlay());
    m_opacityBox->setEnabled(hasOverlay());
}

bool MapView::hasOverlay() const
{
    return std::ranges::any_of(m_overlay.values, [](double value) { return std::isfinite(value); });
}

void MapView::refreshPage()
{
    if (m_survey)
        m_empty->setText(
            tr("No map yet"),
            tr("Prototypes appear here while they are learned: each cell shows one kind of source, "
               "neighbours look alike."),
            tr("Train a map..."));
    else
        m_empty->setText(tr("No survey open"), tr("Open images, and the map of their kinds appears here."),
                         tr("Open..."));
    m_pages->setCurrentIndex(shownSom() ? 1 : 0);
}

QString MapView::statusText() const
{
    const auto som = shownSom();
    if (!som)
        return {};
    const QLocale locale;
    const som::EpochReport last = som->history.empty() ? som::EpochReport{} : som->history.back();
    QStringList parts;
    if (m_snapshot)
        parts
            << tr("epoch %1 of %2").arg(std::min(last.epoch + 1, m_snapshot->epochs)).arg(m_snapshot->epochs);
    else
        parts << tr("%1 map, %2").arg(QString::fromStdString(som->layout.toString()), epochsText(last.epoch));
    if (last.epoch > 0)
    {
        parts << tr("AQE %1").arg(locale.toString(last.meanDistance, 'f', 2))
              << tr("TE %1").arg(locale.toString(last.topographicError, 'f', 2))
              << tr("empty %1").arg(locale.toString(static_cast<qulonglong>(last.emptyNeurons)));
        parts << rateText(last.imagesPerSecond);
    }
    if (m_snapshot && m_snapshot->secondsLeft > 0.0)
        parts << tr("%1 left").arg(durationText(m_snapshot->secondsLeft));
    if (!m_snapshot)
        parts << layoutNote(som->layout, m_canvas->slice());
    parts.removeAll(QString());
    return parts.join(QStringLiteral("   "));
}

void MapView::refreshStatus()
{
    m_status->setFullText(statusText());
    m_status->setToolTip(
        m_status->text() + QLatin1Char('\n') +
        tr("AQE: mean distance of the sources to their best prototype. TE: share of sources whose two "
           "best prototypes are not neighbours. empty: prototypes that are nobody's best."));
}

void MapView::refreshShares()
{
    std::vector<float> shares;
    if (m_selection != nullptr && m_survey && m_survey->map && !m_selection->selected().empty())
    {
        const som::Mapping &mapping = m_survey->map->mapping;
        const std::vector<std::size_t> &hits = m_survey->map->figures.hits;
        shares.assign(hits.size(), 0.0F);
        for (const std::size_t source : m_selection->selected())
            if (source < mapping.best.size() && mapping.best[source] < shares.size())
                shares[mapping.best[source]] += 1.0F;
        for (std::size_t neuron = 0; neuron < shares.size(); ++neuron)
            shares[neuron] /= static_cast<float>(std::max<std::size_t>(hits[neuron], 1));
    }
    m_canvas->setSelectedShares(std::move(shares));
}

void MapView::selectEnclosed(const std::vector<std::size_t> &neurons, Qt::KeyboardModifiers modifiers)
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
    m_selection->select(sourcesOfNeurons(m_survey, neurons), mode);
}

QString MapView::neuronText(std::size_t neuron) const
{
    const QLocale locale;
    QStringList lines;
    if (m_survey && m_survey->map && !m_snapshot && neuron < m_survey->map->figures.hits.size())
    {
        const som::NeuronFigures &figures = m_survey->map->figures;
        lines << sourcesText(figures.hits[neuron]);
        if (std::isfinite(figures.meanDistance[neuron]))
            lines << tr("mean distance %1").arg(locale.toString(figures.meanDistance[neuron], 'f', 2));
    }
    if (neuron < m_overlay.values.size() && m_overlayChoice.kind != OverlayKind::Hits &&
        m_overlayChoice.kind != OverlayKind::MeanDistance)
        lines << QStringLiteral("%1 %2").arg(unitTitle(m_overlay),
                                             std::isfinite(m_overlay.values[neuron])
                                                 ? locale.toString(m_overlay.values[neuron], 'g', 4)
                                                 : tr("no value"));
    return lines.join(QLatin1Char('\n'));
}

void MapView::showCard(std::optional<std::size_t> neuron, const QPoint & /*globalPosition*/)
{
    const auto som = shownSom();
    if (!neuron || !som)
    {
        m_card->hide();
        Q_EMIT hoverTextChanged({});
        return;
    }
    const QString title = tr("Prototype %1").arg(neuronName(som->layout, *neuron));
    const QString text = neuronText(*neuron);
    m_card->showAbove(m_canvas->cellRect(*neuron).toAlignedRect(), title, text);
    Q_EMIT hoverTextChanged(text.isEmpty()
                                ? title
                                : title + QStringLiteral(": ") +
                                      QString(text).replace(QLatin1Char('\n'), QStringLiteral(", ")));
}

QString MapView::captionText() const
{
    QStringList parts;
    if (m_survey)
        parts << QString::fromStdString(m_survey->summary.name);
    if (m_survey && m_survey->map)
        parts << QString::fromStdString(m_survey->map->summary.name);
    if (const auto som = shownSom(); som && !som->history.empty())
    {
        const QLocale locale;
        const som::EpochReport &last = som->history.back();
        parts << tr("%1 neurons, %2, AQE %3, TE %4")
                     .arg(QString::fromStdString(som->layout.toString()), epochsText(last.epoch),
                          locale.toString(last.meanDistance, 'f', 2),
                          locale.toString(last.topographicError, 'f', 2));
        parts << layoutNote(som->layout, m_canvas->slice());
    }
    if (m_survey)
        parts << tr("recipe \"%1\"").arg(QString::fromStdString(m_survey->summary.recipe.name));
    parts.removeAll(QString());
    return parts.join(QStringLiteral("; "));
}

FigurePainter MapView::detachedFigure() const
{
    MapFigure figure{.scene = m_canvas->scene(), .scale = {}, .caption = captionText(), .survey = m_survey};
    figure.scene.colours = paperColours();
    if (hasOverlay())
        figure.scale = scaleOf(m_overlay);
    return [figure = std::move(figure)](QPainter &painter, const QRectF &area) {
        (void)paintMapFigure(painter, area, figure);
    };
}

void MapView::paintFigure(QPainter &painter, const QRectF &area) const
{
    detachedFigure()(painter, area);
}

QString MapView::figureName() const
{
    switch (m_overlayChoice.kind)
    {
    case OverlayKind::None: break;
    case OverlayKind::Hits: return QStringLiteral("map-hits");
    case OverlayKind::UMatrix: return QStringLiteral("map-u-matrix");
    case OverlayKind::MeanDistance: return QStringLiteral("map-mean-distance");
    case OverlayKind::LabelPurity: return QStringLiteral("map-label-purity");
    case OverlayKind::ColumnMean:
    case OverlayKind::LabelFraction:
        // A column may have any name; a file may not.
        return QStringLiteral("map-") +
               QString(m_overlayChoice.name)
                   .replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9_-]+")), QStringLiteral("_"));
    }
    return QStringLiteral("map");
}

bool MapView::hasFigure() const
{
    return shownSom() != nullptr;
}

} // namespace somnium::ui
