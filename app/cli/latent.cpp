// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/latent_import.h"
#include "app/cli/lookup.h"
#include "core/workflow/export_latent.h"
#include "core/workflow/latent_onnx.h"
#include "core/workflow/measured_spectra.h"
#include "core/workflow/train_latent.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string model;
    std::filesystem::path out;
    std::filesystem::path onnx; ///< prefix of model files
    std::vector<std::string> columns;
    std::vector<std::string> measures; ///< of decoded spectra, or of those observed
    std::vector<double> levels;
    workflow::IsoLinesRequest request;
    std::size_t xAxis = 1;
    std::size_t yAxis = 2;
    bool isMedian = false;
};

constexpr const char *kMeasureHelp =
    "What is measured of spectra, one or several: a published index (\"EW Mg b\", \"D4000\", ...; a name "
    "that "
    "is none lists them), or bands in Angstrom: mean flux 5150:5200, ratio 4000:4500/5000:5500, colour "
    "4000:4500-5000:5500, line between two bands of continuum \"EW 5160:5192 5142:5161 5191:5206\"";

struct OpenedLatent
{
    std::shared_ptr<session::Session> session;
    session::LatentSummary summary;
};

Result<OpenedLatent> openLatent(const Options &options)
{
    auto session = session::Session::open(options.session);
    if (!session)
        return failure(session.error());
    auto summary = (*session)->latentModels().find(options.model);
    if (!summary)
        return failure(summary.error());
    return OpenedLatent{std::move(*session), std::move(*summary)};
}

Result<void> exportTable(const Options &options, const OpenedLatent &latent, Console &console)
{
    std::vector<data::Column> measured;
    if (!options.measures.empty())
    {
        auto columns = workflow::measuredColumns(*latent.session, latent.summary.collection, options.measures,
                                                 console.job());
        if (!columns)
            return failure(columns.error());
        measured = std::move(*columns);
    }
    return workflow::exportLatent(*latent.session, latent.summary.id, {}, options.out, std::move(measured));
}

Result<void> exportAll(const Options &options, Console &console)
{
    if (options.out.empty() && options.onnx.empty())
        return failure(ErrorKind::InvalidArgument, "expected --out for a catalogue, or --onnx for the model, "
                                                   "found neither");
    const auto latent = openLatent(options);
    if (!latent)
        return failure(latent.error());
    std::string files = options.out.string();
    nlohmann::json json = {{"model", latent->summary.name}, {"dimensions", latent->summary.dimensions}};
    if (!options.out.empty())
    {
        if (auto written = exportTable(options, *latent, console); !written)
            return written;
        json["out"] = options.out.string();
    }
    if (!options.onnx.empty())
    {
        const auto written = workflow::exportLatentOnnx(*latent->session, latent->summary, options.onnx);
        if (!written)
            return failure(written.error());
        json["encoder"] = written->encoder.string();
        json["decoder"] = written->decoder.string();
        for (const std::filesystem::path &file : {written->encoder, written->decoder})
            files += (files.empty() || file.empty() ? "" : ", ") + file.string();
    }
    console.print("latent space " + latent->summary.name + " written to " + files, json);
    return {};
}

nlohmann::json toJson(const workflow::ColumnIsoLines &lines)
{
    nlohmann::json list = nlohmann::json::array();
    for (const latent::IsoLine &line : lines.lines)
    {
        nlohmann::json vertices = nlohmann::json::array();
        for (const latent::PlanePoint &vertex : line.vertices)
            vertices.push_back({vertex.x, vertex.y});
        list.push_back({{"level", line.level}, {"closed", line.isClosed}, {"vertices", vertices}});
    }
    return {{"column", lines.column},
            {"unit", lines.unit},
            {"definition", lines.definition},
            {"levels", lines.levels},
            {"lines", list}};
}

Result<std::vector<workflow::ColumnIsoLines>>
decodedLines(const std::vector<std::string> &measures, const OpenedLatent &latent,
             const session::LatentRecord &places, workflow::IsoLinesRequest request,
             compute::Backend &backend, const JobContext &context)
{
    std::vector<workflow::ColumnIsoLines> all;
    for (const std::string &measure : measures)
    {
        request.column = measure;
        auto lines =
            workflow::decodedIsoLinesOf(*latent.session, latent.summary, places, request, backend, context);
        if (!lines)
            return failure(lines.error());
        all.push_back(std::move(*lines));
    }
    return all;
}

/// Those of catalogue columns, then those of decoded spectra.
Result<std::vector<workflow::ColumnIsoLines>> allLines(const Options &options, const OpenedLatent &latent,
                                                       Console &console)
{
    const auto collection = latent.session->collection(latent.summary.collection);
    if (!collection)
        return failure(collection.error());
    const auto record = latent.session->latentModels().places(latent.summary.id);
    if (!record)
        return failure(record.error());
    workflow::IsoLinesRequest request = options.request;
    request.levels = options.levels;
    request.xAxis = options.xAxis - 1;
    request.yAxis = options.yAxis - 1;
    if (options.isMedian)
        request.field.statistic = latent::FieldParams::Statistic::Median;
    std::vector<workflow::ColumnIsoLines> all;
    for (const std::string &column : options.columns)
    {
        request.column = column;
        auto lines = workflow::isoLinesOf(collection->catalogue, *record, request, console.job());
        if (!lines)
            return failure(lines.error());
        all.push_back(std::move(*lines));
    }
    if (options.measures.empty())
        return all;
    const auto decoded = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return decodedLines(options.measures, latent, *record, request, backend, context);
    });
    if (!decoded)
        return failure(decoded.error());
    all.insert(all.end(), decoded->begin(), decoded->end());
    return all;
}

