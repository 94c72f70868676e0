// SPDX-License-Identifier: GPL-3.0-or-later
// Latent spaces in the session file: trained autoencoders and where they place the sources of a collection.
// Reached by Session::latentModels(); every call that changes something is one transaction and has reached
// the disk when it returns. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/session/ids.h"

namespace somnium::session
{

struct SessionState;

struct LatentSummary
{
    ModelId id{};
    CollectionId collection{};
    std::string name;
    std::string metadata;       ///< JSON: parameters, history, figures (core/workflow)
    std::size_t dimensions = 0; ///< of the latent space
    bool isComplete = true;     ///< false: can be resumed
    bool isPlaced = false;      ///< the sources have places
    std::string createdUtc;     ///< ISO 8601
};

/// What is kept of a latent space. What core/latent has serialised is bytes here.
struct LatentRecord
{
    std::string metadata;
    std::size_t dimensions = 0;
    bool isComplete = true;
    std::vector<std::byte> model;
    std::vector<std::byte> checkpoint; ///< for going on with the training; may be empty
    std::vector<float> places;         ///< [source][dimensions]; empty: not placed yet
    std::vector<float> errors;         ///< [source] reconstruction error; as long as there are places
};

class LatentModels
{
public:
    explicit LatentModels(SessionState &state) : m_state(&state) {}

    /// Replaces a latent space of that name in that collection, which keeps its id. InvalidArgument if a map
    /// has the name, or lengths do not fit the collection.
    [[nodiscard]] Result<ModelId> save(CollectionId collection, std::string_view name,
                                       const LatentRecord &record);
    [[nodiscard]] Result<std::vector<LatentSummary>> summaries() const; ///< the one saved last comes last
    [[nodiscard]] Result<LatentSummary> summary(ModelId id) const;
    /// By name; NotFound lists the names there are. An empty name means the newest.
    [[nodiscard]] Result<LatentSummary> find(std::string_view name) const;
    [[nodiscard]] Result<std::vector<std::byte>> model(ModelId id) const;
    /// Empty: none was kept.
    [[nodiscard]] Result<std::vector<std::byte>> checkpoint(ModelId id) const;
    /// Everything.
    [[nodiscard]] Result<LatentRecord> load(ModelId id) const;
    /// Everything but model and checkpoint.
    [[nodiscard]] Result<LatentRecord> places(ModelId id) const;

private:
    SessionState *m_state; ///< of the Session that this is part of
};

} // namespace somnium::session
