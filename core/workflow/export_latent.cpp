// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/export_latent.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/version.h"
#include "core/latent/plane_levels.h"
#include "core/workflow/catalogue_columns.h"
#include "core/workflow/train_latent.h"

namespace somnium::workflow
{

namespace
{

std::string recipeJson(const session::CollectionSummary &collection)
{
    return collection.kind == session::CollectionKind::Spectra ? prepare::toJson(collection.spectral.recipe)
                                                               : prepare::toJson(collection.recipe);
}

std::string recipeText(const session::CollectionSummary &collection)
{
    return collection.kind == session::CollectionKind::Spectra ? prepare::describe(collection.spectral.recipe)
                                                               : prepare::describe(collection.recipe);
}

std::string numericColumns(const data::Catalogue &catalogue)
{
    std::string names;
    for (const data::Column &column : catalogue.columns())
        if (column.type() != data::ColumnType::Text)
            names += (names.empty() ? "" : ", ") + column.name;
    return names.empty() ? "none" : names;
}

} // namespace

data::Catalogue latentCatalogue(const data::Collection &collection, const std::vector<session::Label> &labels,
                                const session::LatentRecord &record, const std::vector<std::size_t> &sources)
{
    data::Catalogue result;
    result.name = collection.name;
    result.description = "Sources of " + collection.name + " on a latent space of " +
                         std::to_string(record.dimensions) + " dimensions";
    appendIdentity(result, collection, sources);
    for (std::size_t axis = 0; axis < record.dimensions; ++axis)
        append(result,
               columnOf<float>(sources,
                               named("z" + std::to_string(axis + 1), "", "stat.param",
                                     "Latent coordinate " + std::to_string(axis + 1)),
                               [&](std::size_t i) { return record.places[i * record.dimensions + axis]; }));
    append(result, columnOf<float>(sources,
                                   named("reconstruction_error", "", "stat.fit.chi2",
                                         "Weighted squared error of the reconstruction per pixel"),
                                   [&](std::size_t i) { return record.errors[i]; }));
    appendWhatIsKnown(result, collection, labels, sources);
    return result;
}

io::TableMetadata provenance(const session::CollectionSummary &collection,
                             const session::LatentSummary &latent)
{
    io::TableMetadata metadata;
    metadata.history = {"Somnium " + std::string(version()), "Recipe: " + recipeText(collection)};
    metadata.parameters = {{"version", std::string(version())},
                           {"recipe", recipeJson(collection)},
                           {"latent", latent.name},
                           {"fingerprint", std::to_string(collection.fingerprint)}};
    const auto about = latentAboutFromJson(latent.metadata);
    if (!about)
        return metadata;
    if (about->method == LatentMethod::Imported)
    {
        metadata.parameters.emplace_back("encoder_file", about->encoderFile);
        if (!about->decoderFile.empty())
            metadata.parameters.emplace_back("decoder_file", about->decoderFile);
        return metadata;
    }
    metadata.parameters.emplace_back("epochs", std::to_string(about->history.size()));
    metadata.parameters.emplace_back("seed", std::to_string(about->params.seed));
    metadata.parameters.emplace_back("validation_loss", std::to_string(about->validationLoss));
    metadata.parameters.emplace_back("pca_validation_loss", std::to_string(about->pcaValidationLoss));
    return metadata;
}

Result<void> exportLatent(const session::Session &session, session::ModelId id,
                          std::vector<std::size_t> sources, const std::filesystem::path &path,
                          std::vector<data::Column> extra)
{
    const auto latent = session.latentModels().summary(id);
    if (!latent)
        return failure(latent.error());
    if (!latent->isPlaced)
        return failure(ErrorKind::Mismatch, "the sources have no place in latent space '" + latent->name +
                                                "' yet: resume its training");
    const auto summary = session.collectionSummary(latent->collection);
    if (!summary)
        return failure(summary.error());
    const auto collection = session.collection(latent->collection);
    if (!collection)
        return failure(collection.error());
    const auto labels = session.labels(latent->collection);
    if (!labels)
        return failure(labels.error());
    const auto record = session.latentModels().places(id);
    if (!record)
        return failure(record.error());
    if (sources.empty())
    {
        sources.resize(collection->sources.size());
        std::iota(sources.begin(), sources.end(), std::size_t{0});
    }
    const std::size_t count = collection->sources.size();
    if (std::any_of(sources.begin(), sources.end(), [count](std::size_t i) { return i >= count; }))
        return failure(ErrorKind::InvalidArgument,
                       "a source number is outside the collection of " + std::to_string(count) + " sources");
    data::Catalogue table = latentCatalogue(*collection, *labels, *record, sources);
    for (data::Column &column : extra)
        if (auto added = table.addColumn(std::move(column)); !added)
            return added;
    return io::writeTable(path, std::move(table), provenance(*summary, *latent));
}

Result<std::vector<double>> numbersOf(const data::Catalogue &catalogue, const std::string &name)
{
    const auto found = catalogue.find(name);
    if (!found || catalogue.columns()[*found].type() == data::ColumnType::Text)
        return failure(ErrorKind::NotFound, "expected a column of numbers, found " +
                                                std::string(found ? "texts in '" : "no column '") + name +
                                                "'; columns of numbers: " + numericColumns(catalogue));
    const data::Column &column = catalogue.columns()[*found];
    std::vector<double> numbers(catalogue.rowCount());
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = column.number(i);
    return numbers;
}

std::vector<float> axisOf(const session::LatentRecord &record, std::size_t axis)
{
    std::vector<float> values(record.errors.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = record.places[i * record.dimensions + axis];
    return values;
}

Result<void> checkAxes(const session::LatentRecord &record, const IsoLinesRequest &request)
{
    if (request.xAxis < record.dimensions && request.yAxis < record.dimensions)
        return {};
    return failure(ErrorKind::Mismatch,
                   "expected two axes of a latent space of " + std::to_string(record.dimensions) +
                       " dimensions, counted from 1, found " + std::to_string(request.xAxis + 1) + " and " +
                       std::to_string(request.yAxis + 1));
}

ColumnIsoLines contoured(latent::PlaneField field, std::string name, std::string unit,
                         const IsoLinesRequest &request)
{
    ColumnIsoLines result;
    result.column = std::move(name);
    result.unit = std::move(unit);
    result.levels = request.levels;
    if (result.levels.empty())
    {
        const latent::FieldRange range = latent::rangeOf(field);
        result.levels = latent::niceLevels(range.low, range.high, request.about, request.isLogarithmic);
    }
    result.lines = latent::isoLines(field, result.levels);
    result.field = std::move(field);
    return result;
}

Result<ColumnIsoLines> isoLinesOf(const data::Catalogue &catalogue, const session::LatentRecord &record,
                                  const IsoLinesRequest &request, const JobContext &context)
{
    if (const auto good = checkAxes(record, request); !good)
        return failure(good.error());
    const auto numbers = numbersOf(catalogue, request.column);
    if (!numbers)
        return failure(numbers.error());
    const std::vector<float> x = axisOf(record, request.xAxis);
    const std::vector<float> y = axisOf(record, request.yAxis);
    const latent::Points points{x, y};
    auto field = latent::observedField(points, *numbers, latent::boundsOf(points), request.field, context);
    if (!field)
        return failure(field.error());
    return contoured(std::move(*field), request.column,
                     catalogue.columns()[*catalogue.find(request.column)].unit, request);
}

} // namespace somnium::workflow
