// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_bands.h"

#include <algorithm>
#include <cmath>

namespace somnium::io
{

namespace
{

constexpr std::size_t kFewestBands = 2;
constexpr std::size_t kMostBands = 5;
/// Fewer fluxes may rise by chance.
constexpr std::size_t kFewestWavelengths = 8;

std::vector<double> band(const NumberMatrix &matrix, BandsAlong along, std::size_t index)
{
    return along == BandsAlong::Rows
               ? numbersAlong(matrix.at, matrix.start + index * matrix.columns, 1, matrix.columns)
               : numbersAlong(matrix.at, matrix.start + index, matrix.columns, matrix.rows);
}

/// Above 0 and in order; a few may be missing.
bool areWavelengths(std::vector<double> values)
{
    constexpr std::size_t kMostMissing = 5; // one in so many
    const std::size_t all = values.size();
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.size() < kFewestWavelengths || (all - values.size()) * kMostMissing > all ||
        !(values.front() > 0.0) || !(values.back() > 0.0))
        return false;
    const auto inOrder = [&values](auto compare) {
        return std::adjacent_find(values.begin(), values.end(),
                                  [&](double a, double b) { return !compare(a, b); }) == values.end();
    };
    return inOrder(std::less<>()) || inOrder(std::greater<>());
}

} // namespace

std::vector<double> numbersAlong(const std::function<double(std::size_t)> &at, std::size_t start,
                                 std::size_t step, std::size_t count)
{
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = at(start + i * step);
    return values;
}

std::optional<BandsAlong> bandsIn(const NumberMatrix &matrix, bool isAsked)
{
    const auto isFew = [](std::size_t count) { return count >= kFewestBands && count <= kMostBands; };
    const bool rowsFit = isFew(matrix.rows) && matrix.columns > matrix.rows;
    const bool columnsFit = isFew(matrix.columns) && matrix.rows > matrix.columns;
    if (rowsFit && (isAsked || areWavelengths(band(matrix, BandsAlong::Rows, 0))))
        return BandsAlong::Rows;
    if (columnsFit && (isAsked || areWavelengths(band(matrix, BandsAlong::Columns, 0))))
        return BandsAlong::Columns;
    return std::nullopt;
}

RawSpectrum readBands(const NumberMatrix &matrix, BandsAlong along)
{
    const std::size_t bands = along == BandsAlong::Rows ? matrix.rows : matrix.columns;
    RawSpectrum raw;
    raw.axis.values = band(matrix, along, 0);
    for (const double value : band(matrix, along, 1))
        raw.flux.push_back(fluxOf(value));
    if (bands > 2)
    {
        raw.noise = band(matrix, along, 2);
        raw.noiseKind = Noise::Sigma;
    }
    if (bands > 3)
        for (const double value : band(matrix, along, 3))
            raw.mask.push_back(value != 0.0 ? 1 : 0);
    return raw;
}

} // namespace somnium::io
