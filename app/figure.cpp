// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figure.h"

#include <charconv>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/compute/backend_factory.h"
#include "core/compute/stand_in.h"
#include "core/search/nearest.h"
#include "core/workflow/originals.h"
#include "ui/session/survey_loader.h"
#include "ui/views/filmstrip.h"
#include "ui/views/map_poster.h"
#include "ui/views/map_view.h"
#include "ui/views/outliers_view.h"
#include "ui/views/training_view.h"

namespace somnium::app
{

namespace
{

constexpr std::size_t kFurthest = 200;

/// "170x120" [mm].
Result<std::pair<double, double>> parseSize(const std::string &text)
{
    double width = 0.0;
    double height = 0.0;
    const char *end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, width);
    if (first.ec == std::errc() && first.ptr != end && *first.ptr == 'x')
        if (const auto second = std::from_chars(first.ptr + 1, end, height);
            second.ec == std::errc() && second.ptr == end)
            return std::pair(width, height);
    return failure(ErrorKind::InvalidArgument,
                   "--size: expected WIDTHxHEIGHT in millimetres, e.g. 170x120, found \"" + text + "\"");
}

Result<ui::FigureOptions> optionsOf(const FigureRequest &request)
{
    const auto format = ui::figureFormat(request.out);
    if (!format)
        return failure(format.error());
    ui::FigureOptions options{.format = *format, .dpi = request.dpi};
    if (request.paper.empty() && request.view != "poster")
    {
        const auto size = parseSize(request.size);
        if (!size)
            return failure(size.error());
        options.widthMm = size->first;
        options.heightMm = size->second;
        return options;
    }
    const auto paper = ui::paperSize(QString::fromStdString(request.paper.empty() ? "A3" : request.paper));
    if (!paper)
        return failure(paper.error());
    options.widthMm = request.isLandscape ? paper->heightMm : paper->widthMm;
    options.heightMm = request.isLandscape ? paper->widthMm : paper->heightMm;
    return options;
}

Result<ui::OverlayChoice> overlayOf(const std::string &name, const ui::SurveyPointer &survey,
                                    const ui::LabelsPointer &labels)
{
    using Kind = ui::OverlayKind;
    for (const auto &[word, kind] :
         {std::pair("none", Kind::None), std::pair("hits", Kind::Hits), std::pair("u-matrix", Kind::UMatrix),
          std::pair("distance", Kind::MeanDistance)})
        if (name == word)
            return ui::OverlayChoice{kind, {}};
    for (const ui::OverlayChoice &choice : ui::overlayChoices(survey, labels))
        if (!choice.name.isEmpty() && choice.name.toStdString() == name)
            return choice;
    return failure(
        ErrorKind::NotFound,
        "--colour-by: expected none, hits, u-matrix, distance, a numeric column of the catalogue or a label, "
        "found \"" +
            name + "\"");
}

Result<void> writeMap(const FigureRequest &request, const ui::FigureOptions &options,
                      const ui::SurveyPointer &survey, const ui::LabelsPointer &labels)
{
    const auto overlay = overlayOf(request.colourBy, survey, labels);
    if (!overlay)
        return failure(overlay.error());
    const std::size_t depth = survey->map->som.layout.depth();
    if (request.slice && *request.slice >= depth)
        return failure(ErrorKind::InvalidArgument, "--slice: expected 0 to " + std::to_string(depth - 1) +
                                                       ", found " + std::to_string(*request.slice));
    ui::MapView map;
    map.setSurvey(survey);
    map.setLabels(labels);
    map.setOverlay(*overlay);
    map.canvas()->setSlice(request.slice);
    return ui::exportFigure(map, options, request.out);
}

Result<void> writeFurthest(const FigureRequest &request, const ui::FigureOptions &options,
                           const ui::SurveyPointer &survey, const ui::OutliersView &outliers)
{
    ui::Filmstrip strip;
    strip.setSurvey(survey);
    std::vector<search::Neighbour> items;
    for (const std::size_t source : outliers.outliers())
        if (items.size() < kFurthest)
            items.push_back(
                {source, survey->map->mapping.distance[source], survey->map->mapping.transform[source]});
    strip.setItems(QStringLiteral("Furthest from every prototype"), std::move(items));
    return ui::exportFigure(strip, options, request.out);
}

Result<void> writePoster(const FigureRequest &request, const ui::FigureOptions &options,
                         const ui::SurveyPointer &survey)
{
    const auto bytes = ui::renderFigure(ui::mapPoster(survey, {}), ui::posterName(*survey), options);
    if (!bytes)
        return failure(bytes.error());
    return replaceFile(request.out,
                       std::string_view(bytes->constData(), static_cast<std::size_t>(bytes->size())));
}

} // namespace

Result<ui::SurveyPointer> loadForViews(const session::Session &session, session::ModelId model,
                                       compute::Backend &backend, const JobContext &context)
{
    auto map = ui::loadMap(session, model, backend, context);
    if (!map)
        return failure(map.error());
    const session::CollectionId id = (*map)->summary.collection;
    auto summary = session.collectionSummary(id);
    auto collection = session.collection(id);
    auto samples = workflow::samplesOf(session, id, context);
    if (!summary || !collection || !samples)
        return failure(!summary ? summary.error() : !collection ? collection.error() : samples.error());
    auto survey = std::make_shared<ui::SurveyData>(std::move(*collection));
    survey->summary = std::move(*summary);
    survey->samples = std::move(*samples);
    survey->map = std::move(*map);
    return ui::SurveyPointer(std::move(survey));
}

Result<void> writeFigure(const FigureRequest &request, const JobContext &context)
{
    const auto options = optionsOf(request);
    if (!options)
        return failure(options.error());
    const auto session = session::Session::open(request.session);
    if (!session)
        return failure(session.error());
    const auto model = (*session)->findModel(request.model);
    if (!model)
        return failure(model.error());
    const auto chosen = compute::chooseBackend(request.device);
    if (!chosen)
        return failure(chosen.error());
    const auto survey = compute::runWithStandIn(*chosen->backend, context, [&](compute::Backend &usable) {
        return loadForViews(**session, model->id, usable, context);
    });
    if (!survey)
        return failure(survey.error());
    const auto labels = (*session)->labels((*survey)->summary.id);
    if (!labels)
        return failure(labels.error());
    if (request.view == "poster")
        return writePoster(request, *options, *survey);
    if (request.view == "map")
        return writeMap(request, *options, *survey, std::make_shared<ui::SourceLabels>(*labels));
    if (request.view == "training")
    {
        ui::TrainingView training;
        training.setHistory(model->history, model->history.size());
        return ui::exportFigure(training, *options, request.out);
    }
    ui::OutliersView outliers;
    outliers.setSurvey(*survey);
    if (request.view == "outliers")
        return ui::exportFigure(outliers, *options, request.out);
    if (request.view == "furthest")
        return writeFurthest(request, *options, *survey, outliers);
    return failure(ErrorKind::InvalidArgument,
                   "--view: expected map, poster, outliers, furthest or training, found \"" + request.view +
                       "\"");
}

} // namespace somnium::app
