// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the match kernel over many images and picks best and second best. Used by match() and update().
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/job.h"
#include "core/compute/backend.h"
#include "core/compute/cpu/cpu_spectra.h"
#include "core/compute/cpu/kernels.h"

namespace somnium::compute::cpu
{

/// Every pair of some images with all prototypes; rows of `stride` entries, of which the first
/// `prototypes` count.
struct Pairs
{
    std::size_t stride = 0;
    std::vector<float> distance;
    std::vector<float> angleSteps; ///< in steps of 2 pi / angles
    std::vector<std::uint8_t> flip;
};

class Matcher
{
public:
    /// `prototypes` must outlive the matcher.
    Matcher(const Kernels &kernels, const CpuSpectra &prototypes, bool useFlips, std::size_t rotations);

    /// Room for the pairs of `images` images.
    [[nodiscard]] Pairs makePairs(std::size_t images) const;

    /// Compares images [first, first + count) and writes their pairs to `pairs` (from its row 0) and their
    /// best and second best to `result` at [first, ...), which must have room. Returns false if stopped.
    [[nodiscard]] bool matchRange(const CpuSpectra &images, std::size_t first, std::size_t count,
                                  Pairs &pairs, MatchResult &result, const JobContext &context) const;

    [[nodiscard]] std::size_t prototypeCount() const { return m_count; }

private:
    /// Rows of floats of at most kUnitImages images; valid until this thread asks again.
    [[nodiscard]] const float *rowsOf(const CpuSpectra &images, std::size_t first, std::size_t count) const;
    void findBest(const Pairs &pairs, std::size_t row, std::size_t image, MatchResult &result) const;

    const Kernels &m_kernels;
    const CpuSpectra &m_prototypes;
    bool m_useFlips = true;
    std::size_t m_rotations = 0; ///< 0: all
    std::size_t m_count = 0;
    std::size_t m_blocks = 0;
    AlignedFloats m_packed;
    std::vector<float> m_energies; ///< padded to whole blocks
};

/// A result with room for so many images, without the pairs.
[[nodiscard]] MatchResult makeMatchResult(std::size_t images);

} // namespace somnium::compute::cpu
