// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/labeling.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "core/io/table.h"

namespace somnium::workflow
{

namespace
{

constexpr std::array kVerdicts = {session::Verdict::Interesting, session::Verdict::Boring,
                                  session::Verdict::Artefact, session::Verdict::None};

/// "id:3" -> 3.
std::optional<std::size_t> idDigits(std::string_view name)
{
    constexpr std::string_view kPrefix = "id:";
    std::size_t digits = 0;
    if (!name.starts_with(kPrefix))
        return std::nullopt;
    name.remove_prefix(kPrefix.size());
    const auto read = std::from_chars(name.data(), name.data() + name.size(), digits);
    if (read.ec != std::errc() || read.ptr != name.data() + name.size() || digits == 0)
        return std::nullopt;
    return digits;
}

std::string joined(const std::string &one, const std::string &other)
{
    return one.empty() ? other : one + ";" + other;
}

Result<std::vector<std::string>> labelsOfPrototypes(const session::Session &session, session::ModelId model,
                                                    const som::Mapping &mapping)
{
    const auto labels = session.annotations().prototypeLabels(model);
    if (!labels)
        return failure(labels.error());
    std::map<std::size_t, std::string> texts;
    for (const session::PrototypeLabel &label : *labels)
        texts[label.neuron] = joined(texts[label.neuron], label.text);
    std::vector<std::string> result;
    result.reserve(mapping.sourceCount());
    for (const std::uint32_t neuron : mapping.best)
        result.push_back(texts.contains(neuron) ? texts[neuron] : std::string());
    return result;
}

/// Where a map's sources lie, and what labels they carry.
struct LabelledMap
{
    som::Mapping mapping;
    std::vector<session::Label> labels;
};

Result<LabelledMap> readLabelledMap(const session::Session &session, session::ModelId model,
                                    session::CollectionId collection)
{
    auto mapping = session.mapping(model);
    if (!mapping)
        return failure(mapping.error());
    auto labels = session.labels(collection);
    if (!labels)
        return failure(labels.error());
    return LabelledMap{std::move(*mapping), std::move(*labels)};
}

/// A row for every source with a label or a mark.
Result<data::Catalogue> labelTable(const data::Collection &collection,
                                   const std::vector<session::Label> &labels,
                                   const std::vector<session::Mark> &marks)
{
    const std::vector<std::string> texts = labelsOfSources(labels, collection.sources.size());
    const std::vector<std::string> origins = originsOfSources(labels, collection.sources.size());
    std::map<std::size_t, session::Mark> rows;
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (!texts[i].empty())
            rows[i] = {i, session::Verdict::None, std::nullopt};
    for (const session::Mark &mark : marks)
        rows[mark.source] = mark;
    std::vector<std::string> ids;
    std::vector<double> ra;
    std::vector<double> dec;
    std::vector<std::string> text;
    std::vector<std::string> origin;
    std::vector<std::string> verdict;
    std::vector<float> score;
    for (const auto &[i, mark] : rows)
    {
        ids.push_back(collection.sources[i].id);
        ra.push_back(collection.sources[i].raDeg);
        dec.push_back(collection.sources[i].decDeg);
        text.push_back(texts[i]);
        origin.push_back(origins[i]);
        verdict.emplace_back(mark.verdict == session::Verdict::None ? "" : toString(mark.verdict));
        score.push_back(mark.score ? static_cast<float>(*mark.score)
                                   : std::numeric_limits<float>::quiet_NaN());
    }
    data::Catalogue table;
    table.name = collection.name;
    table.description = "Labels and marks";
    for (data::Column &column : std::array{
             data::makeColumn("id", std::move(ids), "", "meta.id;meta.main", "Source identifier"),
             data::makeColumn("ra", std::move(ra), "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS"),
             data::makeColumn("dec", std::move(dec), "deg", "pos.eq.dec;meta.main", "Declination, ICRS"),
             data::makeColumn("labels", std::move(text), "", "meta.code.class",
                              "Labels, separated by semicolons"),
             data::makeColumn(
                 "label_origins", std::move(origin), "", "meta.note",
                 "Of each label: hand, prototype (propagated), column (of a catalogue), or not known"),
             data::makeColumn("mark", std::move(verdict), "", "meta.code", "interesting, boring or artefact"),
             data::makeColumn("mark_score", std::move(score), "", "stat.rank", "0 dull to 5 a discovery")})
        if (auto added = table.addColumn(std::move(column)); !added)
            return failure(added.error());
    return table;
}

} // namespace

Result<std::vector<std::string>> labelsOfColumn(const data::Collection &collection, std::string_view column)
{
    if (const auto digits = idDigits(column); digits && !collection.catalogue.find(column))
    {
        std::vector<std::string> starts;
        for (const data::Source &source : collection.sources)
            starts.push_back(source.id.substr(0, *digits));
        return starts;
    }
    const auto position = collection.catalogue.find(column);
    if (!position)
        return failure(ErrorKind::NotFound, "the catalogue of " + collection.name + " has no column \"" +
                                                std::string(column) + "\"");
    std::vector<std::string> labels;
    labels.reserve(collection.sources.size());
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
        labels.push_back(collection.catalogue.columns()[*position].text(i));
    return labels;
}

std::vector<std::string> labelsOfSources(const std::vector<session::Label> &labels, std::size_t sourceCount)
{
    std::vector<std::string> texts(sourceCount);
    for (const session::Label &label : labels)
        if (label.source < sourceCount)
            texts[label.source] = joined(texts[label.source], label.text);
    return texts;
}

std::vector<std::string> originsOfSources(const std::vector<session::Label> &labels, std::size_t sourceCount)
{
    std::vector<std::string> texts(sourceCount);
    std::set<std::size_t> begun; // an origin that is not known is an empty text, but one of several
    for (const session::Label &label : labels)
        if (label.source < sourceCount)
            texts[label.source] +=
                (begun.insert(label.source).second ? "" : ";") + std::string(toString(label.origin));
    return texts;
}

std::vector<std::size_t> sourcesToPropagateTo(const som::Mapping &mapping,
                                              const std::vector<std::size_t> &neurons,
                                              const std::vector<session::Label> &labels,
                                              const PropagationLimit &limit)
{
    const std::set<std::size_t> wanted(neurons.begin(), neurons.end());
    std::set<std::size_t> labelled;
    if (limit.onlyUnlabelled)
        for (const session::Label &label : labels)
            if (label.origin != session::LabelOrigin::Prototype)
                labelled.insert(label.source);
    std::vector<std::size_t> sources;
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
        if (wanted.contains(mapping.best[i]) &&
            static_cast<double>(mapping.distance[i]) <= limit.maxDistance && !labelled.contains(i))
            sources.push_back(i);
    return sources;
}

Result<std::vector<std::size_t>> labelPrototypes(session::Session &session, session::ModelId model,
                                                 const std::vector<std::size_t> &neurons,
                                                 const std::string &text,
                                                 const std::optional<PropagationLimit> &propagation)
{
    const auto summary = session.modelSummary(model);
    if (!summary)
        return failure(summary.error());
    std::vector<std::size_t> sources;
    if (propagation)
    {
        const auto map = readLabelledMap(session, model, summary->collection);
        if (!map)
            return failure(map.error());
        sources = sourcesToPropagateTo(map->mapping, neurons, map->labels, *propagation);
    }
    if (auto set = session.annotations().setPrototypeLabel(model, neurons, text, true); !set)
        return failure(set.error());
    if (!sources.empty())
        if (auto set =
                session.setLabel(summary->collection, sources, text, true, session::LabelOrigin::Prototype);
            !set)
            return failure(set.error());
    return sources;
}

Result<std::vector<std::size_t>> unlabelPrototypes(session::Session &session, session::ModelId model,
                                                   const std::vector<std::size_t> &neurons,
                                                   const std::string &text, bool alsoSources)
{
    const auto summary = session.modelSummary(model);
    if (!summary)
        return failure(summary.error());
    std::vector<std::size_t> sources;
    if (alsoSources)
    {
        const auto map = readLabelledMap(session, model, summary->collection);
        if (!map)
            return failure(map.error());
        const std::vector<std::size_t> members = sourcesToPropagateTo(map->mapping, neurons, {}, {});
        for (const session::Label &label : map->labels)
            if (label.text == text && label.origin == session::LabelOrigin::Prototype &&
                std::binary_search(members.begin(), members.end(), label.source))
                sources.push_back(label.source);
    }
    if (auto set = session.annotations().setPrototypeLabel(model, neurons, text, false); !set)
        return failure(set.error());
    if (!sources.empty())
        if (auto set = session.setLabel(summary->collection, sources, text, false); !set)
            return failure(set.error());
    return sources;
}

Result<std::size_t> propagateAll(session::Session &session, session::ModelId model,
                                 const PropagationLimit &limit)
{
    const auto summary = session.modelSummary(model);
    if (!summary)
        return failure(summary.error());
    const auto map = readLabelledMap(session, model, summary->collection);
    if (!map)
        return failure(map.error());
    const auto prototypes = session.annotations().prototypeLabels(model);
    if (!prototypes)
        return failure(prototypes.error());
    std::set<std::pair<std::size_t, std::string>> before;
    for (const session::Label &label : map->labels)
        before.emplace(label.source, label.text);
    std::vector<session::Label> added;
    for (const session::PrototypeLabel &prototype : *prototypes)
        for (const std::size_t source :
             sourcesToPropagateTo(map->mapping, {prototype.neuron}, map->labels, limit))
            if (!before.contains({source, prototype.text}))
                added.push_back({source, prototype.text, session::LabelOrigin::Prototype});
    if (auto set = session.setLabels(summary->collection, added, true); !set)
        return failure(set.error());
    return added.size();
}

Result<std::vector<std::string>> labelingByName(const session::Session &session, session::ModelId model,
                                                const std::string &name,
                                                const std::vector<std::string> &other)
{
    const auto summary = session.modelSummary(model);
    if (!summary)
        return failure(summary.error());
    const auto mapping = session.mapping(model);
    if (!mapping)
        return failure(mapping.error());
    if (name == "labels")
    {
        const auto labels = session.labels(summary->collection);
        if (!labels)
            return failure(labels.error());
        return labelsOfSources(*labels, mapping->sourceCount());
    }
    if (name == "prototypes")
        return labelsOfPrototypes(session, model, *mapping);
    if (name == "map")
        return search::neuronMajority(*mapping, summary->params.layout.neuronCount(), other);
    const auto collection = session.collection(summary->collection);
    if (!collection)
        return failure(collection.error());
    return labelsOfColumn(*collection, name);
}

Result<Comparison> compareLabelings(const session::Session &session, session::ModelId model,
                                    const std::string &first, const std::string &second)
{
    if (first == "map" && second == "map")
        return failure(ErrorKind::InvalidArgument,
                       "the map only repeats what another labeling says: expected at most one \"map\"");
    const bool isFirstMap = first == "map";
    const auto base = labelingByName(session, model, isFirstMap ? second : first, {});
    if (!base)
        return failure(base.error());
    const auto other = labelingByName(session, model, isFirstMap ? first : second, *base);
    if (!other)
        return failure(other.error());
    Comparison comparison{first, second, isFirstMap ? *other : *base, isFirstMap ? *base : *other, {}};
    auto confusion = search::confusionOf(comparison.first, comparison.second);
    if (!confusion)
        return failure(confusion.error());
    comparison.confusion = std::move(*confusion);
    return comparison;
}

Result<std::size_t> exportLabels(const session::Session &session, session::CollectionId id,
                                 const std::filesystem::path &path)
{
    const auto collection = session.collection(id);
    if (!collection)
        return failure(collection.error());
    const auto labels = session.labels(id);
    if (!labels)
        return failure(labels.error());
    const auto marks = session.annotations().marks(id);
    if (!marks)
        return failure(marks.error());
    auto table = labelTable(*collection, *labels, *marks);
    if (!table)
        return failure(table.error());
    if (auto written = io::writeTable(path, *table); !written)
        return failure(written.error());
    return table->rowCount();
}

std::string_view toString(session::Verdict verdict)
{
    switch (verdict)
    {
    case session::Verdict::Interesting: return "interesting";
    case session::Verdict::Boring: return "boring";
    case session::Verdict::Artefact: return "artefact";
    case session::Verdict::None: return "none";
    }
    return "?";
}

Result<session::Verdict> verdictFromName(std::string_view name)
{
    for (const session::Verdict verdict : kVerdicts)
        if (toString(verdict) == name)
            return verdict;
    return failure(ErrorKind::InvalidArgument,
                   "expected interesting, boring, artefact or none; found \"" + std::string(name) + "\"");
}

} // namespace somnium::workflow
