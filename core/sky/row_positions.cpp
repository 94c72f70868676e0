// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/row_positions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string_view>

#include "core/sky/designation.h"
#include "core/sky/position.h"

namespace somnium::sky
{

namespace
{

using data::Catalogue;
using data::CatalogueRoles;
using data::Column;

constexpr double kDegree = std::numbers::pi / 180.0;
constexpr std::string_view kBlanks = " \t";

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

std::optional<double> readWords(std::string_view text, bool isRa)
{
    const auto value = isRa ? parseRaDeg(text) : parseDecDeg(text);
    return value ? std::optional(*value) : std::nullopt;
}

/// Parts of `text` between any of `separators`; runs of blanks count once.
std::vector<std::string_view> partsOf(std::string_view text, std::string_view separators)
{
    std::vector<std::string_view> parts;
    while (true)
    {
        const std::size_t end = text.find_first_of(separators);
        std::string_view part = text.substr(0, end);
        part.remove_prefix(std::min(part.find_first_not_of(kBlanks), part.size()));
        part = part.substr(0, part.find_last_not_of(kBlanks) + 1);
        if (separators != kBlanks || !part.empty())
            parts.push_back(part);
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

/// Without brackets around it and a separator behind it.
std::string_view insideOf(std::string_view text)
{
    constexpr std::string_view kBefore = "[({ \t";
    constexpr std::string_view kBehind = "])} \t|;,";
    text.remove_prefix(std::min(text.find_first_not_of(kBefore), text.size()));
    return text.substr(0, text.find_last_not_of(kBehind) + 1);
}

/// The coordinates of a cell, one or a list: "0.8|0.7", "0.8; 0.7", "[0.8, 0.7]", "0.8 0.7". None if any of
/// them cannot be read. "07 58 28.6" is one right ascension, not three numbers.
std::vector<double> coordinatesInWords(std::string_view cell, bool isRa)
{
    const std::string_view text = insideOf(cell);
    std::string_view separators = "|;,";
    if (text.find_first_of(separators) == std::string_view::npos)
    {
        if (const auto one = readWords(text, isRa))
            return {*one};
        separators = kBlanks;
    }
    std::vector<double> values;
    for (const std::string_view part : partsOf(text, separators))
    {
        const auto value = readWords(part, isRa);
        if (!value)
            return {};
        values.push_back(*value);
    }
    return values;
}

std::optional<double> coordinateOfNumber(const Column &column, std::size_t row, bool isRa)
{
    double value = column.number(row);
    const std::string unit = lowered(column.unit);
    if (unit == "h" || unit == "hr" || unit == "hour" || unit == "hourangle")
        value *= 15.0;
    else if (unit == "rad")
        value /= kDegree;
    const double limit = isRa ? 360.0 : 90.0;
    if (!(std::abs(value) <= limit))
        return std::nullopt;
    return isRa && value < 0.0 ? value + 360.0 : value;
}

std::vector<double> coordinates(const Column &column, std::size_t row, bool isRa)
{
    if (column.type() == data::ColumnType::Text)
        return coordinatesInWords(column.text(row), isRa);
    const auto value = coordinateOfNumber(column, row, isRa);
    return value ? std::vector<double>{*value} : std::vector<double>{};
}

/// Of the mean direction.
SkyPosition middleOf(const std::vector<SkyPosition> &positions)
{
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
    for (const SkyPosition &position : positions)
    {
        const double dec = position.decDeg * kDegree;
        x += std::cos(dec) * std::cos(position.raDeg * kDegree);
        y += std::cos(dec) * std::sin(position.raDeg * kDegree);
        z += std::sin(dec);
    }
    const double ra = std::atan2(y, x) / kDegree;
    return {ra < 0.0 ? ra + 360.0 : ra, std::atan2(z, std::hypot(x, y)) / kDegree};
}

/// The columns of coordinates: the pair of single ones, else the pair of lists.
struct Pair
{
    std::size_t ra = 0;
    std::size_t dec = 0;
};
std::optional<Pair> coordinateColumns(const CatalogueRoles &roles)
{
    if (roles.raDeg && roles.decDeg)
        return Pair{*roles.raDeg, *roles.decDeg};
    if (roles.componentsRaDeg && roles.componentsDecDeg)
        return Pair{*roles.componentsRaDeg, *roles.componentsDecDeg};
    return std::nullopt;
}

/// One position, or one for each component; none where the lists differ in length.
std::vector<SkyPosition> positionsInColumns(const Catalogue &catalogue, const Pair &pair, std::size_t row)
{
    const std::vector<double> ra = coordinates(catalogue.columns()[pair.ra], row, true);
    const std::vector<double> dec = coordinates(catalogue.columns()[pair.dec], row, false);
    std::vector<SkyPosition> positions;
    if (ra.size() == dec.size())
        for (std::size_t i = 0; i < ra.size(); ++i)
            positions.push_back({ra[i], dec[i]});
    return positions;
}

std::optional<NamedPosition> positionInNameOf(const Catalogue &catalogue, const CatalogueRoles &roles,
                                              std::size_t row)
{
    return roles.designation ? positionInName(catalogue.columns()[*roles.designation].text(row))
                             : std::nullopt;
}

std::string quoted(const Catalogue &catalogue, std::size_t column)
{
    return "'" + catalogue.columns()[column].name + "'";
}

/// What is said of the origin of all positions.
struct Origins
{
    bool isColumns = false;
    bool isComponents = false;
    double namesArcsec = 0.0; ///< 0: none from names
};
std::string inWords(const Origins &origins, const Catalogue &catalogue, const CatalogueRoles &roles)
{
    std::string text;
    const auto pair = coordinateColumns(roles);
    if (origins.isColumns)
        text = "columns " + quoted(catalogue, pair->ra) + " and " + quoted(catalogue, pair->dec);
    if (origins.isComponents)
        text += " (lists: the nearest component, or the middle of all, counts)";
    if (origins.namesArcsec > 0.0)
    {
        std::array<char, 32> figures{};
        std::snprintf(figures.data(), figures.size(), "%.2g", origins.namesArcsec);
        text += (text.empty() ? "the names in column " : ", else from the names in column ") +
                quoted(catalogue, *roles.designation) + " (good to " + figures.data() + " arcsec)";
    }
    return text;
}

} // namespace

RowPositions rowPositions(const Catalogue &catalogue, const CatalogueRoles &roles)
{
    const auto pair = coordinateColumns(roles);
    RowPositions result;
    Origins origins;
    for (std::size_t row = 0; row < catalogue.rowCount(); ++row)
    {
        const auto places = pair ? positionsInColumns(catalogue, *pair, row) : std::vector<SkyPosition>{};
        for (const SkyPosition &place : places)
            result.points.push_back({place, row});
        if (places.size() > 1)
            result.points.push_back({middleOf(places), row});
        origins.isColumns = origins.isColumns || !places.empty();
        origins.isComponents = origins.isComponents || places.size() > 1;
        const auto named = places.empty() ? positionInNameOf(catalogue, roles, row) : std::nullopt;
        if (!named)
            continue;
        result.points.push_back({named->position, row});
        origins.namesArcsec = std::max(origins.namesArcsec, named->precisionArcsec);
    }
    result.origin = inWords(origins, catalogue, roles);
    return result;
}

std::optional<SkyPosition> rowPosition(const Catalogue &catalogue, const CatalogueRoles &roles,
                                       std::size_t row)
{
    if (const auto pair = coordinateColumns(roles))
        if (const auto places = positionsInColumns(catalogue, *pair, row); !places.empty())
            return places.size() == 1 ? places.front() : middleOf(places);
    const auto named = positionInNameOf(catalogue, roles, row);
    return named ? std::optional(named->position) : std::nullopt;
}

} // namespace somnium::sky
