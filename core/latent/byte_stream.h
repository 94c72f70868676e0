// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers to bytes and back, little-endian; what core/latent keeps of its models is written with it.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "core/base/bytes.h"

namespace somnium::latent
{

class ByteWriter
{
public:
    template <class T> void put(T value)
    {
        static_assert(std::is_arithmetic_v<T>);
        putBytes(&value, sizeof(T));
    }
    /// A count, then the numbers.
    template <class T> void putAll(const std::vector<T> &values)
    {
        put(static_cast<std::uint64_t>(values.size()));
        putBytes(values.data(), values.size() * sizeof(T));
    }
    /// The checksum of all before it, and the bytes.
    [[nodiscard]] std::vector<std::byte> finish()
    {
        put(fnv1a(m_bytes));
        return std::move(m_bytes);
    }

private:
    void putBytes(const void *from, std::size_t count)
    {
        const auto *const first = static_cast<const std::byte *>(from);
        m_bytes.insert(m_bytes.end(), first, first + count);
    }
    std::vector<std::byte> m_bytes;
};

/// What is beyond the end reads as 0 or nothing, and is remembered.
class ByteReader
{
public:
    explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    template <class T> [[nodiscard]] T take()
    {
        static_assert(std::is_arithmetic_v<T>);
        const auto value = readAt<T>(m_bytes, m_at);
        m_isWhole = m_isWhole && value.has_value();
        m_at += m_isWhole ? sizeof(T) : 0;
        return value.value_or(T{});
    }
    template <class T> [[nodiscard]] std::vector<T> takeAll()
    {
        const auto count = take<std::uint64_t>();
        if (!m_isWhole || count > (m_bytes.size() - m_at) / sizeof(T))
        {
            m_isWhole = false;
            return {};
        }
        std::vector<T> values(count);
        if (count > 0)
            std::memcpy(values.data(), m_bytes.data() + m_at, count * sizeof(T));
        m_at += count * sizeof(T);
        return values;
    }
    [[nodiscard]] bool isWhole() const { return m_isWhole; }
    [[nodiscard]] bool isAtEnd() const { return m_isWhole && m_at == m_bytes.size(); }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_at = 0;
    bool m_isWhole = true;
};

} // namespace somnium::latent
