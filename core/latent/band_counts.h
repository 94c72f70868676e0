// SPDX-License-Identifier: GPL-3.0-or-later
// The points of one band of rows, pixel by pixel, and their blur. Inner header of the density layer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/latent/banded.h"

namespace somnium::latent
{

/// Sums of one quantity over a band and its halo, [row][column], and the blur of its inner rows.
class BandSums
{
public:
    /// The blur: 1 4 6 4 1 in each direction. cite: Burt & Adelson 1983, IEEE Trans. Comm. 31, 532 (a = 3/8).
    static constexpr std::array<float, 5> kBlur = {1.0F / 16.0F, 4.0F / 16.0F, 6.0F / 16.0F, 4.0F / 16.0F,
                                                   1.0F / 16.0F};
    static constexpr std::size_t kReach = kBlur.size() / 2;

    /// All zero, for a band of `bands`.
    void clear(const Bands &bands)
    {
        m_columns = bands.columns;
        m_rows = bands.rowsEach();
        m_halo = bands.halo;
        m_sums.assign(m_columns * (m_rows + 2 * m_halo), 0.0F);
    }
    [[nodiscard]] float *sums() { return m_sums.data(); }
    /// Sums of the same band, before any blur.
    void add(const BandSums &other)
    {
        for (std::size_t i = 0; i < m_sums.size(); ++i)
            m_sums[i] += other.m_sums[i];
    }

    /// Blurs if there is a halo for it.
    void blur()
    {
        if (m_halo == 0)
            return;
        m_blurred.resize(m_columns * m_rows);
        m_line.assign(m_columns + 2 * kReach, 0.0F);
        for (std::size_t row = 0; row < m_rows; ++row)
        {
            const float *const from = m_sums.data() + row * m_columns;
            float *const line = m_line.data() + kReach;
            for (std::size_t c = 0; c < m_columns; ++c)
                line[c] = kBlur[0] * (from[c] + from[c + 4 * m_columns]) +
                          kBlur[1] * (from[c + m_columns] + from[c + 3 * m_columns]) +
                          kBlur[2] * from[c + 2 * m_columns];
            float *const out = m_blurred.data() + row * m_columns;
            const float *const in = m_line.data();
            for (std::size_t c = 0; c < m_columns; ++c)
                out[c] = kBlur[0] * (in[c] + in[c + 4]) + kBlur[1] * (in[c + 1] + in[c + 3]) +
                         kBlur[2] * in[c + 2];
        }
    }
    /// Of the rows of the band itself, blurred if there is a halo.
    [[nodiscard]] const float *inner() const { return m_halo == 0 ? m_sums.data() : m_blurred.data(); }

private:
    std::size_t m_columns = 0;
    std::size_t m_rows = 0;
    std::size_t m_halo = 0;
    std::vector<float> m_sums;
    std::vector<float> m_blurred;
    std::vector<float> m_line; ///< one row, blurred downwards, with empty pixels at both ends
};

} // namespace somnium::latent
