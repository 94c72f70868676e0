// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the files behind what a user dropped: files, folders (recursive, sorted), members of tar / zip
// archives read in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
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
    std::string file;         ///< absolute path
    std::string member;       ///< empty: the file itself
    std::uint64_t offset = 0; ///< stored plain: in bytes; else the member's number among the archive's files
    std::uint64_t sizeBytes = 0;
    bool isStoredPlain = true; ///< false: inside a compressed archive, must be streamed

    friend bool operator==(const FoundFile &, const FoundFile &) = default;
};

struct FoundFiles
{
    std::vector<FoundFile> files; ///< in a fixed order: paths as given, folders and archives sorted by name
    std::vector<data::ImportProblem> problems;
};

/// What is looked for in folders and archives.
struct WantedFiles
{
    std::function<bool(std::string_view name)> hasEnding; ///< true: a file of that name is wanted
    std::string what;                                     ///< in words, for a folder that holds none
};
[[nodiscard]] WantedFiles imageFiles();

/// Files named in `paths` are always found; in folders and archives those that are wanted (hidden ones are
/// not). Archives are told by their ending, named ones also by their first bytes. A path that does not exist,
/// or that holds nothing wanted, is a problem. Returns early, with less, if asked to stop.
[[nodiscard]] FoundFiles findFiles(const std::vector<std::filesystem::path> &paths, const JobContext &context,
                                   const WantedFiles &wanted = imageFiles());

/// The bytes of a found file. A member of a compressed archive costs reading the archive up to it: to read
/// many, use visitFiles.
[[nodiscard]] Result<std::vector<std::byte>> readFile(const FoundFile &file);

/// The bytes of the file that an image came from.
[[nodiscard]] Result<std::vector<std::byte>> readFile(const data::SourceOrigin &origin);

/// Called with the file's place in the list and its bytes, or why they could not be read. The bytes are valid
/// during the call only.
using FileVisitor = std::function<void(std::size_t index, const Result<std::span<const std::byte>> &bytes)>;

/// Calls `visit` once for each file, from `context.threadCount()` threads and in no fixed order: sort by
/// index. Each compressed archive is streamed once, its members handed out in batches of a few MiB. Returns
/// false if asked to stop; an exception of `visit` ends it and is rethrown.
bool visitFiles(const std::vector<FoundFile> &files, const JobContext &context, const FileVisitor &visit);

} // namespace somnium::io
