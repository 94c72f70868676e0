// SPDX-License-Identifier: GPL-3.0-or-later
// How far apart two prepared spectra are, and the exact scan of all.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/spectrum_store.h"

namespace somnium::search
{

/// A spectrum and how far it is. Over the pixels that are valid in both spectra, a and b the fluxes:
///
///     distance = sqrt( sum w_ab (a - b)^2 / sum w_ab ),   w_ab = 1 / (1 / w_a + 1 / w_b)
///
/// the root mean squared difference, in units of the flux, each pixel weighed by the inverse variance of the
/// difference. A spectrum without weights is taken to be without noise: w_ab is that of the other, and 1 if
/// none has any. It contains the noise of both: of two spectra that resemble the
/// asked one alike, the one with less noise is nearer. chiSquared tells whether they differ at all.
struct SpectralNeighbour
{
    std::size_t source = 0;
    float distance = 0.0F;
    /// sum w_ab (a - b)^2 per pixel: about 1 if noise alone makes the difference and the weights are inverse
    /// variances. NaN without weights.
    float chiSquared = 0.0F;
    std::size_t pixels = 0; ///< that were compared
};

/// What is looked for. `weight` empty: all pixels valid and alike.
struct SpectrumView
{
    std::span<const float> flux;
    std::span<const float> weight;
};
[[nodiscard]] inline SpectrumView viewOf(const data::PreparedSpectrum &spectrum)
{
    return {spectrum.flux, spectrum.weight};
}

/// Compares one spectrum with those of a collection; holds memory, so one for each thread.
class SpectralComparison
{
public:
    /// `asked` is borrowed; its pixels must be those of the spectra.
    SpectralComparison(const SpectrumView &asked, const data::Spectra &spectra);
    SpectralComparison(const SpectralComparison &) = delete;
    SpectralComparison &operator=(const SpectralComparison &) = delete;
    ~SpectralComparison() = default;
    /// The distance is infinite where less than half of the asked spectrum's valid pixels can be compared.
    [[nodiscard]] SpectralNeighbour with(std::size_t source);

private:
    const data::Spectra &m_spectra;
    SpectrumView m_asked;
    std::size_t m_validPixels = 0;
    std::vector<float> m_flux;
    std::vector<float> m_weight; ///< empty where the collection has none
};

struct ExactNeighbours
{
    std::vector<SpectralNeighbour> neighbours;
    double seconds = 0.0; ///< that it took
};
/// The `count` nearest of all, by comparing with every one of them; ties by index. Fewer if fewer can be
/// compared. Fails (Mismatch) if the pixels are not those of the spectra.
[[nodiscard]] Result<ExactNeighbours> nearestExact(const SpectrumView &asked, const data::Spectra &spectra,
                                                   std::size_t count, const JobContext &context);

/// The same among some of them; lets all of the spectra go afterwards.
[[nodiscard]] Result<std::vector<SpectralNeighbour>>
nearestAmong(const SpectrumView &asked, const data::Spectra &spectra, std::span<const std::size_t> sources,
             std::size_t count, const JobContext &context);

} // namespace somnium::search
