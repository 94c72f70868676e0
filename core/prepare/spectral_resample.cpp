// SPDX-License-Identifier: GPL-3.0-or-later
// Flux-conserving resampling: one sweep over the pixels of both samplings.
#include <algorithm>
#include <cmath>

#include "core/prepare/spectral_steps.h"

namespace somnium::prepare
{

namespace
{

constexpr double kGapInSteps = 3.0;      // a step so many times longer than its neighbours is a gap
constexpr std::size_t kNeighbours = 4;   // on each side, to know what steps are usual there
constexpr double kLeastCovered = 0.5;    // of a pixel of the grid
constexpr double kRoundingShare = 1e-9;  // of a pixel: ends that differ by less are the same
constexpr std::size_t kAnchorEvery = 32; // pixels between exact powers

struct Pixel
{
    double low = 0.0;
    double high = 0.0;
};

/// Largest over smallest step, of wavelengths or (relative steps) of their logarithms.
double unevenness(const std::vector<double> &centres, bool isLog)
{
    double least = HUGE_VAL;
    double most = 0.0;
    for (std::size_t i = 1; i < centres.size(); ++i)
    {
        const double step = centres[i] - centres[i - 1];
        const double one = isLog ? step / (centres[i] + centres[i - 1]) : step;
        least = std::min(least, one);
        most = std::max(most, one);
    }
    return most / least;
}

/// True for a step [i, i + 1] that pixels do not fill: rows that a file leaves out, the space between arms.
bool isGap(const std::vector<double> &centres, std::size_t i, std::vector<double> &steps)
{
    const std::size_t first = i > kNeighbours ? i - kNeighbours : 0;
    const std::size_t end = std::min(centres.size() - 1, i + kNeighbours + 1);
    steps.clear();
    for (std::size_t j = first; j < end; ++j)
        steps.push_back(centres[j + 1] - centres[j]);
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>((steps.size() - 1) / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return centres[i + 1] - centres[i] > kGapInSteps * *middle;
}

/// [i] 1: between pixels i and i + 1 there is a gap.
std::vector<std::uint8_t> gapsOf(const std::vector<double> &centres)
{
    const std::size_t count = centres.size();
    std::vector<double> steps;
    std::vector<std::uint8_t> gaps(count - 1, 0);
    for (std::size_t i = 0; i + 1 < count; ++i)
    {
        const double step = centres[i + 1] - centres[i];
        const bool isLonger = (i > 0 && step > kGapInSteps * (centres[i] - centres[i - 1])) ||
                              (i + 2 < count && step > kGapInSteps * (centres[i + 2] - centres[i + 1]));
        gaps[i] = isLonger && isGap(centres, i, steps) ? 1 : 0;
    }
    return gaps;
}

/// Half the first ordinary step.
double firstHalfStep(const std::vector<double> &centres, const std::vector<std::uint8_t> &gaps)
{
    for (std::size_t i = 0; i < gaps.size(); ++i)
        if (gaps[i] == 0)
            return 0.5 * (centres[i + 1] - centres[i]);
    return 0.0;
}

/// The ends of pixels given by their centres, of which there are at least 2: half-way between neighbours, in
/// wavelength or in its logarithm, whichever they are even in; at a gap as far out as the pixel's other side.
std::vector<Pixel> pixelsOf(const std::vector<double> &centres, bool canBeLog)
{
    const std::size_t count = centres.size();
    const bool isLog = canBeLog && unevenness(centres, true) < unevenness(centres, false);
    const auto between = [isLog](double a, double b) { return isLog ? std::sqrt(a * b) : 0.5 * (a + b); };
    const auto opposite = [isLog](double end, double centre) {
        return isLog ? centre * centre / end : 2.0 * centre - end;
    };
    const std::vector<std::uint8_t> gaps = gapsOf(centres);
    std::vector<Pixel> pixels(count);
    for (std::size_t i = 0; i + 1 < count; ++i)
        pixels[i].high = pixels[i + 1].low = between(centres[i], centres[i + 1]);
    double usual = firstHalfStep(centres, gaps); // for a pixel between two gaps
    for (std::size_t i = 0; i < count; ++i)
    {
        const bool isOpenLow = i == 0 || gaps[i - 1] != 0;
        const bool isOpenHigh = i + 1 == count || gaps[i] != 0;
        if (isOpenLow && isOpenHigh)
            pixels[i] = {centres[i] - usual, centres[i] + usual};
        else if (isOpenLow)
            pixels[i].low = opposite(pixels[i].high, centres[i]);
        else if (isOpenHigh)
            pixels[i].high = opposite(pixels[i].low, centres[i]);
        if (!isOpenHigh)
            usual = 0.5 * (centres[i + 1] - centres[i]);
    }
    return pixels;
}

/// The ends of the grid's pixels [pixels + 1].
std::vector<double> edgesOf(const data::SpectralGrid &grid)
{
    std::vector<double> edges(grid.pixels + 1);
    const double ratio = grid.scale == data::SpectralGrid::Scale::Log ? std::pow(10.0, grid.step) : 1.0;
    for (std::size_t i = 0; i <= grid.pixels; ++i)
        edges[i] = grid.scale != data::SpectralGrid::Scale::Log || i % kAnchorEvery == 0
                       ? grid.at(static_cast<double>(i) - 0.5)
                       : edges[i - 1] * ratio;
    return edges;
}

std::vector<double> centresOf(const data::SpectralGrid &grid)
{
    std::vector<double> centres(grid.pixels);
    const double ratio = grid.scale == data::SpectralGrid::Scale::Log ? std::pow(10.0, grid.step) : 1.0;
    for (std::size_t i = 0; i < grid.pixels; ++i)
        centres[i] = grid.scale != data::SpectralGrid::Scale::Log || i % kAnchorEvery == 0
                         ? grid.at(static_cast<double>(i))
                         : centres[i - 1] * ratio;
    return centres;
}

/// What a pixel of the grid has gathered.
struct Sums
{
    double overlap = 0.0;
    double flux = 0.0;
    double variance = 0.0;
};

} // namespace

WorkingSpectrum resampled(const WorkingSpectrum &from, const data::SpectralGrid &grid)
{
    WorkingSpectrum to;
    to.hasWavelengths = grid.hasWavelengths();
    to.medium = from.medium;
    to.wavelength = centresOf(grid);
    to.flux.assign(grid.pixels, 0.0);
    to.good.assign(grid.pixels, 0);
    const bool hasVariance = !from.variance.empty();
    if (hasVariance)
        to.variance.assign(grid.pixels, 0.0);
    const std::vector<Pixel> pixels = pixelsOf(from.wavelength, grid.hasWavelengths());
    const std::vector<double> edges = edgesOf(grid);

    std::size_t first = 0;
    for (std::size_t bin = 0; bin < grid.pixels; ++bin)
    {
        const double low = edges[bin];
        const double high = edges[bin + 1];
        const double least = kRoundingShare * (high - low);
        while (first < pixels.size() && pixels[first].high <= low)
            ++first;
        Sums sums;
        for (std::size_t i = first; i < pixels.size() && pixels[i].low < high; ++i)
        {
            const double overlap = std::min(high, pixels[i].high) - std::max(low, pixels[i].low);
            if (from.good[i] == 0 || overlap <= least)
                continue;
            sums.overlap += overlap;
            sums.flux += overlap * from.flux[i];
            if (hasVariance)
                sums.variance += overlap * overlap * from.variance[i];
        }
        if (sums.overlap < kLeastCovered * (high - low) * (1.0 - kRoundingShare))
            continue;
        to.good[bin] = 1;
        to.flux[bin] = sums.flux / sums.overlap;
        if (hasVariance)
            to.variance[bin] = sums.variance / (sums.overlap * sums.overlap);
    }
    return to;
}

} // namespace somnium::prepare
