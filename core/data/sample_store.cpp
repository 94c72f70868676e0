// SPDX-License-Identifier: GPL-3.0-or-later
//
// The file, little-endian:
//   offset size
//        0    8  "SOMNSAMP"
//        8    4  version (1)
//       12    4  type of the values (1 = float32)
//       16    8  count
//       24   24  channels, rows, columns
//       48    8  fingerprint of recipe and originals
//       56    8  checksum of the 56 bytes before
//       64       float32 [count][channels][rows][columns]
//      end    8  checksum of the values
#include "core/data/sample_store.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/base/bytes.h"

namespace somnium::data
{

namespace
{

constexpr std::array<char, 8> kMagic = {'S', 'O', 'M', 'N', 'S', 'A', 'M', 'P'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kTypeFloat32 = 1;
constexpr std::size_t kChecksumBytes = sizeof(std::uint64_t);
/// Samples after which those read are let go.
constexpr std::size_t kLetGoSamples = 4096;
/// A sample of more values than this is a broken header, not an image.
constexpr std::size_t kMaxSampleValues = std::size_t{1} << 32U;

struct Header
{
    std::array<char, 8> magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t type = kTypeFloat32;
    std::uint64_t count = 0;
    std::uint64_t channels = 0;
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
    std::uint64_t fingerprint = 0;
    std::uint64_t checksum = 0;

    [[nodiscard]] std::uint64_t expectedChecksum() const
    {
        return fnv1a(std::as_bytes(std::span(this, 1)).first(sizeof(Header) - kChecksumBytes));
    }
};
static_assert(sizeof(Header) == 64, "the header is written as it lies in memory");

/// FNV-1a over whole values instead of bytes: four times as fast, and still every changed value changes it.
std::uint64_t checksumOf(std::span<const float> values, std::uint64_t seed)
{
    std::uint64_t hash = seed;
    for (const float value : values)
        hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211ULL;
    return hash;
}

const std::uint64_t kChecksumSeed = fnv1a({});

std::string toString(const ImageShape &shape)
{
    return std::to_string(shape.channels) + " x " + std::to_string(shape.rows) + " x " +
           std::to_string(shape.columns);
}

/// Bytes of a whole file with this header, or nothing if the product overflows.
std::optional<std::size_t> fileBytes(const Header &header)
{
    const auto channelSize = checkedProduct(header.rows, header.columns);
    const auto sampleSize = channelSize ? checkedProduct(*channelSize, header.channels) : std::nullopt;
    if (!sampleSize || *sampleSize == 0 || *sampleSize > kMaxSampleValues)
        return std::nullopt;
    const auto bytesEach = checkedProduct(*sampleSize, sizeof(float));
    const auto bytes = bytesEach ? checkedProduct(*bytesEach, header.count) : std::nullopt;
    if (!bytes || *bytes > std::numeric_limits<std::size_t>::max() - sizeof(Header) - kChecksumBytes)
        return std::nullopt;
    return sizeof(Header) + *bytes + kChecksumBytes;
}

tl::unexpected<Error> malformed(const std::string &name, const std::string &expected,
                                const std::string &found)
{
    return failure(ErrorKind::Malformed, name + ": expected " + expected + ", found " + found);
}

Result<Header> readHeader(std::span<const std::byte> bytes, const std::string &name)
{
    const auto header = readAt<Header>(bytes, 0);
    if (!header)
        return malformed(name, "a sample store of at least " + std::to_string(sizeof(Header)) + " bytes",
                         std::to_string(bytes.size()) + " bytes");
    if (header->magic != kMagic)
        return malformed(name, "a sample store (first bytes \"SOMNSAMP\")", "other first bytes");
    if (header->version != kVersion)
        return failure(ErrorKind::Unsupported, name + ": expected sample store version " +
                                                   std::to_string(kVersion) + ", found " +
                                                   std::to_string(header->version));
    if (header->checksum != header->expectedChecksum())
        return malformed(name, "header checksum " + std::to_string(header->expectedChecksum()),
                         std::to_string(header->checksum));
    if (header->type != kTypeFloat32)
        return malformed(name, "values of type 1 (float32)", "type " + std::to_string(header->type));
    const auto expectedBytes = fileBytes(*header);
    if (!expectedBytes)
        return malformed(name, "a shape and count that fit into memory",
                         std::to_string(header->count) + " samples of " +
                             toString({header->channels, header->rows, header->columns}));
    if (*expectedBytes != bytes.size())
        return malformed(name, std::to_string(*expectedBytes) + " bytes", std::to_string(bytes.size()));
    return *header;
}

} // namespace

MemorySamples::MemorySamples(ImageShape shape, std::vector<float> values)
    : m_shape(shape), m_values(std::move(values))
{
    CHECK(m_shape.size() > 0 && m_values.size() % m_shape.size() == 0);
}

std::size_t MemorySamples::count() const
{
    return m_values.size() / m_shape.size();
}

ImageView MemorySamples::sample(std::size_t index) const
{
    CHECK(index < count());
    return {std::span(m_values).subspan(index * m_shape.size(), m_shape.size()), m_shape};
}

Result<std::shared_ptr<const SampleStore>> SampleStore::open(const std::filesystem::path &path,
                                                             bool verifyChecksum)
{
    auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error());
    const auto header = readHeader(file->bytes(), path.string());
    if (!header)
        return failure(header.error());

