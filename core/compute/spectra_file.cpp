// SPDX-License-Identifier: GPL-3.0-or-later
//
// The file, little-endian:
//   offset size
//        0    8  "SOMNSPEC"
//        8    4  version (1)
//       12    4  type of the values (1 = half precision, only what rings carry)
//       16   40  count, images of a block, halves of a row, fingerprint of the samples, of the grid (8 each)
//       56    8  checksum of the 56 bytes before
//       64       blocks: uint16 [images][row], float32 [images] scales, float32 [images] energies, checksum
//       of them
#include "core/compute/spectra_file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/platform.h"

namespace somnium::compute
{

namespace
{

constexpr std::array<char, 8> kMagic = {'S', 'O', 'M', 'N', 'S', 'P', 'E', 'C'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kTypeHalf = 1;

struct Header
{
    std::array<char, 8> magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t type = kTypeHalf;
    std::uint64_t count = 0;
    std::uint64_t blockImages = 0;
    std::uint64_t rowSize = 0;
    std::uint64_t samples = 0;
    std::uint64_t grid = 0;
    std::uint64_t checksum = 0;
    friend bool operator==(const Header &, const Header &) = default;
};
static_assert(sizeof(Header) == 64, "the header is written as it lies in memory");

Header headerOf(const SpectraFileKey &key)
{
    Header header;
    header.count = key.count;
    header.blockImages = key.blockImages;
    header.rowSize = halfRowSize(key.grid);
    header.samples = key.fingerprint;
    header.grid = fingerprint(key.grid);
    header.checksum =
        fnv1a(std::as_bytes(std::span(&header, 1)).first(sizeof(Header) - sizeof(std::uint64_t)));
    return header;
}

/// FNV-1a over words in four strands, which together run as fast as memory is read; every changed word
/// changes its strand, and so the result.
std::uint64_t checksumOf(std::span<const std::byte> bytes, std::uint64_t seed)
{
    constexpr std::uint64_t kPrime = 1099511628211ULL;
    constexpr std::size_t kStrands = 4;
    std::array<std::uint64_t, kStrands> strands = {seed, seed + 1, seed + 2, seed + 3};
    std::array<std::uint64_t, kStrands> words{};
    std::size_t at = 0;
    for (; at + sizeof(words) <= bytes.size(); at += sizeof(words))
    {
        std::memcpy(words.data(), bytes.data() + at, sizeof(words));
        for (std::size_t i = 0; i < kStrands; ++i)
            strands[i] = (strands[i] ^ words[i]) * kPrime;
    }
    return fnv1a(bytes.subspan(at), fnv1a(std::as_bytes(std::span(strands))));
}

std::uint64_t checksumOf(const HalfSpectra &block)
{
    const std::uint64_t values = checksumOf(std::as_bytes(std::span(block.values)), 0);
    return checksumOf(std::as_bytes(std::span(block.energies)),
                      checksumOf(std::as_bytes(std::span(block.scales)), values));
}

std::size_t blockBytes(const SpectraFileKey &key, std::size_t images)
{
    return images * halfBytesPerImage(key.grid) + sizeof(std::uint64_t);
}

std::size_t offsetOf(const SpectraFileKey &key, std::size_t block)
{
    return sizeof(Header) + block * blockBytes(key, key.blockImages);
}

template <class T> void readInto(std::istream &file, std::span<T> values)
{
    file.read(reinterpret_cast<char *>(values.data()), // NOLINT: bytes as chars
              static_cast<std::streamsize>(values.size_bytes()));
}

template <class T> void writeFrom(std::ostream &file, std::span<const T> values)
{
    file.write(reinterpret_cast<const char *>(values.data()), // NOLINT: bytes as chars
               static_cast<std::streamsize>(values.size_bytes()));
}

} // namespace

std::size_t SpectraFileKey::imagesOf(std::size_t block) const
{
    return std::min(blockImages, count - block * blockImages);
}

Result<SpectraFile> SpectraFile::open(const std::filesystem::path &path, const SpectraFileKey &key)
{
    std::ifstream file(path, std::ios::binary);
    Header header;
    readInto(file, std::span(&header, 1));
    if (!file)
        return failure(ErrorKind::NotFound, path.string() + ": no spectra to read");
    if (!(header == headerOf(key)))
        return failure(ErrorKind::Mismatch, path.string() + ": spectra of other samples, or of another grid");
    const std::size_t last = key.blocks() == 0 ? 0 : key.blocks() - 1;
    const std::size_t expected =
        key.count == 0 ? sizeof(Header) : offsetOf(key, last) + blockBytes(key, key.imagesOf(last));
    std::error_code error;
    const std::uintmax_t found = std::filesystem::file_size(path, error);
    if (error || found != expected)
        return failure(ErrorKind::Malformed, path.string() + ": expected " + std::to_string(expected) +
                                                 " bytes, found " + std::to_string(found));
    return SpectraFile(path, key);
}

Result<HalfSpectra> SpectraFile::read(std::size_t block) const
{
    CHECK(block < m_key.blocks());
    HalfSpectra spectra = makeHalfSpectra(m_key.grid, m_key.imagesOf(block));
    std::uint64_t checksum = 0;
    std::ifstream file(m_path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offsetOf(m_key, block)));
    readInto(file, std::span(spectra.values));
    readInto(file, std::span(spectra.scales));
    readInto(file, std::span(spectra.energies));
    readInto(file, std::span(&checksum, 1));
    if (!file)
        return failure(ErrorKind::Unreadable, m_path.string() + ": cannot read block " +
                                                  std::to_string(block) + " of " +
                                                  std::to_string(m_key.blocks()));
    if (checksum != checksumOf(spectra))
        return failure(ErrorKind::Malformed, m_path.string() + ": block " + std::to_string(block) + " of " +
                                                 std::to_string(m_key.blocks()) + " is damaged");
    return spectra;
}

struct SpectraFileWriter::State
{
    std::filesystem::path path;
    std::filesystem::path partPath;
    std::ofstream file;
    SpectraFileKey key;
    std::size_t written = 0; ///< blocks

