// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/confusion.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "core/base/check.h"

namespace somnium::search
{

namespace
{

std::size_t placeOf(const std::vector<std::string> &names, const std::string &name)
{
    return static_cast<std::size_t>(std::lower_bound(names.begin(), names.end(), name) - names.begin());
}

void fillAgreement(Confusion &confusion)
{
    const auto total = static_cast<double>(confusion.compared);
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    std::map<std::string, double> inFirst;
    std::map<std::string, double> inSecond;
    std::vector<std::size_t> bestOfColumn(confusion.columns.size());
    std::size_t same = 0;
    std::size_t pureRows = 0;
    for (std::size_t row = 0; row < confusion.rows.size(); ++row)
    {
        std::size_t most = 0;
        for (std::size_t column = 0; column < confusion.columns.size(); ++column)
        {
            const std::size_t count = confusion.count(row, column);
            inFirst[confusion.rows[row]] += static_cast<double>(count);
            inSecond[confusion.columns[column]] += static_cast<double>(count);
            same += confusion.rows[row] == confusion.columns[column] ? count : 0;
            most = std::max(most, count);
            bestOfColumn[column] = std::max(bestOfColumn[column], count);
        }
        pureRows += most;
    }
    std::size_t pureColumns = 0;
    for (const std::size_t best : bestOfColumn)
        pureColumns += best;
    double chance = 0.0;
    for (const auto &[name, count] : inFirst)
        if (const auto other = inSecond.find(name); other != inSecond.end())
            chance += count * other->second / (total * total);
    confusion.accuracy = total > 0.0 ? static_cast<double>(same) / total : nothing;
    confusion.rowPurity = total > 0.0 ? static_cast<double>(pureRows) / total : nothing;
    confusion.columnPurity = total > 0.0 ? static_cast<double>(pureColumns) / total : nothing;
    // Where both say the same one thing of everything, there is no agreement beyond chance to be had.
    confusion.kappa = total > 0.0 && chance < 1.0 ? (confusion.accuracy - chance) / (1.0 - chance) : nothing;
}

} // namespace

Result<Confusion> confusionOf(std::span<const std::string> first, std::span<const std::string> second)
{
    if (first.size() != second.size())
        return failure(ErrorKind::Mismatch,
                       std::to_string(first.size()) + " labels beside " + std::to_string(second.size()));
    std::set<std::string> rows;
    std::set<std::string> columns;
    Confusion confusion;
    for (std::size_t i = 0; i < first.size(); ++i)
    {
        confusion.onlyFirst += !first[i].empty() && second[i].empty() ? 1U : 0U;
        confusion.onlySecond += first[i].empty() && !second[i].empty() ? 1U : 0U;
        if (first[i].empty() || second[i].empty())
            continue;
        rows.insert(first[i]);
        columns.insert(second[i]);
        ++confusion.compared;
    }
    confusion.rows.assign(rows.begin(), rows.end());
    confusion.columns.assign(columns.begin(), columns.end());
    confusion.counts.resize(rows.size() * columns.size());
    for (std::size_t i = 0; i < first.size(); ++i)
        if (!first[i].empty() && !second[i].empty())
            ++confusion.counts[placeOf(confusion.rows, first[i]) * columns.size() +
                               placeOf(confusion.columns, second[i])];
    fillAgreement(confusion);
    return confusion;
}

std::vector<std::size_t> sourcesOfCell(std::span<const std::string> first,
                                       std::span<const std::string> second, const std::string &row,
                                       const std::string &column)
{
    std::vector<std::size_t> sources;
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i)
        if (first[i] == row && second[i] == column)
            sources.push_back(i);
    return sources;
}

std::vector<std::string> neuronMajority(const som::Mapping &mapping, std::size_t neurons,
                                        std::span<const std::string> labels)
{
    CHECK(labels.size() == mapping.sourceCount());
    std::vector<std::map<std::string, std::size_t>> counts(neurons);
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (!labels[i].empty())
            ++counts[mapping.best[i]][labels[i]];
    std::vector<std::string> majority;
    majority.reserve(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i)
    {
        std::string commonest;
        std::size_t most = 0;
        for (const auto &[name, count] : counts[mapping.best[i]])
            if (const std::size_t others = count - (name == labels[i] ? 1 : 0); others > most)
            {
                most = others;
                commonest = name;
            }
        majority.push_back(std::move(commonest));
    }
    return majority;
}

data::Catalogue confusionCatalogue(const Confusion &confusion, const std::string &first,
                                   const std::string &second)
{
    data::Catalogue table;
    table.name = "confusion";
    table.description = "Sources by " + first + " (rows) and " + second + " (columns)";
    // All columns have a row for each name: they cannot fail to fit.
    static_cast<void>(
        table.addColumn(data::makeColumn(first, confusion.rows, "", "meta.id", "Name in " + first)));
    for (std::size_t column = 0; column < confusion.columns.size(); ++column)
    {
        std::vector<std::int64_t> counts;
        for (std::size_t row = 0; row < confusion.rows.size(); ++row)
            counts.push_back(static_cast<std::int64_t>(confusion.count(row, column)));
        static_cast<void>(table.addColumn(data::makeColumn(confusion.columns[column], std::move(counts), "",
                                                           "meta.number", "Sources called so in " + second)));
    }
    return table;
}

} // namespace somnium::search
