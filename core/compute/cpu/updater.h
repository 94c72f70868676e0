// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of turned and flipped images per neuron: the numerator of the batch update (SOM.md section 4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/compute/backend.h"
#include "core/compute/cpu/cpu_spectra.h"
#include "core/compute/cpu/kernels.h"
#include "core/compute/cpu/matcher.h"

namespace somnium::compute::cpu
{

/// Adds image after image, chunk after chunk, in a fixed order for each coefficient: the threads share out
/// harmonics and neurons, not images, so the bits do not depend on their number.
class Updater
{
public:
    Updater(const Kernels &kernels, const CpuSpectra &prototypes, const UpdateOptions &options);

    /// Adds images [first, first + count), whose pairs are the first rows of `pairs`. Returns false if
    /// stopped.
    [[nodiscard]] bool add(const CpuSpectra &images, std::size_t first, std::size_t count, const Pairs &pairs,
                           std::span<const std::uint32_t> best, const JobContext &context);

    /// The new prototypes: weighted means, and the old spectrum where a neuron had no weight.
    [[nodiscard]] std::unique_ptr<CpuSpectra> finish() const;

private:
    /// The entries of a chunk of images, sorted by neuron and flip, as the kernel wants them.
    struct Chunk
    {
        std::size_t firstImage = 0;
        std::size_t imageCount = 0;
        std::vector<std::uint32_t> begin;
        std::vector<std::uint16_t> image;
        std::vector<float> weight;
        std::vector<float> cosine;
        std::vector<float> sine;
    };
    [[nodiscard]] Chunk makeChunk(std::size_t firstImage, std::size_t row, std::size_t count,
                                  const Pairs &pairs, std::span<const std::uint32_t> best) const;
    void addEntry(Chunk &chunk, std::size_t image, float weight, float angleSteps) const;
    [[nodiscard]] bool accumulate(const CpuSpectra &images, const std::vector<Chunk> &chunks,
                                  const JobContext &context);

    const Kernels &m_kernels;
    const CpuSpectra &m_prototypes;
    UpdateOptions m_options;
    CpuSpectra m_sums;
    std::vector<std::size_t> m_hits; ///< images whose best match a neuron is
};

} // namespace somnium::compute::cpu
