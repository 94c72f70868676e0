// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/explore_spectra.h"

#include <fstream>
#include <span>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/platform.h"
#include "core/latent/pca_baseline.h"
#include "core/workflow/train_latent.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

/// Beside the store, and named after all that makes it.
Result<fs::path> indexPath(const session::Session &session, const session::CollectionSummary &summary)
{
    auto store = session.spectraStorePath(summary.fingerprint, summary.spectral);
    if (!store)
        return failure(store.error());
    return store->replace_extension(".spectral-index");
}

Result<search::SpectralIndex> readIndex(const fs::path &path, std::uint64_t fingerprint,
                                        const data::Spectra &spectra)
{
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error());
    return search::SpectralIndex::fromBytes(file->bytes(), fingerprint, spectra, path.string());
}

Result<void> writeIndex(const fs::path &path, const std::vector<std::byte> &bytes)
{
    return replaceFileByStream(path, [&bytes](std::ostream &stream) {
        stream.write(reinterpret_cast<const char *>(bytes.data()), // NOLINT: bytes as chars
                     static_cast<std::streamsize>(bytes.size()));
    });
}

latent::RowSource rowsOf(const latent::TrainingData &data)
{
    return {data.count(), data.pixels(),
            [&data](std::size_t row, std::span<float> values) { data.read(row, values, {}); }};
}

/// Numbers that could be told by a picture: not constant, not missing altogether.
struct LabelColumns
{
    std::vector<std::vector<double>> values;
    std::vector<latent::LabelledColumn> columns;
};

LabelColumns labelColumns(const data::Catalogue &catalogue)
{
    LabelColumns labels;
    for (const data::Column &column : catalogue.columns())
    {
        if (column.type() == data::ColumnType::Text || column.width != 1)
            continue;
        std::vector<double> values(catalogue.rowCount());
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = column.number(i);
        labels.values.push_back(std::move(values));
        labels.columns.push_back({column.name, {}});
    }
    for (std::size_t i = 0; i < labels.columns.size(); ++i)
        labels.columns[i].values = labels.values[i];
    return labels;
}

/// What the figures are worked out from.
struct Spaces
{
    latent::RowSource full;
    latent::RowSource latent;
    latent::RowSource pca;
};

Result<void> addLabelFigures(const Spaces &spaces, const data::Catalogue &catalogue, LatentQuality &quality,
                             const JobContext &context)
{
    const LabelColumns labels = labelColumns(catalogue);
    const auto byLatent = latent::columnQualities(spaces.full, spaces.latent, labels.columns, {}, context);
    if (!byLatent)
        return failure(byLatent.error());
    const auto byPca = latent::columnQualities(spaces.pca, spaces.pca, labels.columns, {}, context);
    if (!byPca)
        return failure(byPca.error());
    for (std::size_t i = 0; i < byLatent->size(); ++i)
    {
        const latent::ColumnQuality &one = (*byLatent)[i];
        if (std::isfinite(one.latentR2) && std::isfinite(one.fullR2))
            quality.labels.push_back({one.name, one.rows, one.latentR2, (*byPca)[i].latentR2, one.fullR2});
    }
    return {};
}

} // namespace

Result<std::shared_ptr<const search::SpectralIndex>>
spectralIndexOf(const session::Session &session, session::CollectionId collection,
                const data::Spectra &spectra, compute::Backend &backend, const JobContext &context)
{
    const auto summary = session.collectionSummary(collection);
    if (!summary)
        return failure(summary.error());
    const auto path = indexPath(session, *summary);
    if (!path)
        return failure(path.error());
    if (auto kept = readIndex(*path, summary->fingerprint, spectra))
        return std::make_shared<const search::SpectralIndex>(std::move(*kept));
    auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    auto built = search::SpectralIndex::build(spectra, {}, **ops, context);
    if (!built)
        return failure(built.error());
    // A cache: without it the next start takes longer, which is no reason to fail now.
    static_cast<void>(writeIndex(*path, built->toBytes(summary->fingerprint)));
    return std::make_shared<const search::SpectralIndex>(std::move(*built));
}

Result<LatentQuality> latentQuality(const session::Session &session, session::ModelId id,
                                    compute::Backend &backend, const JobContext &context)
{
    const auto summary = session.latentModels().summary(id);
    if (!summary)
        return failure(summary.error());
    const auto about = latentAboutFromJson(summary->metadata);
    if (!about)
        return failure(about.error());
    const auto record = session.latentModels().places(id);
    if (!record)
        return failure(record.error());
    const auto collection = session.collection(summary->collection);
    if (!collection)
        return failure(collection.error());
    const auto data = trainingDataOf(session, summary->collection, about->turnToMap, context);
    if (!data)
        return failure(data.error());
    const auto axes = latent::principalAxes(
        **data, {}, {.axes = record->dimensions, .seed = about->params.seed}, backend, context);
    if (!axes)
        return failure(axes.error());
    const auto projected = latent::projectRows(*axes, **data, false, backend, context);
    if (!projected)
        return failure(projected.error());
    const Spaces spaces = {rowsOf(**data), compute::rowsOf(record->places, record->dimensions),
                           compute::rowsOf(projected->projection, axes->count())};

    LatentQuality quality;
    quality.validationLoss = about->validationLoss;
    quality.pcaValidationLoss = about->pcaValidationLoss;
    const auto neighbourhood = latent::neighbourhoodQuality(spaces.full, spaces.latent, {}, context);
    if (!neighbourhood)
        return failure(neighbourhood.error());
    quality.neighbourhood = *neighbourhood;
    const auto ofPca = latent::neighbourhoodQuality(spaces.full, spaces.pca, {}, context);
    if (!ofPca)
        return failure(ofPca.error());
    quality.pcaNeighbourhood = *ofPca;
    if (auto added = addLabelFigures(spaces, collection->catalogue, quality, context); !added)
        return failure(added.error());
    return quality;
}

} // namespace somnium::workflow
