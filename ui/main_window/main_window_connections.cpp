// SPDX-License-Identifier: GPL-3.0-or-later
// What the views ask for goes to the controllers; what the controllers say goes to the views.
#include <QLineEdit>
#include <QSettings>
#include <QTabWidget>

#include "core/search/nearest.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/display_menu.h"
#include "ui/panels/guide_card.h"
#include "ui/panels/import_page.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/problems_dialog.h"
#include "ui/panels/start_page.h"
#include "ui/panels/training_form.h"
#include "ui/panels/training_panel.h"
#include "ui/session/counted.h"
#include "ui/session/source_finder.h"
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

/// Sources in the filmstrip: as many as one looks through.
constexpr std::size_t kNearestCount = 48;
constexpr int kMostRecent = 10;
const auto kRecentKey = QStringLiteral("recent");

} // namespace

void MainWindow::connectSession()
{
    SessionController &session = m_bench.session;
    connect(&session, &SessionController::surveyChanged, this, &MainWindow::refreshSurvey);
    connect(&session, &SessionController::projectChanged, this, &MainWindow::refreshProject);
    connect(&session, &SessionController::labelNamesChanged, this, [this] { refreshClasses(); });
    connect(&session, &SessionController::troubled, m_message, &MessageBar::showTrouble);
    connect(&session, &SessionController::windowRecalled, this, &MainWindow::recallWindow);
    connect(&session, &SessionController::imported, this, [this] {
        // Spectra are usually looked at on a latent plane, images on a map.
        const SurveyPointer &survey = m_bench.session.survey();
        const bool isSpectra = survey && survey->summary.kind == session::CollectionKind::Spectra;
        m_trainingPanel->setModel(isSpectra ? TrainingPanel::Model::Latent : TrainingPanel::Model::Map);
        m_tabs->setCurrentWidget(isSpectra ? static_cast<QWidget *>(m_latentView) : m_mapView);
    });
    connect(&session, &SessionController::sessionOpened, this, [this](const QString &path) {
        m_message->clear();
        m_guide->setVisible(m_bench.session.isTemporary());
        if (!m_bench.session.isTemporary())
            noteRecent(path);
    });
    connect(&session, &SessionController::loadingStarted, this, [this](Job *job) {
        m_status->follow(job);
        m_startPage->setBusy(true);
        m_importPage->setBusy(true);
        connect(job, &Job::ended, this, [this] {
            m_startPage->setBusy(false);
            m_importPage->setBusy(false);
        });
    });
    connect(&session, &SessionController::imported, this, [this](const workflow::ImportOutcome &outcome) {
        if (outcome.problems.empty())
        {
            if (!outcome.joinMessage.empty())
                m_message->showNews(tr("Catalogue: %1").arg(QString::fromStdString(outcome.joinMessage)));
            return;
        }
        const QString name = QString::fromStdString(m_bench.session.survey()->collection.name);
        m_message->showNews(
            counted(outcome.imported, tr("%1 source imported; "), tr("%1 sources imported; ")) +
                tr("%L1 could not be read.").arg(outcome.problems.size()),
            tr("Show which"), [this, name, problems = outcome.problems] { showProblems(name, problems); });
    });
    connect(&session, &SessionController::sampleReady, this, [this] {
        m_tabs->setCurrentWidget(m_mapView);
        startTraining();
    });
    connect(&session.labels(), &LabelBook::labelsChanged, this, &MainWindow::refreshLabels);
    connect(&session.selection(), &SelectionModel::selectionChanged, this, &MainWindow::refreshSelection);
    connect(&session.selection(), &SelectionModel::currentSourceChanged, this, &MainWindow::refreshSelection);
    refreshClasses();
}

