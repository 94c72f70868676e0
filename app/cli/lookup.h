// SPDX-License-Identifier: GPL-3.0-or-later
// Finding things of a session by the names that a command line gives, and saying figures in text and JSON.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/session/session.h"
#include "core/som/som.h"

namespace somnium::cli
{

/// The collection of that name; with an empty name the newest. NotFound lists the names there are.
[[nodiscard]] Result<session::CollectionSummary> findCollection(const session::Session &session,
                                                                const std::string &name);

/// A session with one of its collections: what is trained on, prepared, labelled or exported.
struct OpenedCollection
{
    std::shared_ptr<session::Session> session;
    session::CollectionSummary summary;
};
[[nodiscard]] Result<OpenedCollection> openCollection(const std::filesystem::path &session,
                                                      const std::string &name);

/// Index of the source of that id.
[[nodiscard]] Result<std::size_t> findSource(const data::Collection &collection, const std::string &id);

/// "5,3" -> the neuron at x = 5, y = 3; "5" on a line, "5,3,1" in a box.
[[nodiscard]] Result<std::size_t> parseNeuron(const std::string &text, const som::MapLayout &layout);

/// A session with one of its maps: what nearest, outliers, quality and exports start from.
struct OpenedMap
{
    std::shared_ptr<session::Session> session;
    session::ModelSummary summary;
    som::Som som;
    som::Mapping mapping;

    /// The sources of the map, read anew at each call: half a gigabyte for a million.
    [[nodiscard]] Result<data::Collection> readCollection() const
    {
        return session->collection(summary.collection);
    }
};
[[nodiscard]] Result<OpenedMap> openMap(const std::filesystem::path &session, const std::string &model);

[[nodiscard]] std::string toText(const som::EpochReport &figures);
[[nodiscard]] nlohmann::json toJson(const som::EpochReport &figures);
/// NaN and infinities as JSON null.
[[nodiscard]] nlohmann::json finiteOrNull(double value);
/// "threads" of a benchmark: only where the processor computes, since a device has none of its threads.
void addThreads(nlohmann::json &json, const compute::Backend &backend, unsigned threads);
/// Six significant digits, no trailing zeros.
[[nodiscard]] std::string shortNumber(double value);

} // namespace somnium::cli
