// SPDX-License-Identifier: GPL-3.0-or-later
//
// The file, little-endian:
//   offset size
//        0    8  "SOMNSPEC"
//        8    4  version (1)
//       12    4  scale of the grid (0 = log10, 1 = linear, 2 = index)
//       16   16  first, step of the grid (float64)
//       32    8  pixels
//       40    8  count
//       48    8  1: has weights, 0: all weights are 1
//       56    8  fingerprint of recipe and originals
//       64    8  checksum of the rows
//       72    8  checksum of the 72 bytes before, then 0 up to 128
//      128       rows, each a multiple of 64 bytes: float32 scale of the flux, float32 scale of the weight,
//                float16 flux[pixels] and, if there are any, float16 weight[pixels], both times their scale
#include "core/data/spectrum_store.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/half.h"

namespace somnium::data
{

namespace
{

constexpr std::array<char, 8> kMagic = {'S', 'O', 'M', 'N', 'S', 'P', 'E', 'C'};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kRowsStart = 128;
constexpr std::size_t kRowAlignment = 64;
/// A spectrum of more pixels than this is a broken header.
constexpr std::size_t kMaxPixels = std::size_t{1} << 28U;

struct Header
{
    std::array<char, 8> magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t scale = 0;
    double first = 0.0;
    double step = 0.0;
    std::uint64_t pixels = 0;
    std::uint64_t count = 0;
    std::uint64_t hasWeights = 0;
    std::uint64_t fingerprint = 0;
    std::uint64_t rowsChecksum = 0;
    std::uint64_t checksum = 0;

