// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/export_controller.h"

#include <string_view>
#include <utility>

#include "core/base/atomic_file.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"
#include "ui/session/session_controller.h"

namespace somnium::ui
{

namespace
{

QString display(const std::filesystem::path &path)
{
    return QString::fromStdU16String(path.u16string());
}

} // namespace

ExportController::ExportController(SessionController &controller, QObject *parent)
    : QObject(parent), m_controller(controller)
{}

bool ExportController::hasMap()
{
    if (m_controller.survey() && m_controller.survey()->map)
        return true;
    Q_EMIT troubled(tr("There is no map yet, so there are no results to export. Train a map first."));
    return false;
}

// Writer's lane: an export must see the labels that were put before it.
void ExportController::exportSources(const std::vector<std::size_t> &sources,
                                     const std::filesystem::path &path)
{
    if (!hasMap())
        return;
    watch(m_controller.runner().start<void>(
        {tr("Exporting %1").arg(display(path.filename())), JobLane::Write}, this,
        [session = m_controller.session(), model = m_controller.survey()->map->summary.id, sources,
         path](const JobContext &) { return workflow::exportSources(*session, model, sources, path); },
        [this, path] { Q_EMIT exported(display(path)); }));
}

void ExportController::exportOutliers(std::size_t count, const std::filesystem::path &path)
{
    if (!hasMap())
        return;
    watch(m_controller.runner().start<std::size_t>(
        {tr("Exporting %1").arg(display(path.filename())), JobLane::Write}, this,
        [session = m_controller.session(), model = m_controller.survey()->map->summary.id, count,
         path](const JobContext &) { return workflow::exportOutliers(*session, model, count, path); },
        [this, path](std::size_t &&) { Q_EMIT exported(display(path)); }));
}

void ExportController::exportModel(workflow::ExportKind kind, workflow::ModelFormat format,
                                   const std::filesystem::path &path)
{
    if (!hasMap())
        return;
    watch(m_controller.runner().compute<void>(
        tr("Exporting %1").arg(display(path.filename())), this,
        [session = m_controller.session(), model = m_controller.survey()->map->summary.id, kind, format,
         path](compute::Backend &backend, const JobContext &context) {
            return workflow::exportModel(*session, model, kind, format, path, backend, context);
        },
        [this, path] { Q_EMIT exported(display(path)); }));
}

void ExportController::exportBytes(const QByteArray &bytes, const std::filesystem::path &path)
{
    watch(m_controller.runner().start<void>(
        {tr("Exporting %1").arg(display(path.filename())), JobLane::Write}, this,
        [bytes, path](const JobContext &) {
            return replaceFile(path,
                               std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        },
        [this, path] { Q_EMIT exported(display(path)); }));
}

void ExportController::watch(Job *job)
{
    connect(job, &Job::failed, this, [this](const Error &error) {
        if (error.kind != ErrorKind::Cancelled)
            Q_EMIT troubled(errorText(tr("Could not export"), error));
    });
    Q_EMIT started(job);
}

} // namespace somnium::ui
