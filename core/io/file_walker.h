// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the files behind what a user dropped: files, folders (recursive, sorted), members of tar / zip
// archives read in place.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"

namespace somnium::io
{

/// One file, or one member of an archive. For an uncompressed tar `offset` and `sizeBytes` place the member
/// in the archive, so that it can be read without walking the archive again.
struct FoundFile
{
    std::string file;   ///< absolute path
    std::string member; ///< empty: the file itself
    std::uint64_t offset = 0;
    std::uint64_t sizeBytes = 0;
    bool isStoredPlain = true; ///< false: inside a compressed archive, must be streamed
};

struct FoundFiles
{
    std::vector<FoundFile> files; ///< in a fixed order: paths as given, folders and archives sorted by name
    std::vector<data::ImportProblem> problems;
};

[[nodiscard]] FoundFiles findFiles(const std::vector<std::filesystem::path> &paths,
                                   const JobContext &context);

/// The bytes of a found file.
[[nodiscard]] Result<std::vector<std::byte>> readFile(const FoundFile &file);

} // namespace somnium::io
