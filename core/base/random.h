// SPDX-License-Identifier: GPL-3.0-or-later
// Seeded random numbers whose algorithms we own, so that a seed gives the same numbers with every compiler
// and standard library. PCG32 (O'Neill 2014, HMC-CS-2014-0905, XSH-RR variant).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace somnium
{

class Random
{
public:
    /// Generators of the same seed and different streams are independent.
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0);

    /// Uniform in [0, 2^32).
    [[nodiscard]] std::uint32_t next();
    /// Uniform in [0, bound), without bias. `bound` > 0.
    [[nodiscard]] std::uint32_t below(std::uint32_t bound);
    /// Uniform in [0, 1), 53 random bits.
    [[nodiscard]] double uniform();
    /// Uniform in [low, high).
    [[nodiscard]] double uniform(double low, double high);
    /// Standard normal deviate (Box-Muller).
    [[nodiscard]] double normal();

    /// Fisher-Yates.
    template <class T> void shuffle(std::span<T> values)
    {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[below(static_cast<std::uint32_t>(i))]);
    }

private:
    std::uint64_t m_state = 0;
    std::uint64_t m_increment = 1;
    double m_spareNormal = 0.0;
    bool m_hasSpareNormal = false;
};

} // namespace somnium
