// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
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
    std::string column;
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

/// Labels every source with the text of its cell.
Result<void> labelFromColumn(session::Session &session, session::CollectionId id,
                             const data::Collection &collection, const std::string &name)
{
    const auto texts = workflow::labelsOfColumn(collection, name);
    if (!texts)
        return failure(texts.error());
    std::vector<session::Label> labels;
    for (std::size_t i = 0; i < texts->size(); ++i)
        if (!(*texts)[i].empty())
            labels.push_back({i, (*texts)[i]});
    return session.setLabels(id, labels, true);
}

/// Labels prototypes, and their sources if asked.
Result<void> labelPrototypes(const Options &options, session::Session &session, Console &console)
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
        return session.annotations().setPrototypeLabel(model->id, neurons, options.text, false);
    const auto limit = options.isPropagated ? std::optional(options.limit) : std::nullopt;
    const auto sources = workflow::labelPrototypes(session, model->id, neurons, options.text, limit);
    if (!sources)
        return failure(sources.error());
    console.remark("labelled " + std::to_string(neurons.size()) + " prototypes and " +
                   std::to_string(sources->size()) + " of their sources");
    return {};
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
Result<void> change(const Options &options, session::Session &session, session::CollectionId id,
                    const data::Collection &collection, Console &console)
{
    if (!options.labelClass.name.empty())
        return setClass(options, session);
    if (!options.column.empty())
        return labelFromColumn(session, id, collection, options.column);
    if (options.text.empty())
        return {};
    if (!options.newName.empty())
    {
        const auto renamed = session.annotations().renameLabel(options.text, options.newName);
        return renamed ? Result<void>() : failure(renamed.error());
    }
    if (!options.prototypes.empty())
        return labelPrototypes(options, session, console);
    const auto indices = indicesOf(collection, options.sources);
    if (!indices)
        return failure(indices.error());
    return session.setLabel(id, *indices, options.text, !options.remove);
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
    const auto session = session::Session::open(options.session);
    if (!session)
        return failure(session.error());
    const auto summary = findCollection(**session, options.collection);
    if (!summary)
        return failure(summary.error());
    const auto collection = (*session)->collection(summary->id);
    if (!collection)
        return failure(collection.error());
    if (auto changed = change(options, **session, summary->id, *collection, console); !changed)
        return changed;
    const auto labels = (*session)->labels(summary->id);
    if (!labels)
        return failure(labels.error());
    std::map<std::string, std::size_t> counts;
    nlohmann::json list = nlohmann::json::array();
    for (const session::Label &label : *labels)
    {
        ++counts[label.text];
        list.push_back({{"id", collection->sources[label.source].id}, {"label", label.text}});
    }
    std::string text = std::to_string(labels->size()) + " labels on " + summary->name;
    for (const auto &[label, count] : counts)
        text += "\n  " + label + ": " + std::to_string(count);
    nlohmann::json json = {{"collection", summary->name}, {"counts", counts}, {"labels", list}};
    if (auto added = addClasses(**session, text, json); !added)
        return added;
    if (!options.out.empty())
        if (auto written = workflow::exportLabels(**session, summary->id, options.out); !written)
            return failure(written.error());
    console.print(text, json);
    return {};
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
    label
        ->add_option("--from-column", options->column,
                     "Instead: label every source with its cell of this column; id:3 is the first 3 "
                     "characters of its id (as MiraBest names its classes)")
        ->excludes(text);
    label->add_option("--source", options->sources, "Ids of sources")->needs(text);
    label->add_flag("--remove", options->remove, "Take the label off instead")->needs(text);
    label->add_option("--rename", options->newName, "Call the label so from now on, everywhere")->needs(text);
    CLI::Option *prototype =
        label->add_option("--prototype", options->prototypes, "X,Y of neurons: label these prototypes")
            ->needs(text);
    label->add_option("--model", options->model, "Name of the map; default: the newest")->needs(prototype);
    CLI::Option *propagate =
        label->add_flag("--propagate", options->isPropagated, "Label the sources of these prototypes too")
            ->needs(prototype);
    label
        ->add_option("--max-distance", options->limit.maxDistance,
                     "Only those at most so far from their prototype; default: all")
        ->needs(propagate);
    label->add_flag("--unlabelled", options->limit.onlyUnlabelled, "Only those without any label yet")
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
