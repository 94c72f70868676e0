// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <cmath>
#include <numbers>

#include "core/base/check.h"

namespace somnium
{

namespace
{
constexpr std::uint64_t kMultiplier = 6364136223846793005ULL;
}

Random::Random(std::uint64_t seed, std::uint64_t stream) : m_increment((stream << 1U) | 1U)
{
    static_cast<void>(next());
    m_state += seed;
    static_cast<void>(next());
}

std::uint32_t Random::next()
{
    const std::uint64_t old = m_state;
    m_state = old * kMultiplier + m_increment;
    const auto xorShifted = static_cast<std::uint32_t>(((old >> 18U) ^ old) >> 27U);
    const auto rotation = static_cast<std::uint32_t>(old >> 59U);
    return (xorShifted >> rotation) | (xorShifted << ((32U - rotation) & 31U));
}

std::uint32_t Random::below(std::uint32_t bound)
{
    CHECK(bound > 0);
    const std::uint32_t threshold = (0U - bound) % bound;
    for (;;)
    {
        const std::uint32_t value = next();
        if (value >= threshold)
            return value % bound;
    }
}

double Random::uniform()
{
    const std::uint64_t high = next() >> 5U;
    const std::uint64_t low = next() >> 6U;
    return (static_cast<double>(high) * 67108864.0 + static_cast<double>(low)) / 9007199254740992.0;
}

double Random::uniform(double low, double high)
{
    return low + (high - low) * uniform();
}

double Random::normal()
{
    if (m_hasSpareNormal)
    {
        m_hasSpareNormal = false;
        return m_spareNormal;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angleRad = 2.0 * std::numbers::pi * uniform();
    m_spareNormal = radius * std::sin(angleRad);
    m_hasSpareNormal = true;
    return radius * std::cos(angleRad);
}

} // namespace somnium
