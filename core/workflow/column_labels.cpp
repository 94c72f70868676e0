// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/column_labels.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>

#include "core/io/table.h"
#include "core/workflow/labeling.h"

namespace somnium::workflow
{

namespace
{

using data::Catalogue;
using data::Column;

constexpr std::size_t kMostClasses = 100; ///< of real numbers: beyond, they measure something

/// Without blanks at its ends; "1.0" is "1".
std::string tidy(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view digits = whole.starts_with('-') ? whole.substr(1) : whole;
    const bool isWhole = point != std::string_view::npos && !digits.empty() &&
                         digits.find_first_not_of("0123456789") == std::string_view::npos &&
                         text.find_first_not_of('0', point + 1) == std::string_view::npos;
    return std::string(isWhole ? whole : text);
}

std::string labelOf(const Column &column, std::size_t row)
{
    if (column.type() == data::ColumnType::Bool && column.width == 1)
        return column.number(row) == 1.0 ? column.name : std::string();
    return tidy(column.text(row));
}

std::string inQuotes(std::string_view text)
{
    return "'" + std::string(text) + "'";
}

Result<const Column *> columnNamed(const Catalogue &catalogue, const std::string &where,
                                   const std::string &name)
{
    if (const auto column = catalogue.find(name))
        return &catalogue.columns()[*column];
    std::string message = where + ": expected a column " + inQuotes(name) + ", found ";
    for (const Column &column : catalogue.columns())
        message += (&column == &catalogue.columns().front() ? "" : ", ") + inQuotes(column.name);
    return failure(ErrorKind::NotFound, message + (catalogue.columns().empty() ? "none" : ""));
}

/// What is asked for, found in a catalogue.
struct Columns
{
    const Column *text = nullptr;
    const Column *least = nullptr; ///< null: no minimum
    double leastValue = 0.0;

    [[nodiscard]] bool isBelowMinimum(std::size_t row) const
    {
        return least != nullptr && !(least->number(row) >= leastValue); // NaN is
    }
};

Result<Columns> columnsOf(const Catalogue &catalogue, const std::string &where,
                          const ColumnLabelRequest &request)
{
    Columns columns;
    const auto text = columnNamed(catalogue, where, request.column);
    if (!text)
        return failure(text.error());
    columns.text = *text;
    if (!request.minimum)
        return columns;
    const auto least = columnNamed(catalogue, where, request.minimum->column);
    if (!least)
        return failure(least.error());
    columns.least = *least;
    columns.leastValue = request.minimum->value;
    return columns;
}

bool isReal(const Column &column)
{
    return column.type() == data::ColumnType::Float32 || column.type() == data::ColumnType::Float64;
}

Result<void> checkClasses(const Column &column, const std::string &where,
                          const std::vector<session::Label> &labels)
{
    std::set<std::string_view> texts;
    for (const session::Label &label : labels)
        texts.insert(label.text);
    if (!isReal(column) || texts.size() <= kMostClasses)
        return {};
    return failure(ErrorKind::InvalidArgument, where + ": expected classes in column " +
                                                   inQuotes(column.name) + ", found " +
                                                   std::to_string(texts.size()) + " different real numbers");
}

/// `rows`: of each source, or kNoRow.
Result<ColumnLabels> labelsOf(const Columns &columns, const std::vector<std::size_t> &rows,
                              const std::string &where)
{
    ColumnLabels result;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        if (rows[i] == Catalogue::kNoRow)
            continue;
        std::string text = labelOf(*columns.text, rows[i]);
        if (text.empty())
            ++result.withoutText;
        else if (columns.isBelowMinimum(rows[i]))
            ++result.belowMinimum;
        else
            result.labels.push_back({i, std::move(text), session::LabelOrigin::Column});
    }
    if (auto checked = checkClasses(*columns.text, where, result.labels); !checked)
        return failure(checked.error());
    return result;
}

Result<ColumnLabels> labelsOfTable(const data::Collection &collection, const ColumnLabelRequest &request)
{
    const auto table = io::readTable(request.catalogue);
    if (!table)
        return failure(table.error());
    const std::string where = request.catalogue.string();
    const auto columns = columnsOf(*table, where, request);
    if (!columns)
        return failure(columns.error());
    const auto match = sky::matchCatalogue(collection, *table, request.join);
    if (!match)
        return failure(match.error());
    auto result = labelsOf(*columns, match->rows, where);
    if (result)
        result->joinMessage = match->report.message;
    return result;
}

/// "id:3" is no column: every source has its text, and no row is looked at.
Result<ColumnLabels> labelsOfIds(const data::Collection &collection, const ColumnLabelRequest &request)
{
    const auto texts = labelsOfColumn(collection, request.column);
    if (!texts)
        return failure(texts.error());
    ColumnLabels result;
    for (std::size_t i = 0; i < texts->size(); ++i)
        if (!(*texts)[i].empty())
            result.labels.push_back({i, (*texts)[i], session::LabelOrigin::Column});
    return result;
}

} // namespace

Result<ColumnLabels> labelsFromColumn(const data::Collection &collection, const ColumnLabelRequest &request)
{
    if (!request.catalogue.empty())
        return labelsOfTable(collection, request);
    if (request.column.starts_with("id:") && !collection.catalogue.find(request.column) && !request.minimum)
        return labelsOfIds(collection, request);
    const std::string where = "the catalogue of " + collection.name;
    const auto columns = columnsOf(collection.catalogue, where, request);
    if (!columns)
        return failure(columns.error());
    std::vector<std::size_t> rows(collection.sources.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return labelsOf(*columns, rows, where);
}

} // namespace somnium::workflow
