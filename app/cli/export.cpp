// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <numeric>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "app/cli/pink_options.h"
#include "core/workflow/export.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string collection;
    std::string model;
    std::filesystem::path out;
    workflow::ExportFormat format = workflow::ExportFormat::Fits;
    workflow::PinkOptions pink;
};

const std::map<std::string, workflow::ExportFormat> kFormats = {{"fits", workflow::ExportFormat::Fits},
                                                                {"pink", workflow::ExportFormat::Pink}};

void printWritten(const std::vector<std::filesystem::path> &files, const std::string &remark,
                  Console &console)
{
    std::string text;
    nlohmann::json list = nlohmann::json::array();
    for (const std::filesystem::path &file : files)
    {
        text += (text.empty() ? "wrote " : ", ") + file.string();
        list.push_back(file.string());
    }
    console.print(remark.empty() ? text : text + "\n" + remark, {{"out", list}});
}

Result<void> exportImages(const Options &options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    auto written = workflow::exportImages(*opened->session, opened->summary.id, options.format, options.out,
                                          console.job(), options.pink);
    if (written)
        printWritten({options.out}, {}, console);
    return written;
}

Result<void> exportModel(const Options &options, Console &console)
{
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    auto written =
        workflow::exportModel(*map->session, map->summary.id, options.format, options.out, options.pink);
    const bool isPink = options.format == workflow::ExportFormat::Pink;
    if (written)
        printWritten({options.out}, isPink ? workflow::pinkRemarks(map->som) : std::string(), console);
    return written;
}

Result<void> exportMapping(const Options &options, Console &console)
{
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    auto written = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::exportMapping(*map->session, map->summary.id, options.format, options.out, backend,
                                       context, options.pink);
    });
    std::vector<std::filesystem::path> files = {options.out};
    if (options.format == workflow::ExportFormat::Pink)
        files.push_back(workflow::transformsBeside(options.out));
    if (written)
        printWritten(files, {}, console);
    return written;
}

Result<void> exportCatalogue(const Options &options, Console &console)
{
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    std::vector<std::size_t> all(map->mapping.sourceCount());
    std::iota(all.begin(), all.end(), std::size_t{0});
    auto written = workflow::exportSources({*map->session, map->summary.id}, all, options.out);
    if (written)
        printWritten({options.out}, {}, console);
    return written;
}

using Export = Result<void> (*)(const Options &, Console &);

CLI::App *addKind(CLI::App &parent, const std::shared_ptr<Options> &options, Action &action, const char *name,
                  const char *description, Export work)
{
    CLI::App *kind = parent.add_subcommand(name, description);
    kind->add_option("--session", options->session, "Session file")->required();
    kind->add_option("--out", options->out, "File to write")->required();
    kind->callback([&action, options, work] {
        action = [options, work](Console &console) { return work(*options, console); };
    });
    return kind;
}

void addFormat(CLI::App *kind, const std::shared_ptr<Options> &options)
{
    kind->add_option("--format", options->format, "fits, or pink")
        ->transform(CLI::CheckedTransformer(kFormats).description(""))
        ->default_str("fits");
}

void addModel(CLI::App *kind, const std::shared_ptr<Options> &options)
{
    kind->add_option("--model", options->model, "Name of the map; default: the newest");
}

} // namespace

void addExport(CLI::App &app, Action &action)
{
    CLI::App *parent = app.add_subcommand("export", "Write images, map, mapping or catalogue to a file");
    parent->require_subcommand(1);
    auto options = std::make_shared<Options>();
    CLI::App *images =
        addKind(*parent, options, action, "images", "Prepared samples of a collection", exportImages);
    images->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    CLI::App *model = addKind(*parent, options, action, "model",
                              "The map: prototypes (FITS: a cube, and the mapping as a table)", exportModel);
    CLI::App *mapping =
        addKind(*parent, options, action, "mapping",
                "Distances of every source to every neuron (PINK: in PINK's metric, with its best "
                "rotations and flips in a second file)",
                exportMapping);
    CLI::App *catalogue =
        addKind(*parent, options, action, "catalogue",
                "All sources with best prototype, distance, rotation, flip, labels and every column of "
                "their catalogue; format by the ending: .fits, .vot, .xml, .csv",
                exportCatalogue);
    for (CLI::App *kind : {images, model, mapping})
    {
        addFormat(kind, options);
        addPinkVersion(*kind, options->pink.version);
    }
    addPinkWindow(*mapping, options->pink);
    for (CLI::App *kind : {model, mapping, catalogue})
        addModel(kind, options);
}

} // namespace somnium::cli
