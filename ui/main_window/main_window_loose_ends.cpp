// SPDX-License-Identifier: GPL-3.0-or-later
// What an earlier run has left undone, and what it no longer finds: said and offered, never done unasked.
#include <QFileDialog>

#include "core/workflow/originals.h"
#include "ui/main_window/main_window.h"
#include "ui/panels/message_bar.h"
#include "ui/session/counted.h"

namespace somnium::ui
{

void MainWindow::connectLooseEnds()
{
    SessionController &session = m_bench.session;
    const QString stopped = tr("The import was stopped. What was read is kept.");
    connect(&session, &SessionController::importStopped, this,
            [this, stopped](const workflow::ImportRequest &request, const std::filesystem::path &path) {
                m_message->showNews(stopped, tr("Go on"),
                                    [this, request, path] { m_bench.session.importImages(request, path); });
            });
    connect(
        &session, &SessionController::spectraImportStopped, this,
        [this, stopped](const workflow::SpectraImportRequest &request, const std::filesystem::path &path) {
            m_message->showNews(stopped, tr("Go on"),
                                [this, request, path] { m_bench.session.importSpectra(request, path); });
        });
    connect(&session, &SessionController::interruptedImportFound, this,
            [this](const session::PendingImport &import) {
                const bool isPreparing = import.areSpectra && import.filesDone == import.filesTotal;
                const QString text =
                    isPreparing ? counted(import.samples.count,
                                          tr("An import was interrupted after %1 spectrum was prepared."),
                                          tr("An import was interrupted after %1 spectra were prepared."))
                                : tr("An import was interrupted after %L1 of %L2 files.")
                                      .arg(import.filesDone)
                                      .arg(import.filesTotal);
                m_message->showNews(text, tr("Go on"),
                                    [this, import] { m_bench.session.continueImport(import); });
            });
    connect(&session, &SessionController::sessionOpened, this, &MainWindow::offerInterruptedTraining);
    connect(&session, &SessionController::originalsMissing, this, &MainWindow::offerOriginals);
}

void MainWindow::offerOriginals(const std::vector<std::string> &missing)
{
    if (missing.empty())
        return m_message->showNews(tr("All originals are there again."));
    const QString folder = QString::fromStdU16String(workflow::commonFolder(missing).u16string());
    const QString text = counted(missing.size(), tr("%1 original is not where it was: it was in %2."),
                                 tr("%1 originals are not where they were: they were in %2."));
    m_message->showNews(text.arg(folder), tr("Find them…"), [this, folder] {
        const QString now = QFileDialog::getExistingDirectory(this, tr("Where is %1 now?").arg(folder));
        if (!now.isEmpty())
            m_bench.session.relocateOriginals(folder.toStdU16String(), now.toStdU16String());
    });
}

// A training that was killed has left a map that nothing has been mapped on: it is not shown by itself.
void MainWindow::offerInterruptedTraining()
{
    for (const CollectionOverview &entry : m_bench.session.project())
        for (const session::ModelSummary &model : entry.models)
            if (!model.isComplete && !model.hasMapping)
                m_message->showNews(tr("The training of %1 was interrupted after %2.")
                                        .arg(QString::fromStdString(model.name),
                                             counted(model.history.size(), tr("%1 epoch"), tr("%1 epochs"))),
                                    tr("Go on"), [this, model] {
                                        showPage(Page::Explore);
                                        m_bench.training.resumeTraining(model);
                                    });
}

} // namespace somnium::ui
