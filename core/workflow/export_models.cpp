// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>
#include <utility>

#include "core/io/fits_writer.h"
#include "core/io/pink.h"
#include "core/workflow/export.h"
#include "core/workflow/model_export.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

namespace
{

std::vector<float> valuesOf(const data::Samples &samples)
{
    std::vector<float> values;
    values.reserve(samples.count() * samples.shape().size());
    for (std::size_t i = 0; i < samples.count(); ++i)
    {
        const std::span<const float> pixels = samples.sample(i).pixels();
        values.insert(values.end(), pixels.begin(), pixels.end());
    }
    return values;
}

/// Axes of a stack of images, fastest first; the channel axis only where there are several.
std::vector<std::size_t> stackAxes(const data::ImageShape &shape, std::size_t count)
{
    if (shape.channels == 1)
        return {shape.columns, shape.rows, count};
    return {shape.columns, shape.rows, shape.channels, count};
}

Result<void> exportModelFits(const session::Session &session, const LoadedModel &model,
                             const std::filesystem::path &path)
{
    const io::TableMetadata metadata = provenance(model.collectionSummary, model.summary);
    io::FitsHeader header = fitsHeaderOf("PROTOTYPES", metadata);
    addLayout(header, model);
    std::vector<io::FitsHdu> hdus;
    hdus.emplace_back(io::FitsImageHdu{model.som.prototypes,
                                       stackAxes(model.som.shape, model.som.layout.neuronCount()), header});
    if (model.summary.hasMapping)
    {
        const auto collection = session.collection(model.summary.collection);
        const auto labels = session.labels(model.summary.collection);
        const auto mapping = session.mapping(model.summary.id);
        if (!collection || !labels || !mapping)
            return failure(!collection ? collection.error() : !labels ? labels.error() : mapping.error());
        std::vector<std::size_t> all(collection->sources.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        hdus.emplace_back(io::FitsTableHdu{resultCatalogue(*collection, *labels, model.som, *mapping, all),
                                           fitsHeaderOf("MAPPING", metadata)});
    }
    return io::writeFitsFile(path, hdus);
}

} // namespace

Result<void> exportImages(const session::Session &session, session::CollectionId id, ExportFormat format,
                          const std::filesystem::path &path, const JobContext &context,
                          const PinkOptions &pink)
{
    const auto samples = samplesOf(session, id, context);
    if (!samples)
        return failure(samples.error());
    const std::vector<float> values = valuesOf(**samples);
    if (format == ExportFormat::Pink)
        return io::writePink(path, io::PinkImages{(*samples)->count(), (*samples)->shape(), values},
                             pink.version);
    const auto summary = session.collectionSummary(id);
    if (!summary)
        return failure(summary.error());
    io::FitsHeader header;
    header.extensionName = "SAMPLES";
    header.history = {"Recipe: " + prepare::describe(summary->recipe)};
    return io::writeFitsFile(
        path, {io::FitsImageHdu{values, stackAxes((*samples)->shape(), (*samples)->count()), header}});
}

Result<void> exportModel(const session::Session &session, session::ModelId id, ExportFormat format,
                         const std::filesystem::path &path, const PinkOptions &pink)
{
    const auto model = loadModel(session, id);
    if (!model)
        return failure(model.error());
    if (format == ExportFormat::Fits)
        return exportModelFits(session, *model, path);
    return io::writePink(path, io::PinkMap{model->som.layout, model->som.shape, model->som.prototypes},
                         pink.version);
}

std::string pinkRemarks(const som::Som &som)
{
    // PINK assumes another side of the neurons unless told, and maps nonsense without a word.
    std::string text = "for PINK: --neuron-dimension " + std::to_string(som.shape.rows);
    if (som.shape.channels > 1)
        text +=
            "\nPINK 2 reads maps of several channels one number too early: its --map and --init take this "
            "file wrongly";
    if (som.layout.isPeriodic())
        text +=
            "\nPINK's files do not say that a map is periodic, and PINK 2 knows no such maps: say so again "
            "on import";
    if (!som.grid.channelWeights.empty())
        text += "\nPINK knows no channel weights: its distances count all channels alike";
    return text;
}

} // namespace somnium::workflow
