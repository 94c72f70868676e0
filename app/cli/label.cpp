// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <map>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/workflow/column_labels.h"
#include "core/workflow/labeling.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string collection;
    std::vector<std::string> sources;
    std::string text;
    workflow::ColumnLabelRequest column;
    std::string joinBy;
    std::vector<std::string> minimum; ///< column and value
    bool remove = false;
    std::string model;
    std::vector<std::string> prototypes;
    bool isPropagated = false;
    workflow::PropagationLimit limit;
    session::LabelClass labelClass;
    std::string newName;
    std::filesystem::path out;
};

Result<std::vector<std::size_t>> indicesOf(const data::Collection &collection,
                                           const std::vector<std::string> &ids)
{
    std::vector<std::size_t> indices;
    for (const std::string &id : ids)
    {
        const auto index = findSource(collection, id);
        if (!index)
            return failure(index.error());
        indices.push_back(*index);
    }
    return indices;
}

/// What a command did, to be said with the list of labels.
struct Deed
{
    std::string text;
    nlohmann::json json;
};

/// Nothing to say but that it is done.
Result<Deed> done(const Result<void> &result)
{
    return result ? Result<Deed>(Deed{}) : failure(result.error());
}

const std::map<std::string, sky::JoinMethod> &joinMethods()
{
    static const std::map<std::string, sky::JoinMethod> methods = {{"id", sky::JoinMethod::Id},
                                                                   {"file", sky::JoinMethod::FileName},
                                                                   {"position", sky::JoinMethod::Position},
                                                                   {"order", sky::JoinMethod::RowOrder}};
    return methods;
}

/// Of two words, a column and a number.
Result<workflow::LeastValue> leastValueOf(const std::vector<std::string> &words)
{
    workflow::LeastValue least{words.at(0), 0.0};
    const std::string &number = words.at(1);
    const auto read = std::from_chars(number.data(), number.data() + number.size(), least.value);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size())
        return failure(ErrorKind::InvalidArgument,
                       "--minimum-of " + least.column + ": expected a number, found '" + number + "'");
    return least;
}

/// Labels every source with its cell of a column, of its own catalogue or of another.
Result<Deed> labelFromColumn(const Options &options, session::Session &session, session::CollectionId id,
                             const data::Collection &collection)
{
    workflow::ColumnLabelRequest request = options.column;
    if (!options.joinBy.empty())
        request.join.method = joinMethods().at(options.joinBy);
    if (!options.minimum.empty())
    {
        const auto least = leastValueOf(options.minimum);
        if (!least)
            return failure(least.error());
        request.minimum = *least;
    }
    const auto found = workflow::labelsFromColumn(collection, request);
    if (!found)
        return failure(found.error());
    if (auto set = session.setLabels(id, found->labels, true); !set)
        return failure(set.error());
    Deed deed;
    if (!found->joinMessage.empty())
        deed.text = found->joinMessage + "\n";
    deed.text += std::to_string(found->labels.size()) + " sources labelled by " + request.column + "; " +
                 std::to_string(found->withoutText) + " have none there";
    if (request.minimum)
        deed.text += ", " + std::to_string(found->belowMinimum) + " are below the minimum of " +
                     request.minimum->column;
    deed.json = {{"column", request.column},
                 {"labelled", found->labels.size()},
                 {"without_text", found->withoutText},
                 {"below_minimum", found->belowMinimum},
                 {"join", found->joinMessage}};
    return deed;
}

Result<Deed> unlabelPrototypes(const Options &options, session::Session &session, session::ModelId model,
                               const std::vector<std::size_t> &neurons)
{
    const auto sources =
        workflow::unlabelPrototypes(session, model, neurons, options.text, options.isPropagated);
    if (!sources)
        return failure(sources.error());
    return Deed{"took the label off " + std::to_string(neurons.size()) + " prototypes and " +
                    std::to_string(sources->size()) + " sources that had it from a prototype",
                {{"prototypes", neurons.size()}, {"sources", sources->size()}}};
}

