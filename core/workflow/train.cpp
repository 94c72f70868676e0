// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/train.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/compute/stand_in.h"
#include "core/som/mapper.h"
#include "core/som/vector_trainer.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/map_file.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

namespace
{

constexpr std::string_view kUnfinished = " (unfinished)";

/// The name that the trained map is to have in the end.
std::string finalName(const std::string &name)
{
    const bool isUnfinished = name.size() > kUnfinished.size() && name.ends_with(kUnfinished);
    return isUnfinished ? name.substr(0, name.size() - kUnfinished.size()) : name;
}

std::optional<session::ModelSummary> find(const std::vector<session::ModelSummary> &models,
                                          session::CollectionId collection, const std::string &name)
{
    const auto found = std::find_if(models.begin(), models.end(), [&](const session::ModelSummary &model) {
        return model.collection == collection && model.name == name;
    });
    return found == models.end() ? std::nullopt : std::optional(*found);
}

/// The model to go on with, if the request asks to resume one.
Result<std::optional<som::Som>> modelToResume(const session::Session &session, const TrainRequest &request,
                                              const std::vector<session::ModelSummary> &models)
{
    if (!request.resume)
        return std::optional<som::Som>();
    const std::string name = finalName(request.name);
    const auto unfinished = find(models, request.collection, unfinishedName(name));
    const auto model = unfinished ? unfinished : find(models, request.collection, name);
    if (!model)
        return failure(ErrorKind::NotFound, "no map named " + request.name + " to resume");
    if (model->isComplete)
        return failure(ErrorKind::InvalidArgument, "map " + name + " is complete after " +
                                                       std::to_string(model->history.size()) +
                                                       " epochs: nothing to resume");
    auto som = session.model(model->id);
    if (!som)
        return failure(som.error());
    return std::optional(std::move(*som));
}

/// Hands snapshots on, and keeps the epochs that are finished.
class Keeper
{
public:
    Keeper(session::Session &session, const TrainRequest &request, std::string name, std::size_t epochsKept,
           const som::SnapshotSink &onSnapshot)
        : m_session(session), m_request(request), m_name(std::move(name)), m_epochsKept(epochsKept),
          m_onSnapshot(onSnapshot)
    {}

