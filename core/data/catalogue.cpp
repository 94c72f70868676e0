// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/catalogue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/base/check.h"

namespace somnium::data
{

namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

char toLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

template <class T> std::string numberText(T value)
{
    if constexpr (std::is_floating_point_v<T>)
    {
        if (std::isnan(value))
            return "NaN";
        if (std::isinf(value))
            return value < 0 ? "-Infinity" : "Infinity";
    }
    std::array<char, 40> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

std::string valueText(std::uint8_t value)
{
    return value != 0 ? "true" : "false";
}
template <class T> std::string valueText(T value)
{
    return numberText(value);
}

template <class T> bool allNaN(const T *begin, const T *end)
{
    return std::all_of(begin, end, [](T value) { return std::isnan(value); });
}

/// A value that stands for "missing" where the type has one; Bool and Int64 also need their isNull set.
template <class T> T missingValue()
{
    if constexpr (std::is_floating_point_v<T>)
        return std::numeric_limits<T>::quiet_NaN();
    else
        return T{};
}

bool hasNullFlags(ColumnType type)
{
    return type == ColumnType::Bool || type == ColumnType::Int64;
}

Column takeRowsOf(const Column &column, const std::vector<std::size_t> &rows)
{
    Column taken = makeColumn(column.name, {}, column.unit, column.ucd, column.description);
    taken.width = column.width;
    std::visit(
        [&](const auto &source) {
            using Values = std::decay_t<decltype(source)>;
            Values &values = taken.values.emplace<Values>();
            values.reserve(rows.size() * column.width);
            for (const std::size_t row : rows)
            {
                if (row == Catalogue::kNoRow)
                {
                    values.insert(values.end(), column.width, missingValue<typename Values::value_type>());
                    continue;
                }
                CHECK(row < column.rowCount());
                const auto begin = source.begin() + static_cast<std::ptrdiff_t>(row * column.width);
                values.insert(values.end(), begin, begin + static_cast<std::ptrdiff_t>(column.width));
            }
        },
        column.values);
    const bool hasNewNulls = std::find(rows.begin(), rows.end(), Catalogue::kNoRow) != rows.end();
    if (!hasNullFlags(column.type()) || (column.isNull.empty() && !hasNewNulls))
        return taken;
    taken.isNull.reserve(rows.size());
    for (const std::size_t row : rows)
        taken.isNull.push_back(row == Catalogue::kNoRow ||
                               (!column.isNull.empty() && column.isNull[row] != 0));
    if (std::find(taken.isNull.begin(), taken.isNull.end(), 1) == taken.isNull.end())
        taken.isNull.clear();
    return taken;
}

bool sameName(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return toLower(x) == toLower(y); });
}

// Role guesses. A UCD or name counts by its place in these lists: the first is the surest.

struct RoleRule
{
    std::vector<std::string_view> ucds;
    std::vector<std::string_view> names;
};

const RoleRule &idRule()
{
    static const RoleRule kRule{{"meta.id;meta.main", "id_main", "meta.id"},
                                {"id", "source_id", "sourceid", "source_name", "object_id", "objid",
                                 "objectid", "name", "object", "iau_name", "main_id", "catalog_id"}};
    return kRule;
}
const RoleRule &fileRule()
{
    static const RoleRule kRule{{"meta.file", "meta.ref.url;meta.file"},
                                {"filename", "file_name", "file", "filepath", "path", "image", "image_name",
                                 "image_file", "fits_file", "cutout", "fname"}};
    return kRule;
}
const RoleRule &raRule()
{
    static const RoleRule kRule{{"pos.eq.ra;meta.main", "pos_eq_ra_main", "pos.eq.ra", "pos_eq_ra"},
                                {"ra", "raj2000", "ra_icrs", "_ra", "_raj2000", "ra_deg", "radeg", "ra_j2000",
                                 "ra(j2000)", "alpha", "alpha_j2000", "alphawin_j2000", "right_ascension",
                                 "ra_mean"}};
    return kRule;
}
const RoleRule &decRule()
{
    static const RoleRule kRule{{"pos.eq.dec;meta.main", "pos_eq_dec_main", "pos.eq.dec", "pos_eq_dec"},
                                {"dec", "decj2000", "dej2000", "de_icrs", "dec_icrs", "_dec", "_de",
                                 "_dej2000", "_decj2000", "de", "dec_deg", "decdeg", "dec_j2000",
                                 "dec(j2000)", "delta", "delta_j2000", "deltawin_j2000", "declination",
                                 "dec_mean"}};
    return kRule;
}

