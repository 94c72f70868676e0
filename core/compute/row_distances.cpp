// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_distances.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/half.h"
#include "core/compute/cpu/kernel_choice.h"

namespace somnium::compute
{

namespace
{

static_assert(HalfRows::kBlockRows == cpu::kHalfBlockRows);

/// Those that are asked for, or the plain ones if they do not run here: the backend says so.
const cpu::Kernels &kernels()
{
    static const cpu::Kernels &chosen = [&]() -> const cpu::Kernels & {
        const auto choice = cpu::chooseKernels();
        return choice ? **choice : cpu::kPlainKernels;
    }();
    return chosen;
}

} // namespace

void squaredDistances(std::span<const float> row, std::span<const float> rows, std::span<float> distances)
{
    CHECK(rows.size() == row.size() * distances.size());
    kernels().rowDistances({row.data(), row.size(), rows.data(), distances.size(), distances.data()});
}

WeightedDifference weightedDifference(std::span<const float> a, std::span<const float> weightA,
                                      std::span<const float> b, std::span<const float> weightB)
{
    CHECK(a.size() == b.size() && weightA.size() == weightB.size());
    CHECK(weightA.empty() || weightA.size() == a.size());
    const auto dataOf = [](std::span<const float> weights) {
        return weights.empty() ? nullptr : weights.data();
    };
    cpu::WeightedDifferenceSums sums;
    kernels().weightedDifference({a.data(), b.data(), dataOf(weightA), dataOf(weightB), a.size()}, sums);
    return {static_cast<double>(sums.squares), static_cast<double>(sums.weight),
            static_cast<std::size_t>(sums.pixels)};
}

HalfRows::HalfRows(std::size_t count, std::size_t width) : m_count(count), m_width(width)
{
    m_halves.resize(blockCount() * width * kBlockRows);
}

HalfRows::HalfRows(std::size_t count, std::size_t width, std::vector<std::uint16_t> halves)
    : m_count(count), m_width(width), m_halves(std::move(halves))
{
    CHECK(m_halves.size() == blockCount() * width * kBlockRows);
}

void HalfRows::set(std::size_t row, std::span<const float> values)
{
    CHECK(row < m_count && values.size() == m_width);
    std::uint16_t *to = m_halves.data() + offsetOf(row);
    for (const float value : values)
    {
        *to = toHalf(std::clamp(value, -kMaxHalf, kMaxHalf));
        to += kBlockRows;
    }
}

void HalfRows::get(std::size_t row, std::span<float> values) const
{
    CHECK(row < m_count && values.size() == m_width);
    const std::uint16_t *from = m_halves.data() + offsetOf(row);
    for (float &value : values)
    {
        value = fromHalf(*from);
        from += kBlockRows;
    }
}

void HalfRows::squaredDistances(std::span<const float> row, std::size_t firstBlock,
                                std::span<float> distances) const
{
    const std::size_t blocks = distances.size() / kBlockRows;
    CHECK(row.size() == m_width && firstBlock + blocks <= blockCount());
    kernels().halfDistances(
        {row.data(), m_width, m_halves.data() + firstBlock * m_width * kBlockRows, blocks, distances.data()});
}

} // namespace somnium::compute