    [[nodiscard]] tl::unexpected<Error> writeFailure() const
    {
        return failure(ErrorKind::WriteFailed,
                       path.string() + ": cannot write block " + std::to_string(written) + " of " +
                           std::to_string(key.blocks()) + " (disk full or folder read-only?)");
    }
};

SpectraFileWriter::SpectraFileWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}

SpectraFileWriter::~SpectraFileWriter()
{
    m_state->file.close();
    std::error_code ignored; // after `finish` there is nothing left to remove
    std::filesystem::remove(m_state->partPath, ignored);
}

Result<std::unique_ptr<SpectraFileWriter>> SpectraFileWriter::create(const std::filesystem::path &path,
                                                                     const SpectraFileKey &key)
{
    CHECK(key.blockImages > 0);
    auto state = std::make_unique<State>();
    state->path = path;
    state->key = key;
    static std::atomic<unsigned> counter{0};
    state->partPath = path.parent_path() / ("." + path.filename().string() + ".part-" +
                                            std::to_string(processId()) + "-" + std::to_string(counter++));
    state->file.open(state->partPath, std::ios::binary | std::ios::trunc);
    const Header header = headerOf(key);
    writeFrom(state->file, std::span(&header, 1));
    auto writer =
        std::unique_ptr<SpectraFileWriter>(new SpectraFileWriter(std::move(state))); // NOLINT: private
    if (!writer->m_state->file)
        return writer->m_state->writeFailure();
    return writer;
}

Result<void> SpectraFileWriter::append(const HalfSpectra &block)
{
    State &state = *m_state;
    CHECK(state.written < state.key.blocks() && block.count() == state.key.imagesOf(state.written));
    const std::uint64_t checksum = checksumOf(block);
    writeFrom(state.file, std::span<const std::uint16_t>(block.values));
    writeFrom(state.file, std::span<const float>(block.scales));
    writeFrom(state.file, std::span<const float>(block.energies));
    writeFrom(state.file, std::span(&checksum, 1));
    if (!state.file)
        return state.writeFailure();
    ++state.written;
    return {};
}

Result<void> SpectraFileWriter::finish()
{
    State &state = *m_state;
    CHECK(state.written == state.key.blocks());
    state.file.close();
    // Not forced onto the disk: after a power cut the checksums tell, and the spectra are made again.
    std::error_code error;
    if (state.file)
        std::filesystem::rename(state.partPath, state.path, error);
    if (!state.file || error)
        return state.writeFailure();
    return {};
}

} // namespace somnium::compute
