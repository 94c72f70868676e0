// SPDX-License-Identifier: GPL-3.0-or-later
//
// The bytes of an index, little-endian:
//   offset size
//        0    8  "SOMNSIDX"
//        8    8  version (2)
//       16    8  fingerprint of the spectra
//       24   24  spectra, pixels, components + 1
//       48   24  scale of the rows, share of the variance that is explained, share of the weight that is
//       masked
//                (float64)
//       72    8  checksum of the 72 bytes before and of what follows
//       80       float32 mean[pixels], scale[pixels], axes[pixels][components], share of noise[components];
//                float16 rows, as HalfRows has them
#include "core/search/spectral_index.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/search/gap_filler.h"
#include "core/search/spectral_index_builder.h"

namespace somnium::search
{

namespace
{

constexpr std::array<char, 8> kMagic = {'S', 'O', 'M', 'N', 'S', 'I', 'D', 'X'};
constexpr std::uint64_t kVersion = 2;
constexpr std::size_t kLeastCandidates = 400;
constexpr std::size_t kCandidatesPerNeighbour = 12;

struct Header
{
    std::array<char, 8> magic = kMagic;
    std::uint64_t version = kVersion;
    std::uint64_t fingerprint = 0;
    std::uint64_t spectra = 0;
    std::uint64_t pixels = 0;
    std::uint64_t width = 0;
    double scale = 0.0;
    double explainedShare = 0.0;
    double maskedShare = 0.0;
    std::uint64_t checksum = 0;
};
static_assert(sizeof(Header) == 80, "the header is written as it lies in memory");

/// FNV-1a over words of 8 bytes, the last filled up with 0.
std::uint64_t checksumOf(std::span<const std::byte> bytes, std::uint64_t seed = fnv1a({}))
{
    std::uint64_t hash = seed;
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint64_t))
    {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, std::min(sizeof(word), bytes.size() - i));
        hash = (hash ^ word) * 1099511628211ULL;
    }
    return hash;
}

std::uint64_t checksumOf(const Header &header, std::span<const std::byte> rest)
{
    const auto fields = std::as_bytes(std::span(&header, 1)).first(sizeof(Header) - sizeof(header.checksum));
    return checksumOf(rest, checksumOf(fields));
}

template <class T> void append(std::vector<std::byte> &bytes, std::span<const T> values)
{
    const auto from = std::as_bytes(values);
    bytes.insert(bytes.end(), from.begin(), from.end());
}

template <class T> std::vector<T> take(std::span<const std::byte> &bytes, std::size_t count)
{
    std::vector<T> values(count);
    std::memcpy(values.data(), bytes.data(), count * sizeof(T));
    bytes = bytes.subspan(count * sizeof(T));
    return values;
}

} // namespace

Result<SpectralIndex> SpectralIndex::build(const data::Spectra &spectra, const SpectralIndexParams &params,
                                           compute::TensorOps &ops, const JobContext &context)
{
    return SpectralIndexBuilder(spectra, params, ops, context).build();
}

std::size_t SpectralIndex::candidateCount(std::size_t candidates, std::size_t wanted) const
{
    if (candidates != 0)
        return std::max(candidates, wanted);
    // Measured on 300,000 spectra of 4,000 pixels, 50 nearest: with 1.5 % of the pixels masked 200 candidates
    // have a recall of 0.998; with 16 % masked 800 one of 0.975, 1,600 one of 0.989, 2,400 one of 0.995.
    constexpr double kMorePerMasked = 15.0;
    constexpr double kMost = 4.0;
    const double more = std::clamp(1.0 + kMorePerMasked * m_maskedShare, 1.0, kMost);
    return static_cast<std::size_t>(
        more * static_cast<double>(std::max(kLeastCandidates, kCandidatesPerNeighbour * wanted)));
}

Result<void> SpectralIndex::checkSpectra(const data::Spectra &spectra) const
{
    if (spectra.count() == count() && spectra.pixels() == pixels())
        return {};
    return failure(ErrorKind::Mismatch, "the index is of " + std::to_string(count()) + " spectra of " +
                                            std::to_string(pixels()) + " pixels, the collection has " +
                                            std::to_string(spectra.count()) + " of " +
                                            std::to_string(spectra.pixels()));
}

std::vector<float> SpectralIndex::componentsOf(const SpectrumView &asked) const
{
    std::vector<float> values(asked.flux.begin(), asked.flux.end());
    std::vector<std::uint8_t> masked(pixels());
    SpectralIndexBuilder::prepare(m_mean, m_pixelScale, values, asked.weight, masked);
    std::vector<float> row(components() + 1);
    const auto projection = std::span(row).first(components());
    for (std::size_t p = 0; p < pixels(); ++p)
        for (std::size_t k = 0; k < projection.size(); ++k)
            projection[k] += values[p] * m_axes[p * projection.size() + k];
    GapFiller(m_axes, m_noiseShare).fill(masked, values, projection);
    for (float &value : row)
        value *= static_cast<float>(m_scale);
    return row;
}

Result<std::vector<std::size_t>> SpectralIndex::candidatesFor(std::span<const float> row, std::size_t wanted,
                                                              const JobContext &context,
                                                              compute::NearestRows *kept) const
{
    // Its own noise adds the same to all distances, that of the others tells them apart.
    std::vector<float> asked(row.begin(), row.end());
    asked.back() = 0.0F;
    std::unique_ptr<compute::NearestRows> here;
    if (kept == nullptr)
    {
        auto made = compute::nearestRowsOnProcessor({std::shared_ptr<void>(), &m_rows}); // not longer than we
        if (!made)
            return failure(made.error());
        here = std::move(*made);
        kept = here.get();
    }
    CHECK(kept->rows().count() == m_rows.count());
    const auto near = kept->nearest(asked, wanted, context);
    if (!near)
        return failure(near.error());
    std::vector<std::size_t> candidates;
    for (const compute::NearRow &one : *near)
        candidates.push_back(one.row);
    std::sort(candidates.begin(), candidates.end());
    return candidates;
}