void MainWindow::connectTraining()
{
    TrainingController &training = m_bench.training;
    connect(&training, &TrainingController::stateChanged, this, &MainWindow::refreshTraining);
    connect(&training, &TrainingController::troubled, m_message, &MessageBar::showTrouble);
    connect(&training, &TrainingController::started, this,
            [this](const workflow::TrainRequest &request, Job *job) {
                m_status->follow(job);
                m_trainingView->setHistory({}, request.params.epochs);
                m_trainingView->appendLog(tr("training %1, %2, seed %3")
                                              .arg(QString::fromStdString(request.name),
                                                   QString::fromStdString(request.params.layout.toString()))
                                              .arg(request.params.seed));
            });
    connect(&training, &TrainingController::openingStarted, m_status, &StatusLine::follow);
    connect(&training, &TrainingController::snapshotArrived, m_mapView, &MapView::setTrainingSnapshot);
    connect(&training, &TrainingController::snapshotArrived, m_trainingView,
            &TrainingView::setTrainingSnapshot);
    connect(&training, &TrainingController::ended, m_mapView, &MapView::endTraining);
    connect(&training, &TrainingController::finished, this,
            [this](const std::shared_ptr<const MapData> &map) {
                m_mapView->endTraining();
                const session::ModelSummary &summary = map->summary;
                m_trainingView->setHistory(summary.history, summary.params.epochs);
                m_trainingView->appendLog(
                    summary.isComplete
                        ? tr("%1 is trained").arg(QString::fromStdString(summary.name))
                        : tr("%1 stopped and kept after %2")
                              .arg(QString::fromStdString(summary.name),
                                   counted(summary.history.size(), tr("%1 epoch"), tr("%1 epochs"))));
            });
}

void MainWindow::connectQueries()
{
    QueryController &queries = m_bench.queries;
    SelectionModel &selection = m_bench.session.selection();
    connect(&selection, &SelectionModel::currentNeuronChanged, this, [this, &selection] {
        if (const auto neuron = selection.currentNeuron())
            m_bench.queries.findNearestToPrototype(*neuron, kNearestCount);
    });
    connect(m_inspector, &Inspector::nearestRequested, this,
            [this](std::size_t source) { m_bench.queries.findNearestToSource(source, kNearestCount); });
    connect(m_inspector, &Inspector::rawRequested, &queries, &QueryController::readOriginal);
    connect(&queries, &QueryController::nearestFound, m_filmstrip, &Filmstrip::setItems);
    connect(&queries, &QueryController::originalRead, m_inspector,
            [this](std::size_t source, const std::shared_ptr<const data::Image> &image) {
                m_inspector->setRaw(source, *image);
            });
    connect(&queries, &QueryController::originalSpectrumRead, m_inspector,
            [this](std::size_t source, const std::shared_ptr<const data::Spectrum> &spectrum) {
                m_inspector->setRawSpectrum(source, *spectrum);
            });
    connect(&queries, &QueryController::originalFailed, m_inspector, &Inspector::setRawFailed);
    connect(&queries, &QueryController::troubled, m_message, &MessageBar::showTrouble);
    ExportController &exports = m_bench.exports;
    connect(&exports, &ExportController::troubled, m_message, &MessageBar::showTrouble);
    connect(&exports, &ExportController::started, m_status, &StatusLine::follow);
    connect(&exports, &ExportController::exported, this,
            [this](const QString &path) { m_message->showNews(tr("Exported to %1").arg(path)); });
}

