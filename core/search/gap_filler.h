// SPDX-License-Identifier: GPL-3.0-or-later
// The principal components of a row of numbers when some of the numbers are missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace somnium::search
{

/// Let x be a row less its mean, 0 where it is missing, the rows of A orthonormal axes along which the
/// variances are v, with noise of variance s^2 in every number, and A_m the columns of the missing ones. The
/// most probable components c of the row solve
///
///     (1 - A_m A_m^T + s^2 / v) c = A x
///
/// (cite: Tipping & Bishop 1999, J. R. Stat. Soc. B 61, 611, posterior mean), here by conjugate gradients. To
/// fill the gaps with what the components make of the rest, again and again, ends at the same, but takes
/// hundreds of rounds where a gap holds most of what sets an axis apart.
class GapFiller
{
public:
    /// Both are borrowed: `axes` [number][component], `noiseShare` [component] s^2 / v.
    GapFiller(std::span<const float> axes, std::span<const float> noiseShare)
        : m_axes(axes), m_noiseShare(noiseShare)
    {}

    /// Replaces the missing numbers of `row` (0 so far; `isMissing` is not 0) with those of the components,
    /// and `components` (A x so far) with those of the row as it is then. Thread-safe. Costs a few times as
    /// many steps as there are pairs of a component and a missing number.
    void fill(std::span<const std::uint8_t> isMissing, std::span<float> row,
              std::span<float> components) const;

private:
    [[nodiscard]] std::span<const float> axesAt(std::size_t number) const
    {
        return m_axes.subspan(number * m_noiseShare.size(), m_noiseShare.size());
    }

    std::span<const float> m_axes;
    std::span<const float> m_noiseShare;
};

} // namespace somnium::search
