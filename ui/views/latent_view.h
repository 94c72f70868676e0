// SPDX-License-Identifier: GPL-3.0-or-later
// The Latent tab: every source as a point, coloured by any column, with lines of equal values of two columns,
// and the spectrum under the cursor.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include <QWidget>

#include "ui/models/background_answer.h"
#include "ui/models/iso_layers.h"
#include "ui/models/selection_gesture.h"
#include "ui/models/selection_model.h"
#include "ui/views/figure_export.h"
#include "ui/views/latent_bar.h"
#include "ui/views/latent_canvas.h"
#include "ui/views/spectrum_pane.h"

class QSplitter;
class QStackedWidget;

namespace somnium::ui
{

class ColourBar;
class EmptyState;
class HoverCard;
class IsoControls;

class LatentView : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit LatentView(QWidget *parent = nullptr);
    ~LatentView() override;

    /// Null: the empty state. `keepsWindow`: the points moved a little, as in training. Other sources than
    /// before: columns are to be set again.
    void setData(LatentPointer points, bool keepsWindow = false);
    /// What the empty state offers: training where there are spectra or images, else opening some.
    void setCanTrain(bool canTrain);
    /// All numeric columns of the sources, in the order to be offered.
    void setColumns(std::vector<LatentColumn> columns);
    /// What can be contoured of decoded samples; null: nothing.
    void setDecoder(DecoderPointer decoder);
    /// What is shown under the cursor; empty: no spectrum pane.
    void setHoverFunction(HoverFunction function);
    /// Shared, not owned.
    void setSelection(SelectionModel *selection);
    void setTool(MapTool tool);
    /// How rectangle and lasso combine with the selection; shift and ctrl held during the drag override it.
    void setSelectionMode(SelectionMode mode) { m_selectionMode = mode; }
    void setAxes(const LatentAxes &axes);
    void setColumn(const QString &name); ///< that colours; empty: one colour
    void setColourMap(const QString &name);
    void setPointForm(PointForm form);
    void setIsoSettings(const IsoSettings &settings);
    void setBookmarks(std::vector<LatentBookmark> bookmarks);
    void setSpectrumShown(bool isShown);
    /// Under figures: survey, model, recipe.
    void setCaption(const QString &caption) { m_caption = caption; }
    void resetZoom();

    [[nodiscard]] QString column() const;
    [[nodiscard]] QString colourMap() const;
    [[nodiscard]] PointForm pointForm() const;
    [[nodiscard]] const IsoSettings &isoSettings() const;
    [[nodiscard]] const std::vector<LatentBookmark> &bookmarks() const;
    [[nodiscard]] LatentCanvas *canvas() const { return m_canvas; }
    [[nodiscard]] SpectrumPane *spectrumPane() const { return m_spectrum; }
    /// Null while there are none, or while the first are worked out.
    [[nodiscard]] const IsoLayers &isoLayers() const { return m_canvas->scene().layers; }

    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] FigurePainter detachedFigure() const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

Q_SIGNALS:
    /// A source was clicked or reached by a key: the selection's current source has changed already.
    void sourceActivated(std::size_t source);
    void toolChanged(somnium::ui::MapTool tool);
    /// Another pair of axes is wanted: setAxes and setData answer it.
    void axesChosen(const somnium::ui::LatentAxes &axes);
    void bookmarksChanged(const std::vector<somnium::ui::LatentBookmark> &bookmarks);
    /// Colour, form, iso-lines, spectrum pane: to be kept in the session.
    void lookChanged();
    void isoLayersChanged();
    void figureRequested();
    /// The iso-lines as a table, to be written where the user says.
    void isoExportRequested(const somnium::ui::IsoLayers &layers);
    void trainRequested();
    void openRequested();
    /// For the status bar.
    void hoverTextChanged(const QString &text);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] QWidget *buildPage();
    void connectBar();
    void connectCanvas();
    void refreshPage();
    void refreshColour();
    void refreshIso();
    void refreshChoices();
    void keepBand(const QString &parameter);
    void askForBand(std::size_t field);
    void refreshSelected();
    void refreshSpectrum();
    void offerSpectrum();
    void showIso(const IsoAnswer &answer);
    void activate(std::size_t source, Qt::KeyboardModifiers modifiers);
    void selectEnclosed(const std::vector<std::size_t> &sources, Qt::KeyboardModifiers modifiers);
    void showHovered(std::optional<std::size_t> source, std::optional<latent::PlanePoint> place);
    [[nodiscard]] QString sourceText(std::size_t source) const;
    [[nodiscard]] QString captionWithDefinitions() const;
    void addBookmark(const latent::PlaneRect &window);

    LatentPointer m_data;
    std::vector<LatentColumn> m_columns;
    DecoderPointer m_decoder;
    QStringList m_bands;               ///< parameters that the user asked for besides those offered
    std::array<IsoField, 2> m_waiting; ///< decoded fields that have no decoder, as while one is trained
    SelectionModel *m_selection = nullptr;
    SelectionGesture m_gesture;
    SelectionMode m_selectionMode = SelectionMode::New;
    BackgroundAnswer m_colours;
    BackgroundAnswer m_isoAnswers;
    std::stop_source m_isoStop;
    QString m_caption;
    bool m_canTrain = false;
    bool m_wantsSpectrum = true;

    QStackedWidget *m_pages = nullptr;
    EmptyState *m_empty = nullptr;
    LatentBar *m_bar = nullptr;
    IsoControls *m_iso = nullptr;
    QSplitter *m_splitter = nullptr;
    LatentCanvas *m_canvas = nullptr;
    ColourBar *m_colourBar = nullptr;
    HoverCard *m_card = nullptr;
    SpectrumPane *m_spectrum = nullptr;
};

} // namespace somnium::ui
