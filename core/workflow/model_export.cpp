// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/model_export.h"

#include <utility>

#include "core/workflow/export.h"

namespace somnium::workflow
{

Result<LoadedModel> loadModel(const session::Session &session, session::ModelId id)
{
    auto summary = session.modelSummary(id);
    if (!summary)
        return failure(summary.error());
    auto collection = session.collectionSummary(summary->collection);
    if (!collection)
        return failure(collection.error());
    auto som = session.model(id);
    if (!som)
        return failure(som.error());
    return LoadedModel{std::move(*summary), std::move(*collection), std::move(*som)};
}

io::FitsHeader fitsHeaderOf(const std::string &name, const io::TableMetadata &metadata)
{
    io::FitsHeader header;
    header.extensionName = name;
    header.history = metadata.history;
    for (const auto &[key, value] : metadata.parameters)
        header.history.push_back(key + " = " + value);
    return header;
}

} // namespace somnium::workflow
