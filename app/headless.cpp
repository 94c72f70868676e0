// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/headless.h"

#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>

#include "app/figure.h"
#include "core/base/atomic_file.h"
#include "core/compute/backend_factory.h"
#include "core/compute/stand_in.h"
#include "core/search/nearest.h"
#include "core/session/session.h"
#include "core/simulate/radio.h"
#include "core/workflow/export.h"
#include "core/workflow/import.h"
#include "core/workflow/train.h"
#include "ui/views/figure_export.h"
#include "ui/views/filmstrip.h"
#include "ui/views/map_poster.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/training_view.h"

namespace somnium::app
{

namespace
{

namespace fs = std::filesystem;

constexpr std::size_t kOutliers = 20;

void say(const std::string &text)
{
    std::cout << text << std::endl;
}

/// What to import: the paths given, or a sample survey simulated on the spot.
Result<workflow::ImportRequest> inputOf(const fs::path &folder, const std::vector<fs::path> &paths,
                                        const JobContext &context)
{
    workflow::ImportRequest request;
    request.paths = paths;
    if (!paths.empty())
        return request;
    const fs::path sample = folder / "sample";
    const simulate::RadioSurveyParams params;
    say("simulating a sample survey of " + std::to_string(params.count) + " radio galaxies");
    if (auto written = simulate::writeRadioSurvey(params, sample, true, context); !written)
        return failure(written.error());
    request.paths = {sample};
    request.catalogue = sample / "truth.fits";
    request.name = "simulated sample";
    return request;
}

/// Imports and trains into a session without a map yet; the newest map of the session otherwise.
Result<session::ModelId> makeMap(session::Session &session, const fs::path &folder,
                                 const std::vector<fs::path> &paths, const compute::ChosenBackend &chosen,
                                 const JobContext &context)
{
    const auto models = session.models();
    if (!models)
        return failure(models.error());
    if (!models->empty())
        return models->back().id;
    const auto request = inputOf(folder, paths, context);
    if (!request)
        return failure(request.error());
    const auto imported = workflow::importImages(session, *request, context);
    if (!imported)
        return failure(imported.error());
    say("imported " + std::to_string(imported->imported) + " images, " +
        std::to_string(imported->problems.size()) + " problems");
    workflow::TrainRequest training;
    training.collection = imported->collection;
    say("training a " + training.params.layout.toString() + " map on " + chosen.backend->device() + " (" +
        chosen.reason + ")");
    const auto trained = compute::runWithStandIn(*chosen.backend, context, [&](compute::Backend &usable) {
        return workflow::trainMap(session, training, usable, context);
    });
    if (!trained)
        return failure(trained.error());
    return trained->model;
}

Result<void> writeView(const ui::FigureSource &source, const fs::path &path)
{
    auto written = ui::exportFigure(source, {.format = ui::figureFormat(path).value()}, path);
    if (written)
        say("  " + path.filename().string());
    return written;
}

/// "FR I / odd" -> "FR-I---odd": safe in any file system.
std::string fileNamePart(const QString &text)
{
    std::string part = text.toStdString();
    std::replace_if(
        part.begin(), part.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
    return part;
}

Result<void> writeMapFigures(const ui::SurveyPointer &survey, const ui::LabelsPointer &labels,
                             const fs::path &folder)
{
    ui::MapView map;
    map.setSurvey(survey);
    map.setLabels(labels);
    const std::vector<std::pair<ui::OverlayKind, std::string>> overlays = {
        {ui::OverlayKind::None, "map"},
        {ui::OverlayKind::Hits, "map-hits"},
        {ui::OverlayKind::UMatrix, "map-umatrix"},
        {ui::OverlayKind::MeanDistance, "map-distance"}};
    for (const auto &[kind, name] : overlays)
    {
        map.setOverlay({kind, {}});
        for (const std::string ending : {".png", ".pdf"})
            if (auto written = writeView(map, folder / (name + ending)); !written)
                return written;
    }
    for (const QString &label : labels->texts())
    {
        map.setOverlay({ui::OverlayKind::LabelFraction, label});
        if (auto written = writeView(map, folder / ("map-label-" + fileNamePart(label) + ".png")); !written)
            return written;
    }
    return {};
}

Result<void> writeOtherFigures(const ui::SurveyPointer &survey, const fs::path &folder)
{
    ui::OutliersView outliers;
    outliers.setSurvey(survey);
    ui::TrainingView training;
    training.setHistory(survey->map->summary.history, survey->map->summary.history.size());
    ui::Filmstrip furthest;
    furthest.setSurvey(survey);
    std::vector<search::Neighbour> items;
    for (const std::size_t source : outliers.outliers())
        if (items.size() < kOutliers)
            items.push_back(
                {source, survey->map->mapping.distance[source], survey->map->mapping.transform[source]});
    furthest.setItems(QStringLiteral("Furthest from every prototype"), std::move(items));
    const std::vector<std::pair<const ui::FigureSource *, std::string>> figures = {
        {&outliers, "outliers.png"}, {&training, "training.png"}, {&furthest, "furthest.png"}};
    for (const auto &[figure, name] : figures)
        if (auto written = writeView(*figure, folder / name); !written)
            return written;
    const auto poster =
        ui::renderFigure(ui::mapPoster(survey, {}), ui::posterName(*survey),
                         {.format = ui::FigureFormat::Pdf, .widthMm = 297.0, .heightMm = 420.0});
    if (!poster)
        return failure(poster.error());
    say("  poster.pdf");
    return replaceFile(folder / "poster.pdf",
                       std::string_view(poster->constData(), static_cast<std::size_t>(poster->size())));
}

} // namespace

Result<void> runHeadless(const fs::path &folder, const std::vector<fs::path> &paths,
                         const std::string &device, const JobContext &context)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return failure(ErrorKind::WriteFailed, folder.string() + ": cannot create: " + error.message());
    const auto session = session::Session::openOrCreate(folder / "survey.somnium");
    if (!session)
        return failure(session.error());
    const auto chosen = compute::chooseBackend(device);
    if (!chosen)
        return failure(chosen.error());
    compute::Backend &backend = *chosen->backend;
    const auto model = makeMap(**session, folder, paths, *chosen, context);
    if (!model)
        return failure(model.error());
    const auto outliers = workflow::exportFurthest({**session, *model}, kOutliers, folder / "outliers.vot");
    if (!outliers)
        return failure(outliers.error());
    say("wrote the " + std::to_string(*outliers) +
        " sources furthest from every prototype to outliers.vot; figures:");
    const auto survey = compute::runWithStandIn(backend, context, [&](compute::Backend &usable) {
        return loadForViews(**session, *model, usable, context);
    });
    if (!survey)
        return failure(survey.error());
    const auto labels = (*session)->labels((*survey)->summary.id);
    if (!labels)
        return failure(labels.error());
    if (auto written = writeMapFigures(*survey, std::make_shared<ui::SourceLabels>(*labels), folder);
        !written)
        return written;
    return writeOtherFigures(*survey, folder);
}

} // namespace somnium::app
