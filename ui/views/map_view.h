// SPDX-License-Identifier: GPL-3.0-or-later
// The Map tab: prototypes, overlay with colour bar, status line; live while a training runs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QWidget>

#include "core/som/trainer.h"
#include "ui/models/display_settings.h"
#include "ui/models/neuron_overlay.h"
#include "ui/models/selection_model.h"
#include "ui/views/figure_export.h"
#include "ui/views/map_canvas.h"

class QComboBox;
class QSlider;
class QSpinBox;
class QStackedWidget;
class QToolButton;

namespace somnium::ui
{

class ColourBar;
class ElidedLabel;
class EmptyState;
class HoverCard;
class SliceChooser;

class MapView : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit MapView(QWidget *parent = nullptr);

    void setSurvey(SurveyPointer survey);
    void setLabels(LabelsPointer labels);
    /// Shared, not owned.
    void setSelection(SelectionModel *selection);
    void setDisplay(const DisplaySettings &display);
    /// Shows the prototypes as they are learned, without overlay; until `endTraining`, or a survey with a
    /// map.
    void setTrainingSnapshot(const som::TrainingSnapshot &snapshot);
    void endTraining();
    void setOverlay(const OverlayChoice &choice);
    [[nodiscard]] OverlayChoice overlay() const { return m_overlayChoice; }
    void setOverlayOpacity(double opacity);
    void setTool(MapTool tool);
    /// How rectangle and lasso combine with the selection; shift and ctrl held during the drag override it.
    void setSelectionMode(SelectionMode mode) { m_selectionMode = mode; }
    void setComparisonNeuron(std::optional<std::size_t> neuron);
    void resetZoom();

    [[nodiscard]] MapCanvas *canvas() const { return m_canvas; }
    [[nodiscard]] QString statusText() const;

    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] FigurePainter detachedFigure() const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

Q_SIGNALS:
    /// A prototype was clicked or reached by a key: the selection's current neuron has changed already.
    void neuronActivated(std::size_t neuron);
    void comparisonRequested(std::size_t neuron);
    void overlayChanged(const somnium::ui::OverlayChoice &choice);
    void toolChanged(somnium::ui::MapTool tool);
    void displayChanged(const somnium::ui::DisplaySettings &display);
    /// The empty state's button: open a survey, or train a map on the one there is.
    void openRequested();
    void trainRequested();
    /// For the status bar.
    void hoverTextChanged(const QString &text);

private:
    [[nodiscard]] QWidget *buildControls();
    [[nodiscard]] QWidget *buildMap();
    void connectCanvas();
    void showSom();
    void refreshChoices();
    void refreshOverlay();
    void refreshPage();
    void refreshStatus();
    void refreshShares();
    void selectEnclosed(const std::vector<std::size_t> &neurons, Qt::KeyboardModifiers modifiers);
    void showCard(std::optional<std::size_t> neuron, const QPoint &globalPosition);
    [[nodiscard]] QString neuronText(std::size_t neuron) const;
    [[nodiscard]] QString captionText() const;
    [[nodiscard]] bool hasOverlay() const;
    [[nodiscard]] std::shared_ptr<const som::Som> shownSom() const;

    SurveyPointer m_survey;
    LabelsPointer m_labels;
    SelectionModel *m_selection = nullptr;
    std::optional<som::TrainingSnapshot> m_snapshot;
    OverlayChoice m_overlayChoice;
    NeuronOverlay m_overlay;
    std::vector<OverlayChoice> m_choices;
    SelectionMode m_selectionMode = SelectionMode::New;

    QStackedWidget *m_pages = nullptr;
    EmptyState *m_empty = nullptr;
    MapCanvas *m_canvas = nullptr;
    ColourBar *m_colourBar = nullptr;
    QComboBox *m_overlayBox = nullptr;
    QSlider *m_opacitySlider = nullptr;
    QSpinBox *m_opacityBox = nullptr;
    ElidedLabel *m_status = nullptr;
    SliceChooser *m_slices = nullptr;
    HoverCard *m_card = nullptr;
};

} // namespace somnium::ui
