// SPDX-License-Identifier: GPL-3.0-or-later
// Imports that were interrupted: how far each had come when it was last kept, and what it had read. Reached
// by Session::pendingImports(); every call that changes something has reached the disk when it returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/sample_store.h"

namespace somnium::session
{

struct SessionState;

struct PendingImport
{
    std::uint64_t key = 0; ///< of what was asked for: the same request finds it again
    std::string request;   ///< JSON, core/workflow
    std::size_t filesDone = 0;
    std::size_t filesTotal = 0;
    std::uint64_t filesHash = 0;   ///< identity of the files done
    std::uint64_t contentHash = 0; ///< fingerprint of the sources so far
    data::KeptSamples samples;     ///< of images as many as there are sources
    std::string updatedUtc;        ///< ISO 8601, set by `keep`
    /// Spectra are read twice: what the first pass found is kept as bytes that core/workflow understands,
    /// and no sources are.
    bool areSpectra = false;
};

/// What a pending import had read.
struct PendingContent
{
    std::vector<data::Source> sources;
    std::vector<data::ImportProblem> problems;
    std::vector<std::vector<std::byte>> parts; ///< of spectra, as they were handed to `keep`
};

class PendingImports
{
public:
    explicit PendingImports(SessionState &state) : m_state(&state) {}

    /// Puts down how far an import has come, and the sources and problems that came since the last time.
    [[nodiscard]] Result<void> keep(const PendingImport &import, std::span<const data::Source> sources,
                                    std::span<const data::ImportProblem> problems);
    /// The same of spectra. An empty part is left out.
    [[nodiscard]] Result<void> keepSpectra(const PendingImport &import, std::span<const std::byte> part,
                                           std::span<const data::ImportProblem> problems);
    /// The one updated last comes last.
    [[nodiscard]] Result<std::vector<PendingImport>> all() const;
    [[nodiscard]] Result<std::optional<PendingImport>> find(std::uint64_t key) const;
    [[nodiscard]] Result<PendingContent> content(std::uint64_t key) const;
    /// Forgets it, and removes its samples. Nothing happens if there is none.
    [[nodiscard]] Result<void> remove(std::uint64_t key);
    /// Name of the samples of an import until it is finished; in the cache, which is made if missing.
    [[nodiscard]] Result<std::filesystem::path> samplesPath(std::uint64_t key) const;

private:
    SessionState *m_state; ///< of the Session that this is part of
};

} // namespace somnium::session
