// SPDX-License-Identifier: GPL-3.0-or-later
// From spectra that were looked at to a store of prepared ones: which grid, what the recipe rejects, where it
// lies. What imports and new preparations of spectra share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/spectrum_store.h"
#include "core/prepare/spectral_recipe.h"
#include "core/session/session.h"
#include "core/workflow/spectra_scan.h"

namespace somnium::workflow
{

/// How the sources of a collection will be prepared.
struct SpectraPlan
{
    session::SpectralPreparation preparation;
    std::vector<prepare::SpectrumFacts> facts; ///< of each source
};

/// The grid that fits them all, by what the first pass has found of each source and by the catalogue. Fails
/// where the recipe needs a column that is not there, or where no grid fits.
[[nodiscard]] Result<SpectraPlan> planSpectra(const prepare::SpectralRecipe &recipe,
                                              const io::SpectrumReadOptions &reading,
                                              const data::Collection &collection,
                                              const std::vector<ScannedSpectrum> &scanned);

/// Identity of the plan and of what it is for: the same gives the same rows of a store.
[[nodiscard]] std::uint64_t hashOf(const SpectraPlan &plan, const std::vector<ScannedSpectrum> &scanned);

/// Of the sources (of these ids and this content) that are good.
[[nodiscard]] std::uint64_t fingerprintOf(const data::Collection &collection,
                                          const std::vector<ScannedSpectrum> &scanned,
                                          const std::vector<bool> &isGood);

/// Where what is prepared goes: into a store; whether it did, of each source; what the recipe rejects among
/// the problems of the collection. `afterEach` may fail, which ends it.
struct PreparedTarget
{
    data::SpectrumStoreWriter &store;
    data::Collection &collection;
    std::vector<bool> &isGood;
    std::function<Result<void>()> afterEach;
};

/// Prepares the sources that follow those of `isGood`.
[[nodiscard]] Result<void> prepareInto(const PreparedTarget &target, const std::vector<io::FoundFile> &files,
                                       const SpectraPlan &plan, const JobContext &context);

/// Keeps the sources (and their rows) that are good. Malformed, with the first problems, if none is.
[[nodiscard]] Result<void> keepGood(data::Collection &collection, const std::vector<bool> &isGood);

/// Origins of the sources.
[[nodiscard]] std::vector<data::SourceOrigin> originsOf(const data::Collection &collection);

/// "\nfile: expected ..., found ..." of the first few.
[[nodiscard]] std::string firstProblems(const std::vector<data::ImportProblem> &problems);

} // namespace somnium::workflow
