// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/plane_levels.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <initializer_list>
#include <span>
#include <utility>

namespace somnium::latent
{

namespace
{

using Levels = std::vector<double>;

/// 10^exponent times `mantissa`, as near as can be: 3e-1 and not 0.30000000000000004.
double decimal(double mantissa, int exponent)
{
    return exponent < 0 ? mantissa / std::pow(10.0, -exponent) : mantissa * std::pow(10.0, exponent);
}

void keepCloser(Levels &best, Levels &&other, std::size_t about)
{
    const auto distance = [about](const Levels &levels) {
        return levels.size() < about ? about - levels.size() : levels.size() - about;
    };
    const bool isFewer = other.size() < best.size();
    if (distance(other) < distance(best) || (distance(other) == distance(best) && isFewer))
        best = std::move(other);
}

/// Multiples of mantissa 10^exponent in [low, high].
Levels multiples(double low, double high, double mantissa, int exponent)
{
    const double step = decimal(mantissa, exponent);
    // A bound that is a multiple but for rounding counts as one.
    constexpr double kRounding = 1e-9;
    const double first = std::ceil(low / step - kRounding);
    const double last = std::floor(high / step + kRounding);
    Levels levels;
    for (double multiple = first; multiple <= last; ++multiple)
        levels.push_back(decimal(multiple * mantissa, exponent) + 0.0); // -0 as 0
    return levels;
}

Levels linearLevels(double low, double high, std::size_t about)
{
    const double step = (high - low) / static_cast<double>(about);
    const int exponent = static_cast<int>(std::floor(std::log10(step)));
    Levels best;
    for (int power = exponent - 1; power <= exponent + 1; ++power)
        for (const double mantissa : {1.0, 2.0, 2.5, 5.0})
        {
            // Steps far from the wanted one have far too many or no levels.
            const double ratio = decimal(mantissa, power) / step;
            if (ratio > 0.3 && ratio < 12.0)
                keepCloser(best, multiples(low, high, mantissa, power), about);
        }
    return best;
}

/// The mantissas times 10^exponent in [low, high], of each exponent that is a multiple of `every`.
Levels decades(double low, double high, std::span<const double> mantissas, int every)
{
    const int first = static_cast<int>(std::floor(std::log10(low))) - 1;
    const int last = static_cast<int>(std::ceil(std::log10(high))) + 1;
    Levels levels;
    for (int exponent = first; exponent <= last; ++exponent)
        for (const double mantissa : mantissas)
        {
            const double level = decimal(mantissa, exponent);
            if (exponent % every == 0 && level >= low && level <= high)
                levels.push_back(level);
        }
    return levels;
}

Levels logarithmicLevels(double low, double high, std::size_t about)
{
    static constexpr std::array kThree = {1.0, 2.0, 5.0};
    static constexpr std::array kTwo = {1.0, 3.0};
    static constexpr std::array kOne = {1.0};
    Levels best = decades(low, high, kThree, 1);
    keepCloser(best, decades(low, high, kTwo, 1), about);
    const int most = static_cast<int>(std::log10(high) - std::log10(low)) + 1;
    for (int every = 1; every <= most; ++every)
        keepCloser(best, decades(low, high, kOne, every), about);
    return best;
}

} // namespace

std::vector<double> niceLevels(double low, double high, std::size_t about, bool isLogarithmic)
{
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high) || !std::isfinite(high - low) ||
        about == 0)
        return {};
    if (isLogarithmic && low > 0.0 && high / low >= 10.0)
        return logarithmicLevels(low, high, about);
    return linearLevels(low, high, about);
}

} // namespace somnium::latent
