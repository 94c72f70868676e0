// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/nearest_rows.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/base/parallel.h"

namespace somnium::compute
{

namespace
{

/// Blocks of rows that a thread scans in one go: 2,048 rows.
constexpr std::size_t kScanBlocks = 64;

bool isNearer(const NearRow &a, const NearRow &b)
{
    const bool isKnownA = std::isfinite(a.squaredDistance);
    const bool isKnownB = std::isfinite(b.squaredDistance);
    if (isKnownA != isKnownB)
        return isKnownA;
    if (isKnownA && a.squaredDistance != b.squaredDistance)
        return a.squaredDistance < b.squaredDistance;
    return a.row < b.row;
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
        m_near.clear();
        for (std::size_t i = 0; i < m_rows->count(); ++i)
            m_near.push_back({static_cast<std::uint32_t>(i), m_distances[i]});
        const auto last = m_near.begin() + static_cast<std::ptrdiff_t>(kept);
        std::partial_sort(m_near.begin(), last, m_near.end(), isNearer);
        found.insert(found.end(), m_near.begin(), last);
    }
    return found;
}

} // namespace

Result<std::unique_ptr<NearestRows>> nearestRowsOnProcessor(std::shared_ptr<const HalfRows> rows)
{
    return std::make_unique<ProcessorRows>(std::move(rows));
}

} // namespace somnium::compute
