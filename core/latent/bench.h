// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine trains an autoencoder on spectra, beside the time of its matrix products alone in the
// same run. Printed by `somnium-cli bench latent`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/latent/autoencoder.h"

namespace somnium::latent
{

struct LatentBenchParams
{
    std::size_t pixels = 4000;
    AutoencoderParams model; ///< dense; its epochs and validation are not used
    std::size_t batch = 512;
    /// Made and then learned from three times over; 0: 4,096, or 64 batches where a device computes, whose
    /// steps take no time to speak of.
    std::size_t spectra = 0;
    bool hasWeights = true;
    std::size_t repeats = 5; ///< every figure is the median of so many, taken in turns
    std::uint64_t seed = 1;
};

struct LatentBenchReport
{
    std::string backend;
    std::string device;
    unsigned threads = 0;
    std::size_t parameters = 0;
    double samplesPerSecond = 0.0; ///< learned from after the first time, all told: reading
                                   ///< half-precision spectra, losses, Adam
    /// The products of a step alone, forward and both backward of each layer but the first one's to its
    /// input: by the backend, and on the processor by OpenBLAS on as many threads.
    double productSamplesPerSecond = 0.0;
    double openBlasSamplesPerSecond = 0.0;
    std::string openBlasKernel; ///< as SomBenchReport::sgemmKernel
    double productGflops = 0.0; ///< 1e9 operations a second of the backend's
    double openBlasGflops = 0.0;
    /// That come from main memory to the device; infinite on the processor.
    double broughtSamplesPerSecond = 0.0;
    bool areRowsOnDevice = false; ///< so that none come after the first epoch
    /// samplesPerSecond / the faster of the two products, or the bringing if less and needed.
    double shareOfBound = 0.0;
    double encodeOneMs = 0.0; ///< one spectrum, on one thread
    double decodeOneMs = 0.0;
};

/// Takes some seconds. Random spectra: the time does not depend on what they show.
[[nodiscard]] Result<LatentBenchReport>
benchAutoencoder(const LatentBenchParams &asked, compute::Backend &backend, const JobContext &context);

} // namespace somnium::latent
