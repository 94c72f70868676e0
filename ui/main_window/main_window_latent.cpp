// SPDX-License-Identifier: GPL-3.0-or-later
// The Latent tab: what trains it, what it shows, what leaves it.
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTabWidget>

#include "ui/main_window/main_window.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/latent_form.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/quality_dialog.h"
#include "ui/panels/training_panel.h"
#include "ui/session/counted.h"
#include "ui/views/filmstrip.h"
#include "ui/views/inspector.h"
#include "ui/views/latent_look.h"
#include "ui/views/latent_view.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{

namespace
{

/// One that goes on has its parameters from before: the request's are none.
QString startText(const workflow::LatentTrainRequest &request)
{
    const QString name = QString::fromStdString(request.name);
    if (request.resume)
        return MainWindow::tr("going on with %1").arg(name);
    const QString text = MainWindow::tr("training %1, seed %2").arg(name).arg(request.params.seed);
    const compute::ProductPrecision precision = request.params.precision;
    if (request.method != workflow::LatentMethod::Autoencoder ||
        precision == compute::ProductPrecision::Float32)
        return text;
    return MainWindow::tr("%1, matrix products in %2").arg(text, precisionText(precision));
}

QString lossText(const workflow::LatentAbout &about)
{
    const QLocale locale;
    const QString text = MainWindow::tr("validation loss %1, principal components %2")
                             .arg(locale.toString(about.validationLoss, 'g', 4),
                                  locale.toString(about.pcaValidationLoss, 'g', 4));
    return about.losesToPca()
               ? text + MainWindow::tr(": it loses to its baseline. Train longer, or take other "
                                       "widths.")
               : text;
}

} // namespace

void MainWindow::connectLatent()
{
    LatentController &latent = m_bench.latent;
    m_latentView->setSelection(&m_bench.session.selection());
    connect(&latent, &LatentController::dataChanged, m_latentView, &LatentView::setData);
    connect(&latent, &LatentController::spaceChanged, this, &MainWindow::refreshLatent);
    connect(&latent, &LatentController::troubled, m_message, &MessageBar::showTrouble);
    connect(&latent, &LatentController::qualityStarted, m_status, &StatusLine::follow);
    connect(&latent, &LatentController::qualityFound, this,
            [this](const std::shared_ptr<const workflow::LatentQuality> &quality) {
                auto *dialog = new QualityDialog(*quality, m_bench.latent.caption(), this);
                dialog->setAttribute(Qt::WA_DeleteOnClose);
                dialog->show();
            });
    connect(m_latentView, &LatentView::axesChosen, &latent, &LatentController::setAxes);
    connect(m_latentView, &LatentView::hoverTextChanged, m_status, &StatusLine::setHoverText);
    connect(m_latentView, &LatentView::openRequested, this, &MainWindow::chooseImport);
    connect(m_latentView, &LatentView::trainRequested, this, [this] {
        m_trainingPanel->setModel(TrainingPanel::Model::Latent);
        startTraining();
    });
    connect(m_latentView, &LatentView::figureRequested, this,
            [this] { exportWhat(ExportDialog::What::Figure); });
    connect(m_latentView, &LatentView::isoExportRequested, this, &MainWindow::exportIsoLines);
    connect(m_latentView, &LatentView::lookChanged, this, &MainWindow::rememberWindow);
    connect(m_latentView, &LatentView::bookmarksChanged, this, &MainWindow::rememberWindow);
    connectLatentTraining();
}

void MainWindow::connectLatentTraining()
{
    TrainingController &training = m_bench.training;
    connect(&training, &TrainingController::latentStarted, this,
            [this](const workflow::LatentTrainRequest &request, Job *job) {
                m_status->follow(job);
                m_tabs->setCurrentWidget(m_latentView);
                m_trainingView->setLatentHistory({}, request.params.epochs);
                m_trainingView->appendLog(startText(request));
            });
    connect(&training, &TrainingController::latentSnapshotArrived, m_trainingView,
            &TrainingView::setLatentSnapshot);
    connect(&training, &TrainingController::latentFinished, this, [this](const LatentSpacePointer &latent) {
        const workflow::LatentAbout &about = latent->about;
        const QString name = QString::fromStdString(latent->summary.name);
        m_trainingView->setLatentHistory(about.history, about.params.epochs);
        const QString done =
            latent->summary.isComplete
                ? tr("%1 is trained: %2").arg(name, lossText(about))
                : tr("%1 stopped and kept after %2: %3")
                      .arg(name, counted(about.history.size(), tr("%1 epoch"), tr("%1 epochs")),
                           lossText(about));
        m_trainingView->appendLog(done);
        m_message->showNews(done, tr("Measure its quality"), [this] { m_bench.latent.measureQuality(); });
    });
}

void MainWindow::refreshLatent()
{
    const LatentController &latent = m_bench.latent;
    const SurveyPointer &survey = m_bench.session.survey();
    m_latentView->setCanTrain(survey && survey->isPrepared());
    m_latentView->setColumns(latent.columns());
    m_latentView->setDecoder(latent.decoder());
    m_latentView->setHoverFunction(latent.hoverFunction());
    m_latentView->setAxes(latent.axes());
    m_latentView->setCaption(latent.caption());
    applyRecalledLatent();
    refreshActions();
}

void MainWindow::startLatentTraining()
{
    showPage(Page::Explore);
    m_bench.training.trainLatent(m_trainingPanel->latentForm()->request());
}

void MainWindow::exportIsoLines(const IsoLayers &layers)
{
    if (!layers || layers->empty())
        return m_message->showNews(tr("There are no iso-lines: choose a column for them first."));
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Iso-lines as a table"), QStringLiteral("iso-lines.csv"), tr("Tables (*.csv *.fits *.vot)"));
    if (!file.isEmpty())
        m_bench.exports.exportTable(isoCatalogue(*layers), std::filesystem::path(file.toStdU16String()));
}

QJsonObject MainWindow::latentLook() const
{
    return toJson(LatentLook{m_latentView->column(), m_latentView->colourMap(), m_latentView->pointForm(),
                             m_latentView->isoSettings(), m_latentView->bookmarks()});
}

// Columns are known only once the points are placed: the look waits for them.
void MainWindow::applyRecalledLatent()
{
    if (m_recalledLatent.isEmpty() || !m_bench.latent.data())
        return;
    const LatentLook look = latentLookFrom(std::exchange(m_recalledLatent, {}));
    m_latentView->setColourMap(look.colourMap);
    m_latentView->setColumn(look.column);
    m_latentView->setPointForm(look.form);
    m_latentView->setIsoSettings(look.iso);
    m_latentView->setBookmarks(look.bookmarks);
}

} // namespace somnium::ui