    [[nodiscard]] std::uint64_t expectedChecksum() const
    {
        return fnv1a(std::as_bytes(std::span(this, 1)).first(sizeof(Header) - sizeof(checksum)));
    }
    [[nodiscard]] std::size_t rowBytes() const
    {
        const std::size_t halves = pixels * (hasWeights != 0 ? 2 : 1);
        const std::size_t bytes = 2 * sizeof(float) + halves * sizeof(std::uint16_t);
        return (bytes + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
    }
};
static_assert(sizeof(Header) == 80, "the header is written as it lies in memory");

/// FNV-1a over words of 8 bytes: rows are whole numbers of them.
std::uint64_t checksumOf(std::span<const std::byte> row, std::uint64_t seed)
{
    std::uint64_t hash = seed;
    for (std::size_t i = 0; i + sizeof(std::uint64_t) <= row.size(); i += sizeof(std::uint64_t))
    {
        std::uint64_t word = 0;
        std::memcpy(&word, row.data() + i, sizeof(word));
        hash = (hash ^ word) * 1099511628211ULL;
    }
    return hash;
}

const std::uint64_t kChecksumSeed = fnv1a({});

tl::unexpected<Error> malformed(const std::string &name, const std::string &expected,
                                const std::string &found)
{
    return failure(ErrorKind::Malformed, name + ": expected " + expected + ", found " + found);
}

/// What is wrong with a grid; empty: nothing.
std::string faultOf(const SpectralGrid &grid)
{
    if (grid.pixels == 0 || grid.pixels > kMaxPixels)
        return "expected 1 to 2^28 pixels, found " + std::to_string(grid.pixels);
    if (grid.scale > SpectralGrid::Scale::Index)
        return "expected a grid of scale 0 to 2, found " +
               std::to_string(static_cast<std::uint32_t>(grid.scale));
    if (!std::isfinite(grid.first) || !std::isfinite(grid.step) || grid.step <= 0.0)
        return "expected a grid that rises, found first " + std::to_string(grid.first) + ", step " +
               std::to_string(grid.step);
    return {};
}

SpectralGrid gridOf(const Header &header)
{
    return {static_cast<SpectralGrid::Scale>(header.scale), header.first, header.step, header.pixels};
}

Result<Header> readHeader(std::span<const std::byte> bytes, const std::string &name)
{
    const auto header = readAt<Header>(bytes, 0);
    if (!header || bytes.size() < kRowsStart)
        return malformed(name, "a spectrum store of at least 128 bytes",
                         std::to_string(bytes.size()) + " bytes");
    if (header->magic != kMagic)
        return malformed(name, "a spectrum store (first bytes \"SOMNSPEC\")", "other first bytes");
    if (header->version != kVersion)
        return failure(ErrorKind::Unsupported, name + ": expected spectrum store version " +
                                                   std::to_string(kVersion) + ", found " +
                                                   std::to_string(header->version));
    if (header->checksum != header->expectedChecksum())
        return malformed(name, "header checksum " + std::to_string(header->expectedChecksum()),
                         std::to_string(header->checksum));
    if (const std::string fault = faultOf(gridOf(*header)); !fault.empty())
        return failure(ErrorKind::Malformed, name + ": " + fault);
    const auto rows = checkedProduct(header->count, header->rowBytes());
    if (!rows || *rows != bytes.size() - kRowsStart)
        return malformed(name,
                         std::to_string(header->count) + " spectra of " + std::to_string(header->rowBytes()) +
                             " bytes",
                         std::to_string(bytes.size() - kRowsStart) + " bytes");
    return *header;
}

/// fromHalf for halves that are finite, which all of a store are: no case to tell apart, so that a compiler
/// can take many at once.
float fromFiniteHalf(std::uint16_t half)
{
    const std::uint32_t sign = (half & 0x8000U) << 16U;
    const std::uint32_t size = (half & 0x7FFFU) << 13U;
    return std::bit_cast<float>(sign | size) * 0x1p112F;
}

void readHalves(const std::byte *halves, float scale, std::span<float> values)
{
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        std::uint16_t half = 0;
        std::memcpy(&half, halves + i * sizeof(half), sizeof(half));
        values[i] = fromFiniteHalf(half) * scale;
    }
}

/// Writes values / scale as halves and returns the scale: a power of two, so that a value that a half can
/// hold is kept to the bit, such that the largest becomes 1 to 2.
float writeHalves(std::span<const float> values, std::byte *halves)
{
    float largest = 0.0F;
    for (const float value : values)
        largest = std::max(largest, std::abs(value));
    const float scale = largest > 0.0F ? std::exp2(std::floor(std::log2(largest))) : 1.0F;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        const std::uint16_t half = toHalf(values[i] / scale);
        std::memcpy(halves + i * sizeof(half), &half, sizeof(half));
    }
    return scale;
}

bool areFinite(std::span<const float> values)
{
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

} // namespace

PreparedSpectrum Spectra::spectrum(std::size_t index) const
{
    PreparedSpectrum result;
    result.flux.resize(pixels());
    result.weight.resize(hasWeights() ? pixels() : 0);
    read(index, result.flux, result.weight);
    return result;
}

MemorySpectra::MemorySpectra(SpectralGrid grid, std::vector<float> flux, std::vector<float> weight)
    : m_grid(grid), m_flux(std::move(flux)), m_weight(std::move(weight))
{
    CHECK(m_grid.pixels > 0 && m_flux.size() % m_grid.pixels == 0);
    CHECK(m_weight.empty() || m_weight.size() == m_flux.size());
}

void MemorySpectra::read(std::size_t index, std::span<float> flux, std::span<float> weight) const
{
    CHECK(index < count() && flux.size() == m_grid.pixels);
    const auto first = static_cast<std::ptrdiff_t>(index * m_grid.pixels);
    std::copy_n(m_flux.begin() + first, m_grid.pixels, flux.begin());
    if (weight.empty())
        return;
    if (hasWeights())
        std::copy_n(m_weight.begin() + first, m_grid.pixels, weight.begin());
    else
        std::fill(weight.begin(), weight.end(), 1.0F);
}

Result<std::shared_ptr<const SpectrumStore>> SpectrumStore::open(const std::filesystem::path &path,
                                                                 bool verifyChecksum)
{
    auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error());
    const auto header = readHeader(file->bytes(), path.string());
    if (!header)
        return failure(header.error());
    const auto store = std::make_shared<SpectrumStore>();
    store->m_file = std::move(*file);
    store->m_grid = gridOf(*header);
    store->m_count = header->count;
    store->m_rowBytes = header->rowBytes();
    store->m_hasWeights = header->hasWeights != 0;
    store->m_fingerprint = header->fingerprint;
    if (verifyChecksum)
    {
        std::uint64_t checksum = kChecksumSeed;
        for (std::size_t i = 0; i < store->m_count; ++i)
        {
            checksum =
                checksumOf(store->m_file.bytes().subspan(store->offsetOf(i), store->m_rowBytes), checksum);
            store->letGo(i, 1);
        }
        if (checksum != header->rowsChecksum)
            return malformed(path.string(), "checksum of the spectra " + std::to_string(header->rowsChecksum),
                             std::to_string(checksum));
    }
    return store;
}

std::size_t SpectrumStore::offsetOf(std::size_t index) const
{
    CHECK(index < m_count);
    return kRowsStart + index * m_rowBytes;
}

