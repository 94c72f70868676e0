// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks the spectra of a collection by how odd they are, and writes the ranking.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/search/spectral_outliers.h"
#include "core/session/session.h"

namespace somnium::workflow
{

struct SpectralRanking
{
    search::SpectralOutlierFigures figures;
    std::vector<float> scores;      ///< [source]
    std::vector<std::size_t> order; ///< sources by falling score; those that cannot be judged last
};

/// By the reconstruction errors and places of a latent space and by the index of nearest spectra, which is
/// made if it is not there.
[[nodiscard]] Result<SpectralRanking> rankSpectra(const session::Session &session, session::ModelId latent,
                                                  search::SpectralOutlierScore score,
                                                  compute::Backend &backend, const JobContext &context);

/// Writes the first `count` of a ranking as exportLatent does, with the columns oddity and signal_to_noise
/// behind the others. Returns how many.
[[nodiscard]] Result<std::size_t> exportRanking(const session::Session &session, session::ModelId latent,
                                                const SpectralRanking &ranking,
                                                search::SpectralOutlierScore score, std::size_t count,
                                                const std::filesystem::path &path);

} // namespace somnium::workflow
