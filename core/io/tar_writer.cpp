// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tar_writer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace somnium::io
{

namespace
{

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kLargestMember = 077777777777; // eleven octal digits

/// The header's fields for a name, split at a '/' where it is longer than the first of them.
struct MemberName
{
    std::string_view name;
    std::string_view prefix;
};

std::optional<MemberName> split(std::string_view member)
{
    constexpr std::size_t kName = 100;
    constexpr std::size_t kPrefix = 155;
    if (member.empty())
        return std::nullopt;
    if (member.size() <= kName)
        return MemberName{member, {}};
    const std::size_t slash = member.find('/', member.size() - kName - 1);
    if (slash == std::string_view::npos || slash == 0 || slash > kPrefix || slash + 1 == member.size())
        return std::nullopt;
    return MemberName{member.substr(slash + 1), member.substr(0, slash)};
}

using Block = std::array<char, kBlock>;

void put(Block &block, std::size_t offset, std::string_view text)
{
    std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(offset));
}

void putOctal(Block &block, std::size_t offset, std::size_t digits, std::uint64_t value)
{
    for (std::size_t i = digits; i-- > 0; value /= 8)
        block.at(offset + i) = static_cast<char>('0' + value % 8);
}

/// IEEE Std 1003.1-1988, section 10.1.1 (ustar).
Block headerOf(const MemberName &member, std::uint64_t sizeBytes)
{
    Block block{};
    put(block, 0, member.name);
    putOctal(block, 100, 7, 0644);
    putOctal(block, 108, 7, 0); // owner
    putOctal(block, 116, 7, 0); // group
    putOctal(block, 124, 11, sizeBytes);
    putOctal(block, 136, 11, 0); // time
    put(block, 148, "        "); // the checksum counts itself as blanks
    block[156] = '0';            // a plain file
    put(block, 257,
        std::string_view("ustar\0"
                         "00",
                         8));
    put(block, 345, member.prefix);
    std::uint64_t sum = 0;
    for (const char byte : block)
        sum += static_cast<unsigned char>(byte);
    putOctal(block, 148, 6, sum);
    block[154] = '\0';
    return block;
}

} // namespace

Result<TarWriter> TarWriter::create(const std::filesystem::path &path)
{
    auto file = std::make_unique<std::ofstream>(path, std::ios::binary | std::ios::trunc);
    if (!*file)
        return failure(ErrorKind::WriteFailed, path.string() + ": cannot be created");
    return TarWriter(path, std::move(file));
}

Result<void> TarWriter::append(std::string_view member, std::span<const std::byte> bytes)
{
    const auto name = split(member);
    if (!name || bytes.size() > kLargestMember)
        return failure(ErrorKind::Unsupported, m_path.string() + ": the member '" + std::string(member) +
                                                   "' of " + std::to_string(bytes.size()) +
                                                   " bytes does not fit a ustar header");
    const Block header = headerOf(*name, bytes.size());
    m_file->write(header.data(), static_cast<std::streamsize>(header.size()));
    m_file->write(reinterpret_cast<const char *>(bytes.data()), // NOLINT: bytes as chars
                  static_cast<std::streamsize>(bytes.size()));
    const Block zeros{};
    m_file->write(zeros.data(), static_cast<std::streamsize>((kBlock - bytes.size() % kBlock) % kBlock));
    return checkWritten();
}

Result<void> TarWriter::finish()
{
    const Block zeros{};
    m_file->write(zeros.data(), kBlock);
    m_file->write(zeros.data(), kBlock);
    m_file->close();
    return checkWritten();
}

Result<void> TarWriter::checkWritten() const
{
    if (*m_file)
        return {};
    return failure(ErrorKind::WriteFailed, m_path.string() + ": cannot be written (disk full?)");
}

} // namespace somnium::io
