// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "core/search/outliers.h"
#include "core/workflow/export.h"

namespace somnium::workflow
{

namespace
{

Result<data::Catalogue> catalogueOf(const MappedSources &from, session::CollectionId id,
                                    const data::Collection &collection,
                                    const std::vector<std::size_t> &sources)
{
    const auto labels = from.session.labels(id);
    if (!labels)
        return failure(labels.error());
    const auto som = from.session.model(from.model);
    if (!som)
        return failure(som.error());
    const auto mapping = from.session.mapping(from.model);
    if (!mapping)
        return failure(mapping.error());
    const std::size_t known = std::min(collection.sources.size(), mapping->sourceCount());
    if (std::any_of(sources.begin(), sources.end(), [known](std::size_t i) { return i >= known; }))
        return failure(ErrorKind::InvalidArgument, "a source number is outside the collection of " +
                                                       std::to_string(collection.sources.size()) +
                                                       " sources");
    return resultCatalogue(collection, *labels, *som, *mapping, sources);
}

/// As catalogueOf, reading the collection if it is not at hand; then it is gone again when the table is
/// there.
Result<data::Catalogue> catalogueOf(const MappedSources &from, session::CollectionId id,
                                    const std::vector<std::size_t> &sources)
{
    if (from.collection != nullptr)
        return catalogueOf(from, id, *from.collection, sources);
    const auto collection = from.session.collection(id);
    if (!collection)
        return failure(collection.error());
    return catalogueOf(from, id, *collection, sources);
}

} // namespace

Result<void> exportSources(const MappedSources &from, const std::vector<std::size_t> &sources,
                           const std::filesystem::path &path, std::vector<data::Column> extra)
{
    const auto summary = from.session.modelSummary(from.model);
    if (!summary)
        return failure(summary.error());
    const auto collection = from.session.collectionSummary(summary->collection);
    if (!collection)
        return failure(collection.error());
    auto table = catalogueOf(from, summary->collection, sources);
    if (!table)
        return failure(table.error());
    for (data::Column &column : extra)
        if (auto added = table->addColumn(std::move(column)); !added)
            return added;
    return io::writeTable(path, std::move(*table), provenance(*collection, *summary));
}

Result<std::size_t> exportOutliers(const MappedSources &from, float threshold,
                                   const std::filesystem::path &path)
{
    const auto mapping = from.session.mapping(from.model);
    if (!mapping)
        return failure(mapping.error());
    const auto isFurther = [&](std::size_t i) { return mapping->distance[i] > threshold; };
    const auto ranked = search::byFallingScore(mapping->distance);
    const auto count = static_cast<std::size_t>(
        std::partition_point(ranked.begin(), ranked.end(), isFurther) - ranked.begin());
    return exportFurthest(from, count, path);
}

Result<std::size_t> exportFurthest(const MappedSources &from, std::size_t count,
                                   const std::filesystem::path &path)
{
    const auto mapping = from.session.mapping(from.model);
    if (!mapping)
        return failure(mapping.error());
    auto ranked = search::byFallingScore(mapping->distance);
    ranked.resize(std::min(count, ranked.size()));
    if (auto written = exportSources(from, ranked, path); !written)
        return failure(written.error());
    return ranked.size();
}

} // namespace somnium::workflow
