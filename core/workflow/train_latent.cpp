// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/train_latent.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/compute/stand_in.h"
#include "core/latent/pca_baseline.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/originals.h"
#include "core/workflow/turned_images.h"

namespace somnium::workflow
{

namespace
{

using latent::Autoencoder;
using latent::TrainedAutoencoder;
using latent::TrainingCheckpoint;
using latent::TrainingData;

Result<std::optional<session::LatentSummary>>
findIn(const session::Session &session, session::CollectionId collection, const std::string &name)
{
    const auto all = session.latentModels().summaries();
    if (!all)
        return failure(all.error());
    const auto found = std::find_if(all->begin(), all->end(), [&](const session::LatentSummary &one) {
        return one.collection == collection && one.name == name;
    });
    return found == all->end() ? std::nullopt : std::optional(*found);
}

/// What a training goes on from, and what its request becomes by that.
struct Resumed
{
    LatentTrainRequest request;
    std::optional<TrainingCheckpoint> checkpoint;
    std::vector<std::string> notices; ///< that the user was given until then
};

/// Keeps the notices that a job gives, and hands them on.
JobContext keepingNotices(const JobContext &context, std::vector<std::string> &notices)
{
    JobContext keeping = context;
    keeping.onNotice = [&context, &notices](const std::string &notice) {
        notices.push_back(notice);
        context.notice(notice);
    };
    return keeping;
}

Result<Resumed> resumed(const session::Session &session, const LatentTrainRequest &request)
{
    Resumed result{request, {}, {}};
    if (!request.resume)
        return result;
    const auto found = findIn(session, request.collection, request.name);
    if (!found)
        return failure(found.error());
    if (!found->has_value())
        return failure(ErrorKind::NotFound, "no latent space named " + request.name + " to resume");
    if ((*found)->isComplete)
        return failure(ErrorKind::InvalidArgument,
                       "latent space " + request.name + " is complete: nothing to resume");
    const auto about = latentAboutFromJson((*found)->metadata);
    if (!about)
        return failure(about.error());
    const auto bytes = session.latentModels().checkpoint((*found)->id);
    if (!bytes)
        return failure(bytes.error());
    auto checkpoint = latent::deserialiseCheckpoint(*bytes);
    if (!checkpoint)
        return failure(checkpoint.error());
    result.request.params = about->params;
    result.request.params.epochs = std::max(about->params.epochs, request.params.epochs);
    result.request.turnToMap = about->turnToMap;
    result.checkpoint = std::move(*checkpoint);
    result.notices = about->notices;
    return result;
}

/// Hands snapshots on, and keeps what was reached in the session.
class Keeper
{
public:
    Keeper(session::Session &session, const LatentTrainRequest &request, bool replacesComplete,
           const std::vector<std::string> &notices)
        : m_session(session), m_request(request), m_replacesComplete(replacesComplete), m_notices(notices)
    {}

