// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/lookup.h"

#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

#include "core/compute/stand_in.h"

namespace somnium::cli
{

Result<session::CollectionSummary> findCollection(const session::Session &session, const std::string &name)
{
    const auto collections = session.collections();
    if (!collections)
        return failure(collections.error());
    if (collections->empty())
        return failure(ErrorKind::NotFound,
                       session.path().string() + " holds no collection: import one first");
    if (name.empty())
        return collections->back();
    std::string names;
    for (const session::CollectionSummary &collection : *collections)
    {
        if (collection.name == name)
            return collection;
        names += (names.empty() ? "" : ", ") + collection.name;
    }
    return failure(ErrorKind::NotFound, session.path().string() + ": expected a collection named \"" + name +
                                            "\", found " + names);
}

Result<OpenedCollection> openCollection(const std::filesystem::path &path, const std::string &name)
{
    auto session = session::Session::open(path);
    if (!session)
        return failure(session.error());
    auto summary = findCollection(**session, name);
    if (!summary)
        return failure(summary.error());
    return OpenedCollection{std::move(*session), std::move(*summary)};
}

Result<std::size_t> findSource(const data::Collection &collection, const std::string &id)
{
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
        if (collection.sources[i].id == id)
            return i;
    return failure(ErrorKind::NotFound,
                   "collection " + collection.name + " has no source with the id \"" + id + "\"");
}

Result<std::size_t> parseNeuron(const std::string &text, const som::MapLayout &layout)
{
    std::array<std::size_t, 3> place = {};
    const char *at = text.data();
    const char *const end = at + text.size();
    std::size_t read = 0;
    while (read < place.size())
    {
        const auto number = std::from_chars(at, end, place[read]);
        if (number.ec != std::errc())
            break;
        ++read;
        at = number.ptr;
        if (at == end || *at != ',')
            break;
        ++at;
    }
    const bool isWhole = at == end && !text.ends_with(',') && read == layout.dimensionCount();
    const auto neuron = isWhole ? layout.neuronAt(place[0], place[1], place[2]) : std::nullopt;
    if (!neuron)
        return failure(ErrorKind::InvalidArgument, "--prototype: expected " +
                                                       std::string(layout.dimensionCount() == 1   ? "X"
                                                                   : layout.dimensionCount() == 2 ? "X,Y"
                                                                                                  : "X,Y,Z") +
                                                       " inside the " + layout.toString() +
                                                       " map, counted from 0; found \"" + text + "\"");
    return *neuron;
}

Result<OpenedMap> openMap(const std::filesystem::path &path, const std::string &model)
{
    OpenedMap opened;
    auto session = session::Session::open(path);
    if (!session)
        return failure(session.error());
    opened.session = std::move(*session);
    auto summary = opened.session->findModel(model);
    if (!summary)
        return failure(summary.error());
    opened.summary = std::move(*summary);
    auto som = opened.session->model(opened.summary.id);
    if (!som)
        return failure(som.error());
    opened.som = std::move(*som);
    auto mapping = opened.session->mapping(opened.summary.id);
    if (!mapping)
        return failure(mapping.error());
    opened.mapping = std::move(*mapping);
    return opened;
}

std::string toText(const som::EpochReport &figures)
{
    return "AQE " + shortNumber(figures.meanDistance) + ", TE " + shortNumber(figures.topographicError) +
           ", " + std::to_string(figures.emptyNeurons) + " empty neurons";
}

nlohmann::json toJson(const som::EpochReport &figures)
{
    return {{"epoch", figures.epoch},
            {"sigma", figures.sigma},
            {"aqe", finiteOrNull(figures.meanDistance)},
            {"topographic_error", finiteOrNull(figures.topographicError)},
            {"empty_neurons", figures.emptyNeurons},
            {"images_per_second", finiteOrNull(figures.imagesPerSecond)},
            {"images", figures.images}};
}

nlohmann::json finiteOrNull(double value)
{
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

void addThreads(nlohmann::json &json, const compute::Backend &backend, unsigned threads)
{
    if (compute::isProcessor(backend))
        json["threads"] = threads;
}

std::string shortNumber(double value)
{
    std::ostringstream text;
    text << value;
    return text.str();
}

} // namespace somnium::cli
