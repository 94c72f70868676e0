// SPDX-License-Identifier: GPL-3.0-or-later
// Prepared originals become a collection and a sample store, and can be left and gone on with at the end of
// every file. Used by importImages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/base/bytes.h"
#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/sample_store.h"
#include "core/workflow/original_reader.h"

namespace somnium::workflow
{

/// Gives each source an id of its own: the file's stem, "#2" for the second image of a file of several. What
/// it gives follows from the ids given before.
class IdMaker
{
public:
    [[nodiscard]] std::string idFor(const data::SourceOrigin &origin, bool isOneOfMany);
    /// `id` itself, if it is not taken.
    [[nodiscard]] std::string unique(std::string id);
    void take(const std::string &id) { m_taken.insert(id); }

private:
    std::set<std::string> m_taken;
    std::map<std::string, std::size_t> m_next; ///< numbers below are taken, for speed
};

class CollectionBuilder
{
public:
    /// The samples are written to `samplesPath`, where an interrupted run leaves them too.
    CollectionBuilder(data::Collection &collection, std::filesystem::path samplesPath)
        : m_collection(collection), m_samplesPath(std::move(samplesPath))
    {}

    /// Goes on after the sources that the collection holds already. Errors: see SampleStoreWriter::resume.
    [[nodiscard]] Result<void> resume(const data::KeptSamples &kept, std::uint64_t contentHash,
                                      const JobContext &context);
    [[nodiscard]] Result<void> take(PreparedFile file);
    /// All that was taken is on the disk.
    [[nodiscard]] Result<data::KeptSamples> keep();
    /// Publishes the samples; the collection's fingerprint is complete now.
    [[nodiscard]] Result<void> finish();

    /// Fingerprint of the sources taken so far.
    [[nodiscard]] std::uint64_t contentHash() const { return m_hash; }
    /// Of a prepared sample; that of the first one.
    [[nodiscard]] const data::ImageShape &shape() const { return m_shape; }

private:
    [[nodiscard]] Result<void> take(PreparedOriginal original, bool isOneOfMany);
    [[nodiscard]] std::string whyNothing() const;

    data::Collection &m_collection;
    std::filesystem::path m_samplesPath;
    std::unique_ptr<data::SampleStoreWriter> m_writer;
    data::ImageShape m_shape;
    IdMaker m_ids;
    data::HeaderCardsPool m_cards;
    std::uint64_t m_hash = fnv1a({});
};

} // namespace somnium::workflow