std::optional<std::size_t> firstMatch(const Catalogue &catalogue, const RoleRule &rule)
{
    const std::vector<Column> &columns = catalogue.columns();
    const auto search = [&columns](const std::vector<std::string_view> &wanted,
                                   auto textOf) -> std::optional<std::size_t> {
        for (const std::string_view text : wanted)
            for (std::size_t i = 0; i < columns.size(); ++i)
                if (columns[i].width == 1 && sameName(textOf(columns[i]), text))
                    return i;
        return std::nullopt;
    };
    if (const auto byUcd = search(rule.ucds, [](const Column &c) { return std::string_view(c.ucd); }))
        return byUcd;
    return search(rule.names, [](const Column &c) { return std::string_view(c.name); });
}

/// The first text column most of whose values look so.
template <class Predicate>
std::optional<std::size_t> columnOfTexts(const Catalogue &catalogue, Predicate looksSo)
{
    for (std::size_t i = 0; i < catalogue.columns().size(); ++i)
    {
        const auto *texts = std::get_if<std::vector<std::string>>(&catalogue.columns()[i].values);
        if (texts == nullptr || texts->empty())
            continue;
        const auto count = std::count_if(texts->begin(), texts->end(), looksSo);
        if (2 * static_cast<std::size_t>(count) > texts->size())
            return i;
    }
    return std::nullopt;
}

/// Ends in a point and two to five letters.
bool looksLikeFile(const std::string &text)
{
    const std::size_t point = text.rfind('.');
    if (point == std::string::npos || point == 0 || text.size() - point < 3 || text.size() - point > 6)
        return false;
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(point) + 1, text.end(),
                       [](char c) { return toLower(c) >= 'a' && toLower(c) <= 'z'; });
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// A J, four digits or more (and perhaps decimals), a sign, four digits. What position that is, if any, says
/// core/sky.
bool looksLikeDesignation(const std::string &text)
{
    constexpr std::size_t kFewest = 4;
    constexpr std::string_view kSigns = "+-\xE2"; // or the first byte of a typographic minus
    for (std::size_t j = text.find('J'); j != std::string::npos; j = text.find('J', j + 1))
    {
        const std::size_t sign = text.find_first_not_of("0123456789.", j + 1);
        if (sign == std::string::npos || sign - j - 1 < kFewest || !isDigit(text[j + 1]) ||
            kSigns.find(text[sign]) == std::string_view::npos)
            continue;
        const std::size_t start = text[sign] == '\xE2' ? sign + 3 : sign + 1;
        if (start < text.size() &&
            std::min(text.find_first_not_of("0123456789", start), text.size()) - start >= kFewest)
            return true;
    }
    return false;
}

/// "cpnts_RAs" -> {"cpnts", "ras"}.
std::vector<std::string> wordsOf(std::string_view name)
{
    std::vector<std::string> words(1);
    for (const char c : name)
    {
        if (c == '_' || c == '-' || c == '.' || c == ' ')
            words.emplace_back();
        else
            words.back() += toLower(c);
    }
    return words;
}

/// Two text columns of one name but for the plural words "ras" and "decs".
std::optional<std::pair<std::size_t, std::size_t>> columnsOfComponents(const Catalogue &catalogue)
{
    const std::vector<Column> &columns = catalogue.columns();
    for (std::size_t ra = 0; ra < columns.size(); ++ra)
    {
        std::vector<std::string> words = wordsOf(columns[ra].name);
        const auto plural = std::find(words.begin(), words.end(), "ras");
        if (plural == words.end() || columns[ra].type() != ColumnType::Text)
            continue;
        *plural = "decs";
        for (std::size_t dec = 0; dec < columns.size(); ++dec)
            if (columns[dec].type() == ColumnType::Text && wordsOf(columns[dec].name) == words)
                return std::pair(ra, dec);
    }
    return std::nullopt;
}

} // namespace

std::size_t Column::rowCount() const
{
    const std::size_t count = std::visit([](const auto &all) { return all.size(); }, values);
    return width == 0 ? 0 : count / width;
}

bool Column::isMissing(std::size_t row) const
{
    CHECK(row < rowCount());
    if (!isNull.empty() && isNull[row] != 0)
        return true;
    return std::visit(
        [&](const auto &all) {
            using Value = typename std::decay_t<decltype(all)>::value_type;
            if constexpr (std::is_floating_point_v<Value>)
                return allNaN(all.data() + row * width, all.data() + (row + 1) * width);
            else if constexpr (std::is_same_v<Value, std::string>)
                return all[row].empty();
            else
                return false;
        },
        values);
}

