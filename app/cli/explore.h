// SPDX-License-Identifier: GPL-3.0-or-later
// What nearest, outliers and quality do where a collection of spectra, or a latent space, is asked for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "app/cli/console.h"

namespace somnium::cli
{

/// The latent space that is meant: the one named, or, if there is no name, the newest, where the session's
/// newest model is one. None: a map is meant.
[[nodiscard]] Result<std::optional<session::LatentSummary>> latentMeant(const session::Session &session,
                                                                        const std::string &model);

/// The spectra nearest to one of them, of the newest collection of spectra if none is named.
struct NearestSpectraOptions
{
    std::string collection;
    std::string source;
    std::size_t count = 10;
    bool isExact = false; ///< compare with all, and tell the time it took
};
/// The collection, if it is one of spectra.
[[nodiscard]] Result<std::optional<session::CollectionSummary>>
spectraMeant(const session::Session &session, const std::string &collection, const std::string &model);
[[nodiscard]] Result<void> nearestSpectra(const session::Session &session,
                                          const session::CollectionSummary &collection,
                                          const NearestSpectraOptions &options, Console &console);

struct SpectralOutlierOptions
{
    std::string score; ///< empty: combined
    std::size_t top = 100;
    std::optional<double> percent;
    bool isLearned = false;
    bool isExplained = false;
    std::filesystem::path out;
};
[[nodiscard]] Result<void> spectralOutliers(const session::Session &session,
                                            const session::LatentSummary &latent,
                                            const SpectralOutlierOptions &options, Console &console);

[[nodiscard]] Result<void> latentQuality(const session::Session &session,
                                         const session::LatentSummary &latent, Console &console);

} // namespace somnium::cli
