// SPDX-License-Identifier: GPL-3.0-or-later
// What imports of images and of spectra share: the catalogue beside the files, names.
#pragma once

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

/// The catalogue often lies beside the originals: it is not a broken one of them.
void leaveOutCatalogue(std::vector<io::FoundFile> &files, const std::filesystem::path &catalogue);

/// `name`, or one after the first of the paths.
[[nodiscard]] std::string collectionName(const std::string &name,
                                         const std::vector<std::filesystem::path> &paths);

} // namespace somnium::workflow
