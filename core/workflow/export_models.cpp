// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/io/fits_map.h"
#include "core/io/fits_writer.h"
#include "core/io/pink_writer.h"
#include "core/workflow/export.h"
#include "core/workflow/model_export.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

namespace
{

/// Of samples that are written before they are let go of.
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

/// Writes the pixels of all samples, out of their mapped file, and little of it in memory at a time.
template <class Writer>
Result<void> writePixels(Result<Writer> file, const data::Samples &samples, const JobContext &context)
{
    if (!file)
        return failure(file.error());
    const std::size_t sampleBytes = samples.shape().size() * sizeof(float);
    const std::size_t block = std::max<std::size_t>(kBlockBytes / sampleBytes, 1);
    for (std::size_t first = 0; first < samples.count(); first += block)
    {
        const std::size_t count = std::min(block, samples.count() - first);
        for (std::size_t i = first; i < first + count; ++i)
        {
            if (context.shouldStop())
                return failure(ErrorKind::Cancelled, "stopped");
            if (auto written = file->append(samples.sample(i).pixels()); !written)
                return written;
        }
        samples.letGo(first, count);
        context.report({first + count, samples.count(), "writing images"});
    }
    return file->finish();
}

/// Axes of a stack of images, fastest first; the channel axis only where there are several.
std::vector<std::size_t> stackAxes(const data::ImageShape &shape, std::size_t count)
{
    if (shape.channels == 1)
        return {shape.columns, shape.rows, count};
    return {shape.columns, shape.rows, shape.channels, count};
}

/// FITS headers hold ASCII only; JSON can say every character in it.
std::string inAscii(const std::string &json)
{
    return nlohmann::json::parse(json).dump(-1, ' ', true);
}

Result<void> exportModelFits(const session::Session &session, const LoadedModel &model,
                             const std::filesystem::path &path)
{
    const io::TableMetadata metadata = provenance(model.collectionSummary, model.summary);
    io::FitsHeader header = fitsHeaderOf("PROTOTYPES", metadata);
    io::addMapCards(header, model.som, inAscii(prepare::toJson(model.collectionSummary.recipe)));
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
    if (!model.som.spectra.empty())
        hdus.emplace_back(io::spectraHdu(model.som));
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
    const std::size_t count = (*samples)->count();
    const data::ImageShape shape = (*samples)->shape();
    if (format == ExportFormat::Pink)
        return writePixels(
            io::PinkWriter::create(path, {io::PinkKind::Images, count, {}, shape}, pink.version), **samples,
            context);
    const auto summary = session.collectionSummary(id);
    if (!summary)
        return failure(summary.error());
    io::FitsHeader header;
    header.extensionName = "SAMPLES";
    header.history = {"Recipe: " + prepare::describe(summary->recipe)};
    return writePixels(io::FitsImageWriter::create(path, stackAxes(shape, count), header), **samples,
                       context);
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
