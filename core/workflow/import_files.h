// SPDX-License-Identifier: GPL-3.0-or-later
// What imports of images and of spectra share: the catalogue beside the files, names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/io/file_walker.h"

namespace somnium::workflow
{

/// Empty without a path.
[[nodiscard]] Result<data::Catalogue> readCatalogue(const std::filesystem::path &path);

/// Cells of numbers that hold one of these count as missing: texts have no other way to say so ("99999").
/// Returns how many.
std::size_t markMissing(data::Catalogue &catalogue, const std::vector<double> &values);

/// A number of a column that says by itself that it means "not known".
struct StandIn
{
    std::string column;
    double value = 0.0;
    std::size_t rows = 0; ///< that have it
};
/// "teff: 99999 is taken for "not known" (3 rows)".
[[nodiscard]] std::string toString(const StandIn &standIn);

/// The same for every column whose largest or smallest number is written with nines only (at least three:
/// 99999, 99.99, -999) and is more than twice as large as any other of the column.
[[nodiscard]] std::vector<StandIn> markObviouslyMissing(data::Catalogue &catalogue);

/// "99999, -999.0; 99" -> numbers, between commas, semicolons or spaces. Malformed names what is no number.
[[nodiscard]] Result<std::vector<double>> missingValuesFromText(std::string_view text);

/// The catalogue often lies beside the originals: it is not a broken one of them.
void leaveOutCatalogue(std::vector<io::FoundFile> &files, const std::filesystem::path &catalogue);

/// Absolute, without detours, '/' between folders; empty stays empty.
[[nodiscard]] std::string absoluteText(const std::filesystem::path &path);

/// Renames what was prepared to the name that its content gives it, for good. A killed program may have done
/// this before it could tell the session.
[[nodiscard]] Result<void> giveName(const std::filesystem::path &unpublished,
                                    const Result<std::filesystem::path> &published);

/// `name`, or one after the first of the paths.
[[nodiscard]] std::string collectionName(const std::string &name,
                                         const std::vector<std::filesystem::path> &paths);

} // namespace somnium::workflow
