// SPDX-License-Identifier: GPL-3.0-or-later
// What is open goes into views, panels and actions; what the window looked at is kept with the session and
// found again.
#include <algorithm>
#include <array>
#include <utility>

#include <QJsonDocument>
#include <QJsonObject>
#include <QTabWidget>

#include "ui/main_window/main_window.h"
#include "ui/main_window/status_line.h"
#include "ui/models/source_table_model.h"
#include "ui/panels/display_menu.h"
#include "ui/panels/import_page.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/latent_form.h"
#include "ui/panels/training_form.h"
#include "ui/panels/training_panel.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
#include "ui/views/latent_view.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/project_tree.h"
#include "ui/views/table_view.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{

namespace
{

std::vector<ProjectEntry> toEntries(const std::vector<CollectionOverview> &project)
{
    std::vector<ProjectEntry> entries;
    for (const CollectionOverview &overview : project)
    {
        ProjectEntry entry{overview.collection, overview.models, overview.latents, overview.labels, {}};
        for (const session::Selection &selection : overview.selections)
            entry.selections.emplace_back(QString::fromStdString(selection.name), selection.sources.size());
        entries.push_back(std::move(entry));
    }
    return entries;
}

QString textOf(const AnyOddityScore &score)
{
    const std::string_view name = toString(score);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

} // namespace

void MainWindow::refreshSurvey()
{
    const SurveyPointer &survey = m_bench.session.survey();
    m_mapView->setSurvey(survey);
    m_tableView->setSurvey(survey);
    m_outliersView->setSurvey(survey);
    m_inspector->setSurvey(survey);
    m_filmstrip->setSurvey(survey);
    const data::ImageShape shape =
        survey && survey->isPrepared() ? survey->summary.preparedShape : data::ImageShape{0, 0, 0};
    const std::size_t prepared = survey && survey->isPrepared() ? survey->summary.sourceCount : 0;
    m_trainingPanel->form()->setSamples(prepared, shape);
    m_displayMenu->setChannels(shape.channels);
    m_latentView->setCanTrain(prepared > 0);
    if (!m_bench.training.isTraining())
    {
        const bool wantsLatent =
            survey && survey->latent && (!survey->map || m_tabs->currentWidget() == m_latentView);
        if (wantsLatent)
            m_trainingView->setLatentHistory(survey->latent->about.history,
                                             survey->latent->about.params.epochs);
        else if (survey && survey->map)
            m_trainingView->setHistory(survey->map->summary.history, survey->map->summary.params.epochs);
        else
            m_trainingView->clear();
    }
    applyRecalled();
    if (survey && page() != Page::Explore)
        showPage(Page::Explore);
    refreshProject();
    refreshTraining();
    refreshSelection();
    refreshTitle();
}

void MainWindow::refreshLabels()
{
    const LabelsPointer &labels = m_bench.session.labels().labels();
    m_mapView->setLabels(labels);
    m_tableView->setLabels(labels);
    m_inspector->setLabels(labels);
    m_labelsPanel->setLabels(labels);
    refreshBadges();
}

void MainWindow::refreshProject()
{
    m_projectTree->setProject(toEntries(m_bench.session.project()));
    const SurveyPointer &survey = m_bench.session.survey();
    m_projectTree->setActive(survey ? std::optional(survey->summary.id) : std::nullopt,
                             survey && survey->map ? std::optional(survey->map->summary.id) : std::nullopt,
                             survey && survey->latent ? std::optional(survey->latent->summary.id)
                                                      : std::nullopt);
    std::vector<session::ModelSummary> maps;
    std::vector<session::ModelSummary> ofSurvey;
    for (const CollectionOverview &entry : m_bench.session.project())
    {
        maps.insert(maps.end(), entry.models.begin(), entry.models.end());
        if (survey && entry.collection.id == survey->summary.id)
            ofSurvey = entry.models;
    }
    m_trainingPanel->form()->setMaps(maps);
    const bool isPrepared = survey && survey->isPrepared();
    m_trainingPanel->latentForm()->setSamples(
        isPrepared ? survey->summary.sourceCount : 0,
        isPrepared ? survey->summary.preparedShape : data::ImageShape{0, 0, 0},
        survey && survey->summary.kind == session::CollectionKind::Spectra, ofSurvey);
}

void MainWindow::refreshTraining()
{
    using State = TrainingPanel::State;
    const SurveyPointer &survey = m_bench.session.survey();
    const bool isReady = survey && survey->isPrepared();
    m_trainingPanel->setState(m_bench.training.isPaused()     ? State::Paused
                              : m_bench.training.isTraining() ? State::Training
                              : isReady                       ? State::Ready
                                                              : State::NoSurvey);
    const bool isResumable = survey && survey->map && !survey->map->summary.isComplete;
    const bool isLatentResumable = survey && survey->latent && !survey->latent->summary.isComplete;
    m_trainingPanel->setResumable(isResumable         ? QString::fromStdString(survey->map->summary.name)
                                  : isLatentResumable ? QString::fromStdString(survey->latent->summary.name)
                                                      : QString());
    refreshActions();
}

void MainWindow::refreshSelection()
{
    const SurveyPointer &survey = m_bench.session.survey();
    m_labelsPanel->setTargetCount(m_bench.session.sourcesToLabel().size());
    if (survey)
        m_status->setCounts(m_bench.session.selection().selected().size(),
                            m_tableView->model()->shownSources().size(), survey->collection.sources.size());
    else
        m_status->clearCounts();
    refreshActions();
}

void MainWindow::refreshTitle()
{
    const SurveyPointer &survey = m_bench.session.survey();
    setWindowTitle(survey ? tr("%1 \u2014 Somnium").arg(QString::fromStdString(survey->collection.name))
                          : QStringLiteral("Somnium"));
}

void MainWindow::changeDisplay(const DisplaySettings &display)
{
    m_displayMenu->setDisplay(display);
    m_mapView->setDisplay(display);
    m_outliersView->setDisplay(display);
    m_inspector->setDisplay(display);
    m_filmstrip->setDisplay(display);
    m_importPage->setDisplay(display);
}

// The threshold belongs to a map: it is kept with the map's number and waits until that map is on screen.
void MainWindow::rememberWindow()
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (!m_recalled.isEmpty() || !survey)
        return;
    QJsonObject object{{QStringLiteral("view"), m_tabs->currentWidget()->objectName()}};
    if (survey->latent && m_recalledLatent.isEmpty())
        object.insert(QStringLiteral("latent"), latentLook());
    else if (!m_recalledLatent.isEmpty())
        object.insert(QStringLiteral("latent"), m_recalledLatent);
    if (survey->map && !ranksSpectra(*survey))
    {
        object.insert(QStringLiteral("model"), static_cast<qint64>(survey->map->summary.id));
        if (const auto threshold = m_outliersView->thresholdOf(m_outliersView->score()))
            object.insert(QStringLiteral("threshold"), *threshold);
        object.insert(QStringLiteral("score"), textOf(m_outliersView->score()));
        object.insert(QStringLiteral("learn"), m_outliersView->isLearning());
    }
    if (ranksSpectra(*survey) && survey->latent)
        object.insert(QStringLiteral("odd spectra"), spectralOutlierLook());
    m_bench.session.rememberWindow(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

void MainWindow::recallWindow(const QByteArray &json)
{
    m_recalled = json;
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    m_recalledLatent = object.value(QStringLiteral("latent")).toObject();
    const SurveyPointer &survey = m_bench.session.survey();
    const bool isSpectra = survey && survey->summary.kind == session::CollectionKind::Spectra;
    m_trainingPanel->setModel(isSpectra ? TrainingPanel::Model::Latent : TrainingPanel::Model::Map);
    if (json.isEmpty() && survey && survey->latent && !survey->map)
        return m_tabs->setCurrentWidget(m_latentView);
    // Sessions of older versions knew three tabs, by their number.
    const std::array<QWidget *, 3> numbered = {m_mapView, m_tableView, m_outliersView};
    const int number = std::clamp(object.value(QStringLiteral("tab")).toInt(), 0, 2);
    QWidget *view = m_tabs->findChild<QWidget *>(object.value(QStringLiteral("view")).toString());
    m_tabs->setCurrentWidget(m_tabs->indexOf(view) >= 0 ? view
                                                        : numbered.at(static_cast<std::size_t>(number)));
    applyRecalledLatent();
    recallSpectralOutliers(object.value(QStringLiteral("odd spectra")).toObject());
    const bool waitsForMap = object.contains(QStringLiteral("model"));
    if (!waitsForMap)
        m_recalled.clear();
}

void MainWindow::applyRecalled()
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (m_recalled.isEmpty() || !survey || !survey->map)
        return;
    const QJsonObject object = QJsonDocument::fromJson(std::exchange(m_recalled, {})).object();
    if (ranksSpectra(*survey) ||
        object.value(QStringLiteral("model")).toInteger() != static_cast<qint64>(survey->map->summary.id))
        return;
    // Sessions of older versions knew distances only.
    recallOutliers(object, "distance", false);
}

QJsonObject MainWindow::spectralOutlierLook() const
{
    QJsonObject look{
        {QStringLiteral("latent"), static_cast<qint64>(m_bench.session.survey()->latent->summary.id)},
        {QStringLiteral("score"), textOf(m_outliersView->score())},
        {QStringLiteral("learn"), m_outliersView->isLearning()}};
    if (const auto threshold = m_outliersView->thresholdOf(m_outliersView->score()))
        look.insert(QStringLiteral("threshold"), *threshold);
    return look;
}

// A latent space is there as soon as its collection is.
void MainWindow::recallSpectralOutliers(const QJsonObject &look)
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (survey && survey->latent && ranksSpectra(*survey) &&
        look.value(QStringLiteral("latent")).toInteger() == static_cast<qint64>(survey->latent->summary.id))
        recallOutliers(look, "combined", true);
}

void MainWindow::recallOutliers(const QJsonObject &look, const char *defaultScore, bool isOfSpectra)
{
    const QString name = look.value(QStringLiteral("score")).toString(QLatin1String(defaultScore));
    const auto score = oddityScoreFromName(name.toStdString(), isOfSpectra);
    if (!score)
        return;
    m_outliersView->setChoice(*score, look.value(QStringLiteral("learn")).toBool(true));
    if (const QJsonValue threshold = look.value(QStringLiteral("threshold")); threshold.isDouble())
        m_outliersView->recallThreshold(*score, threshold.toDouble());
}

} // namespace somnium::ui