/// Labels prototypes, and their sources if asked.
Result<Deed> labelPrototypes(const Options &options, session::Session &session)
{
    const auto model = session.findModel(options.model);
    if (!model)
        return failure(model.error());
    std::vector<std::size_t> neurons;
    for (const std::string &text : options.prototypes)
    {
        const auto neuron = parseNeuron(text, model->params.layout);
        if (!neuron)
            return failure(neuron.error());
        neurons.push_back(*neuron);
    }
    if (options.remove)
        return unlabelPrototypes(options, session, model->id, neurons);
    const auto limit = options.isPropagated ? std::optional(options.limit) : std::nullopt;
    const auto sources = workflow::labelPrototypes(session, model->id, neurons, options.text, limit);
    if (!sources)
        return failure(sources.error());
    return Deed{"labelled " + std::to_string(neurons.size()) + " prototypes and " +
                    std::to_string(sources->size()) + " of their sources",
                {{"prototypes", neurons.size()}, {"sources", sources->size()}}};
}

/// Makes or changes the class of a label.
Result<void> setClass(const Options &options, session::Session &session)
{
    auto classes = session.annotations().labelClasses();
    if (!classes)
        return failure(classes.error());
    if (classes->empty())
        *classes = session::defaultLabelClasses();
    const auto found = std::find_if(classes->begin(), classes->end(), [&](const session::LabelClass &one) {
        return one.name == options.labelClass.name;
    });
    session::LabelClass &changed = found != classes->end() ? *found : classes->emplace_back();
    changed.name = options.labelClass.name;
    if (!options.labelClass.colour.empty())
        changed.colour = options.labelClass.colour;
    if (!options.labelClass.key.empty())
    {
        for (session::LabelClass &other : *classes)
            if (other.key == options.labelClass.key)
                other.key.clear(); // a key has one class: the newest
        changed.key = options.labelClass.key;
    }
    return session.annotations().saveLabelClasses(*classes);
}

/// What the command was asked to change, if anything.
Result<Deed> change(const Options &options, session::Session &session, session::CollectionId id,
                    const data::Collection &collection)
{
    if (!options.labelClass.name.empty())
        return done(setClass(options, session));
    if (!options.column.column.empty())
        return labelFromColumn(options, session, id, collection);
    if (options.text.empty())
        return Deed{};
    if (!options.newName.empty())
    {
        const auto renamed = session.annotations().renameLabel(options.text, options.newName);
        return renamed ? Result<Deed>(Deed{}) : failure(renamed.error());
    }
    if (!options.prototypes.empty())
        return labelPrototypes(options, session);
    const auto indices = indicesOf(collection, options.sources);
    if (!indices)
        return failure(indices.error());
    return done(session.setLabel(id, *indices, options.text, !options.remove));
}

/// Classes and labels of prototypes, for the list.
Result<void> addClasses(const session::Session &session, std::string &text, nlohmann::json &json)
{
    const auto classes = session.annotations().labelClasses();
    if (!classes)
        return failure(classes.error());
    json["classes"] = nlohmann::json::array();
    for (const session::LabelClass &one : *classes)
        json["classes"].push_back({{"name", one.name}, {"colour", one.colour}, {"key", one.key}});
    json["prototypes"] = nlohmann::json::array();
    const auto models = session.models();
    if (!models)
        return failure(models.error());
    for (const session::ModelSummary &model : *models)
    {
        const auto labels = session.annotations().prototypeLabels(model.id);
        if (!labels)
            return failure(labels.error());
        for (const session::PrototypeLabel &label : *labels)
        {
            const std::size_t x = model.params.layout.x(label.neuron);
            const std::size_t y = model.params.layout.y(label.neuron);
            text += "\n  prototype (" + std::to_string(x) + ", " + std::to_string(y) + ") of " + model.name +
                    ": " + label.text;
            json["prototypes"].push_back({{"model", model.name}, {"x", x}, {"y", y}, {"label", label.text}});
        }
    }
    return {};
}

