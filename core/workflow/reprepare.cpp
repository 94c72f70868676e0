// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/reprepare.h"

#include <memory>
#include <span>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/platform.h"
#include "core/workflow/carry_over.h"
#include "core/workflow/import_files.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

/// Takes the prepared files of a collection, in the order of its sources.
class Taker
{
public:
    Taker(const data::Collection &collection, fs::path file) : m_old(collection), m_file(std::move(file)) {}

    Result<void> take(PreparedFile file)
    {
        const std::size_t first = m_next;
        while (m_next < m_old.sources.size() && (m_next == first || isOneFile(m_next, first)))
            ++m_next;
        std::move(file.problems.begin(), file.problems.end(), std::back_inserter(m_problems));
        for (PreparedOriginal &original : file.images)
            for (std::size_t source = first; source < m_next; ++source)
                if (m_old.sources[source].origin == original.origin)
                    if (auto taken = append(source, original); !taken)
                        return taken;
        return {};
    }

    Result<void> finish()
    {
        if (!m_writer)
            return failure(
                ErrorKind::Mismatch,
                m_old.name + ": the recipe prepares none of its sources" +
                    (m_problems.empty() ? std::string() : "\n  " + data::toString(m_problems.front())));
        if (m_kept.size() == m_old.sources.size() && m_hash != m_old.fingerprint)
            return failure(ErrorKind::Mismatch,
                           m_old.name + ": the originals have changed since the import; import them again");
        return m_writer->finish(m_hash);
    }

    /// Sources of the old collection that are in the new one, ascending.
    [[nodiscard]] const std::vector<std::size_t> &kept() const { return m_kept; }
    [[nodiscard]] const data::ImageShape &shape() const { return m_shape; }
    [[nodiscard]] std::uint64_t fingerprint() const { return m_hash; }
    [[nodiscard]] std::vector<data::ImportProblem> &problems() { return m_problems; }
    [[nodiscard]] const data::ImageShape &originalShape(std::size_t kept) const { return m_originals[kept]; }

private:
    /// A set of aligned channels is one of its own.
    [[nodiscard]] bool isOneFile(std::size_t source, std::size_t first) const
    {
        const data::Source &one = m_old.sources[source];
        const data::Source &other = m_old.sources[first];
        return one.channelOrigins.empty() && one.origin.file == other.origin.file &&
               one.origin.member == other.origin.member;
    }

    Result<void> append(std::size_t source, const PreparedOriginal &original)
    {
        if (!m_writer)
        {
            m_shape = original.image.shape();
            auto writer = data::SampleStoreWriter::create(m_file, m_shape);
            if (!writer)
                return failure(writer.error());
            m_writer = std::move(*writer);
        }
        if (original.image.shape() != m_shape)
        {
            m_problems.push_back({original.origin, "a prepared sample of the shape of the first", "another"});
            return {};
        }
        m_kept.push_back(source);
        m_originals.push_back(original.originalShape);
        const std::string &id = m_old.sources[source].id;
        m_hash = fnv1a(std::as_bytes(std::span(id)), m_hash);
        m_hash = fnv1a(std::as_bytes(std::span(&original.pixelHash, 1)), m_hash);
        return m_writer->append(original.image.view());
    }

    const data::Collection &m_old;
    fs::path m_file;
    std::unique_ptr<data::SampleStoreWriter> m_writer;
    data::ImageShape m_shape;
    std::vector<std::size_t> m_kept;
    std::vector<data::ImageShape> m_originals;
    std::vector<data::ImportProblem> m_problems;
    std::size_t m_next = 0;
    std::uint64_t m_hash = fnv1a({});
};

bool isAligned(const data::Collection &collection)
{
    return !collection.sources.empty() && !collection.sources.front().channelOrigins.empty();
}

Result<prepare::Recipe> recipeFor(const data::Collection &collection, const prepare::Recipe &old,
                                  prepare::Recipe recipe)
{
    if (isAligned(collection) && !recipe.alignment.isUsed())
        recipe.alignment = old.alignment;
    const std::size_t expected = isAligned(collection) ? collection.sources.front().channelOrigins.size() : 0;
    if (recipe.alignment.channels.size() != expected)
        return failure(ErrorKind::Mismatch, "recipe '" + recipe.name + "' aligns " +
                                                std::to_string(recipe.alignment.channels.size()) +
                                                " files a source, collection '" + collection.name + "' has " +
                                                std::to_string(expected));
    if (auto valid = prepare::validate(recipe); !valid)
        return failure(valid.error());
    return recipe;
}

data::Collection newCollection(const data::Collection &old, const std::string &name, Taker &taker)
{
    data::Collection collection;
    collection.name = name;
    collection.fingerprint = taker.fingerprint();
    collection.problems = std::move(taker.problems());
    for (std::size_t i = 0; i < taker.kept().size(); ++i)
    {
        collection.sources.push_back(old.sources[taker.kept()[i]]);
        collection.sources.back().originalShape = taker.originalShape(i);
    }
    if (!old.catalogue.columns().empty())
        collection.catalogue = old.catalogue.takeRows(taker.kept());
    return collection;
}

} // namespace

Result<ReprepareOutcome> prepareAgain(session::Session &session, const ReprepareRequest &request,
                                      const JobContext &context)
{
    const auto summary = session.collectionSummary(request.collection);
    if (!summary)
        return failure(summary.error());
    if (summary->kind != session::CollectionKind::Images)
        return failure(ErrorKind::Mismatch, "collection '" + summary->name +
                                                "' holds spectra: expected a recipe for spectra, found '" +
                                                request.recipe.name + "', for images");
    const auto old = session.collection(request.collection);
    if (!old)
        return failure(old.error());
    const auto recipe = recipeFor(*old, summary->recipe, request.recipe);
    if (!recipe)
        return failure(recipe.error());
    const auto folder = session.cacheFolder();
    if (!folder)
        return failure(folder.error());
    const fs::path unpublished = *folder / ("preparing-" + std::to_string(processId()) + ".samples");
    Taker taker(*old, unpublished);
    auto prepared = prepareOriginals(*old, *recipe, context,
                                     [&](PreparedFile file) { return taker.take(std::move(file)); });
    if (!prepared)
        return failure(prepared.error());
    if (auto finished = taker.finish(); !finished)
        return failure(finished.error());
    if (auto published = giveName(unpublished, session.samplesPath(taker.fingerprint(), *recipe)); !published)
        return failure(published.error());

    ReprepareOutcome outcome;
    outcome.name = request.name.empty() ? old->name + " (" + recipe->name + ")" : request.name;
    const data::Collection collection = newCollection(*old, outcome.name, taker);
    const auto id = session.addCollection(collection, *recipe, taker.shape());
    if (!id)
        return failure(id.error());
    const auto labels = carryOver(session, request.collection, *id, taker.kept());
    if (!labels)
        return failure(labels.error());
    outcome.collection = *id;
    outcome.prepared = collection.sources.size();
    outcome.labels = *labels;
    outcome.problems = collection.problems;
    return outcome;
}

} // namespace somnium::workflow
