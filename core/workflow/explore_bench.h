// SPDX-License-Identifier: GPL-3.0-or-later
// How long an astronomer waits while exploring a survey of spectra: opening, drawing, hovering, enclosing,
// iso-lines, nearest spectra, measured on a simulated survey without a display.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::workflow
{

struct ExploreBenchParams
{
    std::filesystem::path session; ///< made, if it does not exist, of `count` spectra of `pixels` pixels
    std::size_t count = 300'000;
    std::size_t pixels = 4000;
    std::size_t epochs = 3; ///< of its autoencoder
    std::uint64_t seed = 1;
    std::size_t repeats = 60;      ///< of what is quick
    std::size_t exactQueries = 10; ///< for the recall
    std::size_t columns = 1600;    ///< of the picture
    std::size_t rows = 1000;
    std::size_t manyPoints = 1'000'000;
};

/// Of many times, in milliseconds.
struct Spread
{
    double median = 0.0;
    double percentile99 = 0.0;
    std::size_t count = 0;
};
[[nodiscard]] Spread spreadOf(std::vector<double> milliseconds);

struct ExploreBenchReport
{
    std::string device;
    std::size_t count = 0;
    std::size_t pixels = 0;
    bool wasPrepared = false; ///< the session was there: then the memory is that of exploring alone
    double openSeconds = 0.0; ///< session, catalogue, latent space, indexes
    Spread points;            ///< frame of discs, zoomed in
    Spread density;           ///< frame of all
    Spread hover;             ///< nearest point, its spectrum, reconstruction, decoded at the place
    Spread lasso;             ///< around all
    Spread isoLines;          ///< of two columns
    Spread nearest;           ///< 50 of a spectrum
    double recall = 0.0;      ///< of those 50, against the exact scan
    double exactSeconds = 0.0;
    Spread manyPoints; ///< density frame of manyPoints
    std::size_t residentBytes = 0;
    std::size_t peakResidentBytes = 0;
};

/// Makes the session: simulates, prepares, trains, places, indexes.
[[nodiscard]] Result<void> prepareExploreSession(const ExploreBenchParams &params, compute::Backend &backend,
                                                 const JobContext &context);
[[nodiscard]] Result<ExploreBenchReport> benchExplore(const ExploreBenchParams &params,
                                                      compute::Backend &backend, const JobContext &context);

} // namespace somnium::workflow
