// SPDX-License-Identifier: GPL-3.0-or-later
// Squared Euclidean distances of one row of numbers to many, by the kernels that the processor runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace somnium::compute
{

/// distances[i] = sum over p of (row[p] - rows[i][p])^2 for rows [distances.size()][row.size()], in float.
/// The same bits wherever a row lies, and with the two rows exchanged. Thread-safe, as all of this file.
void squaredDistances(std::span<const float> row, std::span<const float> rows, std::span<float> distances);

/// Of two rows with weights (inverse variances): sums over the numbers that both have, w = 1 / (1 / weightA +
/// 1 / weightB).
struct WeightedDifference
{
    double squares = 0.0;   ///< sum of w (a - b)^2: chi^2 where the weights are inverse variances
    double weight = 0.0;    ///< sum of w
    std::size_t pixels = 0; ///< numbers with w > 0
};
/// All of one size; both weights empty: w = 1 everywhere. Weights are not negative; what lies under a weight
/// of 0 must be finite. Sums in float.
[[nodiscard]] WeightedDifference weightedDifference(std::span<const float> a, std::span<const float> weightA,
                                                    std::span<const float> b, std::span<const float> weightB);

/// Rows in half precision, kept for being scanned as fast as memory gives them: [block][component][row of the
/// block], blocks of kBlockRows rows, the last one filled up with zeros.
class HalfRows
{
public:
    static constexpr std::size_t kBlockRows = 32;

    HalfRows() = default;
    /// Zeros.
    HalfRows(std::size_t count, std::size_t width);
    /// `halves` as halves() gives them: blockCount() x width() x kBlockRows of them.
    HalfRows(std::size_t count, std::size_t width, std::vector<std::uint16_t> halves);

    [[nodiscard]] std::size_t count() const { return m_count; }
    [[nodiscard]] std::size_t width() const { return m_width; }
    [[nodiscard]] std::size_t blockCount() const { return (m_count + kBlockRows - 1) / kBlockRows; }
    [[nodiscard]] std::span<const std::uint16_t> halves() const { return m_halves; }

    /// Rounds width() numbers; those beyond the largest half become that. Different rows may be set by
    /// different threads.
    void set(std::size_t row, std::span<const float> values);
    void get(std::size_t row, std::span<float> values) const;
    /// Squared distances to the rows of blocks [first, first + distances.size() / kBlockRows); those of the
    /// rows that fill up the last block mean nothing.
    void squaredDistances(std::span<const float> row, std::size_t firstBlock,
                          std::span<float> distances) const;

    friend bool operator==(const HalfRows &, const HalfRows &) = default;

private:
    [[nodiscard]] std::size_t offsetOf(std::size_t row) const
    {
        return row / kBlockRows * m_width * kBlockRows + row % kBlockRows;
    }
    std::size_t m_count = 0;
    std::size_t m_width = 0;
    std::vector<std::uint16_t> m_halves;
};

} // namespace somnium::compute
