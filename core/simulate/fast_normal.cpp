// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/fast_normal.h"

#include <cmath>

namespace somnium::simulate
{

namespace
{

// cite: Marsaglia & Tsang 2000, section 3: 128 layers of area V, the tail beyond R.
constexpr double kTail = 3.442619855899;
constexpr double kArea = 9.91256303526217e-3;
constexpr double kPlaces = 16777216.0; // 2^24

double density(double x)
{
    return std::exp(-0.5 * x * x);
}

} // namespace

FastNormal::FastNormal()
{
    // Layer 0 holds the tail, and is as wide as its area asks for.
    m_edge[0] = kArea / density(kTail);
    m_edge[1] = kTail;
    for (std::size_t i = 2; i < kLayers; ++i)
        m_edge[i] = std::sqrt(-2.0 * std::log(kArea / m_edge[i - 1] + density(m_edge[i - 1])));
    m_edge[kLayers] = 0.0;
    for (std::size_t i = 0; i < kLayers; ++i)
    {
        m_scale[i] = static_cast<float>(m_edge[i] / kPlaces);
        m_inside[i] = static_cast<std::int32_t>(m_edge[i + 1] / m_edge[i] * kPlaces);
    }
}

bool FastNormal::isAccepted(std::uint32_t layer, float value, Random &random, float &drawn) const
{
    if (layer == 0) // cite: Marsaglia 1964, the tail
    {
        double x = 0.0;
        double y = 0.0;
        do
        {
            x = std::log(1.0 - random.uniform()) / kTail;
            y = std::log(1.0 - random.uniform());
        } while (-2.0 * y < x * x);
        drawn = static_cast<float>(value < 0.0F ? x - kTail : kTail - x);
        return true;
    }
    const double low = density(m_edge[layer]);
    const double high = density(m_edge[layer + 1]);
    drawn = value;
    return low + random.uniform() * (high - low) < density(static_cast<double>(value));
}

} // namespace somnium::simulate
