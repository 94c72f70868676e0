// SPDX-License-Identifier: GPL-3.0-or-later
// The nearest of some 100,000 spectra at once: half-precision principal components in memory, scanned for
// every question, and the best few hundred compared in full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/nearest_rows.h"
#include "core/compute/row_distances.h"
#include "core/compute/tensor_ops.h"
#include "core/data/spectrum_store.h"
#include "core/search/spectral_distance.h"

namespace somnium::search
{

struct SpectralIndexParams
{
    std::size_t leastComponents = 64;
    std::size_t mostComponents = 128;
    std::size_t trainingRows = 20000; ///< a seeded choice of so many spectra decides the components
    std::uint64_t seed = 1;
};

/// An immutable value: 2 bytes a component and spectrum, 75 MB for 300,000 spectra.
///
/// Pixels are first weighed by what the collection's weights are there in the mean, so that distances among
/// components are those of SpectralNeighbour as far as noise is alike for all spectra; components are kept
/// while their variance is more than noise gives (cite: Marchenko & Pastur 1967: the largest eigenvalue of
/// noise s^2 in L pixels of n spectra is s^2 (1 + sqrt(L / n))^2). Pixels that are masked in a spectrum are
/// filled with what the components most probably make of the others (gap_filler.h). What the components leave
/// of a spectrum's flux, its noise, counts as one more component.
class SpectralIndex
{
public:
    /// Reads all spectra once, besides a choice of them several times. Fails (InvalidArgument) if there are
    /// less than two spectra, or they do not differ.
    [[nodiscard]] static Result<SpectralIndex> build(const data::Spectra &spectra,
                                                     const SpectralIndexParams &params,
                                                     compute::TensorOps &ops, const JobContext &context);

    [[nodiscard]] std::size_t count() const { return m_rows.count(); }
    [[nodiscard]] std::size_t pixels() const { return m_mean.size(); }
    [[nodiscard]] std::size_t components() const { return m_rows.width() == 0 ? 0 : m_rows.width() - 1; }
    /// Of the variance, noise included, in 0..1.
    [[nodiscard]] double explainedShare() const { return m_explainedShare; }
    /// Of each spectrum components() + 1 numbers, the last what they leave; in `unit()` of the distance.
    [[nodiscard]] const compute::HalfRows &rows() const { return m_rows; }
    [[nodiscard]] double unit() const { return 1.0 / m_scale; }

    /// The `count` nearest to one of the spectra, which is left out, by the distance of SpectralNeighbour; or
    /// to any spectrum with its pixels. Approximate in that only the best `candidates` of the scan are
    /// compared in full (0: twelve times `count`, at least 400; up to four times as many where pixels are
    /// masked, since components know nothing of which pixels two spectra share). `spectra`: those that the
    /// index is of (Mismatch otherwise). Reads the candidates from the store, and lets it
    /// go. `kept`: rows() where they are to be scanned, on a GPU say; null: here.
    [[nodiscard]] Result<std::vector<SpectralNeighbour>>
    nearest(const data::Spectra &spectra, std::size_t source, std::size_t count, const JobContext &context,
            std::size_t candidates = 0, compute::NearestRows *kept = nullptr) const;
    [[nodiscard]] Result<std::vector<SpectralNeighbour>> nearest(const data::Spectra &spectra,
                                                                 const SpectrumView &asked, std::size_t count,
                                                                 const JobContext &context,
                                                                 std::size_t candidates = 0,
                                                                 compute::NearestRows *kept = nullptr) const;

    /// To be kept beside the store; `fingerprint`: of the spectra.
    [[nodiscard]] std::vector<std::byte> toBytes(std::uint64_t fingerprint) const;
    /// Fails (Mismatch) if they are of spectra of another fingerprint or not of so many with such a grid,
    /// (Malformed) if damaged. `name` is for errors.
    [[nodiscard]] static Result<SpectralIndex> fromBytes(std::span<const std::byte> bytes,
                                                         std::uint64_t fingerprint,
                                                         const data::Spectra &spectra,
                                                         const std::string &name);

    friend bool operator==(const SpectralIndex &, const SpectralIndex &) = default;

private:
    friend class SpectralIndexBuilder;
    /// Components of a spectrum that may be none of the collection, as a row of rows().
    [[nodiscard]] std::vector<float> componentsOf(const SpectrumView &asked) const;
    [[nodiscard]] std::size_t candidateCount(std::size_t candidates, std::size_t count) const;
    /// The spectra that may be nearest to one with these components, rising.
    [[nodiscard]] Result<std::vector<std::size_t>> candidatesFor(std::span<const float> row,
                                                                 std::size_t count, const JobContext &context,
                                                                 compute::NearestRows *kept) const;
    [[nodiscard]] Result<void> checkSpectra(const data::Spectra &spectra) const;

    std::vector<float> m_mean;       ///< [pixel]
    std::vector<float> m_pixelScale; ///< [pixel] root of its share of the weight
    std::vector<float> m_axes;       ///< [pixel][component], of scaled pixels
    std::vector<float> m_noiseShare; ///< [component] variance of noise beside that of the component
    double m_scale = 1.0;            ///< of the rows
    double m_explainedShare = 0.0;
    double m_maskedShare = 0.0; ///< of the weight of pixels, mean over the spectra
    compute::HalfRows m_rows;
};

} // namespace somnium::search
