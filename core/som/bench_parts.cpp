// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/bench_parts.h"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/base/random.h"

namespace somnium::som
{

namespace
{

/// amplitude exp(-((x - place) / width)^2 / 2) at x = 0, 1, ...
std::vector<float> profile(double amplitude, double place, double width, std::size_t side)
{
    std::vector<float> values(side);
    for (std::size_t x = 0; x < side; ++x)
    {
        const double distance = (static_cast<double>(x) - place) / width;
        values[x] = static_cast<float>(amplitude * std::exp(-0.5 * distance * distance));
    }
    return values;
}

void addBlob(std::span<float> image, std::size_t side, Random &random)
{
    const auto size = static_cast<double>(side);
    const double width = size * random.uniform(0.01, 0.06);
    const double centre = 0.5 * (size - 1.0);
    const auto rows =
        profile(random.uniform(0.2, 1.0), centre + random.uniform(-0.15, 0.15) * size, width, side);
    const auto columns = profile(1.0, centre + random.uniform(-0.15, 0.15) * size, width, side);
    for (std::size_t row = 0; row < side; ++row)
        for (std::size_t column = 0; column < side; ++column)
            image[row * side + column] += rows[row] * columns[column];
}

} // namespace

double operationsPerPair(const compute::PolarGrid &grid)
{
    double coefficients = 0.0;
    for (std::size_t ring = 0; ring < grid.rings; ++ring)
        coefficients += static_cast<double>(grid.channels * grid.ringHarmonics(ring));
    const auto angles = static_cast<double>(grid.angles);
    return 8.0 * coefficients + 5.0 * angles * std::log2(angles);
}

std::size_t bytesPerImage(const compute::PolarGrid &grid, std::size_t bytesPerNumber)
{
    std::size_t coefficients = 0;
    for (std::size_t ring = 0; ring < grid.rings; ++ring)
        coefficients += grid.channels * grid.ringHarmonics(ring);
    // Best and second: number, distance, angle, flip.
    constexpr std::size_t kResult = 2 * (3 * sizeof(float) + 1);
    return 2 * coefficients * bytesPerNumber + kResult;
}

Result<void> learnOnce(const std::function<Result<void>(const TakeSpectra &)> &forEach,
                       const compute::Spectra &prototypes, const compute::UpdateOptions &options,
                       compute::Backend &backend, const JobContext &context)
{
    const auto batch = backend.beginUpdate(prototypes, options);
    if (!batch)
        return failure(batch.error());
    auto done = forEach([&](const compute::Spectra &spectra) -> Result<void> {
        if (const auto match = (*batch)->add(spectra, context); !match)
            return failure(match.error());
        return {};
    });
    if (!done)
        return done;
    if (const auto updated = (*batch)->finish(); !updated)
        return failure(updated.error());
    return {};
}

std::vector<float> makeBlobImages(std::size_t first, std::size_t count, std::size_t side, std::uint64_t seed,
                                  const JobContext &context)
{
    constexpr std::uint32_t kMostBlobs = 4;
    std::vector<float> pixels(count * side * side);
    JobContext whole = context; // half of a survey would be measured as if it were all
    whole.stop = {};
    parallelFor(count, whole, [&](std::size_t i) {
        Random random(seed, first + i);
        const std::uint32_t blobs = 1 + random.below(kMostBlobs);
        for (std::uint32_t blob = 0; blob < blobs; ++blob)
            addBlob(std::span(pixels).subspan(i * side * side, side * side), side, random);
    });
    return pixels;
}

} // namespace somnium::som
