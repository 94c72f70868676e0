// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/polar_grid.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <span>
#include <string>

#include "core/base/bytes.h"

namespace somnium::compute
{

namespace
{

constexpr std::size_t kMinSide = 3;
constexpr std::size_t kMaxSide = 4096;
constexpr std::size_t kMinAngles = 32;
constexpr std::size_t kMaxAngles = 16384;
constexpr std::size_t kMaxChannels = 4096;

Result<void> checkWeights(const std::vector<float> &weights, std::size_t channels)
{
    const bool isGood = std::all_of(weights.begin(), weights.end(),
                                    [](float weight) { return std::isfinite(weight) && weight > 0.0F; });
    if (!isGood)
        return failure(ErrorKind::InvalidArgument, "channel weights: expected numbers above 0");
    if (!weights.empty() && weights.size() != channels)
        return failure(ErrorKind::InvalidArgument, "expected " + std::to_string(channels) +
                                                       " channel weights, one per channel, found " +
                                                       std::to_string(weights.size()));
    return {};
}

} // namespace

double PolarGrid::ringRadius(std::size_t ring) const
{
    return (static_cast<double>(ring) + 0.5) * radius / static_cast<double>(rings);
}

std::size_t PolarGrid::ringHarmonics(std::size_t ring) const
{
    const double carried = std::numbers::pi * (ringRadius(ring) + 0.75);
    return std::min(harmonics, static_cast<std::size_t>(carried) + 1);
}

std::size_t PolarGrid::firstRing(std::size_t harmonic) const
{
    std::size_t ring = 0;
    while (ring < rings && ringHarmonics(ring) <= harmonic)
        ++ring;
    return ring;
}

std::uint64_t fingerprint(const PolarGrid &grid)
{
    const std::array<std::uint64_t, 4> sizes = {grid.channels, grid.rings, grid.angles, grid.harmonics};
    const std::uint64_t hash =
        fnv1a(std::as_bytes(std::span(&grid.radius, 1)), fnv1a(std::as_bytes(std::span(sizes))));
    return fnv1a(std::as_bytes(std::span(grid.channelWeights)), hash);
}

Result<PolarGrid> polarGridFor(const data::ImageShape &shape, MatchPrecision precision,
                               const std::vector<float> &channelWeights)
{
    const std::size_t side = std::min(shape.rows, shape.columns);
    if (side < kMinSide || std::max(shape.rows, shape.columns) > kMaxSide || shape.channels == 0 ||
        shape.channels > kMaxChannels)
        return failure(ErrorKind::InvalidArgument,
                       "images of " + std::to_string(shape.channels) + " x " + std::to_string(shape.rows) +
                           " x " + std::to_string(shape.columns) +
                           " (channels, rows, columns) cannot be compared: expected sides from " +
                           std::to_string(kMinSide) + " to " + std::to_string(kMaxSide) + " pixels");
    if (const auto good = checkWeights(channelWeights, shape.channels); !good)
        return failure(good.error());

    PolarGrid grid;
    grid.channels = shape.channels;
    grid.radius = (static_cast<double>(side) - 1.0) / 2.0;
    grid.channelWeights = channelWeights;
    // Measured against the reference metric on real radio galaxies: rings closer than a pixel matter for
    // compact sources, harmonics above three quarters of the Nyquist one for nothing.
    grid.rings = precision == MatchPrecision::Fast ? (side + 1) / 2 : (3 * side + 2) / 4;
    // Two samples a pixel on the ring at 2/3 of the radius: 128 angles at 64 x 64.
    grid.angles = std::max(kMinAngles, std::bit_ceil(2 * side - 2));
    if (precision == MatchPrecision::Fine)
        grid.angles *= 2;
    grid.harmonics = grid.angles * 3 / 8;
    return grid;
}

Result<void> validate(const PolarGrid &grid)
{
    const bool isGood = grid.channels > 0 && grid.channels <= kMaxChannels && grid.rings > 0 &&
                        grid.rings <= kMaxSide && std::has_single_bit(grid.angles) &&
                        grid.angles >= kMinAngles && grid.angles <= kMaxAngles && grid.harmonics > 0 &&
                        grid.harmonics <= grid.angles / 2 && std::isfinite(grid.radius) &&
                        grid.radius > 0.0 && grid.radius <= static_cast<double>(kMaxSide);
    if (!isGood)
        return failure(ErrorKind::InvalidArgument,
                       "polar grid makes no sense: " + std::to_string(grid.rings) + " rings, " +
                           std::to_string(grid.angles) + " angles, " + std::to_string(grid.harmonics) +
                           " harmonics, radius " + std::to_string(grid.radius));
    return checkWeights(grid.channelWeights, grid.channels);
}

} // namespace somnium::compute
