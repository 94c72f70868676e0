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

void addLayout(io::FitsHeader &header, const LoadedModel &model)
{
    const som::TrainingParams &params = model.som.params;
    header.cards = {
        {"SOMSHAPE", model.som.layout.toString(), "neurons of the map"},
        {"SOMWIDTH", static_cast<std::int64_t>(model.som.layout.width()),
         "neurons along x; k = (x * SOMHEIGH + y) * SOMDEPTH + z"},
        {"SOMHEIGH", static_cast<std::int64_t>(model.som.layout.height()), "neurons along y"},
        {"SOMDEPTH", static_cast<std::int64_t>(model.som.layout.depth()), "neurons along z"},
        {"SOMEPOCH", static_cast<std::int64_t>(model.som.history.size()), "epochs trained"},
        {"SOMSEED", static_cast<std::int64_t>(params.seed), "seed of the training"},
        {"SOMSIGMA", params.sigmaEnd, "[neurons] last width of the neighbourhood"},
        {"SOMFLIPS", params.useFlips, "flipped sources count as equal"},
    };
}

} // namespace somnium::workflow
