// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/train.h"

#include <optional>
#include <span>
#include <string>

#include "core/base/bytes.h"
#include "core/som/mapper.h"
#include "core/workflow/import_model.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

namespace
{

/// The model to go on with, if the request asks to resume one.
Result<std::optional<som::Som>> modelToResume(const session::Session &session, const TrainRequest &request)
{
    if (!request.resume)
        return std::optional<som::Som>();
    const auto models = session.models();
    if (!models)
        return failure(models.error());
    for (const session::ModelSummary &model : *models)
    {
        if (model.collection != request.collection || model.name != request.name)
            continue;
        if (model.isComplete)
            return failure(ErrorKind::InvalidArgument, "map " + request.name + " is complete after " +
                                                           std::to_string(model.history.size()) +
                                                           " epochs: nothing to resume");
        auto som = session.model(model.id);
        if (!som)
            return failure(som.error());
        return std::optional(std::move(*som));
    }
    return failure(ErrorKind::NotFound, "no map named " + request.name + " to resume");
}

/// The map that a new training starts from, if it asks for one.
Result<std::optional<som::Som>> mapToStartFrom(const session::Session &session, const TrainRequest &request,
                                               const data::ImageShape &samples)
{
    if (request.params.initialisation != som::Initialisation::GivenMap)
        return std::optional<som::Som>();
    if (request.initialMap.empty())
        return failure(ErrorKind::InvalidArgument, "no map named to start the training from");
    const auto model = session.findModel(request.initialMap);
    MapFileOptions options;
    options.isPeriodic = request.params.layout.isPeriodic();
    auto som = model ? session.model(model->id) : readMapFile(request.initialMap, samples, options);
    if (!som && !model)
        return failure(som.error().kind,
                       "\"" + request.initialMap +
                           "\" is no map of this session, nor a PINK file of one: " + som.error().message);
    if (!som)
        return failure(som.error());
    return std::optional(std::move(*som));
}

/// Spectra that do not fit into memory lie beside the samples, whose file is named after all that makes them.
Result<som::SpectraStorage> storageFor(const session::Session &session, const TrainRequest &request)
{
    const auto summary = session.collectionSummary(request.collection);
    if (!summary)
        return failure(summary.error());
    const auto samples = session.samplesPath(summary->fingerprint, summary->recipe);
    if (!samples)
        return failure(samples.error());
    const std::string name = samples->filename().string();
    return som::SpectraStorage{request.memoryBytes, session::Session::spectraPath(*samples),
                               fnv1a(std::as_bytes(std::span(name)))};
}

} // namespace

Result<TrainOutcome> trainMap(session::Session &session, const TrainRequest &request,
                              compute::Backend &backend, const JobContext &context,
                              const som::SnapshotSink &onSnapshot)
{
    const auto samples = samplesOf(session, request.collection, context);
    if (!samples)
        return failure(samples.error());
    const auto resumed = modelToResume(session, request);
    if (!resumed)
        return failure(resumed.error());
    const som::Som *start = resumed->has_value() ? &resumed->value() : nullptr;
    const som::TrainingParams params = start != nullptr ? start->params : request.params;

    const auto given = start != nullptr ? Result<std::optional<som::Som>>(std::nullopt)
                                        : mapToStartFrom(session, request, (*samples)->shape());
    if (!given)
        return failure(given.error());

    const auto storage = storageFor(session, request);
    if (!storage)
        return failure(storage.error());
    auto trained = som::train(**samples, params, backend, context, onSnapshot, start,
                              given->has_value() ? &given->value() : nullptr, *storage);
    if (!trained)
        return failure(trained.error());

    TrainOutcome outcome;
    outcome.som = std::move(trained->som);
    outcome.isComplete = trained->isComplete;
    // A map that was stopped and kept is mapped all the same: it is what the user looks at next.
    JobContext mapping = context;
    if (!outcome.isComplete)
        mapping.stop = {};
    auto mapped = som::mapSamples(outcome.som, **samples, backend, mapping);
    if (!mapped)
        return failure(mapped.error());
    outcome.mapping = std::move(*mapped);
    const auto model = session.saveModel(request.collection, request.name, outcome.som, outcome.isComplete,
                                         &outcome.mapping);
    if (!model)
        return failure(model.error());
    outcome.model = *model;
    return outcome;
}

} // namespace somnium::workflow