Result<std::vector<SpectralNeighbour>>
SpectralIndex::nearest(const data::Spectra &spectra, std::size_t source, std::size_t wanted,
                       const JobContext &context, std::size_t candidates, compute::NearestRows *kept) const
{
    if (const auto fits = checkSpectra(spectra); !fits)
        return failure(fits.error());
    if (source >= count())
        return failure(ErrorKind::InvalidArgument, "spectrum " + std::to_string(source) +
                                                       ": expected less than " + std::to_string(count()));
    std::vector<float> row(m_rows.width());
    m_rows.get(source, row);
    auto found = candidatesFor(row, candidateCount(candidates, wanted) + 1, context, kept);
    if (!found)
        return failure(found.error());
    std::erase(*found, source);
    const data::PreparedSpectrum asked = spectra.spectrum(source);
    return nearestAmong(viewOf(asked), spectra, *found, wanted, context);
}

Result<std::vector<SpectralNeighbour>>
SpectralIndex::nearest(const data::Spectra &spectra, const SpectrumView &asked, std::size_t wanted,
                       const JobContext &context, std::size_t candidates, compute::NearestRows *kept) const
{
    if (const auto fits = checkSpectra(spectra); !fits)
        return failure(fits.error());
    if (asked.flux.size() != pixels() || (!asked.weight.empty() && asked.weight.size() != pixels()))
        return failure(ErrorKind::Mismatch, "expected a spectrum of " + std::to_string(pixels()) +
                                                " pixels, found " + std::to_string(asked.flux.size()));
    const auto found = candidatesFor(componentsOf(asked), candidateCount(candidates, wanted), context, kept);
    if (!found)
        return failure(found.error());
    return nearestAmong(asked, spectra, *found, wanted, context);
}

std::vector<std::byte> SpectralIndex::toBytes(std::uint64_t fingerprint) const
{
    std::vector<std::byte> bytes(sizeof(Header));
    append(bytes, std::span<const float>(m_mean));
    append(bytes, std::span<const float>(m_pixelScale));
    append(bytes, std::span<const float>(m_axes));
    append(bytes, std::span<const float>(m_noiseShare));
    append(bytes, m_rows.halves());
    Header header{.fingerprint = fingerprint,
                  .spectra = count(),
                  .pixels = pixels(),
                  .width = m_rows.width(),
                  .scale = m_scale,
                  .explainedShare = m_explainedShare,
                  .maskedShare = m_maskedShare};
    header.checksum = checksumOf(header, std::span(bytes).subspan(sizeof(Header)));
    std::memcpy(bytes.data(), &header, sizeof(Header));
    return bytes;
}

Result<SpectralIndex> SpectralIndex::fromBytes(std::span<const std::byte> bytes, std::uint64_t fingerprint,
                                               const data::Spectra &spectra, const std::string &name)
{
    const auto header = readAt<Header>(bytes, 0);
    if (!header || header->magic != kMagic)
        return failure(ErrorKind::Malformed,
                       name + ": expected an index of spectra (first bytes \"SOMNSIDX\")");
    if (header->version != kVersion)
        return failure(ErrorKind::Unsupported, name + ": expected index version " + std::to_string(kVersion) +
                                                   ", found " + std::to_string(header->version));
    if (header->fingerprint != fingerprint || header->spectra != spectra.count() ||
        header->pixels != spectra.pixels())
        return failure(ErrorKind::Mismatch, name + ": an index of other spectra (" +
                                                std::to_string(header->spectra) + " of " +
                                                std::to_string(header->pixels) + " pixels)");
    // The collection's sizes are those of something real: only the width may be anything.
    const std::size_t blocks =
        (header->spectra + compute::HalfRows::kBlockRows - 1) / compute::HalfRows::kBlockRows;
    constexpr std::size_t kMostWidth = 65536;
    const bool isWidth = header->width >= 2 && header->width <= kMostWidth;
    const std::size_t halves = isWidth ? blocks * header->width * compute::HalfRows::kBlockRows : 0;
    const std::size_t floats = isWidth ? (header->width + 1) * header->pixels + header->width - 1 : 0;
    const std::size_t expected = sizeof(Header) + floats * sizeof(float) + halves * sizeof(std::uint16_t);
    if (!isWidth || bytes.size() != expected || !(header->scale > 0.0) || !std::isfinite(header->scale))
        return failure(ErrorKind::Malformed, name + ": expected " + std::to_string(expected) +
                                                 " bytes of an index, found " + std::to_string(bytes.size()));
    std::span<const std::byte> rest = bytes.subspan(sizeof(Header));
    if (checksumOf(*header, rest) != header->checksum)
        return failure(ErrorKind::Malformed, name + ": damaged: its checksum does not agree");
    SpectralIndex index;
    index.m_mean = take<float>(rest, header->pixels);
    index.m_pixelScale = take<float>(rest, header->pixels);
    index.m_axes = take<float>(rest, (header->width - 1) * header->pixels);
    index.m_noiseShare = take<float>(rest, header->width - 1);
    index.m_scale = header->scale;
    index.m_explainedShare = header->explainedShare;
    index.m_maskedShare = header->maskedShare;
    index.m_rows = compute::HalfRows(header->spectra, header->width, take<std::uint16_t>(rest, halves));
    return index;
}

} // namespace somnium::search
