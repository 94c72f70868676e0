// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/search/outliers.h"
#include "core/workflow/export.h"

namespace somnium::workflow
{

Result<void> exportSources(const session::Session &session, session::ModelId model,
                           const std::vector<std::size_t> &sources, const std::filesystem::path &path,
                           const std::vector<data::Column> &extra)
{
    const auto summary = session.modelSummary(model);
    if (!summary)
        return failure(summary.error());
    const auto collectionSummary = session.collectionSummary(summary->collection);
    if (!collectionSummary)
        return failure(collectionSummary.error());
    const auto collection = session.collection(summary->collection);
    if (!collection)
        return failure(collection.error());
    const auto labels = session.labels(summary->collection);
    if (!labels)
        return failure(labels.error());
    const auto som = session.model(model);
    if (!som)
        return failure(som.error());
    const auto mapping = session.mapping(model);
    if (!mapping)
        return failure(mapping.error());
    const bool isOutside = std::any_of(sources.begin(), sources.end(), [&](std::size_t i) {
        return i >= std::min(collection->sources.size(), mapping->sourceCount());
    });
    if (isOutside)
        return failure(ErrorKind::InvalidArgument, "a source number is outside the collection of " +
                                                       std::to_string(collection->sources.size()) +
                                                       " sources");
    data::Catalogue table = resultCatalogue(*collection, *labels, *som, *mapping, sources);
    for (const data::Column &column : extra)
        if (auto added = table.addColumn(column); !added)
            return added;
    return io::writeTable(path, table, provenance(*collectionSummary, *summary));
}

Result<std::size_t> exportOutliers(const session::Session &session, session::ModelId model, float threshold,
                                   const std::filesystem::path &path)
{
    const auto mapping = session.mapping(model);
    if (!mapping)
        return failure(mapping.error());
    const auto isFurther = [&](std::size_t i) { return mapping->distance[i] > threshold; };
    const auto ranked = search::byFallingScore(mapping->distance);
    const auto count = static_cast<std::size_t>(
        std::partition_point(ranked.begin(), ranked.end(), isFurther) - ranked.begin());
    return exportFurthest(session, model, count, path);
}

Result<std::size_t> exportFurthest(const session::Session &session, session::ModelId model, std::size_t count,
                                   const std::filesystem::path &path)
{
    const auto mapping = session.mapping(model);
    if (!mapping)
        return failure(mapping.error());
    auto ranked = search::byFallingScore(mapping->distance);
    ranked.resize(std::min(count, ranked.size()));
    if (auto written = exportSources(session, model, ranked, path); !written)
        return failure(written.error());
    return ranked.size();
}

} // namespace somnium::workflow
