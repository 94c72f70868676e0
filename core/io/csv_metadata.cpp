// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv_metadata.h"

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/io/cell_text.h"

namespace somnium::io
{

namespace
{

/// XML Schema datatype of the cells, as CSV on the Web names it.
std::string_view datatype(const data::Column &column)
{
    if (column.width > 1)
        return "string";
    switch (column.type())
    {
    case data::ColumnType::Bool: return "boolean";
    case data::ColumnType::Int64: return "long";
    case data::ColumnType::Float32: return "float";
    case data::ColumnType::Float64: return "double";
    case data::ColumnType::Text: break;
    }
    return "string";
}

nlohmann::ordered_json columnJson(const data::Column &column)
{
    nlohmann::ordered_json json;
    json["titles"] = toUtf8(column.name);
    json["datatype"] = datatype(column);
    if (!column.description.empty())
        json["dc:description"] = toUtf8(column.description);
    if (!column.unit.empty())
        json["schema:unitText"] = toUtf8(column.unit);
    if (!column.ucd.empty())
        json["schema:propertyID"] = toUtf8(column.ucd);
    return json;
}

} // namespace

Result<void> writeCsvMetadata(const std::filesystem::path &csv, const data::Catalogue &catalogue,
                              const TableMetadata &metadata)
{
    if (metadata.history.empty() && metadata.parameters.empty())
        return {};
    nlohmann::ordered_json json;
    json["@context"] = "http://www.w3.org/ns/csvw";
    json["url"] = toUtf8(csv.filename().string());
    json["dc:title"] = toUtf8(catalogue.name);
    json["dc:description"] = toUtf8(catalogue.description);
    for (const data::Column &column : catalogue.columns())
        json["tableSchema"]["columns"].push_back(columnJson(column));
    nlohmann::ordered_json note;
    for (const std::string &line : metadata.history)
        note["history"].push_back(toUtf8(line));
    for (const auto &[name, value] : metadata.parameters)
        note["parameters"][toUtf8(name)] = toUtf8(value);
    json["notes"] = {note};
    constexpr int kIndent = 2;
    return replaceFile(csv.string() + "-metadata.json", std::string_view(json.dump(kIndent) + "\n"));
}

} // namespace somnium::io