Result<void> isoLines(const Options &options, Console &console)
{
    if (options.columns.empty() && options.measures.empty())
        return failure(ErrorKind::InvalidArgument,
                       "expected --column, or --decoded for what the latent space decodes, found neither");
    const auto latent = openLatent(options);
    if (!latent)
        return failure(latent.error());
    const auto all = allLines(options, *latent, console);
    if (!all)
        return failure(all.error());
    std::vector<latent::IsoLineSet> sets;
    std::string text;
    nlohmann::json json = nlohmann::json::array();
    for (const workflow::ColumnIsoLines &one : *all)
    {
        sets.push_back({one.column, one.unit, one.lines});
        text +=
            (text.empty() ? "" : "\n") + one.column + ": " + std::to_string(one.lines.size()) + " lines at";
        for (const double level : one.levels)
            text += " " + shortNumber(level);
        json.push_back(toJson(one));
    }
    if (!options.out.empty())
    {
        const auto summary = latent->session->collectionSummary(latent->summary.collection);
        if (!summary)
            return failure(summary.error());
        io::TableMetadata about = workflow::provenance(*summary, latent->summary);
        for (const workflow::ColumnIsoLines &one : *all)
            if (!one.definition.empty())
                about.history.push_back("Decoded " + one.definition);
        if (auto written = io::writeTable(options.out, latent::isoLineCatalogue(sets), about); !written)
            return written;
        text += "\nwritten to " + options.out.string();
    }
    console.print(text,
                  {{"model", latent->summary.name}, {"iso_lines", json}, {"out", options.out.string()}});
    return {};
}

std::shared_ptr<Options> addShared(CLI::App &verb)
{
    auto options = std::make_shared<Options>();
    verb.add_option("--session", options->session, "Session file")->required();
    verb.add_option("--model", options->model, "Name of the latent space; default: the newest");
    return options;
}

} // namespace

void addLatent(CLI::App &app, Action &action)
{
    CLI::App *latent = app.add_subcommand(
        "latent", "What a latent space knows of its sources, and models from and for elsewhere");
    latent->require_subcommand(1);
    CLI::App *table = latent->add_subcommand(
        "export", "Write places, reconstruction errors, labels and all catalogue columns of all sources; or "
                  "the model for other programs");
    auto options = addShared(*table);
    table->add_option("--out", options->out, "Catalogue to write: .fits, .vot, .xml, .csv");
    table->add_option("--onnx", options->onnx,
                      "Write the model as PREFIX_encoder.onnx and PREFIX_decoder.onnx, scaling inside");
    table->add_option("--measure", options->measures, kMeasureHelp)->delimiter(',');
    table->callback([&action, options] {
        action = [options](Console &console) { return exportAll(*options, console); };
    });
    addLatentImport(*latent, action);
}

void addIsoLines(CLI::App &app, Action &action)
{
    CLI::App *verb = app.add_subcommand(
        "isolines", "Lines of equal mass, temperature, line strength, ... over a latent plane");
    auto options = addShared(*verb);
    workflow::IsoLinesRequest &request = options->request;
    verb->add_option("--column", options->columns, "Catalogue columns, one or several, as observed")
        ->delimiter(',');
    verb->add_option("--decoded", options->measures, kMeasureHelp)->delimiter(',');
    verb->add_option("--levels", options->levels, "Values of the lines; default: nice ones")->delimiter(',');
    verb->add_option("--about", request.about, "About so many nice levels")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    verb->add_flag("--log", request.isLogarithmic, "Nice levels go 1, 2, 5, 10, ...");
    verb->add_option("--bandwidth", request.field.bandwidth,
                     "Width of the smoothing [mean distance between points]")
        ->capture_default_str();
    verb->add_option("--minimum-points", request.field.minimumPoints,
                     "No lines where fewer points than this stand behind a value")
        ->capture_default_str();
    verb->add_option("--side", request.field.side, "Cells along each axis")->capture_default_str();
    verb->add_flag("--median", options->isMedian, "Of the median instead of the mean");
    verb->add_option("--x-axis", options->xAxis, "Coordinate of the latent space that runs right")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    verb->add_option("--y-axis", options->yAxis, "Coordinate that runs up")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    verb->add_option("--out", options->out, "Table of the vertices to write: .fits, .vot, .xml, .csv");
    verb->callback(
        [&action, options] { action = [options](Console &console) { return isoLines(*options, console); }; });
}

} // namespace somnium::cli