void SpectrumStore::read(std::size_t index, std::span<float> flux, std::span<float> weight) const
{
    CHECK(flux.size() == m_grid.pixels && (weight.empty() || weight.size() == m_grid.pixels));
    const std::byte *row = m_file.bytes().data() + offsetOf(index);
    std::array<float, 2> scales{};
    std::memcpy(scales.data(), row, sizeof(scales));
    const std::byte *halves = row + sizeof(scales);
    readHalves(halves, scales[0], flux);
    if (weight.empty())
        return;
    if (m_hasWeights)
        readHalves(halves + m_grid.pixels * sizeof(std::uint16_t), scales[1], weight);
    else
        std::fill(weight.begin(), weight.end(), 1.0F);
}

void SpectrumStore::letGo(std::size_t first, std::size_t count) const
{
    CHECK(first <= m_count && count <= m_count - first);
    m_file.letGo(kRowsStart + first * m_rowBytes, count * m_rowBytes);
}

bool SpectrumStore::isAtHand(std::size_t index) const
{
    return m_file.isResident(offsetOf(index), m_rowBytes);
}

void SpectrumStore::bringIn(std::size_t index) const
{
    constexpr std::size_t kStep = 4096; // bytes: at least one of every page
    const std::span<const std::byte> row = m_file.bytes().subspan(offsetOf(index), m_rowBytes);
    volatile std::byte sink = row.back();
    for (std::size_t i = 0; i < row.size(); i += kStep)
        sink = row[i];
    static_cast<void>(sink);
}

struct SpectrumStoreWriter::State
{
    State(std::filesystem::path store, const SpectralGrid &grid, bool hasWeights, bool isKept)
        : path(std::move(store))
    {
        if (!isKept)
            target.emplace(path);
        part = isKept ? SampleStoreWriter::partOf(path) : target->temporary();
        header.scale = static_cast<std::uint32_t>(grid.scale);
        header.first = grid.first;
        header.step = grid.step;
        header.pixels = grid.pixels;
        header.hasWeights = hasWeights ? 1 : 0;
        header.rowsChecksum = kChecksumSeed;
        row.resize(faultOf(grid).empty() ? header.rowBytes() : 0);
    }

    /// The header and the room up to the first row.
    void writeHeader()
    {
        std::array<char, kRowsStart> start{};
        std::memcpy(start.data(), &header, sizeof(Header));
        file.seekp(0);
        file.write(start.data(), start.size());
    }

    /// Reads the rows that were kept, one after the other into `row`, and takes them into count and checksum.
    Result<void> readRows(std::uint64_t count, const JobContext &context)
    {
        std::ifstream written(part, std::ios::binary);
        if (!written)
            return failure(ErrorKind::NotFound, part.string() + ": not there");
        Header begun;
        written.read(reinterpret_cast<char *>(&begun), sizeof(begun)); // NOLINT: bytes as chars
        if (!written || gridOf(begun) != gridOf(header) || begun.hasWeights != header.hasWeights)
            return malformed(part.string(), "the beginning of a store of this grid", "another");
        written.seekg(kRowsStart);
        for (; header.count < count; ++header.count)
        {
            if (context.shouldStop())
                return failure(ErrorKind::Cancelled, "stopped while checking the spectra kept");
            written.read(reinterpret_cast<char *>(row.data()), // NOLINT: bytes as chars
                         static_cast<std::streamsize>(row.size()));
            if (!written)
                return malformed(part.string(), std::to_string(count) + " spectra",
                                 std::to_string(header.count));
            header.rowsChecksum = checksumOf(row, header.rowsChecksum);
        }
        return {};
    }

    std::filesystem::path path;
    std::optional<PendingFile> target; ///< none: what is written stays until it is finished
    std::filesystem::path part;        ///< where it is written
    std::ofstream file;
    Header header;
    std::vector<std::byte> row;
};

SpectrumStoreWriter::SpectrumStoreWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}

SpectrumStoreWriter::~SpectrumStoreWriter() = default;

Result<std::unique_ptr<SpectrumStoreWriter>> SpectrumStoreWriter::begin(std::unique_ptr<State> state)
{
    if (const std::string fault = faultOf(gridOf(state->header)); !fault.empty())
        return failure(ErrorKind::InvalidArgument, state->path.string() + ": " + fault);
    state->file.open(state->part, std::ios::binary | std::ios::trunc);
    state->writeHeader();
    if (!state->file)
        return failure(ErrorKind::WriteFailed,
                       state->path.string() + ": cannot create (folder missing or read-only?)");
    return std::unique_ptr<SpectrumStoreWriter>(
        new SpectrumStoreWriter(std::move(state))); // NOLINT: private ctor
}

Result<std::unique_ptr<SpectrumStoreWriter>>
SpectrumStoreWriter::create(const std::filesystem::path &path, const SpectralGrid &grid, bool hasWeights)
{
    return begin(std::make_unique<State>(path, grid, hasWeights, false));
}