    void take(const TrainingCheckpoint &checkpoint)
    {
        // A complete latent space of that name stays until the new one is.
        if (m_replacesComplete || Clock::now() - m_keptAt < m_request.keepEvery)
            return;
        const auto model =
            Autoencoder::create(checkpoint.params, checkpoint.shape, checkpoint.scaling, checkpoint.best);
        if (!model)
            return; // the end of the training says why
        LatentAbout about;
        about.params = m_request.params;
        about.turnToMap = m_request.turnToMap;
        about.history = checkpoint.history;
        about.bestEpoch = checkpoint.bestEpoch;
        about.notices = m_notices;
        session::LatentRecord record;
        record.metadata = toJson(about);
        record.dimensions = m_request.params.latentSize;
        record.isComplete = false;
        record.model = latent::serialise(*model);
        record.checkpoint = latent::serialise(checkpoint);
        static_cast<void>(m_session.latentModels().save(m_request.collection, m_request.name, record));
        m_keptAt = Clock::now();
    }

private:
    using Clock = std::chrono::steady_clock;
    session::Session &m_session;
    const LatentTrainRequest &m_request;
    bool m_replacesComplete = false;
    const std::vector<std::string> &m_notices; ///< given so far
    Clock::time_point m_keptAt = Clock::now();
};

/// A linear layer; `transposed`: from components to pixels.
latent::Layer linearLayer(const latent::PrincipalAxes &axes, bool toPixels)
{
    const std::size_t pixels = axes.pixels();
    const std::size_t count = axes.count();
    latent::Layer layer;
    layer.input = {toPixels ? count : pixels, 1, 1};
    layer.output = {toPixels ? pixels : count, 1, 1};
    layer.weights.resize(pixels * count);
    layer.biases.assign(layer.output.size(), 0.0F);
    for (std::size_t axis = 0; axis < count; ++axis)
        for (std::size_t pixel = 0; pixel < pixels; ++pixel)
            layer.weights[toPixels ? axis * pixels + pixel : pixel * count + axis] =
                axes.axes[axis * pixels + pixel];
    return layer;
}

double lossOf(const std::vector<latent::EpochRecord> &history, std::size_t epoch)
{
    return epoch >= 1 && epoch <= history.size() ? history[epoch - 1].validationLoss : LatentAbout::kNone;
}

LatentAbout aboutOf(const LatentTrainRequest &request, const TrainedAutoencoder &trained,
                    const latent::PcaBaseline &baseline)
{
    LatentAbout about;
    about.method = request.method;
    about.params = request.params;
    about.turnToMap = request.turnToMap;
    about.history = trained.history;
    about.bestEpoch = trained.bestEpoch;
    about.stoppedEarly = trained.stoppedEarly;
    about.batchSize = trained.batchSize;
    about.validationLoss = lossOf(trained.history, trained.bestEpoch);
    about.pcaTrainingLoss = baseline.trainingLoss;
    about.pcaValidationLoss = baseline.validationLoss;
    about.samplesPerSecond = trained.samplesPerSecond;
    about.device = trained.device;
    return about;
}

Result<LatentOutcome> keep(session::Session &session, const LatentTrainRequest &request,
                           LatentOutcome outcome, const TrainingCheckpoint *checkpoint)
{
    session::LatentRecord record;
    record.metadata = toJson(outcome.about);
    record.dimensions = outcome.autoencoder.latentSize();
    record.isComplete = outcome.isComplete;
    record.model = latent::serialise(outcome.autoencoder);
    if (!outcome.isComplete && checkpoint != nullptr)
        record.checkpoint = latent::serialise(*checkpoint);
    record.places = outcome.places;
    record.errors = outcome.errors;
    const auto id = session.latentModels().save(request.collection, request.name, record);
    if (!id)
        return failure(id.error());
    outcome.model = *id;
    return outcome;
}

/// The best plane that is flat; nothing is kept yet.
Result<LatentOutcome> principalComponents(const LatentTrainRequest &request, const TrainingData &data,
                                          compute::Backend &backend, const JobContext &context)
{
    const latent::DataSplit split =
        latent::splitData(data.count(), request.params.validationFraction, request.params.seed);
    auto scaling = latent::measureScaling(data, split.training, request.params.seed, context);
    if (!scaling)
        return failure(scaling.error());
    auto baseline = latent::pcaBaseline(data, split, *scaling, request.params.latentSize, request.params.seed,
                                        backend, context);
    if (!baseline)
        return failure(baseline.error());
    latent::AutoencoderParams params = request.params;
    params.kind = latent::AutoencoderKind::Dense;
    params.widths.clear();
    params.outputActivation = latent::Activation::Linear;
    params.isVariational = false;
    params.latentSize = baseline->axes.count();
    scaling->mean = baseline->axes.mean;
    auto model =
        Autoencoder::create(params, data.shape(), *scaling,
                            {{linearLayer(baseline->axes, false)}, {linearLayer(baseline->axes, true)}});
    if (!model)
        return failure(model.error());
    auto mapped = model->map(data, backend, context);
    if (!mapped)
        return failure(mapped.error());
    LatentAbout about;
    about.method = LatentMethod::PrincipalComponents;
    about.params = params;
    about.turnToMap = request.turnToMap;
    about.validationLoss = about.pcaValidationLoss = baseline->validationLoss;
    about.pcaTrainingLoss = baseline->trainingLoss;
    about.device = backend.device();
    return LatentOutcome{{},
                         std::move(*model),
                         std::move(about),
                         std::move(mapped->latent),
                         std::move(mapped->reconstructionError),
                         true};
}

Result<LatentOutcome> takePrincipalComponents(session::Session &session, const LatentTrainRequest &request,
                                              const TrainingData &data, compute::Backend &backend,
                                              const JobContext &context)
{
    std::vector<std::string> notices;
    const JobContext keeping = keepingNotices(context, notices);
    auto outcome = compute::runWithStandIn(backend, keeping, [&](compute::Backend &device) {
        return principalComponents(request, data, device, keeping);
    });
    if (!outcome)
        return failure(outcome.error());
    outcome->about.notices = std::move(notices);
    return keep(session, request, std::move(*outcome), nullptr);
}

Result<LatentOutcome> takeAutoencoder(session::Session &session, const Resumed &from, bool replacesComplete,
                                      const TrainingData &data, compute::Backend &backend,
                                      const JobContext &context, const LatentSnapshotSink &onSnapshot)
{
    const LatentTrainRequest &request = from.request;
    std::vector<std::string> notices = from.notices;
    JobContext keeping = keepingNotices(context, notices);
    Keeper keeper(session, request, replacesComplete, notices);
    latent::TrainingObserver observer;
    observer.onSnapshot = onSnapshot;
    observer.checkpointEpochs = 1;
    observer.onCheckpoint = [&keeper](const TrainingCheckpoint &checkpoint) { keeper.take(checkpoint); };
    auto trained = latent::trainAutoencoder(data, request.params, backend, observer, keeping,
                                            from.checkpoint ? &*from.checkpoint : nullptr);
    if (!trained)
        return failure(trained.error());
    // What was stopped and kept is compared and kept all the same: it is what the user looks at next.
    if (!trained->isComplete)
        keeping.stop = {};
    compute::Backend &usable = trained->standIn ? *trained->standIn : backend;
    const auto baseline = compute::runWithStandIn(usable, keeping, [&](compute::Backend &device) {
        return latent::pcaBaseline(data, trained->split, trained->model.scaling(), request.params.latentSize,
                                   request.params.seed, device, keeping);
    });
    if (!baseline)
        return failure(baseline.error());
    LatentAbout about = aboutOf(request, *trained, *baseline);
    about.notices = std::move(notices);
    return keep(session, request,
                LatentOutcome{{},
                              trained->model,
                              std::move(about),
                              std::move(trained->latent),
                              std::move(trained->reconstructionError),
                              trained->isComplete},
                trained->checkpoint.get());
}

} // namespace

Result<std::shared_ptr<const TrainingData>> trainingDataOf(const session::Session &session,
                                                           session::CollectionId collection,
                                                           const std::string &turnToMap,
                                                           const JobContext &context)
{
    const auto summary = session.collectionSummary(collection);
    if (!summary)
        return failure(summary.error());
    if (summary->kind == session::CollectionKind::Spectra)
    {
        const auto spectra = spectraOf(session, collection, context);
        if (!spectra)
            return failure(spectra.error());
        return std::make_shared<const latent::SpectraTrainingData>(*spectra, latent::weightUseOf(**spectra));
    }
    const auto samples = samplesOf(session, collection, context);
    if (!samples)
        return failure(samples.error());
    if (turnToMap.empty())
        return std::make_shared<const latent::SamplesTrainingData>(*samples);
    const auto map = session.findModel(turnToMap);
    if (!map)
        return failure(map.error());
    if (map->collection != collection)
        return failure(ErrorKind::Mismatch, "map '" + turnToMap + "' is one of another collection");
    auto mapping = session.mapping(map->id);
    if (!mapping)
        return failure(mapping.error());
    return std::make_shared<const TurnedImages>(*samples, std::move(mapping->transform));
}

Result<LatentOutcome> trainLatent(session::Session &session, const LatentTrainRequest &request,
                                  compute::Backend &backend, const JobContext &context,
                                  const LatentSnapshotSink &onSnapshot)
{
    if (request.name.empty())
        return failure(ErrorKind::InvalidArgument, "a latent space needs a name");
    if (request.method == LatentMethod::Imported)
        return failure(ErrorKind::InvalidArgument, "an imported latent space is not trained");
    const auto from = resumed(session, request);
    if (!from)
        return failure(from.error());
    const auto former = findIn(session, request.collection, request.name);
    if (!former)
        return failure(former.error());
    const auto data = trainingDataOf(session, request.collection, from->request.turnToMap, context);
    if (!data)
        return failure(data.error());
    if (request.method == LatentMethod::PrincipalComponents)
        return takePrincipalComponents(session, request, **data, backend, context);
    if (auto valid = latent::validate(from->request.params, (*data)->shape()); !valid)
        return failure(valid.error());
    return takeAutoencoder(session, *from, former->has_value() && (*former)->isComplete, **data, backend,
                           context, onSnapshot);
}

} // namespace somnium::workflow
