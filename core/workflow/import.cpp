// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/base/bytes.h"
#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/io/table.h"
#include "core/sky/join.h"
#include "core/sky/wcs.h"
#include "core/workflow/original_reader.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

/// "a/b/100_010.451.fits.fz" -> "100_010.451": the name without folders and the endings of image formats.
std::string stemOf(const data::SourceOrigin &origin)
{
    fs::path name = fs::path(origin.member.empty() ? origin.file : origin.member).filename();
    while (name.has_extension() && io::hasImageEnding(name.string()))
        name = name.stem();
    return name.string();
}

/// Gives each source an id of its own: the file's stem, "#2" for the second image of a file of several.
class IdMaker
{
public:
    std::string idFor(const data::SourceOrigin &origin, bool isOneOfMany)
    {
        std::string id = stemOf(origin);
        if (isOneOfMany)
            id += "#" +
                  std::to_string(origin.hdu > 0 ? static_cast<std::size_t>(origin.hdu) : origin.index + 1);
        const std::string wanted = id;
        for (std::size_t n = 2; !m_taken.insert(id).second; n = ++m_next[wanted])
        {
            m_next.try_emplace(wanted, n);
            id = wanted + "_" + std::to_string(m_next[wanted]);
        }
        return id;
    }

private:
    std::set<std::string> m_taken;
    std::map<std::string, std::size_t> m_next;
};

void setPosition(data::Source &source, const std::string &cards)
{
    if (cards.empty())
        return;
    const auto wcs = sky::Wcs::fromCards(cards);
    if (!wcs)
        return;
    const sky::PixelPosition centre{(static_cast<double>(source.originalShape.rows) - 1.0) / 2.0,
                                    (static_cast<double>(source.originalShape.columns) - 1.0) / 2.0};
    if (const auto position = wcs->toSky(centre))
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

/// Collects prepared originals into a collection and a sample store whose shape is that of the first sample.
class CollectionBuilder
{
public:
    CollectionBuilder(data::Collection &collection, fs::path samplesPath)
        : m_collection(collection), m_samplesPath(std::move(samplesPath))
    {}

    Result<void> take(PreparedFile file)
    {
        std::move(file.problems.begin(), file.problems.end(), std::back_inserter(m_collection.problems));
        for (PreparedOriginal &original : file.images)
            if (auto taken = take(std::move(original), file.images.size() > 1); !taken)
                return taken;
        return {};
    }

    /// Publishes the samples; the collection's fingerprint is complete now.
    Result<void> finish()
    {
        if (!m_writer)
            return failure(ErrorKind::NotFound, whyNothing());
        m_collection.fingerprint = m_hash;
        return m_writer->finish(m_hash);
    }

    [[nodiscard]] const data::ImageShape &shape() const { return m_shape; }

private:
    Result<void> take(PreparedOriginal original, bool isOneOfMany)
    {
        if (!m_writer)
        {
            m_shape = original.image.shape();
            auto writer = data::SampleStoreWriter::create(m_samplesPath, m_shape);
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
        source.id = m_ids.idFor(original.origin, isOneOfMany);
        source.origin = std::move(original.origin);
        source.originalShape = original.originalShape;
        source.wcsCards = m_cards.add(original.wcsCards);
        setPosition(source, original.wcsCards);
        m_hash = fnv1a(std::as_bytes(std::span(source.id)), m_hash);
        m_hash = fnv1a(std::as_bytes(std::span(&original.pixelHash, 1)), m_hash);
        m_collection.sources.push_back(std::move(source));
        return m_writer->append(original.image.view());
    }

    [[nodiscard]] std::string whyNothing() const
    {
        constexpr std::size_t kShown = 3;
        std::string why = "no image could be read";
        for (std::size_t i = 0; i < std::min(kShown, m_collection.problems.size()); ++i)
            why += "\n  " + data::toString(m_collection.problems[i]);
        if (m_collection.problems.size() > kShown)
            why += "\n  and " + std::to_string(m_collection.problems.size() - kShown) + " more";
        return why;
    }

    data::Collection &m_collection;
    fs::path m_samplesPath;
    std::unique_ptr<data::SampleStoreWriter> m_writer;
    data::ImageShape m_shape;
    IdMaker m_ids;
    data::HeaderCardsPool m_cards;
    std::uint64_t m_hash = fnv1a({});
};

/// A name for the samples while they are being written; unique, so that two imports cannot meet.
Result<fs::path> unpublishedSamples(const session::Session &session)
{
    auto folder = session.cacheFolder();
    if (!folder)
        return failure(folder.error());
    return *folder / ("importing-" + std::to_string(processId()) + ".samples");
}

Result<void> publish(const fs::path &unpublished, const fs::path &published)
{
    std::error_code error;
    fs::rename(unpublished, published, error);
    if (error)
        return failure(ErrorKind::WriteFailed, published.string() + ": cannot write: " + error.message());
    return {};
}

Result<data::Catalogue> readCatalogue(const fs::path &path)
{
    if (path.empty())
        return data::Catalogue{};
    return io::readTable(path);
}

/// The catalogue often lies beside the images: it is not a broken image.
void leaveOutCatalogue(std::vector<io::FoundFile> &files, const fs::path &catalogue)
{
    if (catalogue.empty())
        return;
    std::error_code ignored;
    std::erase_if(files, [&](const io::FoundFile &file) {
        return file.member.empty() && fs::equivalent(file.file, catalogue, ignored);
    });
}

std::string nameFor(const ImportRequest &request)
{
    if (!request.name.empty())
        return request.name;
    const fs::path first = fs::weakly_canonical(request.paths.front());
    return first.has_stem() ? first.stem().string() : "images";
}

} // namespace

Result<ImportOutcome> importImages(session::Session &session, const ImportRequest &request,
                                   const JobContext &context)
{
    if (request.paths.empty())
        return failure(ErrorKind::InvalidArgument, "nothing to import: expected files, folders or archives");
    if (auto valid = prepare::validate(request.recipe); !valid)
        return failure(valid.error());
    const auto catalogue =
        readCatalogue(request.catalogue); // first: a bad catalogue should not cost an import
    if (!catalogue)
        return failure(catalogue.error());
    const auto unpublished = unpublishedSamples(session);
    if (!unpublished)
        return failure(unpublished.error());

    data::Collection collection;
    collection.name = nameFor(request);
    io::FoundFiles found = io::findFiles(request.paths, context);
    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped while looking for files");
    collection.problems = std::move(found.problems);
    leaveOutCatalogue(found.files, request.catalogue);
    CollectionBuilder builder(collection, *unpublished);
    auto prepared = prepareFiles(found.files, request.recipe, context,
                                 [&](PreparedFile file) { return builder.take(std::move(file)); });
    if (!prepared)
        return failure(prepared.error());
    if (auto finished = builder.finish(); !finished)
        return failure(finished.error());

    ImportOutcome outcome;
    if (catalogue->rowCount() > 0)
    {
        const auto joined = sky::joinCatalogue(collection, *catalogue);
        outcome.joinedRows = joined ? joined->found : 0;
        outcome.joinMessage = joined ? joined->message : joined.error().message;
    }
    const auto samples = session.samplesPath(collection.fingerprint, request.recipe);
    if (!samples)
        return failure(samples.error());
    if (auto published = publish(*unpublished, *samples); !published)
        return failure(published.error());
    const auto id = session.addCollection(collection, request.recipe, builder.shape());
    if (!id)
        return failure(id.error());
    outcome.collection = *id;
    outcome.imported = collection.sources.size();
    outcome.problems = std::move(collection.problems);
    return outcome;
}

} // namespace somnium::workflow
