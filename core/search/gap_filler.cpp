// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gap_filler.h"

#include <algorithm>
#include <array>
#include <vector>

namespace somnium::search
{

namespace
{

constexpr std::size_t kMostRounds = 40;
/// Of the squared residual at the start: what is left is far below the noise.
constexpr float kEnough = 1e-8F;
/// An axis that lies in the gap altogether.
constexpr float kLeastDiagonal = 1e-6F;

/// In lanes, which a compiler does in vectors.
float dot(std::span<const float> a, std::span<const float> b)
{
    constexpr std::size_t kLanes = 16;
    std::array<float, kLanes> sums{};
    std::size_t i = 0;
    for (; i + kLanes <= a.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += a[i + lane] * b[i + lane];
    float sum = 0.0F;
    for (; i < a.size(); ++i)
        sum += a[i] * b[i];
    for (const float part : sums)
        sum += part;
    return sum;
}

void addScaled(std::span<float> to, float factor, std::span<const float> from)
{
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i] += factor * from[i];
}

/// Solves `times` x = `wanted` for a positive definite `times`(x, result). cite: Golub & Van Loan 2013,
/// algorithm 11.5.1, preconditioned by its `diagonal`.
template <class Times>
std::vector<float> solve(std::span<const float> wanted, std::span<const float> diagonal, const Times &times)
{
    const std::size_t size = wanted.size();
    std::vector<float> x(size);
    std::vector<float> residual(wanted.begin(), wanted.end());
    std::vector<float> conditioned(size);
    std::vector<float> product(size);
    const auto condition = [&] {
        for (std::size_t k = 0; k < size; ++k)
            conditioned[k] = residual[k] / diagonal[k];
        return dot(residual, conditioned);
    };
    float left = condition();
    std::vector<float> direction = conditioned;
    const float enough = kEnough * left;
    for (std::size_t round = 0; round < kMostRounds && left > enough; ++round)
    {
        times(direction, product);
        const float curvature = dot(direction, product);
        if (!(curvature > 0.0F))
            break; // as well as floats can tell
        const float step = left / curvature;
        addScaled(x, step, direction);
        addScaled(residual, -step, product);
        const float next = condition();
        for (std::size_t k = 0; k < size; ++k)
            direction[k] = conditioned[k] + next / left * direction[k];
        left = next;
    }
    return x;
}

} // namespace

void GapFiller::fill(std::span<const std::uint8_t> isMissing, std::span<float> row,
                     std::span<float> components) const
{
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < row.size(); ++i)
        if (isMissing[i] != 0)
            missing.push_back(i);
    if (missing.empty())
        return;
    std::vector<float> diagonal(components.size(), 1.0F);
    for (const std::size_t i : missing)
        for (std::size_t k = 0; k < diagonal.size(); ++k)
            diagonal[k] -= axesAt(i)[k] * axesAt(i)[k];
    for (std::size_t k = 0; k < diagonal.size(); ++k)
        diagonal[k] = std::max(diagonal[k], kLeastDiagonal) + m_noiseShare[k];
    const auto times = [&](std::span<const float> vector, std::span<float> product) {
        for (std::size_t k = 0; k < product.size(); ++k)
            product[k] = (1.0F + m_noiseShare[k]) * vector[k];
        for (const std::size_t i : missing)
            addScaled(product, -dot(axesAt(i), vector), axesAt(i));
    };
    const std::vector<float> solved = solve(components, diagonal, times);
    for (const std::size_t i : missing)
    {
        row[i] = dot(axesAt(i), solved);
        addScaled(components, row[i], axesAt(i));
    }
}

} // namespace somnium::search
