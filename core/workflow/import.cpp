// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/io/file_walker.h"
#include "core/sky/join.h"
#include "core/workflow/collection_builder.h"
#include "core/workflow/import_channels.h"
#include "core/workflow/import_files.h"
#include "core/workflow/import_progress.h"
#include "core/workflow/original_reader.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

/// Reads what an earlier run has not, and keeps what there is if it is stopped.
Result<void> readFiles(std::vector<io::FoundFile> files, const ImportRequest &request,
                       ImportProgress &progress, data::Collection &collection, CollectionBuilder &builder,
                       const JobContext &context)
{
    const std::size_t total = files.size();
    const std::size_t already = progress.filesDone();
    files.erase(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(already));
    JobContext reading = context;
    if (context.onProgress)
        reading.onProgress = [&](const Progress &report) {
            context.report({already + report.done, total, report.stage});
        };
    auto next = files.begin();
    const auto prepared = prepareFiles(files, request.recipe, reading, [&](PreparedFile file) {
        auto taken = builder.take(std::move(file));
        return taken ? progress.fileDone(*next++, collection, builder) : taken;
    });
    if (prepared || prepared.error().kind != ErrorKind::Cancelled || progress.filesDone() == 0)
        return prepared;
    if (auto kept = progress.keep(collection, builder); !kept)
        return kept;
    return failure(ErrorKind::Cancelled, "stopped; " + std::to_string(progress.filesDone()) + " of " +
                                             std::to_string(total) +
                                             " files are kept, the same import goes on from there");
}

/// Complete samples under their first name. What a kill could still do is done again.
Result<void> finish(ImportProgress &progress, data::Collection &collection, CollectionBuilder &builder)
{
    if (collection.sources.empty())
    {
        if (auto forgotten = progress.forget(); !forgotten)
            return forgotten;
        return builder.finish(); // says why there is nothing
    }
    if (auto kept = progress.keep(collection, builder); !kept)
        return kept;
    return builder.finish();
}

Result<void> checkRequest(const ImportRequest &request)
{
    if (request.paths.empty())
        return failure(ErrorKind::InvalidArgument, "nothing to import: expected files, folders or archives");
    if (request.recipe.alignment.isUsed())
        return failure(ErrorKind::InvalidArgument, "recipe '" + request.recipe.name +
                                                       "' aligns channels out of several files: expected the "
                                                       "files of each channel");
    return prepare::validate(request.recipe);
}

} // namespace

std::string toJson(const ImportRequest &request)
{
    nlohmann::json json = {{"catalogue", absoluteText(request.catalogue)},
                           {"name", request.name},
                           {"recipe", prepare::toJson(request.recipe)}};
    for (const fs::path &path : request.paths)
        json["paths"].push_back(absoluteText(path));
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<ImportRequest> importRequestFromJson(std::string_view text)
{
    try
    {
        const auto json = nlohmann::json::parse(text);
        ImportRequest request;
        for (const auto &path : json.at("paths"))
            request.paths.emplace_back(path.get<std::string>());
        request.catalogue = json.at("catalogue").get<std::string>();
        request.name = json.at("name").get<std::string>();
        auto recipe = prepare::recipeFromJson(json.at("recipe").get<std::string>());
        if (!recipe)
            return failure(recipe.error());
        request.recipe = std::move(*recipe);
        return request;
    }
    catch (const nlohmann::json::exception &error)
    {
        return failure(ErrorKind::Malformed,
                       std::string("expected an import to go on with, found ") + error.what());
    }
}

Result<ImportOutcome> importImages(session::Session &session, const ImportRequest &request,
                                   const JobContext &context)
{
    if (!request.channels.empty())
        return importChannels(session, request, context);
    if (auto valid = checkRequest(request); !valid)
        return failure(valid.error());
    const auto catalogue =
        readCatalogue(request.catalogue); // first: a bad catalogue should not cost an import
    if (!catalogue)
        return failure(catalogue.error());
    auto progress = ImportProgress::begin(session, request);
    if (!progress)
        return failure(progress.error());

    data::Collection collection;
    collection.name = collectionName(request.name, request.paths);
    io::FoundFiles found = io::findFiles(request.paths, context);
    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped while looking for files");
    collection.problems = std::move(found.problems);
    leaveOutCatalogue(found.files, request.catalogue);
    CollectionBuilder builder(collection, progress->samplesPath());
    ImportOutcome outcome;
    const auto resumed = progress->resume(found.files, collection, builder, context);
    if (!resumed)
        return failure(resumed.error());
    outcome.resumedFiles = *resumed;
    if (auto read = readFiles(std::move(found.files), request, *progress, collection, builder, context);
        !read)
        return failure(read.error());
    if (auto finished = finish(*progress, collection, builder); !finished)
        return failure(finished.error());

    if (catalogue->rowCount() > 0)
    {
        const auto joined = sky::joinCatalogue(collection, *catalogue);
        outcome.joinedRows = joined ? joined->found : 0;
        outcome.joinMessage = joined ? joined->message : joined.error().message;
    }
    if (auto published =
            giveName(progress->samplesPath(), session.samplesPath(collection.fingerprint, request.recipe));
        !published)
        return failure(published.error());
    const auto id = session.addCollection(collection, request.recipe, builder.shape(), progress->key());
    if (!id)
        return failure(id.error());
    outcome.collection = *id;
    outcome.imported = collection.sources.size();
    outcome.problems = std::move(collection.problems);
    return outcome;
}

} // namespace somnium::workflow