Result<void> run(const Options &options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    const auto collection = opened->session->collection(opened->summary.id);
    if (!collection)
        return failure(collection.error());
    const auto deed = change(options, *opened->session, opened->summary.id, *collection);
    if (!deed)
        return failure(deed.error());
    const auto labels = opened->session->labels(opened->summary.id);
    if (!labels)
        return failure(labels.error());
    std::map<std::string, std::size_t> counts;
    std::map<std::string, std::size_t> propagated;
    nlohmann::json list = nlohmann::json::array();
    for (const session::Label &label : *labels)
    {
        ++counts[label.text];
        if (label.origin == session::LabelOrigin::Prototype)
            ++propagated[label.text];
        list.push_back({{"id", collection->sources[label.source].id},
                        {"label", label.text},
                        {"origin", toString(label.origin)}});
    }
    std::string text = deed->text + (deed->text.empty() ? "" : "\n");
    text += std::to_string(labels->size()) + " labels on " + opened->summary.name;
    for (const auto &[label, count] : counts)
    {
        text += "\n  " + label + ": " + std::to_string(count);
        if (const std::size_t from = propagated[label]; from > 0)
            text += " (" + std::to_string(from) + " from prototypes)";
    }
    nlohmann::json json = {
        {"collection", opened->summary.name}, {"counts", counts}, {"labels", list}, {"done", deed->json}};
    if (auto added = addClasses(*opened->session, text, json); !added)
        return added;
    if (!options.out.empty())
        if (auto written = workflow::exportLabels(*opened->session, opened->summary.id, options.out);
            !written)
            return failure(written.error());
    console.print(text, json);
    return {};
}

void addColumnOptions(CLI::App &label, CLI::Option &text, Options &options)
{
    workflow::ColumnLabelRequest &request = options.column;
    CLI::Option *column =
        label
            .add_option("--from-column,--column", request.column,
                        "Instead: label every source with its cell of this column (a yes-no "
                        "column: with its name); id:3 is the first 3 characters of its id "
                        "(as MiraBest names its classes)")
            ->excludes(&text);
    CLI::Option *catalogue =
        label
            .add_option("--from-catalogue", request.catalogue,
                        "The column is of this table: FITS, VOTable, CSV; joined by id, file name, position "
                        "(columns, lists of components, or names like J104148.2-091703) or row order")
            ->needs(column);
    label
        .add_option("--radius", request.join.radiusArcsec, "Largest distance of a join by position [arcsec]")
        ->capture_default_str()
        ->check(CLI::PositiveNumber)
        ->needs(catalogue);
    label.add_option("--by", options.joinBy, "Join by id, file, position or order; default: what fits best")
        ->check(CLI::IsMember({"id", "file", "position", "order"}))
        ->needs(catalogue);
    label
        .add_option("--minimum-of", options.minimum,
                    "COLUMN VALUE: only rows of at least this value, e.g. of a consensus")
        ->type_name("COLUMN VALUE")
        ->expected(2)
        ->needs(column);
}

} // namespace

void addLabel(CLI::App &app, Action &action)
{
    CLI::App *label = app.add_subcommand(
        "label", "Put a label on sources or prototypes, take it off, keep classes, or list the labels");
    auto options = std::make_shared<Options>();
    label->add_option("--session", options->session, "Session file")->required();
    label->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    CLI::Option *text =
        label->add_option("--label", options->text, "The label; without it the labels are listed");
    addColumnOptions(*label, *text, *options);
    label->add_option("--source", options->sources, "Ids of sources")->needs(text);
    label->add_flag("--remove", options->remove, "Take the label off instead")->needs(text);
    label->add_option("--rename", options->newName, "Call the label so from now on, everywhere")->needs(text);
    CLI::Option *prototype =
        label->add_option("--prototype", options->prototypes, "X,Y of neurons: label these prototypes")
            ->needs(text);
    label->add_option("--model", options->model, "Name of the map; default: the newest")->needs(prototype);
    CLI::Option *propagate =
        label
            ->add_flag("--propagate", options->isPropagated,
                       "Label the sources of these prototypes too; with --remove, take it off "
                       "those that have it from a prototype")
            ->needs(prototype);
    label
        ->add_option("--max-distance", options->limit.maxDistance,
                     "Only those at most so far from their prototype; default: all")
        ->needs(propagate);
    label
        ->add_flag("--unlabelled", options->limit.onlyUnlabelled,
                   "Only those that no person and no catalogue has labelled")
        ->needs(propagate);
    CLI::Option *labelClass =
        label->add_option("--class", options->labelClass.name, "Make this label a class, or change its class")
            ->excludes(text);
    options->labelClass.colour.clear();
    label->add_option("--colour", options->labelClass.colour, "#RRGGBB of the class")->needs(labelClass);
    label->add_option("--key", options->labelClass.key, "Key of the class: 1 to 9 or a to z")
        ->needs(labelClass);
    label->add_option("--out", options->out, "Write labels and marks: .fits, .vot, .xml, .csv");
    label->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
