// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/join.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/sky/file_names.h"
#include "core/sky/position.h"
#include "core/sky/row_positions.h"

namespace somnium::sky
{

namespace
{

using data::Catalogue;
using data::Collection;
using data::Column;

constexpr std::size_t kNoRow = Catalogue::kNoRow;
constexpr double kArcsecPerDegree = 3600.0;

/// A catalogue with what is known of its columns.
struct Table
{
    explicit Table(const Catalogue &table)
        : catalogue(table), roles(data::guessRoles(table)), positions(rowPositions(table, roles))
    {}
    const Catalogue &catalogue;
    data::CatalogueRoles roles;
    RowPositions positions;
};

/// For each source its row, or kNoRow.
struct Matches
{
    JoinMethod method = JoinMethod::Id;
    std::string column;
    std::vector<std::size_t> rows;
    std::vector<double> distancesArcsec; ///< by position: of those that have a row
    bool isByNumber = false;             ///< in the file names

    [[nodiscard]] std::size_t found() const
    {
        return rows.size() - static_cast<std::size_t>(std::count(rows.begin(), rows.end(), kNoRow));
    }
    [[nodiscard]] std::size_t distinctRows() const
    {
        std::set<std::size_t> distinct(rows.begin(), rows.end());
        distinct.erase(kNoRow);
        return distinct.size();
    }
};

// Names, looser step by step: as they are, without folder, without ending, in lower case.

constexpr std::size_t kLevels = 4;

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

std::string keyOf(std::string_view name, std::size_t level)
{
    if (level >= 1)
        name = withoutFolder(name);
    if (level >= 2)
        name = withoutEnding(name);
    return level >= 3 ? lowered(name) : std::string(name);
}

Matches matchNames(const std::vector<std::string> &names, const Column &column, JoinMethod method)
{
    Matches matches{method, column.name, std::vector<std::size_t>(names.size(), kNoRow), {}};
    for (std::size_t level = 0; level < kLevels && matches.found() < names.size(); ++level)
    {
        std::unordered_map<std::string, std::size_t> rowOf;
        for (std::size_t row = 0; row < column.rowCount(); ++row)
            if (!column.isMissing(row))
                rowOf.try_emplace(keyOf(column.text(row), level), row);
        for (std::size_t i = 0; i < names.size(); ++i)
            if (matches.rows[i] == kNoRow)
                if (const auto hit = rowOf.find(keyOf(names[i], level)); hit != rowOf.end())
                    matches.rows[i] = hit->second;
    }
    return matches;
}

std::vector<std::string> sourceNames(const Collection &collection, JoinMethod method)
{
    std::vector<std::string> names;
    names.reserve(collection.sources.size());
    for (const data::Source &source : collection.sources)
    {
        const std::string &file = source.origin.member.empty() ? source.origin.file : source.origin.member;
        names.push_back(method == JoinMethod::Id ? source.id : file);
    }
    return names;
}

bool holdsNames(const Column &column)
{
    return column.width == 1 &&
           (column.type() == data::ColumnType::Text || column.type() == data::ColumnType::Int64);
}

/// The column that names most sources. The guessed one may name a few; any other must name at least half of
/// them, each by its own row, since numbers of classes look like ids too.
Matches bestNames(const Collection &collection, const Catalogue &catalogue, JoinMethod method,
                  std::optional<std::size_t> guessed)
{
    const std::vector<std::string> names = sourceNames(collection, method);
    Matches best{method, {}, std::vector<std::size_t>(names.size(), kNoRow), {}};
    if (guessed)
        best = matchNames(names, catalogue.columns()[*guessed], method);
    if (best.distinctRows() == 1 && best.found() > 1) // all sources are of one file, which says nothing
        best.rows.assign(names.size(), kNoRow);
    for (std::size_t i = 0; i < catalogue.columns().size() && best.found() < names.size(); ++i)
    {
        if (i == guessed || !holdsNames(catalogue.columns()[i]))
            continue;
        Matches other = matchNames(names, catalogue.columns()[i], method);
        if (other.found() > best.found() && 2 * other.distinctRows() >= names.size())
            best = std::move(other);
    }
    return best;
}

/// A cell as a whole number, if it is one; texts keep leading zeros.
std::optional<std::int64_t> wholeNumber(const Column &column, std::size_t row)
{
    constexpr double kMostExact = 9.0e15;
    if (column.type() == data::ColumnType::Text)
    {
        const std::string text = column.text(row);
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                        : std::nullopt;
    }
    const double value = column.number(row);
    if (!(std::abs(value) < kMostExact) || value != std::floor(value))
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

/// The rows of the whole numbers in a column; nothing unless nearly all cells hold one of their own. A few
/// that do not are slips of a pen ("022." for 0221).
std::optional<std::unordered_map<std::int64_t, std::size_t>> rowsByNumber(const Column &column)
{
    constexpr std::size_t kMostSlips = 20; // one cell in so many
    std::unordered_map<std::int64_t, std::size_t> rows;
    if (column.width != 1 || column.type() == data::ColumnType::Bool)
        return std::nullopt;
    std::size_t slips = 0;
    for (std::size_t row = 0; row < column.rowCount(); ++row)
    {
        if (column.isMissing(row))
            continue;
        const auto number = wholeNumber(column, row);
        if (!number || !rows.try_emplace(*number, row).second)
            ++slips;
        if (slips * kMostSlips > column.rowCount())
            return std::nullopt;
    }
    return rows;
}

/// The numbers at one place in all file names: counted from the left, then from the right.
struct NumberPlaces
{
    explicit NumberPlaces(const std::vector<std::string> &names)
    {
        for (const std::string &name : names)
        {
            numbers.push_back(numbersInFileName(name));
            shortest = std::min(shortest, numbers.back().size());
        }
        if (names.empty())
            shortest = 0;
    }
    [[nodiscard]] std::size_t count() const { return 2 * shortest; }
    [[nodiscard]] std::int64_t at(std::size_t source, std::size_t place) const
    {
        const auto &own = numbers[source];
        return own[place < shortest ? place : own.size() - 1 - (place - shortest)];
    }
    std::vector<std::vector<std::int64_t>> numbers;
    std::size_t shortest = std::numeric_limits<std::size_t>::max();
};

/// Where all file names hold a number at one place and a column holds each number once: star 263 is
/// "MILES_res2.50_star_m0263V.fits". Numbers fit by chance, so at least half of the sources must find a row,
/// each its own, and no other place or column as many.
Matches matchNumbers(const Collection &collection, const Catalogue &catalogue)
{
    const NumberPlaces places(sourceNames(collection, JoinMethod::FileName));
    const std::size_t sources = collection.sources.size();
    const Matches none{JoinMethod::FileName, {}, std::vector<std::size_t>(sources, kNoRow), {}, true};
    Matches best = none;
    bool isAlone = false;
    for (const Column &column : catalogue.columns())
    {
        const auto rows = places.count() > 0 ? rowsByNumber(column) : std::nullopt;
        for (std::size_t place = 0; rows && place < places.count(); ++place)
        {
            Matches matches = none;
            matches.column = column.name;
            for (std::size_t i = 0; i < sources; ++i)
                if (const auto hit = rows->find(places.at(i, place)); hit != rows->end())
                    matches.rows[i] = hit->second;
            const std::size_t found = matches.found();
            const bool isWorse = 2 * found < sources || found < best.found() || matches.rows == best.rows;
            if (isWorse || 2 * matches.distinctRows() < found) // a number that all names share
                continue;
            isAlone = found > best.found();
            best = std::move(matches);
        }
    }
    return isAlone && best.distinctRows() == best.found() ? best : none;
}

Matches matchPositions(const Collection &collection, std::vector<RowPoint> points, double radiusArcsec)
{
    std::stable_sort(points.begin(), points.end(), [](const RowPoint &a, const RowPoint &b) {
        return a.position.decDeg < b.position.decDeg;
    });
    const double radius = radiusArcsec / kArcsecPerDegree;
    Matches matches{
        JoinMethod::Position, {}, std::vector<std::size_t>(collection.sources.size(), kNoRow), {}};
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
    {
        const data::Source &source = collection.sources[i];
        if (!source.hasPosition())
            continue;
        const SkyPosition here{source.raDeg, source.decDeg};
        double nearest = radius;
        const auto first =
            std::lower_bound(points.begin(), points.end(), source.decDeg - radius,
                             [](const RowPoint &point, double dec) { return point.position.decDeg < dec; });
        for (auto point = first; point != points.end() && point->position.decDeg <= source.decDeg + radius;
             ++point)
        {
            const double distance = separationDeg(here, point->position);
            if (distance < nearest || (distance <= radius && matches.rows[i] == kNoRow))
            {
                nearest = distance;
                matches.rows[i] = point->row;
            }
        }
        if (matches.rows[i] != kNoRow)
            matches.distancesArcsec.push_back(nearest * kArcsecPerDegree);
    }
    return matches;
}

Matches matchRowOrder(const Collection &collection, const Catalogue &catalogue)
{
    Matches matches{
        JoinMethod::RowOrder, {}, std::vector<std::size_t>(collection.sources.size(), kNoRow), {}};
    if (collection.sources.size() == catalogue.rowCount())
        std::iota(matches.rows.begin(), matches.rows.end(), std::size_t{0});
    return matches;
}

Matches bestMatches(const Collection &collection, const Table &table, const JoinOptions &options)
{
    const auto isWanted = [&options](JoinMethod method) {
        return !options.method || *options.method == method;
    };
    Matches best;
    best.rows.assign(collection.sources.size(), kNoRow);
    const auto consider = [&best](Matches matches) {
        if (matches.found() > best.found())
            best = std::move(matches);
    };
    if (isWanted(JoinMethod::Id))
        consider(bestNames(collection, table.catalogue, JoinMethod::Id, table.roles.id));
    if (isWanted(JoinMethod::FileName))
        consider(bestNames(collection, table.catalogue, JoinMethod::FileName, table.roles.fileName));
    // A few names that fit may do so by chance: numbers of rows do.
    const std::size_t possible = std::min(collection.sources.size(), table.catalogue.rowCount());
    if (2 * best.found() < possible && isWanted(JoinMethod::Position))
        consider(matchPositions(collection, table.positions.points, options.radiusArcsec));
    if (2 * best.found() < possible && isWanted(JoinMethod::FileName))
        consider(matchNumbers(collection, table.catalogue));
    if (best.found() == 0 && isWanted(JoinMethod::RowOrder))
        consider(matchRowOrder(collection, table.catalogue));
    return best;
}

double medianOf(std::vector<double> values)
{
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::string shortText(double arcsec)
{
    std::array<char, 32> figures{};
    std::snprintf(figures.data(), figures.size(), "%.3g", arcsec);
    return figures.data();
}

/// What was looked for in vain.
std::string whyNone(const Collection &collection, const Table &table, const JoinOptions &options)
{
    const std::string &origin = table.positions.origin;
    const bool hasPositions = std::any_of(collection.sources.begin(), collection.sources.end(),
                                          [](const data::Source &source) { return source.hasPosition(); });
    return "expected rows for " + std::to_string(collection.sources.size()) +
           " sources by id, file name, position or (with as many rows as sources) order, found " +
           std::to_string(table.catalogue.rowCount()) + " rows that fit none of them; " +
           (origin.empty() ? "they have no positions"
                           : "their positions (" + origin + ") were tried within " +
                                 shortText(options.radiusArcsec) + " arcsec") +
           (hasPositions ? "" : "; the sources have no positions");
}

JoinReport reportOn(const Matches &matches, const Table &table, const JoinOptions &options)
{
    JoinReport report;
    report.method = matches.method;
    report.column = matches.column;
    report.positionsFrom = table.positions.origin;
    report.found = matches.found();
    for (std::size_t i = 0; i < matches.rows.size(); ++i)
        if (matches.rows[i] == kNoRow)
            report.sourcesWithoutRow.push_back(i);
    report.rowsWithoutSource = table.catalogue.rowCount() - matches.distinctRows();
    report.medianArcsec = medianOf(matches.distancesArcsec);
    report.message = std::to_string(report.found) + " of " + std::to_string(matches.rows.size()) +
                     " sources joined by " + (matches.isByNumber ? "the number in the " : "") +
                     std::string(toString(report.method));
    if (!report.column.empty())
        report.message += " (column '" + report.column + "')";
    if (report.method == JoinMethod::Position)
        report.message += " within " + shortText(options.radiusArcsec) + " arcsec, median distance " +
                          shortText(report.medianArcsec) + " arcsec; positions from " + report.positionsFrom;
    if (report.method == JoinMethod::RowOrder)
        report.message += ": no column names the sources, but there are as many rows as sources";
    return report;
}

/// Returns how many sources had none.
std::size_t takePositions(Collection &collection, const Catalogue &catalogue,
                          const data::CatalogueRoles &roles, const std::vector<std::size_t> &rows)
{
    std::size_t taken = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        data::Source &source = collection.sources[i];
        if (rows[i] == kNoRow || source.hasPosition())
            continue;
        if (const auto position = rowPosition(catalogue, roles, rows[i]))
        {
            source.raDeg = position->raDeg;
            source.decDeg = position->decDeg;
            ++taken;
        }
    }
    return taken;
}

} // namespace

std::string_view toString(JoinMethod method)
{
    switch (method)
    {
    case JoinMethod::Id: return "id";
    case JoinMethod::FileName: return "file name";
    case JoinMethod::Position: return "position";
    case JoinMethod::RowOrder: return "row order";
    }
    return "?";
}

Result<CatalogueMatch> matchCatalogue(const Collection &collection, const Catalogue &catalogue,
                                      const JoinOptions &options)
{
    const Table table(catalogue);
    Matches matches = bestMatches(collection, table, options);
    if (matches.found() == 0)
        return failure(ErrorKind::Mismatch,
                       "catalogue '" + catalogue.name + "': " + whyNone(collection, table, options));
    JoinReport report = reportOn(matches, table, options);
    return CatalogueMatch{std::move(matches.rows), std::move(report)};
}

Result<JoinReport> joinCatalogue(Collection &collection, const Catalogue &catalogue,
                                 const JoinOptions &options)
{
    auto match = matchCatalogue(collection, catalogue, options);
    if (!match)
        return failure(match.error());
    const data::CatalogueRoles roles = data::guessRoles(catalogue);
    if (const std::size_t taken = takePositions(collection, catalogue, roles, match->rows); taken > 0)
        match->report.message +=
            "; " + std::to_string(taken) + " sources got their position from " + match->report.positionsFrom;
    collection.catalogue = catalogue.takeRows(match->rows);
    return std::move(match->report);
}

} // namespace somnium::sky
