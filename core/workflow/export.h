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
#include "core/data/collection.h"
#include "core/io/pink_writer.h"
#include "core/io/table.h"
#include "core/session/session.h"
#include "core/som/reference_matcher.h"
#include "core/som/som.h"

namespace somnium::workflow
{

/// The result columns of `sources` (indices, in this order), then every column of the source catalogue: id,
/// ra, dec, best_x, best_y, distance, percent_rank, second_x, second_y, second_distance, rotation [deg],
/// flip, labels, file. `labels` are those of the collection.
[[nodiscard]] data::Catalogue resultCatalogue(const data::Collection &collection,
                                              const std::vector<session::Label> &labels, const som::Som &som,
                                              const som::Mapping &mapping,
                                              const std::vector<std::size_t> &sources);

/// How a result was made: recipe, map, seed, figures, fingerprint, version. Goes into every export.
[[nodiscard]] io::TableMetadata provenance(const session::CollectionSummary &collection,
                                           const session::ModelSummary &model);

/// A map whose sources are exported.
struct MappedSources
{
    const session::Session &session;
    session::ModelId model{};
    /// The model's collection where it is at hand, else it is read: half a gigabyte for a million sources.
    const data::Collection *collection = nullptr;
};

/// Writes `sources` (in this order) of the model's collection to `path`, in the format of its ending (.fits,
/// .vot, .xml, .csv). `extra`: columns of one row for each of `sources`, written behind the others.
[[nodiscard]] Result<void> exportSources(const MappedSources &from, const std::vector<std::size_t> &sources,
                                         const std::filesystem::path &path,
                                         std::vector<data::Column> extra = {});

/// Same, of the sources further than `threshold` from their best prototype, furthest first. Returns how many.
[[nodiscard]] Result<std::size_t> exportOutliers(const MappedSources &from, float threshold,
                                                 const std::filesystem::path &path);
/// Same, of the `count` furthest.
[[nodiscard]] Result<std::size_t> exportFurthest(const MappedSources &from, std::size_t count,
                                                 const std::filesystem::path &path);

enum class ExportFormat
{
    Fits,
    Pink,
};

/// Of PINK files. Rotations and flips of its metric are the map's own; all of them count as 360.
struct PinkOptions
{
    io::PinkVersion version = io::PinkVersion::Two;
    som::ReferenceWindow window = som::ReferenceWindow::PinkSquare;
    std::size_t windowSide = 0; ///< as in som::ReferenceOptions
};

/// Prepared samples of a collection: PINK images, or a FITS cube. Written while they are read, so that memory
/// does not grow with their number; if stopped, `path` stays as it was.
[[nodiscard]] Result<void> exportImages(const session::Session &session, session::CollectionId collection,
                                        ExportFormat format, const std::filesystem::path &path,
                                        const JobContext &context, const PinkOptions &pink = {});

/// The map: PINK map, or FITS with the prototypes as a cube and the mapping as a table, from which
/// openMapFile has it back to the bit.
[[nodiscard]] Result<void> exportModel(const session::Session &session, session::ModelId model,
                                       ExportFormat format, const std::filesystem::path &path,
                                       const PinkOptions &pink = {});

/// Distances of every source to every neuron. PINK: in PINK's own metric (the reference matcher), and PINK's
/// best rotations and flips in transformsBeside(path). FITS: our distances as an image [source][neuron].
/// Written block by block as they are computed, like exportImages.
[[nodiscard]] Result<void> exportMapping(const session::Session &session, session::ModelId model,
                                         ExportFormat format, const std::filesystem::path &path,
                                         compute::Backend &backend, const JobContext &context,
                                         const PinkOptions &pink = {});

/// Lays any samples on a map in PINK's metric and writes both of PINK's files, as exportMapping does.
[[nodiscard]] Result<void> writePinkMapping(const som::Som &som, const data::Samples &samples,
                                            const std::filesystem::path &path, const PinkOptions &pink,
                                            const JobContext &context);

/// What a user of PINK must know about the files of a map; one remark per line, empty if nothing.
[[nodiscard]] std::string pinkRemarks(const som::Som &som);

/// "mapping.bin" -> "mapping.transforms.bin".
[[nodiscard]] std::filesystem::path transformsBeside(const std::filesystem::path &path);

} // namespace somnium::workflow
