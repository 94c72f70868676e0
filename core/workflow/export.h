// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves Somnium: catalogues of sources (FITS, VOTable, CSV), models and mappings (FITS, PINK v2).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/catalogue.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// The result columns of `sources` (in this order) followed by every column of the source catalogue: id, ra,
/// dec, best_x, best_y, best_neuron, distance, second_distance, percent_rank, rotation (degrees), flip,
/// labels, file; description and metadata carry the recipe, seed, version and fingerprint.
[[nodiscard]] Result<data::Catalogue> resultCatalogue(const session::Session &session, session::ModelId model,
                                                      const std::vector<std::size_t> &sources);

/// Same, of the `count` sources of largest distance, largest first; written to `path` in the format of its
/// ending
/// (.fits, .vot/.xml, .csv).
[[nodiscard]] Result<std::size_t> exportOutliers(const session::Session &session, session::ModelId model,
                                                 std::size_t count, const std::filesystem::path &path);
[[nodiscard]] Result<void> exportSources(const session::Session &session, session::ModelId model,
                                         const std::vector<std::size_t> &sources,
                                         const std::filesystem::path &path);

enum class ModelFormat
{
    Fits,
    Pink,
};
enum class ExportKind
{
    Images,     ///< prepared samples
    Model,      ///< prototypes (FITS: with the mapping as a table)
    Mapping,    ///< distances of every source to every neuron
    Transforms, ///< PINK's best rotations and flips
};
[[nodiscard]] Result<void> exportModel(const session::Session &session, session::ModelId model,
                                       ExportKind kind, ModelFormat format, const std::filesystem::path &path,
                                       compute::Backend &backend, const JobContext &context);

} // namespace somnium::workflow
