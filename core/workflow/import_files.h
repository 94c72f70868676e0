// SPDX-License-Identifier: GPL-3.0-or-later
// What imports of images and of spectra share: the catalogue beside the files, names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
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

/// The same where a column says so by itself: its largest or smallest number is written with nines only (at
/// least three: 99999, 99.99, -999) and is more than twice as large as any other of the column. Returns a
/// sentence for each such column.
[[nodiscard]] std::vector<std::string> markObviouslyMissing(data::Catalogue &catalogue);

/// The catalogue often lies beside the originals: it is not a broken one of them.
void leaveOutCatalogue(std::vector<io::FoundFile> &files, const std::filesystem::path &catalogue);

/// `name`, or one after the first of the paths.
[[nodiscard]] std::string collectionName(const std::string &name,
                                         const std::vector<std::filesystem::path> &paths);

} // namespace somnium::workflow
