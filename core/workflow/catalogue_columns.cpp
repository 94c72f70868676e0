// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/catalogue_columns.h"

#include <map>
#include <utility>

#include "core/base/check.h"

namespace somnium::workflow
{

namespace
{

std::map<std::size_t, std::string> labelTexts(const std::vector<session::Label> &labels)
{
    std::map<std::size_t, std::string> texts;
    for (const session::Label &label : labels)
    {
        std::string &text = texts[label.source];
        text += (text.empty() ? "" : ";") + label.text;
    }
    return texts;
}

} // namespace

data::Column named(std::string name, std::string unit, std::string ucd, std::string description)
{
    data::Column column;
    column.name = std::move(name);
    column.unit = std::move(unit);
    column.ucd = std::move(ucd);
    column.description = std::move(description);
    return column;
}

void append(data::Catalogue &catalogue, data::Column column)
{
    const auto added = catalogue.addColumn(std::move(column));
    CHECK(added.has_value()); // all columns are made with one row per source
}

void appendIdentity(data::Catalogue &result, const data::Collection &collection,
                    const std::vector<std::size_t> &sources)
{
    const auto source = [&](std::size_t i) -> const data::Source & { return collection.sources[i]; };
    append(result, columnOf<std::string>(sources, named("id", "", "meta.id;meta.main", "Source identifier"),
                                         [&](std::size_t i) { return source(i).id; }));
    append(result,
           columnOf<double>(sources, named("ra", "deg", "pos.eq.ra;meta.main", "Right ascension, ICRS"),
                            [&](std::size_t i) { return source(i).raDeg; }));
    append(result, columnOf<double>(sources, named("dec", "deg", "pos.eq.dec;meta.main", "Declination, ICRS"),
                                    [&](std::size_t i) { return source(i).decDeg; }));
}

void appendWhatIsKnown(data::Catalogue &result, const data::Collection &collection,
                       const std::vector<session::Label> &labels, const std::vector<std::size_t> &sources)
{
    const auto texts = labelTexts(labels);
    append(result, columnOf<std::string>(
                       sources, named("labels", "", "meta.code.class", "Labels, separated by semicolons"),
                       [&](std::size_t i) {
                           const auto found = texts.find(i);
                           return found == texts.end() ? std::string() : found->second;
                       }));
    append(result, columnOf<std::string>(
                       sources, named("file", "", "meta.file", "File, member and HDU of the original image"),
                       [&](std::size_t i) { return data::toString(collection.sources[i].origin); }));
    if (collection.catalogue.columns().empty())
        return;
    for (data::Column &column : collection.catalogue.takeRows(sources).takeColumns())
        append(result, std::move(column));
}

} // namespace somnium::workflow
