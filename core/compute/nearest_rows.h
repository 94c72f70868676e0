// SPDX-License-Identifier: GPL-3.0-or-later
// Rows in half precision that wait where a backend computes to be asked which of them are nearest to others:
// an exact scan of all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/row_distances.h"

namespace somnium::compute
{

struct NearRow
{
    std::uint32_t row = 0;
    float squaredDistance = 0.0F; ///< summed in float over the half-precision numbers
    friend bool operator==(const NearRow &, const NearRow &) = default;
};

/// Immutable. One thread asks at a time.
class NearestRows
{
public:
    NearestRows() = default;
    NearestRows(const NearestRows &) = delete;
    NearestRows &operator=(const NearestRows &) = delete;
    virtual ~NearestRows() = default;

    [[nodiscard]] virtual const HalfRows &rows() const = 0;

    /// The `count` rows nearest to each of `queries` [n][width], nearest first: [n][min(count, rows)]. Ties:
    /// the lowest row; a row at no finite distance (NaN in it or in the query) comes last. Squared distances
    /// are true to width * 2^-24 of themselves, so that rows nearer to each other than that may change
    /// places between backends.
    [[nodiscard]] virtual Result<std::vector<NearRow>>
    nearest(std::span<const float> queries, std::size_t count, const JobContext &context) = 0;
};

[[nodiscard]] Result<std::unique_ptr<NearestRows>>
nearestRowsOnProcessor(std::shared_ptr<const HalfRows> rows);

} // namespace somnium::compute
