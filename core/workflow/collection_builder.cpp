// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/collection_builder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/bytes.h"

namespace somnium::workflow
{

namespace
{

void setPosition(data::Source &source, const std::string &cards)
{
    if (const auto position = centreOf(cards, source.originalShape))
    {
        source.raDeg = position->raDeg;
        source.decDeg = position->decDeg;
    }
}

std::string toString(const data::ImageShape &shape)
{
    return std::to_string(shape.channels) + " x " + std::to_string(shape.rows) + " x " +
           std::to_string(shape.columns);
}

} // namespace

std::string IdMaker::idFor(const data::SourceOrigin &origin, bool isOneOfMany)
{
    std::string id = stemOf(origin);
    if (isOneOfMany)
        id += "#" + std::to_string(origin.hdu > 0 ? static_cast<std::size_t>(origin.hdu) : origin.index + 1);
    return unique(std::move(id));
}

std::string IdMaker::unique(std::string id)
{
    const std::string wanted = id;
    for (std::size_t n = 2; !m_taken.insert(id).second; n = ++m_next[wanted])
    {
        m_next.try_emplace(wanted, n);
        id = wanted + "_" + std::to_string(m_next[wanted]);
    }
    return id;
}

Result<void> CollectionBuilder::resume(const data::KeptSamples &kept, std::uint64_t contentHash,
                                       const JobContext &context)
{
    if (kept.count == 0) // problems only so far
        return {};
    auto writer = data::SampleStoreWriter::resume(m_samplesPath, kept, context);
    if (!writer)
        return failure(writer.error());
    m_writer = std::move(*writer);
    m_shape = kept.shape;
    m_hash = contentHash;
    for (const data::Source &source : m_collection.sources)
        m_ids.take(source.id);
    return {};
}

Result<void> CollectionBuilder::take(PreparedFile file)
{
    std::move(file.problems.begin(), file.problems.end(), std::back_inserter(m_collection.problems));
    for (PreparedOriginal &original : file.images)
        if (auto taken = take(std::move(original), file.images.size() > 1); !taken)
            return taken;
    return {};
}

Result<void> CollectionBuilder::take(PreparedOriginal original, bool isOneOfMany)
{
    if (!m_writer)
    {
        m_shape = original.image.shape();
        auto writer = data::SampleStoreWriter::createKept(m_samplesPath, m_shape);
        if (!writer)
            return failure(writer.error());
        m_writer = std::move(*writer);
    }
    if (original.image.shape() != m_shape)
    {
        m_collection.problems.push_back(
            {original.origin,
             "a prepared sample of " + toString(m_shape) + " (channels x rows x columns), as the first",
             toString(original.image.shape())});
        return {};
    }
    data::Source source;
    source.id = original.id.empty() ? m_ids.idFor(original.origin, isOneOfMany)
                                    : m_ids.unique(std::move(original.id));
    source.channelOrigins = std::move(original.channelOrigins);
    source.origin = std::move(original.origin);
    source.originalShape = original.originalShape;
    source.wcsCards = m_cards.add(original.wcsCards);
    setPosition(source, original.wcsCards);
    m_hash = fnv1a(std::as_bytes(std::span(source.id)), m_hash);
    m_hash = fnv1a(std::as_bytes(std::span(&original.pixelHash, 1)), m_hash);
    m_collection.sources.push_back(std::move(source));
    return m_writer->append(original.image.view());
}

Result<data::KeptSamples> CollectionBuilder::keep()
{
    if (!m_writer)
        return data::KeptSamples{};
    return m_writer->keep();
}

Result<void> CollectionBuilder::finish()
{
    if (!m_writer)
        return failure(ErrorKind::NotFound, whyNothing());
    m_collection.fingerprint = m_hash;
    return m_writer->finish(m_hash);
}

std::string CollectionBuilder::whyNothing() const
{
    constexpr std::size_t kShown = 3;
    std::string why = "no image could be read";
    for (std::size_t i = 0; i < std::min(kShown, m_collection.problems.size()); ++i)
        why += "\n  " + data::toString(m_collection.problems[i]);
    if (m_collection.problems.size() > kShown)
        why += "\n  and " + std::to_string(m_collection.problems.size() - kShown) + " more";
    return why;
}

} // namespace somnium::workflow