void MainWindow::connectViews()
{
    SelectionModel &selection = m_bench.session.selection();
    m_mapView->setSelection(&selection);
    m_tableView->setSelection(&selection);
    m_outliersView->setSelection(&selection);
    m_inspector->setSelection(&selection);
    m_filmstrip->setSelection(&selection);
    connect(m_mapView, &MapView::openRequested, this, &MainWindow::chooseImport);
    connect(m_tableView, &TableView::openRequested, this, &MainWindow::chooseImport);
    connect(m_projectTree, &ProjectTree::openRequested, this, &MainWindow::chooseImport);
    connect(m_mapView, &MapView::trainRequested, this, &MainWindow::startTraining);
    connect(m_outliersView, &OutliersView::trainRequested, this, &MainWindow::startTraining);
    connect(m_mapView, &MapView::hoverTextChanged, m_status, &StatusLine::setHoverText);
    connect(m_mapView, &MapView::displayChanged, this, &MainWindow::changeDisplay);
    connect(m_displayMenu, &DisplayMenu::displayChanged, this, &MainWindow::changeDisplay);
    connect(m_tableView, &TableView::shownCountChanged, this, &MainWindow::refreshSelection);
    connect(m_outliersView, &OutliersView::thresholdChanged, this, &MainWindow::rememberWindow);
    connect(m_outliersView, &OutliersView::exportRequested, this,
            [this] { exportWhat(ExportDialog::What::Outliers); });
    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::rememberWindow);
    connect(m_inspector, &Inspector::neuronActivated, this, [this, &selection](std::size_t neuron) {
        selection.setCurrentNeuron(neuron);
        m_tabs->setCurrentWidget(m_mapView);
    });
    connect(m_inspector, &Inspector::labelRemovalRequested, this,
            [this](std::size_t source, const QString &text) {
                m_bench.session.journal().setLabel(text, {source}, false);
            });

    SessionController &session = m_bench.session;
    connect(m_projectTree, &ProjectTree::collectionActivated, &session, &SessionController::showCollection);
    connect(m_projectTree, &ProjectTree::modelActivated, &session, &SessionController::showModel);
    connect(m_projectTree, &ProjectTree::removeCollectionRequested, &session,
            &SessionController::removeCollection);
    connect(m_projectTree, &ProjectTree::removeModelRequested, &session, &SessionController::removeModel);
    connect(m_projectTree, &ProjectTree::recipeActivated, this, &MainWindow::changeRecipe);
    connect(m_projectTree, &ProjectTree::labelActivated, this,
            [this](session::CollectionId, const QString &text) { selectLabel(text); });
    connect(m_projectTree, &ProjectTree::selectionActivated, this,
            [this, &selection](session::CollectionId id, const QString &name) {
                for (const CollectionOverview &entry : m_bench.session.project())
                    for (const session::Selection &saved : entry.selections)
                        if (entry.collection.id == id && QString::fromStdString(saved.name) == name)
                            selection.select(saved.sources, m_selectionMode);
            });
    connect(m_projectTree, &ProjectTree::problemsRequested, this, [this] {
        if (const SurveyPointer &survey = m_bench.session.survey())
            showProblems(QString::fromStdString(survey->collection.name), survey->collection.problems);
    });
    connectOddities();
    changeDisplay(m_displayMenu->display());
}

void MainWindow::connectPanels()
{
    connect(m_startPage, &StartPage::openRequested, this, &MainWindow::chooseSession);
    connect(m_startPage, &StartPage::importRequested, this, &MainWindow::chooseImport);
    connect(m_startPage, &StartPage::sampleRequested, this, &MainWindow::exploreSample);
    connect(m_startPage, &StartPage::recentRequested, this,
            [this](const QString &path) { openPaths({std::filesystem::path(path.toStdU16String())}); });
    m_startPage->setRecent(QSettings().value(kRecentKey).toStringList());
    connect(m_importPage, &ImportPage::importRequested, this, [this] {
        if (m_importPage->kind() == ImportKind::Spectra)
            m_bench.session.importSpectra(m_importPage->spectraRequest(), m_importPage->sessionPath());
        else
            m_bench.session.importImages(m_importPage->request(), m_importPage->sessionPath());
    });
    connect(m_importPage, &ImportPage::cancelled, this,
            [this] { showPage(m_bench.session.survey() ? Page::Explore : Page::Start); });
    connect(m_importPage, &ImportPage::problemsRequested, this,
            [this](const std::vector<data::ImportProblem> &problems) {
                showProblems(tr("these files"), problems);
            });
    connect(m_trainingPanel, &TrainingPanel::trainRequested, this, &MainWindow::startTraining);
    connect(m_trainingPanel, &TrainingPanel::pauseRequested, &m_bench.training, &TrainingController::pause);
    connect(m_trainingPanel, &TrainingPanel::unpauseRequested, &m_bench.training,
            &TrainingController::unpause);
    connect(m_trainingPanel, &TrainingPanel::stopRequested, &m_bench.training,
            &TrainingController::stopAndKeep);
    connect(m_trainingPanel, &TrainingPanel::resumeRequested, this, &MainWindow::resumeTraining);
    connect(m_labelsPanel, &LabelsPanel::labelRequested, this, &MainWindow::applyLabelKey);
    connect(m_labelsPanel, &LabelsPanel::clearRequested, this,
            [this] { m_bench.session.journal().clearLabels(m_bench.session.sourcesToLabel()); });
    connect(m_labelsPanel, &LabelsPanel::namesEdited, &m_bench.session, &SessionController::setLabelNames);
    connect(m_labelsPanel, &LabelsPanel::unlabelledRequested, this, &MainWindow::selectUnlabelled);
    connect(m_labelsPanel, &LabelsPanel::carriersRequested, this, &MainWindow::selectLabel);
    connect(m_goTo, &QLineEdit::returnPressed, this, [this] { goTo(m_goTo->text()); });
}

