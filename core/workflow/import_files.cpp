// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "core/base/check.h"
#include "core/base/platform.h"
#include "core/io/table.h"

namespace somnium::workflow
{

namespace fs = std::filesystem;

Result<data::Catalogue> readCatalogue(const fs::path &path)
{
    if (path.empty())
        return data::Catalogue{};
    return io::readTable(path);
}

namespace
{

/// 99999, 99.99, -999: a number that people write where they have none.
bool isAllNines(double value)
{
    std::array<char, 40> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), std::abs(value));
    const std::string_view digits(text.data(), static_cast<std::size_t>(written.ptr - text.data()));
    constexpr std::size_t kLeastNines = 3;
    std::size_t nines = 0;
    for (const char digit : digits)
    {
        if (digit != '9' && digit != '.')
            return false;
        nines += digit == '9' ? 1 : 0;
    }
    return nines >= kLeastNines;
}

/// The number of a column that stands for none, if there is one.
std::optional<double> standIn(const data::Column &column)
{
    std::vector<double> numbers;
    for (std::size_t row = 0; row < column.rowCount(); ++row)
        if (const double number = column.number(row); std::isfinite(number))
            numbers.push_back(number);
    if (numbers.empty())
        return std::nullopt;
    const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
    const double candidate = isAllNines(*high) ? *high : *low;
    if (!isAllNines(candidate))
        return std::nullopt;
    double largest = 0.0;
    for (const double number : numbers)
        if (number != candidate)
            largest = std::max(largest, std::abs(number));
    return std::abs(candidate) > 2.0 * largest && largest > 0.0 ? std::optional(candidate) : std::nullopt;
}

std::string shortest(double value)
{
    std::array<char, 40> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), static_cast<std::size_t>(written.ptr - text.data())};
}

/// Makes the cells of a column missing whose value `isMissing`.
struct MissingMaker
{
    const std::vector<double> values;
    data::Column &column;

    [[nodiscard]] bool isMissing(double value) const
    {
        return std::find(values.begin(), values.end(), value) != values.end();
    }
    template <class Real> std::size_t inReals(std::vector<Real> &cells) const
    {
        std::size_t count = 0;
        for (Real &cell : cells)
            if (isMissing(static_cast<double>(cell)))
            {
                cell = std::numeric_limits<Real>::quiet_NaN();
                ++count;
            }
        return count;
    }
    std::size_t operator()(std::vector<float> &cells) const { return inReals(cells); }
    std::size_t operator()(std::vector<double> &cells) const { return inReals(cells); }
    std::size_t operator()(std::vector<std::int64_t> &cells) const
    {
        if (column.width != 1)
            return 0;
        std::size_t count = 0;
        for (std::size_t row = 0; row < cells.size(); ++row)
        {
            if (!isMissing(static_cast<double>(cells[row])))
                continue;
            column.isNull.resize(cells.size(), 0);
            column.isNull[row] = 1;
            ++count;
        }
        return count;
    }
    std::size_t operator()(std::vector<std::uint8_t> &) const { return 0; }
    std::size_t operator()(std::vector<std::string> &) const { return 0; }
};

/// Calls `change` with every column.
template <class Change> void changeColumns(data::Catalogue &catalogue, const Change &change)
{
    data::Catalogue changed;
    changed.name = catalogue.name;
    changed.description = catalogue.description;
    for (data::Column &column : std::move(catalogue).takeColumns())
    {
        change(column);
        const auto added = changed.addColumn(std::move(column));
        CHECK(added.has_value()); // as long as they were
    }
    catalogue = std::move(changed);
}

} // namespace

std::size_t markMissing(data::Catalogue &catalogue, const std::vector<double> &values)
{
    std::size_t count = 0;
    changeColumns(catalogue, [&](data::Column &column) {
        count += std::visit(MissingMaker{values, column}, column.values);
    });
    return count;
}

std::string toString(const StandIn &standIn)
{
    return standIn.column + ": " + shortest(standIn.value) + " is taken for \"not known\" (" +
           std::to_string(standIn.rows) + (standIn.rows == 1 ? " row)" : " rows)");
}

std::vector<StandIn> markObviouslyMissing(data::Catalogue &catalogue)
{
    std::vector<StandIn> found;
    changeColumns(catalogue, [&](data::Column &column) {
        const auto value = column.type() == data::ColumnType::Text ? std::nullopt : standIn(column);
        if (value)
            found.push_back({column.name, *value, std::visit(MissingMaker{{*value}, column}, column.values)});
    });
    return found;
}

Result<std::vector<double>> missingValuesFromText(std::string_view text)
{
    constexpr std::string_view kBetween = ",; \t";
    std::vector<double> values;
    for (std::size_t begin = text.find_first_not_of(kBetween); begin != std::string_view::npos;)
    {
        const std::string_view rest = text.substr(begin);
        const std::string_view word = rest.substr(0, rest.find_first_of(kBetween));
        double value = 0.0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value))
            return failure(ErrorKind::Malformed,
                           "expected numbers, as 99999, found '" + std::string(word) + "'");
        values.push_back(value);
        begin = text.find_first_not_of(kBetween, begin + word.size());
    }
    return values;
}

void leaveOutCatalogue(std::vector<io::FoundFile> &files, const fs::path &catalogue)
{
    if (catalogue.empty())
        return;
    std::error_code ignored;
    std::erase_if(files, [&](const io::FoundFile &file) {
        return file.member.empty() && fs::equivalent(file.file, catalogue, ignored);
    });
}

std::string absoluteText(const fs::path &path)
{
    return path.empty() ? std::string() : fs::absolute(path).lexically_normal().generic_string();
}

Result<void> giveName(const fs::path &unpublished, const Result<fs::path> &published)
{
    if (!published)
        return failure(published.error());
    std::error_code error;
    fs::rename(unpublished, *published, error);
    if (error)
        return failure(ErrorKind::WriteFailed, published->string() + ": cannot write: " + error.message());
    return syncToDisk(*published);
}

std::string collectionName(const std::string &name, const std::vector<fs::path> &paths)
{
    if (!name.empty() || paths.empty())
        return name;
    const fs::path first = fs::weakly_canonical(paths.front());
    return first.has_stem() ? first.stem().string() : "sources";
}

} // namespace somnium::workflow
