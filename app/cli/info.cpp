// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/lookup.h"

namespace somnium::cli
{

namespace
{

std::string shapeText(const data::ImageShape &shape)
{
    return std::to_string(shape.channels) + " x " + std::to_string(shape.rows) + " x " +
           std::to_string(shape.columns);
}

void describe(const session::CollectionSummary &collection, std::string &text, nlohmann::json &json)
{
    const data::ImageShape &shape = collection.preparedShape;
    const bool areSpectra = collection.kind == session::CollectionKind::Spectra;
    text +=
        "\ncollection " + collection.name + ": " + std::to_string(collection.sourceCount) +
        (areSpectra ? " spectra of " + std::to_string(shape.columns) + " pixels"
                    : " sources of " + shapeText(shape)) +
        ", " + std::to_string(collection.problemCount) + " problems; " +
        (areSpectra ? prepare::describe(collection.spectral.recipe) : prepare::describe(collection.recipe));
    const std::string recipe =
        areSpectra ? prepare::toJson(collection.spectral.recipe) : prepare::toJson(collection.recipe);
    json["collections"].push_back({{"name", collection.name},
                                   {"sources", collection.sourceCount},
                                   {"problems", collection.problemCount},
                                   {"shape", {shape.channels, shape.rows, shape.columns}},
                                   {"fingerprint", collection.fingerprint},
                                   {"kind", areSpectra ? "spectra" : "images"},
                                   {"recipe", nlohmann::json::parse(recipe)}});
}

void describe(const session::ModelSummary &model, std::string &text, nlohmann::json &json)
{
    text += "\nmap " + model.name + ": " + model.params.layout.toString() + ", " +
            std::to_string(model.history.size()) + " epochs" +
            (model.isComplete ? "" : " (stopped; can be resumed)");
    nlohmann::json history = nlohmann::json::array();
    for (const som::EpochReport &epoch : model.history)
        history.push_back(toJson(epoch));
    if (!model.history.empty())
        text += ", " + toText(model.history.back());
    json["models"].push_back({{"name", model.name},
                              {"layout", model.params.layout.toString()},
                              {"seed", model.params.seed},
                              {"complete", model.isComplete},
                              {"created", model.createdUtc},
                              {"history", history}});
}

void describe(const session::PendingImport &import, std::string &text, nlohmann::json &json)
{
    const std::string prepared = std::to_string(import.samples.count);
    text +=
        "\ninterrupted import: " + std::to_string(import.filesDone) + " of " +
        std::to_string(import.filesTotal) + " files" +
        (import.areSpectra ? " looked at, " + prepared + " spectra prepared" : ", " + prepared + " images") +
        "; the same import goes on from there";
    json["interrupted_imports"].push_back(
        {{"kind", import.areSpectra ? "spectra" : "images"},
         {"files_done", import.filesDone},
         {"files_total", import.filesTotal},
         {import.areSpectra ? "spectra" : "images", import.samples.count},
         {"updated", import.updatedUtc},
         {"request", nlohmann::json::parse(import.request, nullptr, false)}});
}

Result<void> run(const std::filesystem::path &path, Console &console)
{
    const auto session = session::Session::open(path);
    if (!session)
        return failure(session.error());
    const auto collections = (*session)->collections();
    if (!collections)
        return failure(collections.error());
    const auto models = (*session)->models();
    if (!models)
        return failure(models.error());
    std::string text = path.string();
    nlohmann::json json = {{"session", path.string()},
                           {"collections", nlohmann::json::array()},
                           {"models", nlohmann::json::array()}};
    for (const session::CollectionSummary &collection : *collections)
        describe(collection, text, json);
    for (const session::ModelSummary &model : *models)
        describe(model, text, json);
    const auto pending = (*session)->pendingImports().all();
    if (!pending)
        return failure(pending.error());
    for (const session::PendingImport &import : *pending)
        describe(import, text, json);
    console.print(text, json);
    return {};
}

} // namespace

void addInfo(CLI::App &app, Action &action)
{
    CLI::App *info = app.add_subcommand("info", "Tell what a session holds");
    auto path = std::make_shared<std::filesystem::path>();
    info->add_option("session", *path, "Session file")->required();
    info->callback([&action, path] { action = [path](Console &console) { return run(*path, console); }; });
}

} // namespace somnium::cli
