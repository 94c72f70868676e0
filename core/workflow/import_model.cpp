// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_model.h"

#include <algorithm>
#include <utility>

#include "core/base/platform.h"
#include "core/io/pink.h"
#include "core/som/mapper.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

namespace
{

/// Best and second best of a source's row of distances; lowest neuron in a tie.
void addBest(std::span<const float> distances, som::Mapping &mapping)
{
    std::size_t best = 0;
    for (std::size_t k = 1; k < distances.size(); ++k)
        if (distances[k] < distances[best])
            best = k;
    std::size_t second = best == 0 && distances.size() > 1 ? 1 : 0;
    for (std::size_t k = 0; k < distances.size(); ++k)
        if (k != best && distances[k] < distances[second])
            second = k;
    mapping.best.push_back(static_cast<std::uint32_t>(best));
    mapping.second.push_back(static_cast<std::uint32_t>(second));
    mapping.distance.push_back(distances[best]);
    mapping.secondDistance.push_back(distances[second]);
}

/// How many of each a mapping is of.
struct Counts
{
    std::size_t sources = 0;
    std::size_t neurons = 0;
    friend bool operator==(const Counts &, const Counts &) = default;
};

Result<void> checkCounts(const std::filesystem::path &path, const Counts &expected, const Counts &found)
{
    if (found == expected)
        return {};
    return failure(ErrorKind::Mismatch, path.string() + ": expected " + std::to_string(expected.sources) +
                                            " sources on " + std::to_string(expected.neurons) +
                                            " neurons, found " + std::to_string(found.sources) + " on " +
                                            std::to_string(found.neurons));
}

/// Adds the best of some sources, whose values these are.
void addBlock(const io::PinkMapping &distances, const io::PinkTransforms &transforms, std::size_t sources,
              som::Mapping &mapping)
{
    const std::size_t neurons = distances.layout.neuronCount();
    for (std::size_t i = 0; i < sources; ++i)
    {
        addBest(std::span(distances.distances).subspan(i * neurons, neurons), mapping);
        const std::size_t at = i * neurons + mapping.best.back();
        mapping.transform.push_back(io::fromPink(transforms.flip[at] != 0, transforms.angleRad[at]));
    }
}

/// The mapping that PINK made. A block of sources at a time: all their distances may be larger than memory.
Result<som::Mapping> readMapping(const ModelImport &request, const Counts &expected,
                                 const JobContext &context)
{
    const auto distanceFile = MappedFile::open(request.mapping);
    if (!distanceFile)
        return failure(distanceFile.error());
    const auto transformFile = MappedFile::open(request.transforms);
    if (!transformFile)
        return failure(transformFile.error());
    som::Mapping mapping;
    constexpr std::size_t kBlock = 4096;
    for (std::size_t first = 0; first < expected.sources; first += kBlock)
    {
        if (context.shouldStop())
            return failure(ErrorKind::Cancelled, "stopped");
        const io::PinkSources block = {first, std::min(kBlock, expected.sources - first)};
        const auto distances = io::readPinkMapping(distanceFile->bytes(), request.mapping.string(), block);
        if (!distances)
            return failure(distances.error());
        const auto transforms =
            io::readPinkTransforms(transformFile->bytes(), request.transforms.string(), block);
        if (!transforms)
            return failure(transforms.error());
        auto checked =
            checkCounts(request.mapping, expected, {distances->sources, distances->layout.neuronCount()});
        if (checked)
            checked = checkCounts(request.transforms, expected,
                                  {transforms->sources, transforms->layout.neuronCount()});
        if (!checked)
            return failure(checked.error());
        addBlock(*distances, *transforms, block.count, mapping);
        distanceFile->letGo(0, distanceFile->bytes().size());
        transformFile->letGo(0, transformFile->bytes().size());
        context.report({first + block.count, expected.sources, "reading the mapping"});
    }
    return mapping;
}

} // namespace

Result<ModelImportOutcome> importModel(session::Session &session, const ModelImport &request,
                                       compute::Backend &backend, const JobContext &context)
{
    if (request.mapping.empty() != request.transforms.empty())
        return failure(ErrorKind::InvalidArgument,
                       "a PINK mapping needs its rotations and flips beside it, and they the mapping");
    const auto samples = samplesOf(session, request.collection, context);
    if (!samples)
        return failure(samples.error());
    auto som = readMapFile(request.file, (*samples)->shape(), request.options);
    if (!som)
        return failure(som.error());
    auto mapping = request.mapping.empty()
                       ? som::mapSamples(*som, **samples, backend, context)
                       : readMapping(request, {(*samples)->count(), som->layout.neuronCount()}, context);
    if (!mapping)
        return failure(mapping.error());
    ModelImportOutcome outcome;
    outcome.name = request.name.empty() ? request.file.stem().string() : request.name;
    const auto model = session.saveModel(request.collection, outcome.name, *som, true, &*mapping);
    if (!model)
        return failure(model.error());
    outcome.model = *model;
    outcome.som = std::move(*som);
    outcome.mapping = std::move(*mapping);
    return outcome;
}

} // namespace somnium::workflow
