// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a file so that a reader, or a killed program, sees the old file or the whole new one, never a part.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string_view>

#include "core/base/result.h"

namespace somnium
{

/// A file on its way to `path`: written under another name beside it, and given its own by `commit`. Without
/// that, what was written is removed and `path` stays as it was. Move-only.
class PendingFile
{
public:
    explicit PendingFile(std::filesystem::path path);
    PendingFile(PendingFile &&other) noexcept;
    PendingFile &operator=(PendingFile &&other) noexcept;
    PendingFile(const PendingFile &) = delete;
    PendingFile &operator=(const PendingFile &) = delete;
    ~PendingFile();

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    /// Where to write: a name of the same ending that nothing has yet.
    [[nodiscard]] const std::filesystem::path &temporary() const { return m_temporary; }
    /// Brings the temporary, which must be complete and closed, onto the disk and renames it.
    [[nodiscard]] Result<void> commit();

private:
    std::filesystem::path m_path;
    std::filesystem::path m_temporary; ///< empty once nothing is left to remove
};

/// Calls `write(temporary)` with a name beside `path`, then renames the temporary to `path`. The temporary is
/// removed if anything fails. `write` must create the file and close it.
[[nodiscard]] Result<void>
replaceFile(const std::filesystem::path &path,
            const std::function<Result<void>(const std::filesystem::path &)> &write);

/// Replaces `path` by what `write` puts into the stream: for what should not be held in memory as a whole.
[[nodiscard]] Result<void> replaceFileByStream(const std::filesystem::path &path,
                                               const std::function<void(std::ostream &)> &write);

/// Replaces `path` by these bytes.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path &path, std::span<const std::byte> bytes);
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path &path, std::string_view text);

} // namespace somnium
