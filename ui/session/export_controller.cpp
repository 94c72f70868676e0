// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/export_controller.h"

#include <string_view>
#include <utility>
#include <variant>

#include "core/base/atomic_file.h"
#include "core/io/table.h"
#include "core/workflow/export_latent.h"
#include "core/workflow/latent_onnx.h"
#include "core/workflow/spectral_oddities.h"
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

void ExportController::exportSources(const std::vector<std::size_t> &sources,
                                     const std::filesystem::path &path)
{
    if (const SurveyPointer &survey = m_controller.survey(); survey && !survey->map && survey->latent)
        return exportLatent(path, sources);
    if (hasMap())
        write(path, [session = m_controller.session(), survey = m_controller.survey(), sources,
                     path](const JobContext &) {
            return workflow::exportSources({*session, survey->map->summary.id, &survey->collection}, sources,
                                           path);
        });
}

void ExportController::exportOddest(const std::vector<std::size_t> &sources, const OdditiesPointer &oddities,
                                    const OddityRankingPointer &ranking, const std::filesystem::path &path)
{
    if (sources.empty())
        return Q_EMIT troubled(tr("There are no odd sources to export."));
    const SurveyPointer &survey = m_controller.survey();
    const auto *score = ranking ? std::get_if<search::SpectralOutlierScore>(&ranking->score) : nullptr;
    const std::size_t count = survey ? survey->collection.sources.size() : 0;
    if (!survey || !survey->latent || !oddities || !oddities->spectral || score == nullptr ||
        ranking->values.size() != count || oddities->sourceCount() != count)
        return exportSources(sources, path);
    const workflow::SpectralOddityRequest request{*score, ranking->marks > 0};
    exportLatent(path, sources,
                 workflow::oddityColumns(ranking->values, oddities->spectral->signalToNoise, sources, request,
                                         ranking->marks));
}

void ExportController::exportLatent(const std::filesystem::path &path,
                                    const std::vector<std::size_t> &sources, std::vector<data::Column> extra)
{
    const SurveyPointer &survey = m_controller.survey();
    if (!survey || !survey->latent)
        return Q_EMIT troubled(tr("There is no latent space yet. Train one first."));
    write(path, [session = m_controller.session(), id = survey->latent->summary.id, sources,
                 extra = std::move(extra), path](const JobContext &) {
        return workflow::exportLatent(*session, id, sources, path, extra);
    });
}

void ExportController::exportLatentModel(const std::filesystem::path &path)
{
    const SurveyPointer &survey = m_controller.survey();
    if (!survey || !survey->latent)
        return Q_EMIT troubled(tr("There is no latent space yet. Train one first."));
    const std::filesystem::path prefix = path.parent_path() / path.stem();
    write(prefix.string() + "_encoder.onnx",
          [session = m_controller.session(), summary = survey->latent->summary,
           prefix](const JobContext &) -> Result<void> {
              if (const auto written = workflow::exportLatentOnnx(*session, summary, prefix); !written)
                  return failure(written.error());
              return {};
          });
}

void ExportController::exportFurthest(std::size_t count, const std::filesystem::path &path)
{
    if (!hasMap())
        return;
    write(path,
          [session = m_controller.session(), survey = m_controller.survey(), count,
           path](const JobContext &) -> Result<void> {
              const workflow::MappedSources from = {*session, survey->map->summary.id, &survey->collection};
              if (const auto written = workflow::exportFurthest(from, count, path); !written)
                  return failure(written.error());
              return {};
          });
}

void ExportController::exportImages(workflow::ExportFormat format, const std::filesystem::path &path)
{
    if (m_controller.survey())
        write(path, [session = m_controller.session(), collection = m_controller.survey()->summary.id, format,
                     path](const JobContext &context) {
            return workflow::exportImages(*session, collection, format, path, context);
        });
}

void ExportController::exportModel(workflow::ExportFormat format, const std::filesystem::path &path)
{
    if (hasMap())
        write(path,
              [session = m_controller.session(), model = m_controller.survey()->map->summary.id, format,
               path](const JobContext &) { return workflow::exportModel(*session, model, format, path); });
}

void ExportController::exportMapping(workflow::ExportFormat format, const std::filesystem::path &path)
{
    if (!hasMap())
        return;
    watch(m_controller.runner().compute<void>(
        tr("Exporting %1").arg(display(path.filename())), this,
        [session = m_controller.session(), model = m_controller.survey()->map->summary.id, format,
         path](compute::Backend &backend, const JobContext &context) {
            return workflow::exportMapping(*session, model, format, path, backend, context);
        },
        [this, path] { Q_EMIT exported(display(path)); }));
}

void ExportController::exportTable(const data::Catalogue &table, const std::filesystem::path &path)
{
    write(path, [table, path](const JobContext &) { return io::writeTable(path, table); });
}

void ExportController::exportFigure(std::function<Result<QByteArray>()> render,
                                    const std::filesystem::path &path)
{
    watch(m_controller.runner().start<void>(
        {tr("Exporting %1").arg(display(path.filename())), JobLane::Read}, this,
        [render = std::move(render), path](const JobContext &) -> Result<void> {
            const auto bytes = render();
            if (!bytes)
                return failure(bytes.error());
            return replaceFile(path,
                               std::string_view(bytes->constData(), static_cast<std::size_t>(bytes->size())));
        },
        [this, path] { Q_EMIT exported(display(path)); }));
}

void ExportController::write(const std::filesystem::path &path,
                             std::function<Result<void>(const JobContext &)> work)
{
    watch(m_controller.runner().start<void>(
        {tr("Exporting %1").arg(display(path.filename())), JobLane::Write}, this, std::move(work),
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
