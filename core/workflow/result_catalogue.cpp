// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numbers>
#include <utility>

#include "core/base/version.h"
#include "core/workflow/catalogue_columns.h"
#include "core/workflow/export.h"

namespace somnium::workflow
{

namespace
{

/// The coordinates of neurons on the map; z only in a box.
void appendPlace(data::Catalogue &result, const som::MapLayout &layout,
                 const std::vector<std::uint32_t> &neurons, const std::vector<std::size_t> &sources,
                 const std::string &prefix, const std::string &description)
{
    append(result, columnOf<std::int64_t>(
                       sources, named(prefix + "_x", "", "meta.id", description + ", column of the map"),
                       [&](std::size_t i) { return layout.x(neurons[i]); }));
    append(result, columnOf<std::int64_t>(
                       sources, named(prefix + "_y", "", "meta.id", description + ", row of the map"),
                       [&](std::size_t i) { return layout.y(neurons[i]); }));
    if (layout.dimensionCount() < 3)
        return;
    append(result, columnOf<std::int64_t>(
                       sources, named(prefix + "_z", "", "meta.id", description + ", slice of the map"),
                       [&](std::size_t i) { return layout.z(neurons[i]); }));
}

void appendMapping(data::Catalogue &result, const som::Som &som, const som::Mapping &mapping,
                   const std::vector<std::size_t> &sources)
{
    std::vector<float> ascending = mapping.distance;
    std::sort(ascending.begin(), ascending.end());
    const auto percentRank = [&](std::size_t i) {
        const auto upTo = std::upper_bound(ascending.begin(), ascending.end(), mapping.distance[i]);
        return 100.0 * static_cast<double>(upTo - ascending.begin()) / static_cast<double>(ascending.size());
    };
    appendPlace(result, som.layout, mapping.best, sources, "best", "Best-matching unit");
    append(result,
           columnOf<float>(sources,
                           named("distance", "", "stat.value", "Distance to the best-matching prototype"),
                           [&](std::size_t i) { return mapping.distance[i]; }));
    append(result, columnOf<double>(
                       sources,
                       named("percent_rank", "%", "stat.rank", "Share of sources at this distance or closer"),
                       percentRank));
    appendPlace(result, som.layout, mapping.second, sources, "second", "Second best unit");
    append(result,
           columnOf<float>(
               sources, named("second_distance", "", "stat.value", "Distance to the second best prototype"),
               [&](std::size_t i) { return mapping.secondDistance[i]; }));
    append(result, columnOf<float>(sources,
                                   named("rotation", "deg", "pos.posAng",
                                         "Rotation that lays the flipped source on its prototype"),
                                   [&](std::size_t i) {
                                       return mapping.transform[i].angleRad * 180.0F /
                                              std::numbers::pi_v<float>;
                                   }));
    append(result,
           columnOf<std::uint8_t>(
               sources, named("flip", "", "meta.code", "True if the rows are flipped before the rotation"),
               [&](std::size_t i) { return mapping.transform[i].isFlipped; }));
}

} // namespace

data::Catalogue resultCatalogue(const data::Collection &collection, const std::vector<session::Label> &labels,
                                const som::Som &som, const som::Mapping &mapping,
                                const std::vector<std::size_t> &sources)
{
    data::Catalogue result;
    result.name = collection.name;
    result.description = "Sources of " + collection.name + " on a rotation- and flip-invariant map of " +
                         som.layout.toString() + " neurons";
    appendIdentity(result, collection, sources);
    appendMapping(result, som, mapping, sources);
    appendWhatIsKnown(result, collection, labels, sources);
    return result;
}

io::TableMetadata provenance(const session::CollectionSummary &collection, const session::ModelSummary &model)
{
    const som::TrainingParams &params = model.params;
    io::TableMetadata metadata;
    metadata.history = {"Somnium " + std::string(version()),
                        "Recipe: " + prepare::describe(collection.recipe)};
    metadata.parameters = {
        {"version", std::string(version())},
        {"recipe", prepare::toJson(collection.recipe)},
        {"map", model.name},
        {"layout", params.layout.toString()},
        {"fingerprint", std::to_string(collection.fingerprint)},
    };
    if (model.history.empty()) // of a file, which does not tell how it was trained
        return metadata;
    metadata.parameters.emplace_back("epochs", std::to_string(model.history.size()));
    metadata.parameters.emplace_back("seed", std::to_string(params.seed));
    metadata.parameters.emplace_back("aqe", std::to_string(model.history.back().meanDistance));
    return metadata;
}

} // namespace somnium::workflow
