// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <utility>

#include "core/io/fits_writer.h"
#include "core/io/pink.h"
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
    const auto full = som::mapSamplesFully(model.som, samples, backend, context);
    if (!full)
        return failure(full.error());
    const io::TableMetadata metadata = provenance(model.collectionSummary, model.summary);
    io::FitsHeader header = fitsHeaderOf("DISTANCES", metadata);
    addLayout(header, model);
    return io::writeFitsFile(path,
                             {io::FitsImageHdu{full->distance, {full->neurons, full->sources}, header}});
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
    som::ReferenceOptions options;
    options.window = pink.window;
    options.windowSide = pink.windowSide;
    options.useFlips = som.params.useFlips;
    if (som.params.rotations != 0)
        options.rotations = som.params.rotations;
    auto matched = som::mapByReference(som, samples, options, context);
    if (!matched)
        return failure(matched.error());
    io::PinkTransforms transforms;
    transforms.layout = som.layout;
    transforms.sources = matched->sources;
    for (const som::SpatialTransform &transform : matched->transform)
    {
        const auto [isFlipped, angleRad] = io::toPink(transform);
        transforms.flip.push_back(isFlipped);
        transforms.angleRad.push_back(angleRad);
    }
    const io::PinkMapping mapping = {som.layout, matched->sources, std::move(matched->distance)};
    if (auto written = io::writePink(path, mapping, pink.version); !written)
        return written;
    return io::writePink(transformsBeside(path), transforms, pink.version);
}

std::filesystem::path transformsBeside(const std::filesystem::path &path)
{
    return path.parent_path() / (path.stem().string() + ".transforms" + path.extension().string());
}

} // namespace somnium::workflow