    const auto store = std::make_shared<SampleStore>();
    store->m_file = std::move(*file);
    store->m_count = header->count;
    store->m_shape = {header->channels, header->rows, header->columns};
    store->m_fingerprint = header->fingerprint;
    if (verifyChecksum)
    {
        std::uint64_t checksum = kChecksumSeed;
        for (std::size_t i = 0; i < store->m_count; ++i)
        {
            checksum = checksumOf(store->sample(i).pixels(), checksum);
            if (i % kLetGoSamples == kLetGoSamples - 1)
                store->letGo(i + 1 - kLetGoSamples, kLetGoSamples);
        }
        const std::span<const std::byte> bytes = store->m_file.bytes();
        const auto written = readAt<std::uint64_t>(bytes, bytes.size() - kChecksumBytes);
        if (written != checksum)
            return malformed(path.string(), "checksum of the values " + std::to_string(*written),
                             std::to_string(checksum));
    }
    return store;
}

ImageView SampleStore::sample(std::size_t index) const
{
    CHECK(index < m_count);
    const std::byte *values = m_file.bytes().data() + sizeof(Header);
    // The mapping begins on a page and the header is 64 bytes, so the values are aligned.
    const std::span all(reinterpret_cast<const float *>(values), m_count * m_shape.size()); // NOLINT
    return {all.subspan(index * m_shape.size(), m_shape.size()), m_shape};
}

void SampleStore::letGo(std::size_t first, std::size_t count) const
{
    CHECK(first <= m_count && count <= m_count - first);
    const std::size_t bytesEach = m_shape.size() * sizeof(float);
    m_file.letGo(sizeof(Header) + first * bytesEach, count * bytesEach);
}

bool SampleStore::isAtHand(std::size_t index) const
{
    CHECK(index < m_count);
    const std::size_t bytesEach = m_shape.size() * sizeof(float);
    return m_file.isResident(sizeof(Header) + index * bytesEach, bytesEach);
}

void SampleStore::bringIn(std::size_t index) const
{
    constexpr std::size_t kStep = 1024; // values: at least one of every page
    const std::span<const float> values = sample(index).pixels();
    volatile float sink = values.back();
    for (std::size_t i = 0; i < values.size(); i += kStep)
        sink = values[i];
    static_cast<void>(sink);
}

struct SampleStoreWriter::State
{
    std::filesystem::path path;
    std::filesystem::path partPath;
    std::ofstream file;
    Header header;
    ImageShape shape;
    std::uint64_t checksum = kChecksumSeed;
    bool isKept = false;

    State(std::filesystem::path target, std::filesystem::path part, const ImageShape &sampleShape)
        : path(std::move(target)), partPath(std::move(part)), shape(sampleShape)
    {
        header.channels = shape.channels;
        header.rows = shape.rows;
        header.columns = shape.columns;
    }

    [[nodiscard]] tl::unexpected<Error> writeFailure() const
    {
        return failure(ErrorKind::WriteFailed, path.string() + ": cannot write sample " +
                                                   std::to_string(header.count + 1) + " of " +
                                                   std::to_string(shape.size() * sizeof(float)) +
                                                   " bytes (disk full or folder read-only?)");
    }
};

SampleStoreWriter::SampleStoreWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}

SampleStoreWriter::~SampleStoreWriter()
{
    m_state->file.close();
    std::error_code ignored; // after `finish` there is nothing left to remove
    if (!m_state->isKept)
        std::filesystem::remove(m_state->partPath, ignored);
}

Result<std::unique_ptr<SampleStoreWriter>> SampleStoreWriter::begin(std::unique_ptr<State> state)
{
    if (!fileBytes(state->header))
        return failure(ErrorKind::InvalidArgument, state->path.string() +
                                                       ": expected samples of 1 to 2^32 values, found " +
                                                       toString(state->shape));
    state->file.open(state->partPath, std::ios::binary | std::ios::trunc);
    state->file.write(reinterpret_cast<const char *>(&state->header), sizeof(Header)); // NOLINT
    if (!state->file)
    {
        std::error_code ignored;
        std::filesystem::remove(state->partPath, ignored);
        return failure(ErrorKind::WriteFailed,
                       state->path.string() + ": cannot create (folder missing or read-only?)");
    }
    return std::unique_ptr<SampleStoreWriter>(
        new SampleStoreWriter(std::move(state))); // NOLINT: private ctor
}

