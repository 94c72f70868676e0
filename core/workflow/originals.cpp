// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/originals.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <span>
#include <utility>

#include "core/base/bytes.h"
#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/workflow/aligned_reader.h"

namespace somnium::workflow
{

namespace
{

using Place = std::pair<std::string, std::string>; // file, member

/// The files of a collection's sources, each once, in the order of the sources.
Result<std::vector<io::FoundFile>> filesOf(const data::Collection &collection, const JobContext &context)
{
    std::vector<std::filesystem::path> paths;
    for (const data::Source &source : collection.sources)
        if (paths.empty() || paths.back() != source.origin.file)
            paths.emplace_back(source.origin.file);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());

    std::map<Place, io::FoundFile> byPlace;
    for (io::FoundFile &file : io::findFiles(paths, context).files)
        byPlace.emplace(Place(file.file, file.member), std::move(file));

    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped while looking for the originals");
    std::vector<io::FoundFile> files;
    for (const data::Source &source : collection.sources)
    {
        const Place place(source.origin.file, source.origin.member);
        const bool isRepeated = !files.empty() && Place(files.back().file, files.back().member) == place;
        if (isRepeated)
            continue;
        const auto found = byPlace.find(place);
        if (found == byPlace.end())
            return failure(ErrorKind::NotFound, data::toString(source.origin) +
                                                    ": expected the original of source " + source.id +
                                                    ", found nothing");
        files.push_back(found->second);
    }
    return files;
}

/// Appends the images that belong to the collection, checking that they are the ones it was made from.
class Rebuilder
{
public:
    Rebuilder(const data::Collection &collection, data::SampleStoreWriter &writer)
        : m_collection(collection), m_writer(writer)
    {}

    Result<void> take(const PreparedFile &file)
    {
        for (const PreparedOriginal &original : file.images)
        {
            if (m_next == m_collection.sources.size() ||
                m_collection.sources[m_next].origin != original.origin)
                continue; // an image that the import had to leave out
            const data::Source &source = m_collection.sources[m_next];
            m_hash = fnv1a(std::as_bytes(std::span(source.id)), m_hash);
            m_hash = fnv1a(std::as_bytes(std::span(&original.pixelHash, 1)), m_hash);
            if (auto appended = m_writer.append(original.image.view()); !appended)
                return appended;
            ++m_next;
        }
        return {};
    }

    Result<void> finish()
    {
        if (m_next != m_collection.sources.size())
            return failure(ErrorKind::Mismatch, data::toString(m_collection.sources[m_next].origin) +
                                                    ": expected the original of source " +
                                                    m_collection.sources[m_next].id +
                                                    ", found no such image");
        if (m_hash != m_collection.fingerprint)
            return failure(ErrorKind::Mismatch,
                           m_collection.name +
                               ": the originals have changed since the import; import them again");
        return m_writer.finish(m_hash);
    }

private:
    const data::Collection &m_collection;
    data::SampleStoreWriter &m_writer;
    std::size_t m_next = 0;
    std::uint64_t m_hash = fnv1a({});
};

} // namespace

Result<data::Image> readOriginal(const data::SourceOrigin &origin)
{
    const auto bytes = io::readFile(origin);
    if (!bytes)
        return failure(bytes.error());
    data::SourceOrigin place;
    place.file = origin.file;
    place.member = origin.member;
    io::LoadedFile loaded = io::readImages(*bytes, place);
    for (io::LoadedImage &image : loaded.images)
        if (image.origin == origin)
            return std::move(image.image);
    return failure(ErrorKind::NotFound, data::toString(origin) + ": expected the original image, found " +
                                            std::to_string(loaded.images.size()) + " others");
}

std::filesystem::path commonFolder(const std::vector<std::string> &files)
{
    std::filesystem::path common;
    for (const std::string &file : files)
    {
        const std::filesystem::path folder = std::filesystem::path(file).parent_path();
        if (common.empty())
            common = folder;
        const auto differ = std::mismatch(common.begin(), common.end(), folder.begin(), folder.end());
        std::filesystem::path both;
        for (auto part = common.begin(); part != differ.first; ++part)
            both /= *part;
        common = both;
    }
    return common;
}

Result<Relocation> relocateOriginals(session::Session &session, session::CollectionId collection,
                                     std::filesystem::path from, const std::filesystem::path &to)
{
    std::error_code error;
    const auto target = std::filesystem::absolute(to, error).lexically_normal();
    if (!std::filesystem::exists(target, error))
        return failure(ErrorKind::NotFound, to.string() + ": not there");
    auto missing = session.missingOriginals(collection);
    if (!missing)
        return failure(missing.error());
    if (from.empty())
        from = commonFolder(*missing);
    if (from.empty())
        return Relocation{}; // nothing is missing
    const auto moved = session.moveOriginals(collection, std::filesystem::absolute(from), target);
    if (!moved)
        return failure(moved.error());
    if (*moved == 0)
        return failure(ErrorKind::NotFound, from.string() + ": no original of the collection was there");
    missing = session.missingOriginals(collection);
    if (!missing)
        return failure(missing.error());
    return Relocation{*moved, std::move(*missing)};
}

Result<data::Image> readOriginal(const data::Source &source, const prepare::Alignment &alignment)
{
    if (source.channelOrigins.empty())
        return readOriginal(source.origin);
    auto aligned = readAligned(source.channelOrigins, alignment);
    if (!aligned)
        return failure(aligned.error());
    return std::move(aligned->image);
}

Result<void> prepareOriginals(const data::Collection &collection, const prepare::Recipe &recipe,
                              const JobContext &context,
                              const std::function<Result<void>(PreparedFile)> &take)
{
    if (recipe.alignment.isUsed())
    {
        std::vector<ChannelSet> sets;
        for (const data::Source &source : collection.sources)
            sets.push_back({source.id, source.channelOrigins});
        return prepareSets(sets, recipe, context, take);
    }
    const auto files = filesOf(collection, context);
    if (!files)
        return failure(files.error());
    return prepareFiles(*files, recipe, context, take);
}

Result<void> rebuildSamples(const session::Session &session, session::CollectionId id,
                            const JobContext &context)
{
    const auto summary = session.collectionSummary(id);
    if (!summary)
        return failure(summary.error());
    const auto collection = session.collection(id);
    if (!collection)
        return failure(collection.error());
    const auto path = session.samplesPath(summary->fingerprint, summary->recipe);
    if (!path)
        return failure(path.error());
    auto writer = data::SampleStoreWriter::create(*path, summary->preparedShape);
    if (!writer)
        return failure(writer.error());
    Rebuilder rebuilder(*collection, **writer);
    auto prepared = prepareOriginals(*collection, summary->recipe, context,
                                     [&](const PreparedFile &file) { return rebuilder.take(file); });
    if (!prepared)
        return prepared;
    return rebuilder.finish();
}

Result<std::shared_ptr<const data::SampleStore>>
samplesOf(const session::Session &session, session::CollectionId collection, const JobContext &context)
{
    auto samples = session.samples(collection);
    if (samples || samples.error().kind != ErrorKind::NotFound)
        return samples;
    if (auto rebuilt = rebuildSamples(session, collection, context); !rebuilt)
        return failure(rebuilt.error());
    return session.samples(collection);
}

} // namespace somnium::workflow