    void take(const som::TrainingSnapshot &snapshot)
    {
        if (m_onSnapshot)
            m_onSnapshot(snapshot);
        const std::size_t epochs = snapshot.som->history.size();
        if (epochs <= m_epochsKept || Clock::now() - m_keptAt < m_request.keepEvery)
            return;
        // If this fails, so will the saving of the whole, which says why.
        if (m_session.saveModel(m_request.collection, m_name, *snapshot.som, false, nullptr))
            m_epochsKept = epochs;
        m_keptAt = Clock::now();
    }

private:
    using Clock = std::chrono::steady_clock;
    session::Session &m_session;
    const TrainRequest &m_request;
    std::string m_name;
    std::size_t m_epochsKept = 0;
    const som::SnapshotSink &m_onSnapshot;
    Clock::time_point m_keptAt = Clock::now();
};

/// Saves what was reached under the name that was asked for; what was kept on the way is forgotten.
Result<session::ModelId> save(session::Session &session, const TrainRequest &request,
                              const TrainOutcome &outcome)
{
    const std::string name = finalName(request.name);
    const auto model =
        session.saveModel(request.collection, name, outcome.som, outcome.isComplete, &outcome.mapping);
    if (!model)
        return model;
    const auto models = session.models();
    const auto unfinished = models ? find(*models, request.collection, unfinishedName(name)) : std::nullopt;
    if (unfinished)
        if (auto removed = session.removeModel(unfinished->id); !removed)
            return failure(removed.error());
    return model;
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
    auto som = model ? session.model(model->id) : readMapFile(request.initialMap, samples);
    if (!som && !model)
        return failure(som.error().kind,
                       "\"" + request.initialMap +
                           "\" is no map of this session, nor a file of one: " + som.error().message);
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

Result<som::TrainingResult> trainOnImages(const session::Session &session, const TrainRequest &request,
                                          const data::Samples &samples, const som::TrainingParams &params,
                                          compute::Backend &backend, const JobContext &context,
                                          const som::SnapshotSink &keep, const som::Som *start,
                                          const som::Som *given)
{
    const auto storage = storageFor(session, request);
    if (!storage)
        return failure(storage.error());
    return som::train(samples, params, backend, context, keep, start, given, *storage);
}

/// What a map is trained on: images, or spectra.
struct Material
{
    std::shared_ptr<const data::SampleStore> samples; ///< or
    std::shared_ptr<const data::Spectra> spectra;

    [[nodiscard]] data::ImageShape shape() const
    {
        return spectra ? data::ImageShape{1, 1, spectra->pixels()} : samples->shape();
    }
};

Result<Material> materialOf(const session::Session &session, session::CollectionId collection,
                            const JobContext &context)
{
    const auto summary = session.collectionSummary(collection);
    if (!summary)
        return failure(summary.error());
    Material material;
    if (summary->kind == session::CollectionKind::Spectra)
    {
        auto spectra = spectraOf(session, collection, context);
        if (!spectra)
            return failure(spectra.error());
        material.spectra = std::move(*spectra);
        return material;
    }
    auto samples = samplesOf(session, collection, context);
    if (!samples)
        return failure(samples.error());
    material.samples = std::move(*samples);
    return material;
}

/// Spectra are compared pixel by pixel, by the batch rule: what a request says of rotations does not matter.
som::TrainingParams paramsFor(som::TrainingParams params, const Material &material)
{
    if (!material.spectra)
        return params;
    params.metric = som::Metric::Vector;
    params.rule = som::LearningRule::Batch;
    params.useFlips = false;
    params.rotations = 0;
    params.neuronSide = 0;
    params.channelWeights.clear();
    return params;
}

} // namespace

std::string unfinishedName(const std::string &name)
{
    return name + std::string(kUnfinished);
}

Result<TrainOutcome> trainMap(session::Session &session, const TrainRequest &request,
                              compute::Backend &backend, const JobContext &context,
                              const som::SnapshotSink &onSnapshot)
{
    const auto material = materialOf(session, request.collection, context);
    if (!material)
        return failure(material.error());
    const auto models = session.models();
    if (!models)
        return failure(models.error());
    const auto resumed = modelToResume(session, request, *models);
    if (!resumed)
        return failure(resumed.error());
    const som::Som *start = resumed->has_value() ? &resumed->value() : nullptr;
    const som::TrainingParams params =
        start != nullptr ? start->params : paramsFor(request.params, *material);

    const auto given = start != nullptr ? Result<std::optional<som::Som>>(std::nullopt)
                                        : mapToStartFrom(session, request, material->shape());
    if (!given)
        return failure(given.error());

    const std::string name = finalName(request.name);
    const auto former = find(*models, request.collection, name);
    const bool replacesComplete = former && former->isComplete;
    Keeper keeper(session, request, replacesComplete ? unfinishedName(name) : name,
                  start != nullptr ? start->history.size() : 0, onSnapshot);
    const som::SnapshotSink keep = [&keeper](const som::TrainingSnapshot &one) { keeper.take(one); };
    const som::Som *givenMap = given->has_value() ? &given->value() : nullptr;
    auto trained = material->spectra ? som::trainVectors(*material->spectra, params, backend, context, keep,
                                                         start, givenMap)
                                     : trainOnImages(session, request, *material->samples, params, backend,
                                                     context, keep, start, givenMap);
    if (!trained)
        return failure(trained.error());

    TrainOutcome outcome;
    outcome.som = std::move(trained->som);
    outcome.isComplete = trained->isComplete;
    // A map that was stopped and kept is mapped all the same: it is what the user looks at next.
    JobContext mapping = context;
    if (!outcome.isComplete)
        mapping.stop = {};
    mapping.onNotice = [&](const std::string &notice) {
        outcome.som.notices.push_back(notice);
        context.notice(notice);
    };
    compute::Backend &usable = trained->standIn ? *trained->standIn : backend;
    auto mapped = compute::runWithStandIn(usable, mapping, [&](compute::Backend &device) {
        return material->spectra ? som::mapVectors(outcome.som, *material->spectra, device, mapping)
                                 : som::mapSamples(outcome.som, *material->samples, device, mapping);
    });
    if (!mapped)
        return failure(mapped.error());
    outcome.mapping = std::move(*mapped);
    const auto model = save(session, request, outcome);
    if (!model)
        return failure(model.error());
    outcome.model = *model;
    return outcome;
}

} // namespace somnium::workflow
