// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks the spectra of a collection by how odd they are, and writes the ranking.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/catalogue.h"
#include "core/data/spectrum_store.h"
#include "core/search/shape_features.h"
#include "core/search/spectral_outliers.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// What a latent space says of the spectra of a collection; empty spans: there is none.
struct LatentFigures
{
    std::span<const float> errors; ///< [source] chi^2 per pixel
    std::span<const float> places; ///< [source][dimensions]
    std::size_t dimensions = 0;
};

/// What the spectra of a collection are ranked by.
struct SpectralOddities
{
    search::SpectralOutlierFigures figures;
    search::ShapeFeatures features; ///< what a ranking that learns from marks compares
};
/// By what the latent space says and by the index of nearest spectra, which is made if it is not there. Reads
/// all spectra once. `spectra`: spectraOf the collection.
[[nodiscard]] Result<SpectralOddities> spectralOddities(const session::Session &session,
                                                        session::CollectionId collection,
                                                        const data::Spectra &spectra,
                                                        const LatentFigures &latent,
                                                        compute::Backend &backend, const JobContext &context);

struct SpectralOddityRequest
{
    search::SpectralOutlierScore score = search::SpectralOutlierScore::Combined;
    bool isLearned = false; ///< re-ranked by the collection's marks, the score being the prior
};

struct SpectralRanking
{
    search::SpectralOutlierFigures figures;
    std::vector<float> scores;      ///< [source]
    std::vector<std::size_t> order; ///< sources by falling score; those that cannot be judged last
    std::size_t marks = 0;          ///< learned from
};
[[nodiscard]] Result<SpectralRanking> rankSpectra(const session::Session &session, session::ModelId latent,
                                                  const SpectralOddityRequest &request,
                                                  compute::Backend &backend, const JobContext &context);

/// Columns "oddity" and "signal_to_noise" of `sources` in this order, for exportLatent. `scores` and
/// `signalToNoise`: of all sources. `marks` is told of a score that was learned.
[[nodiscard]] std::vector<data::Column> oddityColumns(std::span<const float> scores,
                                                      std::span<const float> signalToNoise,
                                                      const std::vector<std::size_t> &sources,
                                                      const SpectralOddityRequest &request,
                                                      std::size_t marks);

/// Writes the first `count` of a ranking as exportLatent does, with the oddityColumns behind the others.
/// Returns how many.
[[nodiscard]] Result<std::size_t> exportRanking(const session::Session &session, session::ModelId latent,
                                                const SpectralRanking &ranking,
                                                const SpectralOddityRequest &request, std::size_t count,
                                                const std::filesystem::path &path);

} // namespace somnium::workflow
