// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/projection_quality.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/compute/row_distances.h"

namespace somnium::latent
{

namespace
{

/// Rows whose distances to all others are held at once by a thread, and rows that they are compared with
/// while those are in the cache.
constexpr std::size_t kBlockRows = 32;
constexpr std::size_t kTileRows = 32;

/// The rows of one space that were picked, side by side.
struct PickedRows
{
    std::vector<float> values;
    std::size_t width = 0;

    [[nodiscard]] std::size_t count() const { return width == 0 ? 0 : values.size() / width; }
    [[nodiscard]] std::span<const float> row(std::size_t i) const
    {
        return std::span(values).subspan(i * width, width);
    }
};

struct PickedSpaces
{
    std::vector<std::size_t> picks; ///< rising
    PickedRows full;
    PickedRows latent;
};

Result<void> checkSpaces(const RowSource &full, const RowSource &latent)
{
    if (full.count != latent.count)
        return failure(ErrorKind::InvalidArgument,
                       "expected as many rows on the plane as in the full space, " +
                           std::to_string(full.count) + ", found " + std::to_string(latent.count));
    if (full.width == 0 || latent.width == 0)
        return failure(ErrorKind::InvalidArgument, "expected rows of at least one number, found none");
    return {};
}

bool isFinite(std::span<const float> values)
{
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

/// Up to `most` of the `candidates` whose rows are finite in both spaces.
PickedSpaces pickRows(const RowSource &full, const RowSource &latent, std::vector<std::size_t> candidates,
                      const ProjectionQualityParams &params)
{
    Random random(params.seed);
    random.shuffle(std::span(candidates));
    PickedSpaces picked;
    std::vector<float> fullRow(full.width);
    std::vector<float> latentRow(latent.width);
    for (const std::size_t row : candidates)
    {
        if (picked.picks.size() == params.mostRows)
            break;
        latent.read(row, latentRow);
        if (!isFinite(latentRow))
            continue;
        full.read(row, fullRow);
        if (isFinite(fullRow))
            picked.picks.push_back(row);
    }
    std::sort(picked.picks.begin(), picked.picks.end());
    picked.full.width = full.width;
    picked.latent.width = latent.width;
    picked.full.values.resize(picked.picks.size() * full.width);
    picked.latent.values.resize(picked.picks.size() * latent.width);
    for (std::size_t i = 0; i < picked.picks.size(); ++i)
    {
        full.read(picked.picks[i], std::span(picked.full.values).subspan(i * full.width, full.width));
        latent.read(picked.picks[i], std::span(picked.latent.values).subspan(i * latent.width, latent.width));
    }
    return picked;
}

/// Squared distances [row in block][all rows] of the rows [first, first + count).
std::vector<float> distancesOfBlock(const PickedRows &rows, std::size_t first, std::size_t count)
{
    const std::size_t all = rows.count();
    std::vector<float> distances(count * all);
    for (std::size_t tile = 0; tile < all; tile += kTileRows)
    {
        const std::size_t size = std::min(kTileRows, all - tile);
        const auto others = std::span(rows.values).subspan(tile * rows.width, size * rows.width);
        for (std::size_t i = 0; i < count; ++i)
            compute::squaredDistances(rows.row(first + i), others,
                                      std::span(distances).subspan(i * all + tile, size));
    }
    return distances;
}

/// Squared distances of one row to all of the picked ones, itself among them.
struct RowDistances
{
    std::size_t row = 0;
    std::span<const float> full;
    std::span<const float> latent;
};

/// Calls `take` for every row, from several threads. False: stopped.
bool forEachRow(const PickedSpaces &picked, const JobContext &context,
                const std::function<void(const RowDistances &)> &take)
{
    const std::size_t count = picked.picks.size();
    return parallelFor((count + kBlockRows - 1) / kBlockRows, context, [&](std::size_t block) {
        const std::size_t first = block * kBlockRows;
        const std::size_t rows = std::min(kBlockRows, count - first);
        const std::vector<float> full = distancesOfBlock(picked.full, first, rows);
        const std::vector<float> latent = distancesOfBlock(picked.latent, first, rows);
        for (std::size_t i = 0; i < rows; ++i)
            take({first + i, std::span(full).subspan(i * count, count),
                  std::span(latent).subspan(i * count, count)});
    });
}

/// The k rows nearest to `row`, nearest first; ties by row.
std::vector<std::size_t> nearestRows(std::span<const float> distances, std::size_t row, std::size_t k)
{
    std::vector<std::size_t> order(distances.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(row));
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(k, order.size()));
    std::partial_sort(order.begin(), end, order.end(), [distances](std::size_t a, std::size_t b) {
        return distances[a] != distances[b] ? distances[a] < distances[b] : a < b;
    });
    order.erase(end, order.end());
    return order;
}

/// 1: the nearest but itself.
std::size_t rankOf(std::size_t other, std::span<const float> distances, std::size_t row)
{
    const float distance = distances[other];
    std::size_t before = 0;
    for (std::size_t j = 0; j < distances.size(); ++j)
        before += distances[j] < distance || (distances[j] == distance && j < other) ? 1U : 0U;
    const bool countsItself = distances[row] < distance || (distances[row] == distance && row < other);
    return before + 1 - (countsItself ? 1U : 0U);
}

/// Sum of the ranks beyond k that the k nearest of one space have in the other.
double penalty(std::span<const float> near, std::span<const float> ranked, std::size_t row, std::size_t k)
{
    double sum = 0.0;
    for (const std::size_t other : nearestRows(near, row, k))
        sum += static_cast<double>(std::max(rankOf(other, ranked, row), k) - k);
    return sum;
}

/// Rows with a label in a column.
std::vector<std::size_t> labelledRows(const LabelledColumn &column)
{
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < column.values.size(); ++i)
        if (std::isfinite(column.values[i]))
            rows.push_back(i);
    return rows;
}

double meanOf(std::span<const double> values, const std::vector<std::size_t> &rows)
{
    double sum = 0.0;
    for (const std::size_t row : rows)
        sum += values[row];
    return sum / static_cast<double>(std::max<std::size_t>(rows.size(), 1));
}

/// Of one column: what its neighbours say of every picked row.
struct Estimates
{
    std::vector<double> full;
    std::vector<double> latent;
};

double determination(const std::vector<double> &labels, const std::vector<double> &estimates)
{
    const double mean =
        std::accumulate(labels.begin(), labels.end(), 0.0) / static_cast<double>(labels.size());
    double left = 0.0;
    double whole = 0.0;
    double size = 0.0;
    for (std::size_t i = 0; i < labels.size(); ++i)
    {
        left += (labels[i] - estimates[i]) * (labels[i] - estimates[i]);
        whole += (labels[i] - mean) * (labels[i] - mean);
        size += labels[i] * labels[i];
    }
    constexpr double kRounding = 1e-24; // of a constant column
    return whole > kRounding * size ? 1.0 - left / whole : std::numeric_limits<double>::quiet_NaN();
}

/// The columns `group` of `columns`, which have the same rows labelled.
Result<void> judgeGroup(const PickedSpaces &picked, std::span<const LabelledColumn> columns,
                        const std::vector<std::size_t> &group, std::size_t k, const JobContext &context,
                        std::vector<ColumnQuality> &qualities)
{
    const std::size_t count = picked.picks.size();
    for (const std::size_t column : group)
        qualities[column] = {columns[column].name, count, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::quiet_NaN()};
    if (count < k + 2)
        return {};
    std::vector<Estimates> estimates(group.size(), {std::vector<double>(count), std::vector<double>(count)});
    const auto toPicks = [&](std::vector<std::size_t> rows) {
        for (std::size_t &row : rows)
            row = picked.picks[row];
        return rows;
    };
    const bool isWhole = forEachRow(picked, context, [&](const RowDistances &distances) {
        const std::vector<std::size_t> full = toPicks(nearestRows(distances.full, distances.row, k));
        const std::vector<std::size_t> latent = toPicks(nearestRows(distances.latent, distances.row, k));
        for (std::size_t g = 0; g < group.size(); ++g)
        {
            estimates[g].full[distances.row] = meanOf(columns[group[g]].values, full);
            estimates[g].latent[distances.row] = meanOf(columns[group[g]].values, latent);
        }
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    std::vector<double> labels(count);
    for (std::size_t g = 0; g < group.size(); ++g)
    {
        for (std::size_t i = 0; i < count; ++i)
            labels[i] = columns[group[g]].values[picked.picks[i]];
        qualities[group[g]].fullR2 = determination(labels, estimates[g].full);
        qualities[group[g]].latentR2 = determination(labels, estimates[g].latent);
    }
    return {};
}

} // namespace

RowSource rowsOf(const data::Spectra &spectra)
{
    return {spectra.count(), spectra.pixels(),
            [&spectra](std::size_t row, std::span<float> to) { spectra.read(row, to, {}); }};
}

Result<NeighbourhoodQuality> neighbourhoodQuality(const RowSource &full, const RowSource &latent,
                                                  const ProjectionQualityParams &params,
                                                  const JobContext &context)
{
    if (const auto good = checkSpaces(full, latent); !good)
        return failure(good.error());
    std::vector<std::size_t> all(full.count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const PickedSpaces picked = pickRows(full, latent, std::move(all), params);
    const std::size_t count = picked.picks.size();
    const std::size_t k = params.neighbours;
    if (k == 0 || count <= 2 * k)
        return failure(ErrorKind::InvalidArgument,
                       std::to_string(k) + " neighbours: expected at least 1 and " +
                           "less than half of the rows, " + std::to_string(count));
    std::vector<double> falseOnes(count);
    std::vector<double> lostOnes(count);
    const bool isWhole = forEachRow(picked, context, [&](const RowDistances &distances) {
        falseOnes[distances.row] = penalty(distances.latent, distances.full, distances.row, k);
        lostOnes[distances.row] = penalty(distances.full, distances.latent, distances.row, k);
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    const auto n = static_cast<double>(count);
    const auto neighbours = static_cast<double>(k);
    const double scale = 2.0 / (n * neighbours * (2.0 * n - 3.0 * neighbours - 1.0));
    return NeighbourhoodQuality{1.0 - scale * std::accumulate(falseOnes.begin(), falseOnes.end(), 0.0),
                                1.0 - scale * std::accumulate(lostOnes.begin(), lostOnes.end(), 0.0), k,
                                count};
}

Result<std::vector<ColumnQuality>> columnQualities(const RowSource &full, const RowSource &latent,
                                                   std::span<const LabelledColumn> columns,
                                                   const ProjectionQualityParams &params,
                                                   const JobContext &context)
{
    if (const auto good = checkSpaces(full, latent); !good)
        return failure(good.error());
    if (params.neighbours == 0)
        return failure(ErrorKind::InvalidArgument, "0 neighbours: expected at least 1");
    std::vector<std::vector<std::size_t>> labelled;
    std::vector<std::vector<std::size_t>> groups; ///< of columns
    for (std::size_t column = 0; column < columns.size(); ++column)
    {
        if (columns[column].values.size() != full.count)
            return failure(ErrorKind::InvalidArgument, "column " + columns[column].name + ": expected " +
                                                           std::to_string(full.count) + " values, found " +
                                                           std::to_string(columns[column].values.size()));
        std::vector<std::size_t> rows = labelledRows(columns[column]);
        const auto same = std::find(labelled.begin(), labelled.end(), rows) - labelled.begin();
        if (static_cast<std::size_t>(same) == labelled.size())
        {
            labelled.push_back(std::move(rows));
            groups.emplace_back();
        }
        groups[static_cast<std::size_t>(same)].push_back(column);
    }
    std::vector<ColumnQuality> qualities(columns.size());
    for (std::size_t g = 0; g < groups.size(); ++g)
    {
        const PickedSpaces picked = pickRows(full, latent, std::move(labelled[g]), params);
        if (const auto judged = judgeGroup(picked, columns, groups[g], params.neighbours, context, qualities);
            !judged)
            return failure(judged.error());
    }
    return qualities;
}

} // namespace somnium::latent
