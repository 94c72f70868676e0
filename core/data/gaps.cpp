// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/gaps.h"

#include <algorithm>

#include "core/data/spectrum_store.h"

namespace somnium::data
{

std::vector<std::uint32_t> unobservedPixels(const Spectra &spectra, double leastShare, std::size_t most)
{
    std::vector<std::uint32_t> pixels;
    const std::size_t looked = std::min(spectra.count(), most);
    if (!spectra.hasWeights() || looked == 0)
        return pixels;
    std::vector<std::size_t> counts(spectra.pixels());
    std::vector<float> flux(spectra.pixels());
    std::vector<float> weight(spectra.pixels());
    for (std::size_t i = 0; i < looked; ++i)
    {
        spectra.read(i * spectra.count() / looked, flux, weight);
        for (std::size_t pixel = 0; pixel < counts.size(); ++pixel)
            counts[pixel] += weight[pixel] > 0.0F ? 1U : 0U;
    }
    const double least = leastShare * static_cast<double>(looked);
    for (std::size_t pixel = 0; pixel < counts.size(); ++pixel)
        if (counts[pixel] == 0 || static_cast<double>(counts[pixel]) < least)
            pixels.push_back(static_cast<std::uint32_t>(pixel));
    return pixels;
}

} // namespace somnium::data
