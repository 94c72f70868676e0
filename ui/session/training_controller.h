// SPDX-License-Identifier: GPL-3.0-or-later
// Trains a map of the open survey on the compute thread: start, pause, stop and keep, resume. One training at
// a time.
#pragma once

#include <filesystem>
#include <optional>

#include <QObject>
#include <QPointer>

#include "core/som/trainer.h"
#include "core/workflow/train.h"
#include "core/workflow/train_latent.h"
#include "ui/jobs/job.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

class SessionController;

class TrainingController : public QObject
{
    Q_OBJECT

public:
    explicit TrainingController(SessionController &controller, QObject *parent = nullptr);

    [[nodiscard]] bool isTraining() const { return m_job != nullptr; }
    [[nodiscard]] bool isPaused() const;
    [[nodiscard]] Job *job() const { return m_job; }

    /// Trains `name` on the open survey; a map of that name is replaced. `initialMap`: what GivenMap starts
    /// from, see workflow::TrainRequest.
    void train(const QString &name, const som::TrainingParams &params, const QString &initialMap = {});
    /// Lays the open survey on the map of a file (Somnium's FITS or PINK's) and shows it.
    void openMap(const std::filesystem::path &file);
    /// Goes on with a map that was stopped.
    void resumeTraining(const session::ModelSummary &model);
    /// A latent space of the open survey; `request.collection` is set here.
    void trainLatent(workflow::LatentTrainRequest request);
    /// Goes on with one that was stopped.
    void resumeLatent(const session::LatentSummary &latent);
    [[nodiscard]] bool isTrainingLatent() const { return m_job != nullptr && m_isLatent; }
    void pause();
    void unpause();
    /// Ends after the epoch that is finished; the map reached is mapped and kept.
    void stopAndKeep();

Q_SIGNALS:
    void stateChanged();
    void started(const somnium::workflow::TrainRequest &request, somnium::ui::Job *job);
    void openingStarted(somnium::ui::Job *job);
    void snapshotArrived(const somnium::som::TrainingSnapshot &snapshot);
    /// The map is in the session, and on screen if its survey is.
    void finished(const std::shared_ptr<const somnium::ui::MapData> &map);
    void latentStarted(const somnium::workflow::LatentTrainRequest &request, somnium::ui::Job *job);
    void latentSnapshotArrived(const somnium::latent::AutoencoderSnapshot &snapshot);
    /// The latent space is in the session, and on screen if its survey is.
    void latentFinished(const somnium::ui::LatentSpacePointer &latent);
    /// Ended without a map: failed, or stopped before the first epoch was done.
    void ended();
    void troubled(const QString &message);

private:
    void start(workflow::TrainRequest request);
    void watch(const QString &whatFails);
    void conclude();

    SessionController &m_controller;
    QPointer<Job> m_job;
    bool m_isLatent = false; ///< what m_job trains
};

} // namespace somnium::ui
