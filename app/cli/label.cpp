// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include "app/cli/console.h"
#include "app/cli/lookup.h"

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
    const auto position = collection.catalogue.find(name);
    if (!position)
        return failure(ErrorKind::NotFound,
                       "the catalogue of " + collection.name + " has no column \"" + name + "\"");
    std::map<std::string, std::vector<std::size_t>> sources;
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
        sources[collection.catalogue.columns()[*position].text(i)].push_back(i);
    for (const auto &[text, indices] : sources)
        if (!text.empty())
            if (auto set = session.setLabel(id, indices, text, true); !set)
                return set;
    return {};
}

/// What the command was asked to change, if anything.
Result<void> change(const Options &options, session::Session &session, session::CollectionId id,
                    const data::Collection &collection)
{
    if (!options.column.empty())
        return labelFromColumn(session, id, collection, options.column);
    if (options.text.empty())
        return {};
    const auto indices = indicesOf(collection, options.sources);
    if (!indices)
        return failure(indices.error());
    return session.setLabel(id, *indices, options.text, !options.remove);
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
    if (auto changed = change(options, **session, summary->id, *collection); !changed)
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
    console.print(text, {{"collection", summary->name}, {"counts", counts}, {"labels", list}});
    return {};
}

} // namespace

void addLabel(CLI::App &app, Action &action)
{
    CLI::App *label = app.add_subcommand("label", "Put a label on sources, take it off, or list the labels");
    auto options = std::make_shared<Options>();
    label->add_option("--session", options->session, "Session file")->required();
    label->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    CLI::Option *text =
        label->add_option("--label", options->text, "The label; without it the labels are listed");
    label
        ->add_option("--from-column", options->column,
                     "Instead: label every source with its cell of this column")
        ->excludes(text);
    label->add_option("--source", options->sources, "Ids of sources")->needs(text);
    label->add_flag("--remove", options->remove, "Take the label off instead")->needs(text);
    label->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
