// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a plain tar (POSIX ustar) front to back. The same members give the same bytes: no owners, no times.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/result.h"

namespace somnium::io
{

class TarWriter
{
public:
    /// Creates or empties the file. For a whole archive or none, give it the temporary of replaceFile.
    [[nodiscard]] static Result<TarWriter> create(const std::filesystem::path &path);

    /// `member`: '/' between folders, at most 100 bytes after and 155 before one of the '/'.
    [[nodiscard]] Result<void> append(std::string_view member, std::span<const std::byte> bytes);
    /// Ends the archive and closes the file.
    [[nodiscard]] Result<void> finish();

private:
    TarWriter(std::filesystem::path path, std::unique_ptr<std::ofstream> file)
        : m_path(std::move(path)), m_file(std::move(file))
    {}
    [[nodiscard]] Result<void> checkWritten() const;

    std::filesystem::path m_path;
    std::unique_ptr<std::ofstream> m_file;
};

} // namespace somnium::io
