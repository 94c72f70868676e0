// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine maps and trains, beside what its matrix products reach and what the reference metric
// manages in the same run. Printed by `somnium-cli bench som`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/som/layout.h"

namespace somnium::som
{

struct SomBenchParams
{
    std::size_t side = 64; ///< of the images, pixels
    MapLayout layout = MapLayout::rectangular(10, 10).value();
    std::size_t images = 2000;
    std::size_t referenceImages = 4; ///< the reference metric is slow
    std::size_t repeats = 5;         ///< every figure is the median of so many
    std::uint64_t seed = 1;
};

/// Medians. Images per second are for all rotations and both flips against all neurons.
struct SomBenchReport
{
    std::string backend; ///< "cpu"
    std::string device;  ///< "AMD EPYC, AVX-512, 2 threads"
    std::string simd;    ///< "avx512", "avx2", "plain"; empty if the backend has none
    unsigned threads = 0;
    std::size_t side = 0;
    std::string layout;
    std::size_t images = 0;
    std::size_t repeats = 0;
    std::size_t rings = 0;
    std::size_t angles = 0;
    std::size_t harmonics = 0;
    double transformImagesPerSecond = 0.0; ///< images to spectra
    double distanceImagesPerSecond = 0.0;  ///< spectra to distances
    double trainingImagesPerSecond = 0.0;  ///< distances and update, over the epochs of the default schedule
    double trainingWideImagesPerSecond = 0.0; ///< the first epoch's, the widest neighbourhood
    double sgemmGflops = 0.0;                 ///< single precision matrix product on the same threads, 1e9/s
    double distanceGflops = 0.0;           ///< operations of the distances (products and transforms), 1e9/s
    double fractionOfSgemm = 0.0;          ///< distanceGflops / sgemmGflops
    double referenceImagesPerSecond = 0.0; ///< core/som/reference_matcher.h, 360 rotations and flips
    double ratioToReference = 0.0;         ///< distanceImagesPerSecond / referenceImagesPerSecond
};

/// Takes some seconds. Random images: the time does not depend on what they show.
[[nodiscard]] Result<SomBenchReport> benchSom(const SomBenchParams &params, compute::Backend &backend,
                                              const JobContext &context);

} // namespace somnium::som
