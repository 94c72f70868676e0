// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra that are odd, not faint: what a model leaves of them and how far their neighbours are, in
// proportion to what is usual at their signal-to-noise. As oddity.h does for images.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/spectrum_store.h"
#include "core/search/oddity.h"
#include "core/search/spectral_index.h"

namespace somnium::search
{

enum class SpectralOutlierScore
{
    Combined,          ///< how rare its Unexplained and its Isolation are, together
    Unexplained,       ///< excess of its reconstruction error over what is usual at its signal-to-noise
    Isolation,         ///< the same of the distance to its k-th neighbour among all spectra
    LatentIsolation,   ///< the same in the latent space
    Reconstruction,    ///< the error itself; favours spectra whose errors are told too small
    NeighbourDistance, ///< the distance itself; favours the noisy
};
inline constexpr std::array kSpectralOutlierScores = {
    SpectralOutlierScore::Combined,       SpectralOutlierScore::Unexplained,
    SpectralOutlierScore::Isolation,      SpectralOutlierScore::LatentIsolation,
    SpectralOutlierScore::Reconstruction, SpectralOutlierScore::NeighbourDistance};

/// "combined", "unexplained", "isolation", "latent", "reconstruction", "distance", and back.
[[nodiscard]] std::string_view toString(SpectralOutlierScore score);
[[nodiscard]] Result<SpectralOutlierScore> spectralOutlierScoreFromName(std::string_view name);
/// One line for help and tooltips.
[[nodiscard]] std::string_view describe(SpectralOutlierScore score);

/// Signal-to-noise of a pixel of the spectrum: sqrt(level^2 + structure^2) / noise of flux / error (or of the
/// flux, where there are no errors). Level: the median. Noise: as neighbouring pixels have it, 1.482602 /
/// sqrt(6) median |2 f(i) - f(i-2) - f(i+2)| (cite: Stoehr et al. 2008, ASP Conf. 394, 505), so that errors
/// that are told too small do no harm. Structure^2: the squared spread (1.4826 times the median absolute
/// deviation) beyond that of the noise, for spectra without a continuum. 0 for less than five valid pixels;
/// infinite without noise.
[[nodiscard]] float spectralSignalToNoise(const SpectrumView &spectrum);
/// Of all. Fails only if stopped.
[[nodiscard]] Result<std::vector<float>> signalToNoises(const data::Spectra &spectra,
                                                        const JobContext &context);

/// Per row the distance to its `neighbour`-th nearest of at most 4,096 rows spread evenly, itself not
/// counted: an inverse density. NaN for a row with a NaN, and if there are not so many. Fails only if
/// stopped.
[[nodiscard]] Result<std::vector<float>> neighbourDistances(std::span<const float> rows, std::size_t width,
                                                            std::size_t neighbour, const JobContext &context);
/// Among the components of an index, in the unit of the spectra's distance.
[[nodiscard]] Result<std::vector<float>> neighbourDistances(const SpectralIndex &index, std::size_t neighbour,
                                                            const JobContext &context);

/// What there is of each of n spectra; spans may be empty but for the first.
struct SpectralOutlierInput
{
    std::span<const float> signalToNoise;       ///< [n]
    std::span<const float> reconstructionError; ///< [n] chi^2 per valid pixel of what a model leaves
    std::span<const float> latent;              ///< [n][latentSize]
    std::size_t latentSize = 0;
    const SpectralIndex *index = nullptr;
    std::size_t neighbour = 5;
};

/// A figure of each spectrum beside what is usual for it; empty where the input was.
struct UsualFigure
{
    std::vector<float> values;
    ExpectedDistance expected; ///< running median
    ExpectedDistance scatter;  ///< running 1.4826 times the median of |ln(value / expected)|
    /// Over the expected.
    [[nodiscard]] float ratio(std::size_t source, float signalToNoise) const;
    /// ln(ratio) over the scatter: how many usual deviations it is too large. Figures of the faint scatter
    /// more, or less, than those of the bright; either would otherwise fill the top of a list.
    [[nodiscard]] float excess(std::size_t source, float signalToNoise) const;
};
struct SpectralOutlierFigures
{
    std::vector<float> signalToNoise;
    UsualFigure reconstruction;
    UsualFigure spectralDistance;
    UsualFigure latentDistance;
};
/// Fails (Mismatch) if the input is not of as many spectra throughout.
[[nodiscard]] Result<SpectralOutlierFigures> spectralOutlierFigures(const SpectralOutlierInput &input,
                                                                    const JobContext &context);

/// Per spectrum; larger is odder. NaN where it cannot be judged: no signal-to-noise, not on the plane, or no
/// such figure. Combined needs one of its two (or, without an index, the latent space).
[[nodiscard]] std::vector<float> spectralOutlierScores(SpectralOutlierScore score,
                                                       const SpectralOutlierFigures &figures);

/// "chi^2 1.8 per pixel: 1.7 x what is usual at its signal-to-noise of 12; its fifth nearest spectrum is 0.31
/// away: 2.2 x what is usual". `source` < the number of spectra.
[[nodiscard]] std::string outlierText(std::size_t source, const SpectralOutlierFigures &figures);

} // namespace somnium::search
