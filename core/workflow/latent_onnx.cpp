// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/latent_onnx.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/latent/pca_baseline.h"
#include "core/workflow/export_latent.h"

namespace somnium::workflow
{

namespace
{

using latent::TrainingData;
using onnx::ForeignModel;

constexpr double kValidationFraction = 0.1;
constexpr std::uint64_t kSeed = 1;

Result<ForeignModel::Files> readFiles(const LatentImport &request)
{
    ForeignModel::Files files;
    files.encoderName = request.encoder.string();
    files.decoderName = request.decoder.string();
    files.folder = request.encoder.has_parent_path() ? request.encoder.parent_path() : ".";
    files.output = request.output;
    auto encoder = onnx::readModelFile(request.encoder);
    if (!encoder)
        return failure(encoder.error());
    files.encoder = std::move(*encoder);
    if (request.decoder.empty())
        return files;
    auto decoder = onnx::readModelFile(request.decoder);
    if (!decoder)
        return failure(decoder.error());
    files.decoder = std::move(*decoder);
    return files;
}

/// What is missing looks like the mean of the collection, unless the encoder says what its own mean is.
Result<ForeignModel> modelOf(const LatentImport &request, const data::ImageShape &shape,
                             const std::vector<float> &mean)
{
    const auto files = readFiles(request);
    if (!files)
        return failure(files.error());
    auto model = ForeignModel::create(*files, shape, {});
    if (!model || ForeignModel::namesItsMean(model->encoder()))
        return model;
    return ForeignModel::create(*files, shape, mean);
}

Result<void> checkPlaces(const ForeignModel::Mapped &mapped, std::size_t dimensions,
                         const LatentImport &request)
{
    const std::vector<float> &latent = mapped.places.latent;
    const auto isBad = [](float value) { return !std::isfinite(value); };
    const auto bad = std::find_if(latent.begin(), latent.end(), isBad);
    if (bad == latent.end())
        return {};
    const auto source = static_cast<std::size_t>(bad - latent.begin()) / dimensions;
    return failure(ErrorKind::Mismatch, request.encoder.string() + " gives source " +
                                            std::to_string(source + 1) +
                                            " no finite place: expected an encoder of values as they are "
                                            "prepared here, with its scaling inside");
}

/// As a training tells it: mean of the scaled and weighted squared error.
double lossOver(const std::vector<std::uint32_t> &rows, const ForeignModel::Mapped &mapped,
                const latent::InputScaling &scaling)
{
    double sum = 0.0;
    double pixels = 0.0;
    for (const std::uint32_t row : rows)
    {
        if (mapped.validCounts[row] == 0)
            continue;
        sum += double{mapped.places.reconstructionError[row]} * mapped.validCounts[row];
        pixels += mapped.validCounts[row];
    }
    return sum / pixels * double{scaling.weightScale} / (double{scaling.scale} * double{scaling.scale});
}

struct Placed
{
    ForeignModel model;
    ForeignModel::Mapped mapped;
    LatentAbout about;
};

Result<Placed> place(const LatentImport &request, const TrainingData &data, compute::Backend &backend,
                     const JobContext &context)
{
    const latent::DataSplit split = latent::splitData(data.count(), kValidationFraction, kSeed);
    const auto scaling = latent::measureScaling(data, split.training, kSeed, context);
    if (!scaling)
        return failure(scaling.error());
    auto model = modelOf(request, data.shape(), scaling->mean);
    if (!model)
        return failure(model.error());
    auto mapped = model->map(data, context);
    if (!mapped)
        return failure(mapped.error());
    if (const auto good = checkPlaces(*mapped, model->latentSize(), request); !good)
        return failure(good.error());
    LatentAbout about;
    about.method = LatentMethod::Imported;
    about.params.latentSize = model->latentSize();
    about.turnToMap = request.turnToMap;
    about.encoderFile = request.encoder.filename().string();
    about.decoderFile = request.decoder.filename().string();
    if (model->canDecode())
    {
        const auto baseline =
            latent::pcaBaseline(data, split, *scaling, model->latentSize(), kSeed, backend, context);
        if (!baseline)
            return failure(baseline.error());
        about.validationLoss = lossOver(split.validation, *mapped, *scaling);
        about.pcaTrainingLoss = baseline->trainingLoss;
        about.pcaValidationLoss = baseline->validationLoss;
    }
    return Placed{std::move(*model), std::move(*mapped), std::move(about)};
}

} // namespace

Result<onnx::LatentModel> latentModelOf(const session::Session &session, session::ModelId latent)
{
    const auto bytes = session.latentModels().model(latent);
    return bytes ? onnx::deserialiseLatentModel(*bytes) : failure(bytes.error());
}

Result<onnx::WrittenFiles> exportLatentOnnx(const session::Session &session,
                                            const session::LatentSummary &latent,
                                            const std::filesystem::path &prefix)
{
    const auto collection = session.collectionSummary(latent.collection);
    if (!collection)
        return failure(collection.error());
    const auto model = latentModelOf(session, latent.id);
    if (!model)
        return failure(model.error());
    return onnx::writeOnnx(*model, prefix, provenance(*collection, latent).parameters);
}

Result<ImportedLatent> importLatent(session::Session &session, const LatentImport &request,
                                    compute::Backend &backend, const JobContext &context)
{
    const std::string name = request.name.empty() ? request.encoder.stem().string() : request.name;
    const auto data = trainingDataOf(session, request.collection, request.turnToMap, context);
    if (!data)
        return failure(data.error());
    auto placed = place(request, **data, backend, context);
    if (!placed)
        return failure(placed.error());
    session::LatentRecord record;
    record.metadata = toJson(placed->about);
    record.dimensions = placed->model.latentSize();
    record.model = onnx::serialise(onnx::LatentModel(placed->model));
    record.places = std::move(placed->mapped.places.latent);
    record.errors = std::move(placed->mapped.places.reconstructionError);
    const auto id = session.latentModels().save(request.collection, name, record);
    if (!id)
        return failure(id.error());
    return ImportedLatent{*id, name, record.dimensions, std::move(placed->about)};
}

} // namespace somnium::workflow
