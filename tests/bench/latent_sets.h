// SPDX-License-Identifier: GPL-3.0-or-later
// Sets of spectra that a latent space is judged on: where they are, how an astronomer would prepare them, and
// the labels that they carry.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/simulate/spectra.h"
#include "core/workflow/import_spectra.h"

namespace somnium::bench
{

struct Labels
{
    std::string name;
    std::vector<double> values; ///< [source]; NaN: not known
};

struct LatentSet
{
    std::string name;
    workflow::SpectraImportRequest request;
    /// From names and catalogue of the collection.
    std::function<Result<std::vector<Labels>>(const data::Collection &)> labels;
};

/// "miles_stars", "miles_lines" (the continuum removed), "spex_browndwarfs", "spex_models", "pickles_stars",
/// "sdss_cool_17", "ssp_miuscat".
[[nodiscard]] std::vector<std::string> realSets();
/// NotFound if there is no such set, or not on this machine.
[[nodiscard]] Result<LatentSet> realSet(std::string_view name);
/// Simulates the spectra into `folder`.
[[nodiscard]] Result<LatentSet> simulatedSet(const simulate::SpectraParams &params,
                                             const std::filesystem::path &folder);

} // namespace somnium::bench
