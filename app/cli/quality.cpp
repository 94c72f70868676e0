// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/quality.h"
#include "app/cli/console.h"
#include "app/cli/explore.h"
#include "app/cli/lookup.h"
#include "core/som/mapper.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string model;
    std::string column;
    std::size_t idDigits = 0;
};

/// A label per source: the text of a catalogue column, or the first characters of the id.
Result<std::vector<std::string>> labelsOf(const data::Collection &collection, const Options &options)
{
    std::vector<std::string> labels;
    if (options.idDigits > 0)
    {
        for (const data::Source &source : collection.sources)
            labels.push_back(source.id.substr(0, options.idDigits));
        return labels;
    }
    const auto column = collection.catalogue.find(options.column);
    if (!column)
        return failure(ErrorKind::NotFound,
                       "the catalogue of " + collection.name + " has no column \"" + options.column + "\"");
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
        labels.push_back(collection.catalogue.columns()[*column].text(i));
    return labels;
}

void addPurity(const som::Purity &purity, std::string &text, nlohmann::json &json)
{
    text += "\npurity of the neurons " + shortNumber(purity.purity) + "; with shuffled labels " +
            shortNumber(purity.shuffledMean) + " +- " + shortNumber(purity.shuffledSpread) + " (" +
            shortNumber(purity.significance()) + " standard deviations above chance)";
    json["purity"] = purity.purity;
    json["purity_shuffled_mean"] = purity.shuffledMean;
    json["purity_shuffled_spread"] = purity.shuffledSpread;
    json["labelled_sources"] = purity.labelledSources;
    for (const som::Purity::ClassFigure &figure : purity.classes)
    {
        text += "\n  " + figure.label + ": " + std::to_string(figure.sources) + " sources, " +
                shortNumber(100.0 * figure.recall) +
                " % of them in neurons where it is the commonest (shuffled " +
                shortNumber(100.0 * figure.shuffledRecall) + " %)";
        json["classes"].push_back({{"label", figure.label},
                                   {"sources", figure.sources},
                                   {"recall", figure.recall},
                                   {"recall_shuffled", figure.shuffledRecall}});
    }
}

Result<void> run(const Options &options, Console &console)
{
    const auto session = session::Session::open(options.session);
    if (!session)
        return failure(session.error());
    const auto latent = latentMeant(**session, options.model);
    if (!latent)
        return failure(latent.error());
    if (*latent)
        return latentQuality(**session, **latent, console);
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    const som::EpochReport figures = som::qualityOf(map->mapping, map->som.layout);
    std::string text = "map " + map->summary.name + ": " + toText(figures);
    nlohmann::json json = {{"model", map->summary.name}, {"figures", toJson(figures)}};
    if (!options.column.empty() || options.idDigits > 0)
    {
        const auto collection = map->readCollection();
        if (!collection)
            return failure(collection.error());
        const auto labels = labelsOf(*collection, options);
        if (!labels)
            return failure(labels.error());
        const auto purity = som::purityOf(map->mapping, map->som.layout.neuronCount(), *labels);
        if (!purity)
            return failure(purity.error());
        addPurity(*purity, text, json);
    }
    console.print(text, json);
    return {};
}

} // namespace

void addQuality(CLI::App &app, Action &action)
{
    CLI::App *quality = app.add_subcommand(
        "quality", "Tell how good a map or a latent space is, and how much of the catalogue it keeps");
    auto options = std::make_shared<Options>();
    quality->add_option("--session", options->session, "Session file")->required();
    quality->add_option("--model", options->model, "Name of the map or latent space; default: the newest");
    CLI::Option *column = quality->add_option("--column", options->column,
                                              "Catalogue column that holds the class: its purity is told");
    quality
        ->add_option("--id-digits", options->idDigits,
                     "Instead: the class is so many first characters of the id")
        ->excludes(column);
    quality->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
