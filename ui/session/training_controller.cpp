// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_controller.h"

#include <utility>

#include "core/workflow/import_model.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"
#include "ui/session/session_controller.h"
#include "ui/session/survey_loader.h"

namespace somnium::ui
{

namespace
{

using MapPointer = std::shared_ptr<const MapData>;

/// Trains, and derives what the views show of the map, on the compute thread.
Result<MapPointer> trainAndDerive(session::Session &session, const workflow::TrainRequest &request,
                                  compute::Backend &backend, const JobContext &context,
                                  const som::SnapshotSink &onSnapshot)
{
    auto outcome = workflow::trainMap(session, request, backend, context, onSnapshot);
    if (!outcome)
        return failure(outcome.error());
    auto summary = session.modelSummary(outcome->model);
    if (!summary)
        return failure(summary.error());
    // Stop-and-keep has asked the context to stop; what is left is short, and must not stop half-way.
    JobContext finishing = context;
    finishing.stop = {};
    finishing.pauseGate = nullptr;
    return mapData(std::move(*summary), std::move(outcome->som), std::move(outcome->mapping), backend,
                   finishing);
}

/// Reads a map and lays the collection on it; likewise on the compute thread.
Result<MapPointer> importAndDerive(session::Session &session, const workflow::ModelImport &request,
                                   compute::Backend &backend, const JobContext &context)
{
    auto outcome = workflow::importModel(session, request, backend, context);
    if (!outcome)
        return failure(outcome.error());
    auto summary = session.modelSummary(outcome->model);
    if (!summary)
        return failure(summary.error());
    return mapData(std::move(*summary), std::move(outcome->som), std::move(outcome->mapping), backend,
                   context);
}

/// Trains a latent space and reads back what was kept of it.
Result<LatentSpacePointer> trainAndLoad(session::Session &session,
                                        const workflow::LatentTrainRequest &request,
                                        compute::Backend &backend, const JobContext &context,
                                        const workflow::LatentSnapshotSink &onSnapshot)
{
    const auto outcome = workflow::trainLatent(session, request, backend, context, onSnapshot);
    if (!outcome)
        return failure(outcome.error());
    return loadLatent(session, outcome->model);
}

} // namespace

TrainingController::TrainingController(SessionController &controller, QObject *parent)
    : QObject(parent), m_controller(controller)
{}

bool TrainingController::isPaused() const
{
    return m_job && m_job->isPaused();
}

void TrainingController::train(const QString &name, const som::TrainingParams &params,
                               const QString &initialMap)
{
    if (!m_controller.survey())
        return;
    workflow::TrainRequest request;
    request.collection = m_controller.survey()->summary.id;
    request.name = name.toStdString();
    request.params = params;
    request.initialMap = initialMap.toStdString();
    start(std::move(request));
}

void TrainingController::openMap(const std::filesystem::path &file)
{
    if (isTraining() || !m_controller.survey())
        return;
    const auto session = m_controller.session();
    workflow::ModelImport request;
    request.file = file;
    request.collection = m_controller.survey()->summary.id;
    m_job = m_controller.runner().compute<MapPointer>(
        tr("Opening %1").arg(QString::fromStdU16String(file.filename().u16string())), this,
        [session, request](compute::Backend &backend, const JobContext &context) {
            return importAndDerive(*session, request, backend, context);
        },
        [this, session](MapPointer &&map) {
            conclude();
            m_controller.adoptMap(session, map);
        });
    watch(tr("Could not open the map"));
    Q_EMIT openingStarted(m_job);
    Q_EMIT stateChanged();
}

void TrainingController::resumeTraining(const session::ModelSummary &model)
{
    workflow::TrainRequest request;
    request.collection = model.collection;
    request.name = model.name;
    request.params = model.params;
    request.resume = true;
    start(std::move(request));
}

void TrainingController::start(workflow::TrainRequest request)
{
    if (isTraining() || !m_controller.session())
        return;
    const auto session = m_controller.session();
    m_isLatent = false;
    m_job = m_controller.runner().computeWithUpdates<MapPointer, som::TrainingSnapshot>(
        tr("Training %1").arg(QString::fromStdString(request.name)), this,
        [session, request](compute::Backend &backend, const JobContext &context, const auto &publish) {
            return trainAndDerive(*session, request, backend, context, publish);
        },
        [this, session](MapPointer &&map) {
            conclude();
            m_controller.adoptMap(session, map);
            Q_EMIT finished(map);
        },
        [this](const som::TrainingSnapshot &snapshot) { Q_EMIT snapshotArrived(snapshot); });
    watch(tr("Could not train the map"));
    Q_EMIT started(request, m_job);
    Q_EMIT stateChanged();
}

void TrainingController::trainLatent(workflow::LatentTrainRequest request)
{
    if (isTraining() || !m_controller.session() || !m_controller.survey())
        return;
    request.collection = m_controller.survey()->summary.id;
    const auto session = m_controller.session();
    m_isLatent = true;
    m_job = m_controller.runner().computeWithUpdates<LatentSpacePointer, latent::AutoencoderSnapshot>(
        tr("Training %1").arg(QString::fromStdString(request.name)), this,
        [session, request](compute::Backend &backend, const JobContext &context, const auto &publish) {
            return trainAndLoad(*session, request, backend, context, publish);
        },
        [this, session](LatentSpacePointer &&latent) {
            conclude();
            m_controller.adoptLatent(session, latent);
            Q_EMIT latentFinished(latent);
        },
        [this](const latent::AutoencoderSnapshot &snapshot) { Q_EMIT latentSnapshotArrived(snapshot); });
    watch(tr("Could not train the autoencoder"));
    Q_EMIT latentStarted(request, m_job);
    Q_EMIT stateChanged();
}

void TrainingController::resumeLatent(const session::LatentSummary &latent)
{
    workflow::LatentTrainRequest request;
    request.name = latent.name;
    request.resume = true;
    request.params.epochs = 0; // those it was asked for
    trainLatent(std::move(request));
}

void TrainingController::watch(const QString &whatFails)
{
    connect(m_job, &Job::failed, this, [this, whatFails](const Error &error) {
        conclude();
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(whatFails, error));
        Q_EMIT ended();
    });
    connect(m_job, &Job::pausedChanged, this, &TrainingController::stateChanged);
}

void TrainingController::conclude()
{
    m_job = nullptr;
    Q_EMIT stateChanged();
}

void TrainingController::pause()
{
    if (m_job)
        m_job->pause();
}

void TrainingController::unpause()
{
    if (m_job)
        m_job->resume();
}

void TrainingController::stopAndKeep()
{
    if (m_job)
        m_job->requestStop();
}

} // namespace somnium::ui
