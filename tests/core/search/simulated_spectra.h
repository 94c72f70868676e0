// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra of few degrees of freedom with noise, for tests of what is searched among them.
#pragma once

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "core/data/spectrum_store.h"

namespace somnium::test
{

struct SimulatedSpectra
{
    std::size_t count = 0;
    std::size_t pixels = 0;
    std::vector<float> flux;
    std::vector<float> weight; ///< inverse variances; empty: without
    std::vector<float> sigma;  ///< [count] of the noise, apart from what it does along the pixels
    std::vector<float> truth;  ///< [count][pixels] the flux without noise
    std::vector<float> places; ///< [count][kPlaces] of each among the shapes that make it

    static constexpr std::size_t kPlaces = 8;

    [[nodiscard]] std::unique_ptr<data::MemorySpectra> spectra() const
    {
        return std::make_unique<data::MemorySpectra>(
            data::SpectralGrid{data::SpectralGrid::Scale::Index, 0.0, 1.0, pixels}, flux, weight);
    }
};

struct SimulatedSpectraParams
{
    std::size_t count = 4000;
    std::size_t pixels = 300;
    double leastNoise = 0.3; ///< sigma of each spectrum between these, evenly in the logarithm
    double mostNoise = 0.3;
    bool hasWeights = false;
    double maskedShare = 0.0; ///< of the pixels, in runs
    std::uint64_t seed = 1;
};

/// 1 + a curve, lines that grow and shrink together, and a smooth bump that moves.
inline SimulatedSpectra simulateSpectra(const SimulatedSpectraParams &params)
{
    constexpr std::size_t kPlaces = SimulatedSpectra::kPlaces;
    Random random(params.seed);
    SimulatedSpectra made{params.count, params.pixels, {}, {}, {}, {}, {}};
    std::vector<double> shapes(kPlaces * params.pixels);
    for (std::size_t k = 0; k < kPlaces; ++k)
        for (int line = 0; line < 6; ++line)
        {
            const double centre = random.uniform(0.0, 1.0);
            const double width = random.uniform(0.01, 0.15);
            const double height = random.normal();
            for (std::size_t p = 0; p < params.pixels; ++p)
            {
                const double x = static_cast<double>(p) / static_cast<double>(params.pixels);
                shapes[k * params.pixels + p] +=
                    height * std::exp(-0.5 * std::pow((x - centre) / width, 2.0));
            }
        }
    for (std::size_t i = 0; i < params.count; ++i)
    {
        const double sigma =
            params.leastNoise * std::pow(params.mostNoise / params.leastNoise, random.uniform());
        made.sigma.push_back(static_cast<float>(sigma));
        for (std::size_t k = 0; k < kPlaces; ++k)
            made.places.push_back(static_cast<float>(random.normal() / (1.0 + static_cast<double>(k))));
        for (std::size_t p = 0; p < params.pixels; ++p)
        {
            double value = 1.0;
            for (std::size_t k = 0; k < kPlaces; ++k)
                value += static_cast<double>(made.places[i * kPlaces + k]) * shapes[k * params.pixels + p];
            // Noisier towards the ends, as spectrographs are.
            const double x = 2.0 * static_cast<double>(p) / static_cast<double>(params.pixels) - 1.0;
            const double own = sigma * (params.hasWeights ? 1.0 + x * x : 1.0);
            made.truth.push_back(static_cast<float>(value));
            made.flux.push_back(static_cast<float>(value + own * random.normal()));
            if (params.hasWeights)
                made.weight.push_back(static_cast<float>(1.0 / (own * own)));
        }
        if (params.maskedShare <= 0.0)
            continue;
        const auto run = static_cast<std::size_t>(params.maskedShare * static_cast<double>(params.pixels));
        const std::size_t first = random.below(static_cast<std::uint32_t>(params.pixels - run));
        for (std::size_t p = i * params.pixels + first; p < i * params.pixels + first + run; ++p)
            made.flux[p] = made.weight[p] = 0.0F;
    }
    return made;
}

} // namespace somnium::test
