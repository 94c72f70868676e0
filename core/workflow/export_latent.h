// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves Somnium of a latent space: the catalogue of its sources, iso-lines of catalogue columns.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/data/collection.h"
#include "core/io/table.h"
#include "core/latent/iso_lines.h"
#include "core/latent/observed_field.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// A row for each of `sources`, in this order: id, ra, dec, z1 ... (the latent place), reconstruction_error
/// (chi^2 per pixel), labels, file, then every column of the source catalogue.
[[nodiscard]] data::Catalogue latentCatalogue(const data::Collection &collection,
                                              const std::vector<session::Label> &labels,
                                              const session::LatentRecord &record,
                                              const std::vector<std::size_t> &sources);

/// How a latent space was made; goes into every export.
[[nodiscard]] io::TableMetadata provenance(const session::CollectionSummary &collection,
                                           const session::LatentSummary &latent);

/// Writes `sources` (empty: all, in their order) to `path`, in the format of its ending. `extra`: columns of
/// one row for each, written behind the others.
[[nodiscard]] Result<void> exportLatent(const session::Session &session, session::ModelId latent,
                                        std::vector<std::size_t> sources, const std::filesystem::path &path,
                                        std::vector<data::Column> extra = {});

/// Iso-lines of one catalogue column over the plane of two axes.
struct IsoLinesRequest
{
    std::string column;
    std::vector<double> levels; ///< empty: about `about` nice ones
    std::size_t about = 8;
    bool isLogarithmic = false; ///< nice levels of a ratio: 1, 2, 5, 10, ...
    latent::FieldParams field;
    std::size_t xAxis = 0; ///< of the latent space
    std::size_t yAxis = 1;
};
struct ColumnIsoLines
{
    std::string column; ///< or what else is contoured
    std::string unit;
    std::string definition; ///< of a decoded measure, one line; empty: a column says it itself
    latent::PlaneField field;
    std::vector<double> levels;
    std::vector<latent::IsoLine> lines;
};
/// NotFound names the columns of numbers that there are; Mismatch for a space of one dimension.
[[nodiscard]] Result<ColumnIsoLines> isoLinesOf(const data::Catalogue &catalogue,
                                                const session::LatentRecord &record,
                                                const IsoLinesRequest &request, const JobContext &context);

/// Lines of any field, at the levels that the request asks for.
[[nodiscard]] ColumnIsoLines contoured(latent::PlaneField field, std::string name, std::string unit,
                                       const IsoLinesRequest &request);
/// Mismatch: the space has not these axes.
[[nodiscard]] Result<void> checkAxes(const session::LatentRecord &record, const IsoLinesRequest &request);

/// The numbers of a column, one a source. NotFound names the columns there are.
[[nodiscard]] Result<std::vector<double>> numbersOf(const data::Catalogue &catalogue,
                                                    const std::string &column);

/// Coordinate `axis` of every source.
[[nodiscard]] std::vector<float> axisOf(const session::LatentRecord &record, std::size_t axis);

} // namespace somnium::workflow
