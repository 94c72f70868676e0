// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/nearest_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/base/parallel.h"

namespace somnium::compute
{

namespace
{

/// Blocks of rows that a thread scans in one go: 2,048 rows.
constexpr std::size_t kScanBlocks = 64;

/// What rows are sorted by: of distances that are not finite, that of the last.
float rankOf(float squaredDistance)
{
    return std::isfinite(squaredDistance) ? squaredDistance : std::numeric_limits<float>::infinity();
}

bool isNearer(const NearRow &a, const NearRow &b)
{
    const float rankA = rankOf(a.squaredDistance);
    const float rankB = rankOf(b.squaredDistance);
    return rankA != rankB ? rankA < rankB : a.row < b.row;
}

/// A rank that probably a little more than `count` of the distances do not exceed, by a sample of them.
float thresholdFor(std::span<const float> distances, std::size_t count)
{
    constexpr std::size_t kSample = 4096;
    const std::size_t step = distances.size() / kSample;
    const std::size_t place = step > 1 ? count / step * 3 / 2 + 16 : kSample * 2;
    std::vector<float> sample;
    for (std::size_t i = 0; step > 1 && i < distances.size(); i += step)
        sample.push_back(rankOf(distances[i]));
    if (place >= sample.size())
        return std::numeric_limits<float>::infinity();
    const auto at = sample.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(sample.begin(), at, sample.end());
    return *at;
}

/// Rows up to a rank.
void choose(std::span<const float> distances, float threshold, std::vector<NearRow> &chosen)
{
    chosen.clear();
    if (threshold == std::numeric_limits<float>::infinity())
    {
        for (std::size_t i = 0; i < distances.size(); ++i)
            chosen.push_back({static_cast<std::uint32_t>(i), distances[i]});
        return;
    }
    for (std::size_t i = 0; i < distances.size(); ++i)
        if (distances[i] <= threshold) // no NaN is
            chosen.push_back({static_cast<std::uint32_t>(i), distances[i]});
}

/// The `count` nearest of all rows, in the order of the contract. Most are put aside by a threshold.
void chooseNearest(std::span<const float> distances, std::size_t count, std::vector<NearRow> &chosen)
{
    choose(distances, thresholdFor(distances, count), chosen);
    if (chosen.size() < count)
        choose(distances, std::numeric_limits<float>::infinity(), chosen);
    const auto last = chosen.begin() + static_cast<std::ptrdiff_t>(count);
    if (last != chosen.end())
        std::nth_element(chosen.begin(), last, chosen.end(), isNearer);
    chosen.erase(last, chosen.end());
    std::sort(chosen.begin(), chosen.end(), isNearer);
}

class ProcessorRows final : public NearestRows
{
public:
    explicit ProcessorRows(std::shared_ptr<const HalfRows> rows) : m_rows(std::move(rows)) {}

    [[nodiscard]] const HalfRows &rows() const override { return *m_rows; }
    [[nodiscard]] Result<std::vector<NearRow>> nearest(std::span<const float> queries, std::size_t count,
                                                       const JobContext &context) override;

private:
    /// All rows with their distances to one query. False: stopped.
    [[nodiscard]] bool scan(std::span<const float> query, const JobContext &context);

    std::shared_ptr<const HalfRows> m_rows;
    std::vector<float> m_distances; ///< of whole blocks
    std::vector<NearRow> m_near;
};

bool ProcessorRows::scan(std::span<const float> query, const JobContext &context)
{
    const std::size_t blocks = m_rows->blockCount();
    m_distances.resize(blocks * HalfRows::kBlockRows);
    return parallelFor((blocks + kScanBlocks - 1) / kScanBlocks, context, [&](std::size_t part) {
        const std::size_t first = part * kScanBlocks;
        const std::size_t count = std::min(kScanBlocks, blocks - first);
        m_rows->squaredDistances(
            query, first,
            std::span(m_distances).subspan(first * HalfRows::kBlockRows, count * HalfRows::kBlockRows));
    });
}

Result<std::vector<NearRow>> ProcessorRows::nearest(std::span<const float> queries, std::size_t count,
                                                    const JobContext &context)
{
    const std::size_t width = m_rows->width();
    if (width == 0 || queries.size() % width != 0)
        return failure(ErrorKind::Mismatch, "queries hold " + std::to_string(queries.size()) +
                                                " numbers: expected rows of " + std::to_string(width));
    const std::size_t kept = std::min(count, m_rows->count());
    std::vector<NearRow> found;
    for (std::size_t first = 0; first < queries.size(); first += width)
    {
        if (!scan(queries.subspan(first, width), context))
            return failure(ErrorKind::Cancelled, "stopped");
        chooseNearest(std::span<const float>(m_distances).first(m_rows->count()), kept, m_near);
        found.insert(found.end(), m_near.begin(), m_near.end());
    }
    return found;
}

} // namespace

Result<std::unique_ptr<NearestRows>> nearestRowsOnProcessor(std::shared_ptr<const HalfRows> rows)
{
    return std::make_unique<ProcessorRows>(std::move(rows));
}

} // namespace somnium::compute