double Column::number(std::size_t row) const
{
    if (isMissing(row))
        return kNaN;
    return std::visit(
        [&](const auto &all) -> double {
            using Value = typename std::decay_t<decltype(all)>::value_type;
            if constexpr (std::is_same_v<Value, std::string>)
            {
                const std::string &text = all[row];
                double value = 0.0;
                const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
                return problem == std::errc{} && end == text.data() + text.size() ? value : kNaN;
            }
            else
                return static_cast<double>(all[row * width]);
        },
        values);
}

std::string Column::text(std::size_t row) const
{
    if (isMissing(row))
        return {};
    return std::visit(
        [&](const auto &all) -> std::string {
            using Value = typename std::decay_t<decltype(all)>::value_type;
            if constexpr (std::is_same_v<Value, std::string>)
                return all[row];
            else
            {
                if (width == 1)
                    return valueText(all[row]);
                std::string cell = "(";
                for (std::size_t i = 0; i < width; ++i)
                    cell += (i == 0 ? "" : " ") + valueText(all[row * width + i]);
                return cell + ")";
            }
        },
        values);
}

Column makeColumn(std::string name, ColumnValues values, std::string unit, std::string ucd,
                  std::string description)
{
    Column column;
    column.name = std::move(name);
    column.unit = std::move(unit);
    column.ucd = std::move(ucd);
    column.description = std::move(description);
    column.values = std::move(values);
    return column;
}

Result<void> Catalogue::addColumn(Column column)
{
    const std::size_t valueCount = std::visit([](const auto &all) { return all.size(); }, column.values);
    if (column.width == 0 || valueCount % column.width != 0 ||
        (column.type() == ColumnType::Text && column.width != 1))
        return failure(ErrorKind::InvalidArgument,
                       "column '" + column.name + "': " + std::to_string(valueCount) +
                           " values do not make cells of width " + std::to_string(column.width));
    if (!column.isNull.empty() && (!hasNullFlags(column.type()) || column.isNull.size() != column.rowCount()))
        return failure(ErrorKind::InvalidArgument,
                       "column '" + column.name + "': null flags that do not fit its type or length");
    if (!m_columns.empty() && column.rowCount() != m_rowCount)
        return failure(ErrorKind::Mismatch, "column '" + column.name + "': expected " +
                                                std::to_string(m_rowCount) + " rows, found " +
                                                std::to_string(column.rowCount()));
    const auto isTaken = [this](const std::string &wanted) {
        return std::any_of(m_columns.begin(), m_columns.end(),
                           [&wanted](const Column &other) { return other.name == wanted; });
    };
    const std::string base = column.name;
    for (std::size_t number = 2; isTaken(column.name); ++number)
        column.name = base + "_" + std::to_string(number);
    m_rowCount = column.rowCount();
    m_columns.push_back(std::move(column));
    return {};
}

void Catalogue::setUcd(std::size_t column, std::string ucd)
{
    CHECK(column < m_columns.size());
    m_columns[column].ucd = std::move(ucd);
}

std::vector<Column> Catalogue::takeColumns() &&
{
    m_rowCount = 0;
    return std::exchange(m_columns, {});
}

std::optional<std::size_t> Catalogue::find(std::string_view columnName) const
{
    std::optional<std::size_t> loose;
    for (std::size_t i = 0; i < m_columns.size(); ++i)
    {
        if (m_columns[i].name == columnName)
            return i;
        if (!loose && sameName(m_columns[i].name, columnName))
            loose = i;
    }
    return loose;
}

Catalogue Catalogue::takeRows(const std::vector<std::size_t> &rows) const
{
    Catalogue taken;
    taken.name = name;
    taken.description = description;
    taken.m_rowCount = rows.size();
    taken.m_columns.reserve(m_columns.size());
    for (const Column &column : m_columns)
        taken.m_columns.push_back(takeRowsOf(column, rows));
    return taken;
}

CatalogueRoles guessRoles(const Catalogue &catalogue)
{
    CatalogueRoles roles;
    roles.id = firstMatch(catalogue, idRule());
    roles.fileName = firstMatch(catalogue, fileRule());
    if (!roles.fileName)
        roles.fileName = columnOfTexts(catalogue, looksLikeFile);
    roles.designation = columnOfTexts(catalogue, looksLikeDesignation);
    roles.raDeg = firstMatch(catalogue, raRule());
    roles.decDeg = firstMatch(catalogue, decRule());
    if (!roles.raDeg || !roles.decDeg) // "alpha" alone is a spectral index
    {
        roles.raDeg.reset();
        roles.decDeg.reset();
    }
    if (const auto components = columnsOfComponents(catalogue))
    {
        roles.componentsRaDeg = components->first;
        roles.componentsDecDeg = components->second;
    }
    if (roles.id && roles.id == roles.fileName)
        roles.id.reset();
    return roles;
}

} // namespace somnium::data
