// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <numbers>
#include <utility>

#include "core/base/check.h"
#include "core/base/version.h"
#include "core/workflow/export.h"

namespace somnium::workflow
{

namespace
{

std::map<std::size_t, std::string> labelTexts(const std::vector<session::Label> &labels)
{
    std::map<std::size_t, std::string> texts;
    for (const session::Label &label : labels)
    {
        std::string &text = texts[label.source];
        text += (text.empty() ? "" : ";") + label.text;
    }
    return texts;
}

/// One value per source, as a column.
template <class T, class Value> data::Column columnOf(const std::vector<std::size_t> &sources,
                                                      const data::Column &description, const Value &value)
{
    std::vector<T> values;
    values.reserve(sources.size());
    for (const std::size_t source : sources)
        values.push_back(static_cast<T>(value(source)));
    data::Column column = description;
    column.values = std::move(values);
    return column;
}

data::Column named(std::string name, std::string unit, std::string ucd, std::string description)
{
    data::Column column;
    column.name = std::move(name);
    column.unit = std::move(unit);
    column.ucd = std::move(ucd);
    column.description = std::move(description);
    return column;
}

void append(data::Catalogue &catalogue, data::Column column)
{
    const auto added = catalogue.addColumn(std::move(column));
    CHECK(added.has_value()); // all columns are made with one row per source
}

void appendIdentity(data::Catalogue &result, const data::Collection &collection,
                    const std::vector<std::size_t> &sources)
{
    const auto source = [&](std::size_t i) -> const data::Source & { return collection.sources[i]; };
    append(result, columnOf<std::string>(sources, named("id", "", "meta.id;meta.main", "Source identifier"),
                                         [&](std::size_t i) { return source(i).id; }));
    append(result,
           columnOf<double>(sources, named("ra", "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS"),
                            [&](std::size_t i) { return source(i).raDeg; }));
    append(result, columnOf<double>(sources, named("dec", "deg", "pos.eq.dec;meta.main", "Declination, ICRS"),
                                    [&](std::size_t i) { return source(i).decDeg; }));
}

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
    const auto texts = labelTexts(labels);
    append(result, columnOf<std::string>(
                       sources, named("labels", "", "meta.code.class", "Labels, separated by semicolons"),
                       [&](std::size_t i) {
                           const auto found = texts.find(i);
                           return found == texts.end() ? std::string() : found->second;
                       }));
    append(result, columnOf<std::string>(
                       sources, named("file", "", "meta.file", "File, member and HDU of the original image"),
                       [&](std::size_t i) { return data::toString(collection.sources[i].origin); }));
    if (collection.catalogue.columns().empty())
        return result;
    for (data::Column &column : collection.catalogue.takeRows(sources).takeColumns())
        append(result, std::move(column));
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
