// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/archive.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <archive.h>
#include <archive_entry.h>

#include "core/base/bytes.h"
#include "core/io/crc32.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

constexpr std::size_t kReadBlockBytes = std::size_t{1} << 18U;

std::string reasonOf(archive *handle)
{
    const char *text = archive_error_string(handle);
    return text != nullptr ? text : "damaged data";
}

/// All bytes of the current entry. Memory grows with what is really there, not with what the header claims.
Result<std::vector<std::byte>> readEntry(archive *handle, std::size_t maxBytes)
{
    std::vector<std::byte> bytes;
    for (;;)
    {
        const std::size_t used = bytes.size();
        if (used > maxBytes)
            return failure(ErrorKind::Unsupported, "expected at most " + std::to_string(maxBytes) +
                                                       " bytes when unpacked, found more");
        bytes.resize(used + std::max(std::min(kReadBlockBytes, maxBytes + 1), used / 2));
        const la_ssize_t count = archive_read_data(handle, bytes.data() + used, bytes.size() - used);
        if (count < 0)
            return failure(ErrorKind::Malformed, "expected whole data, found: " + reasonOf(handle));
        bytes.resize(used + static_cast<std::size_t>(count));
        if (count == 0)
            return bytes;
    }
}

bool startsWith(std::span<const std::byte> bytes, std::string_view text)
{
    return bytes.size() >= text.size() &&
           std::equal(text.begin(), text.end(), bytes.begin(), [](char a, std::byte b) {
               return static_cast<unsigned char>(a) == std::to_integer<unsigned char>(b);
           });
}

/// libarchive does not look at the checksum of a gzip stream. (Where the length differs, too, several streams
/// may follow one another, as some programs write them.)
bool isDamagedGzip(std::span<const std::byte> packed, std::span<const std::byte> unpacked)
{
    constexpr std::size_t kTrailerBytes = 8;
    if (!startsWith(packed, "\x1F\x8B") || packed.size() < kTrailerBytes)
        return false;
    const auto checksum = readAt<std::uint32_t>(packed, packed.size() - kTrailerBytes);
    const auto length = readAt<std::uint32_t>(packed, packed.size() - kTrailerBytes / 2);
    return length == static_cast<std::uint32_t>(unpacked.size()) && checksum != crc32(unpacked);
}

} // namespace

void ArchiveReader::Close::operator()(archive *handle) const
{
    archive_read_free(handle);
}

Result<ArchiveReader> ArchiveReader::open(const std::filesystem::path &path)
{
    ArchiveReader reader;
    reader.m_path = path.string();
    reader.m_handle.reset(archive_read_new());
    archive *handle = reader.m_handle.get();
    if (handle == nullptr)
        return failure(ErrorKind::OutOfMemory, reader.m_path + ": no memory to open the archive");
    // Only filters that are libraries: those that would start a program are not asked for.
    archive_read_support_filter_gzip(handle);
    archive_read_support_filter_bzip2(handle);
    archive_read_support_filter_xz(handle);
    archive_read_support_filter_zstd(handle);
    archive_read_support_filter_compress(handle);
    archive_read_support_format_tar(handle);
    archive_read_support_format_zip(handle);
    if (archive_read_open_filename(handle, path.c_str(), kReadBlockBytes) != ARCHIVE_OK)
        return failure(ErrorKind::Unreadable,
                       reader.m_path + ": expected a tar or zip archive, found: " + reasonOf(handle));
    return reader;
}

Result<std::optional<ArchiveMember>> ArchiveReader::next()
{
    archive *handle = m_handle.get();
    for (;;)
    {
        archive_entry *entry = nullptr;
        const int status = archive_read_next_header(handle, &entry);
        if (status == ARCHIVE_EOF)
            return std::optional<ArchiveMember>();
        if (status < ARCHIVE_WARN)
            return failure(ErrorKind::Malformed,
                           m_path + ": expected a member of an archive, found: " + reasonOf(handle));
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr)
            continue;
        const char *name = archive_entry_pathname(entry);
        ArchiveMember member;
        member.name = name != nullptr ? name : "";
        member.sizeBytes = static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
        const bool isTar = (archive_format(handle) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
        const bool isPlain = archive_filter_count(handle) == 1; // "none" counts as one
        if (isTar && isPlain && archive_entry_sparse_count(entry) == 0)
            member.plainOffset = static_cast<std::uint64_t>(archive_filter_bytes(handle, 0));
        return std::optional(std::move(member));
    }
}

Result<std::vector<std::byte>> ArchiveReader::readMember()
{
    auto bytes = readEntry(m_handle.get(), kMaxUnpackedBytes);
    if (!bytes)
        return failure(bytes.error().kind, m_path + ": " + bytes.error().message);
    return bytes;
}

bool isCompressed(std::span<const std::byte> bytes)
{
    using namespace std::string_view_literals;
    constexpr std::array kMagics = {"\x1F\x8B"sv, "BZh"sv,
                                    "\xFD"
                                    "7zXZ\0"sv,
                                    "\x28\xB5\x2F\xFD"sv, "\x1F\x9D"sv};
    return std::any_of(kMagics.begin(), kMagics.end(),
                       [bytes](std::string_view magic) { return startsWith(bytes, magic); });
}

Result<std::vector<std::byte>> decompress(std::span<const std::byte> bytes, std::size_t maxBytes)
{
    const auto close = [](archive *opened) { archive_read_free(opened); };
    const std::unique_ptr<archive, decltype(close)> owner(archive_read_new(), close);
    archive *handle = owner.get();
    if (handle == nullptr)
        return failure(ErrorKind::OutOfMemory, "expected memory to unpack, found none");
    archive_read_support_filter_gzip(handle);
    archive_read_support_filter_bzip2(handle);
    archive_read_support_filter_xz(handle);
    archive_read_support_filter_zstd(handle);
    archive_read_support_filter_compress(handle);
    archive_read_support_format_raw(handle);
    archive_entry *entry = nullptr;
    if (archive_read_open_memory(handle, bytes.data(), bytes.size()) != ARCHIVE_OK ||
        archive_read_next_header(handle, &entry) != ARCHIVE_OK)
        return failure(ErrorKind::Malformed, "expected compressed data, found: " + reasonOf(handle));
    if (archive_filter_count(handle) < 2)
        return failure(ErrorKind::Malformed, "expected compressed data, found other bytes");
    auto unpacked = readEntry(handle, maxBytes);
    if (unpacked && isDamagedGzip(bytes, *unpacked))
        return expectedButFound("whole gzip data", "a wrong checksum");
    return unpacked;
}

} // namespace somnium::io