Result<std::unique_ptr<SampleStoreWriter>> SampleStoreWriter::create(const std::filesystem::path &path,
                                                                     ImageShape shape)
{
    static std::atomic<unsigned> counter{0};
    const std::string part = "." + path.filename().string() + ".part-" + std::to_string(processId()) + "-" +
                             std::to_string(counter.fetch_add(1));
    return begin(std::make_unique<State>(path, path.parent_path() / part, shape));
}

Result<std::unique_ptr<SampleStoreWriter>> SampleStoreWriter::createKept(const std::filesystem::path &path,
                                                                         ImageShape shape)
{
    auto state = std::make_unique<State>(path, partOf(path), shape);
    state->isKept = true;
    return begin(std::move(state));
}

std::filesystem::path SampleStoreWriter::partOf(const std::filesystem::path &path)
{
    return path.string() + ".part";
}

Result<std::unique_ptr<SampleStoreWriter>> SampleStoreWriter::resume(const std::filesystem::path &path,
                                                                     const KeptSamples &kept,
                                                                     const JobContext &context)
{
    auto state = std::make_unique<State>(path, partOf(path), kept.shape);
    state->isKept = true;
    state->header.count = kept.count;
    const auto whole = fileBytes(state->header);
    if (!whole)
        return malformed(path.string(), "samples of 1 to 2^32 values", toString(kept.shape));
    const std::size_t begun = *whole - kChecksumBytes;
    std::ifstream written(state->partPath, std::ios::binary);
    if (!written)
        return failure(ErrorKind::NotFound, state->partPath.string() + ": not there");
    written.seekg(sizeof(Header));
    std::vector<float> sample(kept.shape.size());
    for (std::uint64_t i = 0; i < kept.count; ++i)
    {
        if (context.shouldStop())
            return failure(ErrorKind::Cancelled, "stopped while checking the samples kept");
        written.read(reinterpret_cast<char *>(sample.data()), // NOLINT: bytes as chars
                     static_cast<std::streamsize>(sample.size() * sizeof(float)));
        if (!written)
            return malformed(state->partPath.string(), std::to_string(kept.count) + " samples",
                             std::to_string(i));
        state->checksum = checksumOf(sample, state->checksum);
    }
    if (state->checksum != kept.checksum)
        return malformed(state->partPath.string(), "checksum of the values " + std::to_string(kept.checksum),
                         std::to_string(state->checksum));
    std::error_code error;
    std::filesystem::resize_file(state->partPath, begun, error);
    state->file.open(state->partPath, std::ios::binary | std::ios::in | std::ios::out | std::ios::ate);
    if (error || !state->file)
        return failure(ErrorKind::WriteFailed, state->partPath.string() + ": cannot go on writing");
    return std::unique_ptr<SampleStoreWriter>(
        new SampleStoreWriter(std::move(state))); // NOLINT: private ctor
}

Result<KeptSamples> SampleStoreWriter::keep()
{
    m_state->file.flush();
    if (!m_state->file)
        return m_state->writeFailure();
    if (auto synced = syncToDisk(m_state->partPath); !synced)
        return failure(synced.error());
    return KeptSamples{m_state->shape, m_state->header.count, m_state->checksum};
}

Result<void> SampleStoreWriter::append(const ImageView &sample)
{
    if (sample.shape() != m_state->shape)
        return failure(ErrorKind::Mismatch, m_state->path.string() + ": expected a sample of " +
                                                toString(m_state->shape) + ", found " +
                                                toString(sample.shape()));
    const std::span<const std::byte> bytes = std::as_bytes(sample.pixels());
    m_state->file.write(reinterpret_cast<const char *>(bytes.data()), // NOLINT: bytes as chars
                        static_cast<std::streamsize>(bytes.size()));
    if (!m_state->file)
        return m_state->writeFailure();
    m_state->checksum = checksumOf(sample.pixels(), m_state->checksum);
    ++m_state->header.count;
    return {};
}

std::size_t SampleStoreWriter::count() const
{
    return m_state->header.count;
}

Result<void> SampleStoreWriter::finish(std::uint64_t fingerprint)
{
    State &state = *m_state;
    state.header.fingerprint = fingerprint;
    state.header.checksum = state.header.expectedChecksum();
    state.file.write(reinterpret_cast<const char *>(&state.checksum), sizeof(state.checksum)); // NOLINT
    state.file.seekp(0);
    state.file.write(reinterpret_cast<const char *>(&state.header), sizeof(Header)); // NOLINT
    state.file.close();
    if (!state.file)
        return state.writeFailure();
    return replaceFile(state.path, [&state](const std::filesystem::path &temporary) -> Result<void> {
        std::error_code error;
        std::filesystem::rename(state.partPath, temporary, error);
        if (error)
            return failure(ErrorKind::WriteFailed,
                           state.path.string() + ": cannot publish: " + error.message());
        return {};
    });
}

} // namespace somnium::data