Result<std::unique_ptr<SpectrumStoreWriter>>
SpectrumStoreWriter::createKept(const std::filesystem::path &path, const SpectralGrid &grid, bool hasWeights)
{
    return begin(std::make_unique<State>(path, grid, hasWeights, true));
}

Result<std::unique_ptr<SpectrumStoreWriter>>
SpectrumStoreWriter::resume(const std::filesystem::path &path, const SpectralGrid &grid, bool hasWeights,
                            const KeptSamples &kept, const JobContext &context)
{
    if (const std::string fault = faultOf(grid); !fault.empty() || kept.shape.columns != grid.pixels)
        return malformed(path.string(), std::to_string(grid.pixels) + " pixels",
                         std::to_string(kept.shape.columns));
    auto state = std::make_unique<State>(path, grid, hasWeights, true);
    if (auto read = state->readRows(kept.count, context); !read)
        return failure(read.error());
    if (state->header.rowsChecksum != kept.checksum)
        return malformed(state->part.string(), "checksum of the spectra " + std::to_string(kept.checksum),
                         std::to_string(state->header.rowsChecksum));
    std::error_code error;
    std::filesystem::resize_file(state->part, kRowsStart + kept.count * state->row.size(), error);
    state->file.open(state->part, std::ios::binary | std::ios::in | std::ios::out | std::ios::ate);
    if (error || !state->file)
        return failure(ErrorKind::WriteFailed, state->part.string() + ": cannot go on writing");
    return std::unique_ptr<SpectrumStoreWriter>(
        new SpectrumStoreWriter(std::move(state))); // NOLINT: private ctor
}

Result<void> SpectrumStoreWriter::append(std::span<const float> flux, std::span<const float> weight)
{
    State &state = *m_state;
    const std::size_t pixels = state.header.pixels;
    const bool hasWeights = state.header.hasWeights != 0;
    const std::string where = state.path.string() + ": spectrum " + std::to_string(state.header.count + 1);
    if (flux.size() != pixels || (hasWeights && !weight.empty() && weight.size() != pixels))
        return failure(ErrorKind::Mismatch, where + ": expected " + std::to_string(pixels) +
                                                " pixels, found " + std::to_string(flux.size()) + " and " +
                                                std::to_string(weight.size()) + " weights");
    if (!areFinite(flux) || (hasWeights && !areFinite(weight)))
        return failure(ErrorKind::InvalidArgument,
                       where + ": expected finite values and weights, found others");
    std::byte *halves = state.row.data() + 2 * sizeof(float);
    std::array<float, 2> scales = {writeHalves(flux, halves), 1.0F};
    if (hasWeights)
    {
        const std::vector<float> ones(weight.empty() ? pixels : 0, 1.0F);
        scales[1] = writeHalves(weight.empty() ? std::span<const float>(ones) : weight,
                                halves + pixels * sizeof(std::uint16_t));
    }
    std::memcpy(state.row.data(), scales.data(), sizeof(scales));
    state.file.write(reinterpret_cast<const char *>(state.row.data()), // NOLINT: bytes as chars
                     static_cast<std::streamsize>(state.row.size()));
    if (!state.file)
        return failure(ErrorKind::WriteFailed, where + ": cannot be written (disk full?)");
    state.header.rowsChecksum = checksumOf(state.row, state.header.rowsChecksum);
    ++state.header.count;
    return {};
}

std::size_t SpectrumStoreWriter::count() const
{
    return m_state->header.count;
}

Result<KeptSamples> SpectrumStoreWriter::keep()
{
    State &state = *m_state;
    state.file.flush();
    if (!state.file)
        return failure(ErrorKind::WriteFailed, state.path.string() + ": cannot be written (disk full?)");
    if (auto synced = syncToDisk(state.part); !synced)
        return failure(synced.error());
    return KeptSamples{{1, 1, state.header.pixels}, state.header.count, state.header.rowsChecksum};
}

Result<void> SpectrumStoreWriter::finish(std::uint64_t fingerprint)
{
    State &state = *m_state;
    state.header.fingerprint = fingerprint;
    state.header.checksum = state.header.expectedChecksum();
    state.writeHeader();
    state.file.close();
    if (!state.file)
        return failure(ErrorKind::WriteFailed, state.path.string() + ": cannot be completed (disk full?)");
    if (!state.target)
    {
        std::error_code error;
        state.target.emplace(state.path);
        std::filesystem::rename(state.part, state.target->temporary(), error);
        if (error)
            return failure(ErrorKind::WriteFailed,
                           state.path.string() + ": cannot publish: " + error.message());
    }
    return state.target->commit();
}

} // namespace somnium::data