void MainWindow::startTraining()
{
    if (m_bench.training.isTraining())
        return;
    if (const QString problem = m_trainingPanel->problem(); !problem.isEmpty())
        return m_message->showTrouble(problem);
    if (m_trainingPanel->model() == TrainingPanel::Model::Latent)
        return startLatentTraining();
    showPage(Page::Explore);
    m_tabs->setCurrentWidget(m_mapView);
    m_bench.training.train(m_trainingPanel->mapName(), m_trainingPanel->params(),
                           m_trainingPanel->form()->startingMap());
}

void MainWindow::resumeTraining()
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (survey && survey->map && !survey->map->summary.isComplete)
        m_bench.training.resumeTraining(survey->map->summary);
    else if (survey && survey->latent && !survey->latent->summary.isComplete)
        m_bench.training.resumeLatent(survey->latent->summary);
}

void MainWindow::showProblems(const QString &collection, const std::vector<data::ImportProblem> &problems)
{
    auto *dialog = new ProblemsDialog(collection, problems, this);
    dialog->show();
}

void MainWindow::applyLabelKey(int index)
{
    const QString text = m_bench.session.labelNames().value(index);
    const std::vector<std::size_t> sources = m_bench.session.sourcesToLabel();
    if (text.isEmpty() || sources.empty())
        return m_message->showNews(tr("Select a source first, then press a label key."));
    m_bench.session.journal().toggleLabel(text, sources);
}

void MainWindow::selectUnlabelled()
{
    if (const SurveyPointer &survey = m_bench.session.survey())
        m_bench.session.selection().select(
            m_bench.session.labels().unlabelled(survey->collection.sources.size()), m_selectionMode);
}

void MainWindow::selectLabel(const QString &text)
{
    m_bench.session.selection().select(m_bench.session.labels().labels()->sources(text), m_selectionMode);
}

void MainWindow::goTo(const QString &text)
{
    const SurveyPointer &survey = m_bench.session.survey();
    if (!survey)
        return;
    const auto source = findSource(survey->collection, text);
    if (!source)
        return m_message->showNews(
            tr("No source is called \u201c%1\u201d, and it is no position.").arg(text));
    m_bench.session.selection().setCurrentSource(source);
    if (survey->map)
        m_bench.session.selection().setCurrentNeuron(survey->map->mapping.best[*source]);
}

void MainWindow::noteRecent(const QString &path)
{
    QSettings settings;
    QStringList recent = settings.value(kRecentKey).toStringList();
    recent.removeAll(path);
    recent.prepend(path);
    settings.setValue(kRecentKey, QStringList(recent.mid(0, kMostRecent)));
    m_startPage->setRecent(recent);
}

} // namespace somnium::ui
