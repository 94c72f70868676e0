// SPDX-License-Identifier: GPL-3.0-or-later
// Archives and compressed files, read as streams by libarchive. Nothing is ever unpacked to disk: a member's
// name is only a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"

struct archive;

namespace somnium::io
{

struct ArchiveMember
{
    std::string name;
    std::uint64_t sizeBytes = 0; ///< as the archive claims; 0 if it does not say
    std::optional<std::uint64_t>
        plainOffset; ///< where its bytes lie in the file, if they lie there as they are
};

/// Goes through the members of a tar (plain or compressed) or zip file in their order.
class ArchiveReader
{
public:
    [[nodiscard]] static Result<ArchiveReader> open(const std::filesystem::path &path);

    /// The next regular file, or nothing at the end.
    [[nodiscard]] Result<std::optional<ArchiveMember>> next();
    /// The bytes of the member that `next` returned last.
    [[nodiscard]] Result<std::vector<std::byte>> readMember();

private:
    struct Close
    {
        void operator()(archive *handle) const;
    };
    std::string m_path;
    std::unique_ptr<archive, Close> m_handle;
};

/// True if the bytes are gzip, bzip2, xz, zstd or compress data.
[[nodiscard]] bool isCompressed(std::span<const std::byte> bytes);
/// A file or member that grows beyond this is refused: no survey image is so large, but a bomb may be.
constexpr std::size_t kMaxUnpackedBytes = std::size_t{1} << 32U;

/// Undoes one layer of compression; errors say "expected ..., found ...".
[[nodiscard]] Result<std::vector<std::byte>> decompress(std::span<const std::byte> bytes,
                                                        std::size_t maxBytes = kMaxUnpackedBytes);

} // namespace somnium::io
