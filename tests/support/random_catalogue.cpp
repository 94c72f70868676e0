// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/random_catalogue.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

namespace somnium::test
{

namespace
{

using data::Catalogue;
using data::Column;
using data::ColumnType;

template <class T> T randomReal(Random &random)
{
    switch (random.below(8))
    {
    case 0: return std::numeric_limits<T>::quiet_NaN();
    case 1: return std::numeric_limits<T>::infinity() * (random.below(2) == 0 ? T{1} : T{-1});
    case 2: return std::numeric_limits<T>::denorm_min() * static_cast<T>(random.below(100));
    case 3: return std::numeric_limits<T>::max() * static_cast<T>(random.uniform(-1.0, 1.0));
    case 4: return static_cast<T>(random.below(1000));
    default: return static_cast<T>(random.normal() * std::pow(10.0, random.uniform(-12.0, 12.0)));
    }
}

std::int64_t randomInteger(Random &random)
{
    switch (random.below(4))
    {
    case 0: return std::numeric_limits<std::int64_t>::min() + random.below(3);
    case 1: return std::numeric_limits<std::int64_t>::max() - random.below(3);
    case 2: return static_cast<std::int64_t>((std::uint64_t{random.next()} << 32U) | random.next());
    default: return static_cast<std::int64_t>(random.below(2000)) - 1000;
    }
}

std::string randomText(Random &random, const RandomCatalogueOptions &options)
{
    constexpr std::array<std::string_view, 14> kPieces = {"NGC 1275", "3C", ",", "\"", "'",   "<a&b>", "#",
                                                          "J0910+01", "-",  ";", "|",  "]]>", "&amp;", "%s"};
    constexpr std::array<std::string_view, 5> kUnicode = {"Sch\u00f6nberg", "\u03b1\u03b2", "\u661f",
                                                          "\U0001F30C", "5\u2033"};
    constexpr std::array<std::string_view, 4> kBlanks = {" ", "  ", "\n", "\t"};
    std::string text;
    for (std::uint32_t pieces = random.below(5); pieces > 0; --pieces)
    {
        text += kPieces[random.below(kPieces.size())];
        if (options.hasUnicode && random.below(3) == 0)
            text += kUnicode[random.below(kUnicode.size())];
        if (options.hasBlanksAround && random.below(3) == 0)
            text += kBlanks[random.below(kBlanks.size())];
    }
    return text;
}

void fill(Column &column, ColumnType type, std::size_t rows, Random &random,
          const RandomCatalogueOptions &options)
{
    const std::size_t count = rows * column.width;
    const auto make = [count](auto value) {
        std::vector<decltype(value())> values(count);
        for (auto &element : values)
            element = value();
        return values;
    };
    switch (type)
    {
    case ColumnType::Bool:
        column.values = make([&] { return static_cast<std::uint8_t>(random.below(2)); });
        break;
    case ColumnType::Int64: column.values = make([&] { return randomInteger(random); }); break;
    case ColumnType::Float32: column.values = make([&] { return randomReal<float>(random); }); break;
    case ColumnType::Float64: column.values = make([&] { return randomReal<double>(random); }); break;
    case ColumnType::Text: column.values = make([&] { return randomText(random, options); }); break;
    }
    const bool canBeNull = type == ColumnType::Bool || type == ColumnType::Int64;
    if (!canBeNull || random.below(2) == 0)
        return;
    column.isNull.resize(rows);
    bool hasNull = false;
    for (std::uint8_t &flag : column.isNull)
        hasNull |= (flag = random.below(4) == 0 ? 1 : 0) != 0;
    if (!hasNull)
        column.isNull.clear();
}

bool sameColumnValues(const Column &a, const Column &b, std::size_t row)
{
    if (a.isMissing(row) || b.isMissing(row))
        return a.isMissing(row) == b.isMissing(row);
    return std::visit(
        [&](const auto &values) {
            using Values = std::decay_t<decltype(values)>;
            const auto &others = std::get<Values>(b.values);
            for (std::size_t i = row * a.width; i < (row + 1) * a.width; ++i)
            {
                if constexpr (std::is_floating_point_v<typename Values::value_type>)
                    if (std::isnan(values[i]) && std::isnan(others[i]))
                        continue;
                if (!(values[i] == others[i]))
                    return false;
            }
            return true;
        },
        a.values);
}

std::string difference(const Column &a, const Column &b)
{
    const auto differ = [&a](const std::string &what, const std::string &x, const std::string &y) {
        return "column '" + a.name + "': " + what + " '" + x + "' and '" + y + "'";
    };
    if (a.name != b.name)
        return differ("names", a.name, b.name);
    if (a.unit != b.unit)
        return differ("units", a.unit, b.unit);
    if (a.ucd != b.ucd)
        return differ("UCDs", a.ucd, b.ucd);
    if (a.description != b.description)
        return differ("descriptions", a.description, b.description);
    if (a.type() != b.type() || a.width != b.width)
        return differ("types and widths", std::to_string(a.values.index()) + "x" + std::to_string(a.width),
                      std::to_string(b.values.index()) + "x" + std::to_string(b.width));
    for (std::size_t row = 0; row < a.rowCount(); ++row)
        if (!sameColumnValues(a, b, row))
            return differ("cells of row " + std::to_string(row + 1), a.text(row), b.text(row));
    return {};
}

} // namespace

Catalogue randomCatalogue(Random &random, const RandomCatalogueOptions &options)
{
    Catalogue catalogue;
    catalogue.name = "survey";
    catalogue.description = options.hasUnicode ? "Sources & \u201cthings\u201d" : "Sources & things";
    const std::size_t rows = random.below(static_cast<std::uint32_t>(options.mostRows + 1));
    const std::uint32_t columns = 1 + random.below(8);
    for (std::uint32_t i = 0; i < columns; ++i)
    {
        Column column;
        const auto type = static_cast<ColumnType>(random.below(5));
        column.name = "column_" + std::to_string(i);
        if (type != ColumnType::Text && type != ColumnType::Bool && random.below(2) == 0)
            column.unit = "mJy/beam";
        if (random.below(2) == 0)
            column.ucd = "phot.flux;em.radio";
        if (random.below(2) == 0)
            column.description = options.hasUnicode ? "size in \u2033, <total>" : "size in arcsec, <total>";
        if (options.hasVectors && type != ColumnType::Text && random.below(3) == 0)
            column.width = 2 + random.below(4);
        fill(column, type, rows, random, options);
        if (auto added = catalogue.addColumn(std::move(column)); !added)
            return {};
    }
    return catalogue;
}

std::string difference(const Catalogue &a, const Catalogue &b)
{
    if (a.name != b.name || a.description != b.description)
        return "names or descriptions: '" + a.name + "', '" + a.description + "' and '" + b.name + "', '" +
               b.description + "'";
    if (a.rowCount() != b.rowCount() || a.columns().size() != b.columns().size())
        return "shapes: " + std::to_string(a.rowCount()) + " x " + std::to_string(a.columns().size()) +
               " and " + std::to_string(b.rowCount()) + " x " + std::to_string(b.columns().size());
    for (std::size_t i = 0; i < a.columns().size(); ++i)
        if (std::string text = difference(a.columns()[i], b.columns()[i]); !text.empty())
            return text;
    return {};
}

} // namespace somnium::test
