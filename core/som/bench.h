// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine maps and trains, beside what its matrix products reach and what the reference metric
// manages in the same run. Printed by `somnium-cli bench som`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/som/layout.h"
#include "core/som/som.h"

namespace somnium::som
{

struct SomBenchParams
{
    std::size_t side = 64; ///< of the images, pixels
    MapLayout layout = MapLayout::rectangular(10, 10).value();
    std::size_t images = 0; ///< 0: 2,000 on the processor, 131,072 elsewhere
    /// Of the images; Automatic: Full on the processor, Half elsewhere.
    Coefficients coefficients = Coefficients::Automatic;
    std::size_t referenceImages = 4; ///< the reference metric is slow
    std::size_t repeats = 5;         ///< every figure is the median of so many
    std::uint64_t seed = 1;
    bool allSimd = false; ///< distances with every SIMD path that runs here, too
};

/// Distances with one SIMD path of the CPU.
struct SimdRate
{
    std::string simd;
    double distanceImagesPerSecond = 0.0;
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
    bool isHalf = false; ///< whether the coefficients of the images are in half precision
    std::size_t repeats = 0;
    std::size_t rings = 0;
    std::size_t angles = 0;
    std::size_t harmonics = 0;
    double transformImagesPerSecond = 0.0; ///< images to spectra
    double distanceImagesPerSecond = 0.0;  ///< spectra to distances
    double trainingImagesPerSecond = 0.0;  ///< distances and update, over the epochs of the default schedule
    double trainingWideImagesPerSecond = 0.0; ///< the first epoch's, the widest neighbourhood
    double streamedImagesPerSecond = 0.0; ///< training as above, on half-precision spectra read from a file
    /// Bounds of the distances, by what the backend's own tensor operations reach in this run: copies of
    /// memory and products of matrices in float32.
    double copyGbytes = 0.0;                     ///< 1e9 bytes a second, read and written
    double productGflops = 0.0;                  ///< 1e9 operations a second
    double memoryBoundImagesPerSecond = 0.0;     ///< each coefficient is read once
    double arithmeticBoundImagesPerSecond = 0.0; ///< as distanceGflops counts
    double shareOfBound = 0.0;                   ///< distanceImagesPerSecond / the smaller of the two
    /// On the processor: single precision matrix products of OpenBLAS on the same threads, 1e9/s.
    double sgemmGflops = 0.0;
    /// Which of OpenBLAS's kernels that is: an old one on processors that it does not know, such as Prescott,
    /// is no measure of this machine. OPENBLAS_CORETYPE chooses another.
    std::string sgemmKernel;
    double distanceGflops = 0.0;           ///< operations of the distances (products and transforms), 1e9/s
    double fractionOfSgemm = 0.0;          ///< distanceGflops / sgemmGflops
    double referenceImagesPerSecond = 0.0; ///< core/som/reference_matcher.h, 360 rotations and flips
    double ratioToReference = 0.0;         ///< distanceImagesPerSecond / referenceImagesPerSecond
    std::vector<SimdRate> simdRates;       ///< with SomBenchParams::allSimd
};

/// Takes some seconds. Random images: the time does not depend on what they show.
[[nodiscard]] Result<SomBenchReport> benchSom(const SomBenchParams &params, compute::Backend &backend,
                                              const JobContext &context);

/// The case that PINK's authors published: 176,750 images of 124 x 124 pixels, a hexagonal map of 331 neurons
/// of 64 x 64, all rotations and flips, one epoch (Polsterer et al. 2019: 35,373 s on 24 cores, 909 s on a
/// Tesla P40, 673 s on an RTX 2080).
struct PinkCaseParams
{
    std::size_t images = 176750; ///< simulated, each another; never all of their pixels in memory
    std::uint64_t seed = 1;
};
struct PinkCaseReport
{
    std::string device;
    std::size_t images = 0; ///< measured
    std::size_t neurons = 0;
    double transformSeconds = 0.0; ///< images in main memory to half-precision spectra where they are kept
    double epochSeconds = 0.0;     ///< distances and update with the widest neighbourhood
    double totalSeconds = 0.0;     ///< of both for all 176,750: scaled if fewer were measured
    /// What all 176,750 would take if nothing but this took time.
    double bringBoundSeconds = 0.0;      ///< pixels come from main memory; 0 where both are one
    double memoryBoundSeconds = 0.0;     ///< of the epoch: spectra are read once
    double arithmeticBoundSeconds = 0.0; ///< of the epoch: distances, at the rate of a product of matrices
    std::size_t peakResidentBytes = 0;
};
[[nodiscard]] Result<PinkCaseReport> benchPinkCase(const PinkCaseParams &params, compute::Backend &backend,
                                                   const JobContext &context);

} // namespace somnium::som
