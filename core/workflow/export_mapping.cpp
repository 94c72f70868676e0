// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/io/fits_map.h"
#include "core/io/fits_writer.h"
#include "core/io/pink_writer.h"
#include "core/som/mapper.h"
#include "core/som/reference_matcher.h"
#include "core/workflow/export.h"
#include "core/workflow/model_export.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

namespace
{

Result<void> exportMappingFits(const LoadedModel &model, const data::Samples &samples,
                               const std::filesystem::path &path, compute::Backend &backend,
                               const JobContext &context)
{
    const io::TableMetadata metadata = provenance(model.collectionSummary, model.summary);
    io::FitsHeader header = fitsHeaderOf("DISTANCES", metadata);
    io::addMapCards(header, model.som);
    auto file = io::FitsImageWriter::create(path, {model.som.layout.neuronCount(), samples.count()}, header);
    if (!file)
        return failure(file.error());
    auto mapped =
        som::mapSamplesFully(model.som, samples, backend, context,
                             [&file](const som::FullMapping &block) { return file->append(block.distance); });
    return mapped ? file->finish() : mapped;
}

/// Of a map's own rotations and flips; PINK's 360 for all.
som::ReferenceOptions pinkMetric(const som::Som &som, const PinkOptions &pink)
{
    som::ReferenceOptions options;
    options.window = pink.window;
    options.windowSide = pink.windowSide;
    options.useFlips = som.params.useFlips;
    if (som.params.rotations != 0)
        options.rotations = som.params.rotations;
    return options;
}

Result<void> appendTransforms(io::PinkWriter &file, const std::vector<som::SpatialTransform> &transforms)
{
    std::vector<std::uint8_t> flip;
    std::vector<float> angleRad;
    for (const som::SpatialTransform &transform : transforms)
    {
        const auto [isFlipped, angle] = io::toPink(transform);
        flip.push_back(isFlipped ? 1 : 0);
        angleRad.push_back(angle);
    }
    return file.append(flip, angleRad);
}

} // namespace

Result<void> exportMapping(const session::Session &session, session::ModelId id, ExportFormat format,
                           const std::filesystem::path &path, compute::Backend &backend,
                           const JobContext &context, const PinkOptions &pink)
{
    const auto model = loadModel(session, id);
    if (!model)
        return failure(model.error());
    const auto samples = samplesOf(session, model->summary.collection, context);
    if (!samples)
        return failure(samples.error());
    if (format == ExportFormat::Pink)
        return writePinkMapping(model->som, **samples, path, pink, context);
    return exportMappingFits(*model, **samples, path, backend, context);
}

Result<void> writePinkMapping(const som::Som &som, const data::Samples &samples,
                              const std::filesystem::path &path, const PinkOptions &pink,
                              const JobContext &context)
{
    auto distances =
        io::PinkWriter::create(path, {io::PinkKind::Mapping, samples.count(), som.layout, {}}, pink.version);
    if (!distances)
        return failure(distances.error());
    auto transforms = io::PinkWriter::create(
        transformsBeside(path), {io::PinkKind::Transforms, samples.count(), som.layout, {}}, pink.version);
    if (!transforms)
        return failure(transforms.error());
    auto done = som::mapByReference(som, samples, pinkMetric(som, pink), context,
                                    [&](const som::FullMapping &block) -> Result<void> {
                                        if (auto added = distances->append(block.distance); !added)
                                            return added;
                                        return appendTransforms(*transforms, block.transform);
                                    });
    if (done)
        done = distances->finish();
    return done ? transforms->finish() : done;
}

std::filesystem::path transformsBeside(const std::filesystem::path &path)
{
    return path.parent_path() / (path.stem().string() + ".transforms" + path.extension().string());
}

} // namespace somnium::workflow
