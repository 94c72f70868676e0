// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_channels.h"

#include <utility>

#include "core/base/platform.h"
#include "core/sky/join.h"
#include "core/workflow/aligned_reader.h"
#include "core/workflow/collection_builder.h"
#include "core/workflow/import_files.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

/// The request with the alignment's channels named as its inputs are.
Result<ImportRequest> checked(ImportRequest request)
{
    if (!request.paths.empty())
        return failure(ErrorKind::InvalidArgument, "expected either files or channels to import, found both");
    request.recipe.alignment.channels.clear();
    for (const ChannelInput &channel : request.channels)
    {
        if (channel.paths.empty())
            return failure(ErrorKind::InvalidArgument,
                           "channel '" + channel.name + "': expected files, folders or archives, found none");
        request.recipe.alignment.channels.push_back(channel.name);
    }
    if (auto valid = prepare::validate(request.recipe); !valid)
        return failure(valid.error());
    return request;
}

std::string nameFor(const ImportRequest &request)
{
    if (!request.name.empty())
        return request.name;
    const fs::path first = fs::weakly_canonical(request.channels.front().paths.front());
    return first.has_stem() ? first.stem().string() : "images";
}

/// Fills the collection and writes its samples; `outcome` learns how the catalogue was joined.
Result<void> build(const ImportRequest &request, data::Collection &collection, CollectionBuilder &builder,
                   ImportOutcome &outcome, const JobContext &context)
{
    const auto catalogue = readCatalogue(request.catalogue);
    if (!catalogue)
        return failure(catalogue.error());
    auto sets = pairChannels(request.channels, request.recipe.alignment.reference, request.pairing, context);
    if (!sets)
        return failure(sets.error());
    collection.problems = std::move(sets->problems);
    if (auto prepared = prepareSets(sets->sets, request.recipe, context,
                                    [&](PreparedFile file) { return builder.take(std::move(file)); });
        !prepared)
        return prepared;
    if (auto finished = builder.finish(); !finished)
        return finished;
    if (catalogue->rowCount() > 0)
    {
        const auto joined = sky::joinCatalogue(collection, *catalogue);
        outcome.joinedRows = joined ? joined->found : 0;
        outcome.joinMessage = joined ? joined->message : joined.error().message;
    }
    return {};
}

} // namespace

Result<ImportOutcome> importChannels(session::Session &session, const ImportRequest &asked,
                                     const JobContext &context)
{
    const auto request = checked(asked);
    if (!request)
        return failure(request.error());
    const auto folder = session.cacheFolder();
    if (!folder)
        return failure(folder.error());
    const fs::path unpublished = *folder / ("aligning-" + std::to_string(processId()) + ".samples");
    ImportOutcome outcome;
    data::Collection collection;
    collection.name = nameFor(*request);
    data::ImageShape shape;
    {
        CollectionBuilder builder(collection, unpublished);
        if (auto built = build(*request, collection, builder, outcome, context); !built)
        {
            std::error_code ignored; // half a file of samples is of no use
            fs::remove(unpublished, ignored);
            return failure(built.error());
        }
        shape = builder.shape();
    }
    if (auto published = giveName(unpublished, session.samplesPath(collection.fingerprint, request->recipe));
        !published)
        return failure(published.error());
    const auto id = session.addCollection(collection, request->recipe, shape);
    if (!id)
        return failure(id.error());
    outcome.collection = *id;
    outcome.imported = collection.sources.size();
    outcome.problems = std::move(collection.problems);
    return outcome;
}

} // namespace somnium::workflow
