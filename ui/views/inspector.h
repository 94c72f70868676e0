// SPDX-License-Identifier: GPL-3.0-or-later
// All about the current source: picture, prototype, the source turned to match, their difference, position,
// distance, labels, catalogue row.
#pragma once

#include <optional>

#include <QWidget>

#include "core/data/image.h"
#include "core/data/spectrum.h"
#include "ui/models/background_answer.h"
#include "ui/models/display_settings.h"
#include "ui/models/oddity_data.h"
#include "ui/models/sample_fetcher.h"
#include "ui/models/selection_model.h"
#include "ui/models/source_labels.h"
#include "ui/models/survey_data.h"
#include "ui/views/figure_export.h"

class QLabel;
class QStackedWidget;
class QTableWidget;
class QToolButton;

namespace somnium::ui
{

class ElidedLabel;
class ImagePane;
class LabelChips;
class SpectrumPlot;

class Inspector : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit Inspector(QWidget *parent = nullptr);

    void setSurvey(SurveyPointer survey);
    void setLabels(LabelsPointer labels);
    void setSelection(SelectionModel *selection);
    /// Why a source is odd; null while that is not known.
    void setOddities(OdditiesPointer oddities);
    void setMarks(MarksPointer marks);
    void setDisplay(const DisplaySettings &display);
    /// The answer to rawRequested: the original pixels of `source`. Ignored if another source is current by
    /// now.
    void setRaw(std::size_t source, const data::Image &image);
    /// The same of a source that is a spectrum.
    void setRawSpectrum(std::size_t source, const data::Spectrum &spectrum);
    /// The answer when they could not be read: said in place of the picture.
    void setRawFailed(std::size_t source, const QString &message);
    [[nodiscard]] bool showsRaw() const { return m_showsRaw; }

    // inspector_figure.cpp
    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] FigurePainter detachedFigure() const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

public Q_SLOTS:
    /// Space: original pixels in place of the prepared ones, and back.
    void toggleRaw();

Q_SIGNALS:
    void rawRequested(std::size_t source);
    /// A chip's cross.
    void labelRemovalRequested(std::size_t source, const QString &text);
    void nearestRequested(std::size_t source); ///< "Find sources like this"
    void neuronActivated(std::size_t neuron);  ///< its prototype was clicked

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] QWidget *buildSourcePage();
    [[nodiscard]] QLayout *buildHeader();
    [[nodiscard]] QLayout *buildPictures();
    [[nodiscard]] QLayout *buildFacts();
    [[nodiscard]] QToolButton *addCopyButton(QLabel *label, const QString &what);
    void refresh();
    void refreshFacts(std::size_t source);
    void refreshOddity(std::size_t source);
    [[nodiscard]] QString oddityText(std::size_t source) const; ///< empty: not known
    void refreshLabels(std::size_t source);
    void refreshCatalogue(std::size_t source);
    [[nodiscard]] std::optional<std::size_t> currentSource() const;
    [[nodiscard]] const MapData *mapOf(std::size_t source) const;

    // inspector_pictures.cpp
    /// Of the source; false also while it is still brought in from the disk.
    [[nodiscard]] bool hasSample(std::size_t source);
    void refreshPictures(std::size_t source);
    void refreshSourcePicture(std::size_t source);
    void refreshSpectrum(std::size_t source);

    SurveyPointer m_survey;
    SampleFetcher m_fetcher;
    LabelsPointer m_labels;
    OdditiesPointer m_oddities;
    MarksPointer m_marks;
    SelectionModel *m_selection = nullptr;
    DisplaySettings m_display;
    bool m_showsRaw = false;
    std::optional<std::size_t> m_shownSource;
    std::optional<data::Image> m_raw;
    std::optional<data::Spectrum> m_rawSpectrum;
    BackgroundAnswer m_spectrumAnswer;

    QStackedWidget *m_pages = nullptr;
    ElidedLabel *m_name = nullptr;
    SpectrumPlot *m_spectrum = nullptr; ///< in place of the panes
    ImagePane *m_sourcePane = nullptr;
    ImagePane *m_prototypePane = nullptr;
    ImagePane *m_turnedPane = nullptr;
    ImagePane *m_differencePane = nullptr;
    QLabel *m_sexagesimal = nullptr;
    QLabel *m_degrees = nullptr;
    QToolButton *m_copySexagesimal = nullptr;
    QToolButton *m_copyDegrees = nullptr;
    QString m_rawProblem;
    QToolButton *m_rawButton = nullptr;
    QToolButton *m_nearestButton = nullptr;
    QLabel *m_distance = nullptr;
    QLabel *m_latent = nullptr;
    QLabel *m_reasons = nullptr;
    QLabel *m_mark = nullptr;
    QLabel *m_turn = nullptr;
    ElidedLabel *m_origin = nullptr;
    LabelChips *m_chips = nullptr;
    QTableWidget *m_catalogue = nullptr;
};

} // namespace somnium::ui
