// SPDX-License-Identifier: GPL-3.0-or-later
// Everything behind the window, made together and taken down in the right order.
#pragma once

#include "ui/jobs/job_runner.h"
#include "ui/session/device_controller.h"
#include "ui/session/export_controller.h"
#include "ui/session/import_scout.h"
#include "ui/session/latent_controller.h"
#include "ui/session/oddity_controller.h"
#include "ui/session/query_controller.h"
#include "ui/session/session_controller.h"
#include "ui/session/training_controller.h"

namespace somnium::ui
{

struct Workbench
{
    /// On that device: for tests, mostly.
    explicit Workbench(BackendFactory factory, DeviceSource source = {})
        : runner(std::move(factory)), devices(runner, std::move(source)), session(runner), training(session),
          queries(session, training), latent(session, training), oddities(session), exports(session),
          scout(runner)
    {}
    explicit Workbench(const DeviceSource &source) : Workbench(firstDevice(source), source) {}
    Workbench(const Workbench &) = delete;
    Workbench &operator=(const Workbench &) = delete;
    /// Writes what is waiting, stops the rest and waits for it: a training that runs is kept.
    ~Workbench()
    {
        session.flush();
        runner.shutDown();
    }

    JobRunner runner;
    DeviceController devices;
    SessionController session;
    TrainingController training;
    QueryController queries;
    LatentController latent;
    OddityController oddities;
    ExportController exports;
    ImportScout scout;
};

} // namespace somnium::ui
