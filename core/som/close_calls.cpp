// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/close_calls.h"

#include <algorithm>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/som/mapper.h"
#include "core/som/reference_matcher.h"

namespace somnium::som
{

namespace
{

constexpr std::size_t kBlockSources = 64;
constexpr int kLooks = 2; ///< on either side of the angle found
constexpr double kLookRad = 2.0 * std::numbers::pi / 360.0;

/// Pixels of a prototype that count, and their weights.
struct Disc
{
    std::vector<std::uint32_t> pixels;
    std::vector<double> weights;
};

Disc discOf(const Som &som, const data::ImageShape &samples)
{
    Disc disc;
    disc.pixels = windowPixels(som.shape, ReferenceWindow::Disc, std::min(samples.rows, samples.columns));
    for (const std::uint32_t pixel : disc.pixels)
        disc.weights.push_back(static_cast<double>(som.grid.channelWeight(pixel / som.shape.channelSize())));
    return disc;
}

/// Least weighted sum of squared differences between the source, turned so or (if all rotations are allowed)
/// nearly so, and the prototype.
double pixelDistance(const data::ImageView &source, const data::ImageView &prototype,
                     const SpatialTransform &found, const Disc &disc, bool looksAround)
{
    const int looks = looksAround ? kLooks : 0;
    double least = std::numeric_limits<double>::infinity();
    for (int look = -looks; look <= looks; ++look)
    {
        const double angleRad = static_cast<double>(found.angleRad) + look * kLookRad;
        const data::Image laid = turned(source, {static_cast<float>(angleRad), found.isFlipped},
                                        prototype.rows(), prototype.columns());
        double sum = 0.0;
        for (std::size_t i = 0; i < disc.pixels.size(); ++i)
        {
            const std::uint32_t pixel = disc.pixels[i];
            const double difference =
                static_cast<double>(laid.pixels()[pixel]) - static_cast<double>(prototype.pixels()[pixel]);
            sum += disc.weights[i] * difference * difference;
        }
        least = std::min(least, sum);
    }
    return least;
}

void swapBestAndSecond(compute::MatchResult &match, std::size_t i)
{
    std::swap(match.best[i], match.second[i]);
    std::swap(match.bestDistance[i], match.secondDistance[i]);
    std::swap(match.bestAngleRad[i], match.secondAngleRad[i]);
    std::swap(match.bestFlip[i], match.secondFlip[i]);
}

} // namespace

bool decideCloseCalls(const Som &som, const data::Samples &samples, std::size_t first,
                      compute::MatchResult &match, const JobContext &context)
{
    const Disc disc = discOf(som, samples.shape());
    const bool looksAround = som.params.rotations == 0;
    const std::size_t blocks = (match.best.size() + kBlockSources - 1) / kBlockSources;
    return parallelFor(blocks, context, [&](std::size_t block) {
        const std::size_t end = std::min(match.best.size(), (block + 1) * kBlockSources);
        for (std::size_t i = block * kBlockSources; i < end; ++i)
        {
            if (match.best[i] == match.second[i] ||
                match.secondDistance[i] > kCloseCall * match.bestDistance[i])
                continue;
            const data::ImageView source = samples.sample(first + i);
            const double best =
                pixelDistance(source, som.prototype(match.best[i]),
                              {match.bestAngleRad[i], match.bestFlip[i] != 0}, disc, looksAround);
            const double second =
                pixelDistance(source, som.prototype(match.second[i]),
                              {match.secondAngleRad[i], match.secondFlip[i] != 0}, disc, looksAround);
            if (second < best)
                swapBestAndSecond(match, i);
        }
    });
}

} // namespace somnium::som
