// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/io/table.h"
#include "core/workflow/labeling.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string model;
    std::string first = "labels";
    std::string second = "map";
    std::filesystem::path out;
};

std::string padded(const std::string &text, std::size_t width)
{
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string tableText(const search::Confusion &confusion)
{
    std::size_t width = 6;
    for (const auto &names : {confusion.rows, confusion.columns})
        for (const std::string &name : names)
            width = std::max(width, name.size());
    std::string text = "\n" + padded("", width);
    for (const std::string &name : confusion.columns)
        text += "  " + padded(name, width);
    for (std::size_t row = 0; row < confusion.rows.size(); ++row)
    {
        text += "\n" + padded(confusion.rows[row], width);
        for (std::size_t column = 0; column < confusion.columns.size(); ++column)
            text += "  " + padded(std::to_string(confusion.count(row, column)), width);
    }
    return text;
}

void print(const workflow::Comparison &comparison, Console &console)
{
    const search::Confusion &confusion = comparison.confusion;
    const std::string &first = comparison.firstName;
    const std::string &second = comparison.secondName;
    nlohmann::json counts = nlohmann::json::array();
    for (std::size_t row = 0; row < confusion.rows.size(); ++row)
        counts.push_back(std::vector<std::size_t>(
            confusion.counts.begin() + static_cast<std::ptrdiff_t>(row * confusion.columns.size()),
            confusion.counts.begin() + static_cast<std::ptrdiff_t>((row + 1) * confusion.columns.size())));
    console.print(std::to_string(confusion.compared) + " sources named by both, " +
                      std::to_string(confusion.onlyFirst) + " by " + first + " only, " +
                      std::to_string(confusion.onlySecond) + " by " + second + " only\nagreement " +
                      shortNumber(100.0 * confusion.accuracy) + " %, Cohen's kappa " +
                      shortNumber(confusion.kappa) + ", purity of " + second + " in " + first + " " +
                      shortNumber(confusion.columnPurity) + ", of " + first + " in " + second + " " +
                      shortNumber(confusion.rowPurity) + "\nrows " + first + ", columns " + second +
                      tableText(confusion),
                  {{"first", first},
                   {"second", second},
                   {"compared", confusion.compared},
                   {"only_first", confusion.onlyFirst},
                   {"only_second", confusion.onlySecond},
                   {"accuracy", finiteOrNull(confusion.accuracy)},
                   {"kappa", finiteOrNull(confusion.kappa)},
                   {"purity_of_second", finiteOrNull(confusion.columnPurity)},
                   {"purity_of_first", finiteOrNull(confusion.rowPurity)},
                   {"rows", confusion.rows},
                   {"columns", confusion.columns},
                   {"counts", counts}});
}

Result<void> run(const Options &options, Console &console)
{
    const auto session = session::Session::open(options.session);
    if (!session)
        return failure(session.error());
    const auto model = (*session)->findModel(options.model);
    if (!model)
        return failure(model.error());
    const auto comparison = workflow::compareLabelings(**session, model->id, options.first, options.second);
    if (!comparison)
        return failure(comparison.error());
    if (!options.out.empty())
        if (auto written =
                io::writeTable(options.out, search::confusionCatalogue(comparison->confusion, options.first,
                                                                       options.second));
            !written)
            return written;
    print(*comparison, console);
    return {};
}

} // namespace

void addCompare(CLI::App &app, Action &action)
{
    CLI::App *compare =
        app.add_subcommand("compare", "Two labelings side by side: confusion table, agreement, purity");
    auto options = std::make_shared<Options>();
    compare->add_option("--session", options->session, "Session file")->required();
    compare->add_option("--model", options->model, "Name of the map; default: the newest");
    compare
        ->add_option("--first", options->first,
                     "The rows: a catalogue column (or id:3, the first 3 characters of the id), or labels "
                     "(of this session), prototypes (their labels), "
                     "map (the commonest label among the others of a source's neuron)")
        ->capture_default_str();
    compare->add_option("--second", options->second, "The columns, likewise")->capture_default_str();
    compare->add_option("--out", options->out, "Write the table: .fits, .vot, .xml, .csv");
    compare->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
