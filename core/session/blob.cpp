// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/blob.h"

#include <unordered_map>

namespace somnium::session
{

namespace
{

constexpr std::uint32_t kMagic = 0x424E4D53; // "SMNB"
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 24;

template <class T> void setAt(std::vector<std::byte> &bytes, std::size_t offset, T value)
{
    std::memcpy(bytes.data() + offset, &value, sizeof(T));
}

} // namespace

BlobWriter::BlobWriter(BlobKind kind) : m_kind(kind), m_bytes(kHeaderBytes) {}

void BlobWriter::append(std::span<const std::byte> bytes)
{
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
}

void BlobWriter::putTexts(std::span<const std::string_view> texts)
{
    std::unordered_map<std::string_view, std::uint32_t> places;
    std::vector<std::string_view> different;
    std::vector<std::uint32_t> indices;
    indices.reserve(texts.size());
    for (const std::string_view text : texts)
    {
        const auto [found, isNew] = places.try_emplace(text, static_cast<std::uint32_t>(different.size()));
        if (isNew)
            different.push_back(text);
        indices.push_back(found->second);
    }
    put(static_cast<std::uint32_t>(different.size()));
    for (const std::string_view text : different)
    {
        put(static_cast<std::uint32_t>(text.size()));
        append(std::as_bytes(std::span(text)));
    }
    if (different.size() != texts.size()) // else every text is its own
        putAll(std::span<const std::uint32_t>(indices));
}

std::vector<std::byte> BlobWriter::finish()
{
    const auto payload = std::span<const std::byte>(m_bytes).subspan(kHeaderBytes);
    setAt(m_bytes, 0, kMagic);
    setAt(m_bytes, 4, static_cast<std::uint16_t>(m_kind));
    setAt(m_bytes, 6, kVersion);
    setAt(m_bytes, 8, static_cast<std::uint64_t>(payload.size()));
    setAt(m_bytes, 16, fnv1a(payload));
    return std::move(m_bytes);
}

BlobReader::BlobReader(std::span<const std::byte> bytes, BlobKind kind) : m_bytes(bytes)
{
    if (bytes.size() < kHeaderBytes || get<std::uint32_t>() != kMagic)
        fail(ErrorKind::Malformed, "damaged: a binary column of " + std::to_string(bytes.size()) +
                                       " bytes does not begin as one of Somnium's");
    const auto foundKind = get<std::uint16_t>();
    if (foundKind != static_cast<std::uint16_t>(kind))
        fail(ErrorKind::Malformed, "damaged: expected a binary column of kind " +
                                       std::to_string(static_cast<int>(kind)) + ", found kind " +
                                       std::to_string(foundKind));
    const auto version = get<std::uint16_t>();
    if (version != kVersion)
        fail(ErrorKind::Unsupported, "a binary column has version " + std::to_string(version) +
                                         ", this program reads version " + std::to_string(kVersion));
    const auto length = get<std::uint64_t>();
    const auto checksum = get<std::uint64_t>();
    if (length != m_bytes.size())
        fail(ErrorKind::Malformed, "damaged: expected a binary column of " + std::to_string(length) +
                                       " bytes, found " + std::to_string(m_bytes.size()));
    if (checksum != fnv1a(m_bytes))
        fail(ErrorKind::Malformed, "damaged: the checksum of a binary column does not match");
}

std::span<const std::byte> BlobReader::take(std::size_t sizeBytes)
{
    if (sizeBytes > m_bytes.size())
        failShort();
    const auto taken = m_bytes.first(sizeBytes);
    m_bytes = m_bytes.subspan(sizeBytes);
    return taken;
}

void BlobReader::failShort() const
{
    fail(ErrorKind::Malformed, "damaged: a binary column holds less than it says");
}

std::vector<std::string_view> BlobReader::getTexts(std::size_t count)
{
    const auto different = get<std::uint32_t>();
    if (different > count || different > m_bytes.size() / sizeof(std::uint32_t))
        failShort();
    std::vector<std::string_view> texts(different);
    for (std::string_view &text : texts)
    {
        const auto bytes = take(get<std::uint32_t>());
        text = {reinterpret_cast<const char *>(bytes.data()), bytes.size()}; // NOLINT: bytes as chars
    }
    if (different == count)
        return texts;
    std::vector<std::string_view> all;
    all.reserve(count);
    for (const std::uint32_t index : getAll<std::uint32_t>(count))
    {
        if (index >= different)
            failShort();
        all.push_back(texts[index]);
    }
    return all;
}

void BlobReader::finish() const
{
    if (!m_bytes.empty())
        fail(ErrorKind::Malformed,
             "damaged: a binary column holds " + std::to_string(m_bytes.size()) + " bytes more than it says");
}

} // namespace somnium::session
