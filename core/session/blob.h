// SPDX-License-Identifier: GPL-3.0-or-later
// The binary columns of the session file. Each blob: magic "SMNB", kind, version, payload length, checksum,
// payload; little-endian, packed. A reader gives what was written or fails; it never trusts a length.
//
//     offset 0  uint32  magic        4  uint16 kind    6  uint16 version
//            8  uint64  payload bytes   16  uint64 FNV-1a of the payload   24  payload
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/bytes.h"
#include "core/session/database.h"

namespace somnium::session
{

enum class BlobKind : std::uint16_t
{
    Sources = 1,
    CatalogueColumn = 2,
    Floats = 3,
    Mapping = 4,
    Selection = 5,
    Bytes = 6,
};

class BlobWriter
{
public:
    explicit BlobWriter(BlobKind kind);

    template <class T> void put(T value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        append(std::as_bytes(std::span<const T, 1>(&value, 1)));
    }
    template <class T> void putAll(std::span<const T> values) { append(std::as_bytes(values)); }
    /// A column that often holds one value only: then that is stored once.
    template <class T> void putColumn(std::span<const T> values)
    {
        bool isConstant = !values.empty();
        for (std::size_t i = 1; i < values.size() && isConstant; ++i)
            isConstant = std::memcmp(&values[i], values.data(), sizeof(T)) == 0;
        put(static_cast<std::uint8_t>(isConstant ? 1 : 0));
        putAll(isConstant ? values.first(1) : values);
    }
    /// Each different text once.
    void putTexts(std::span<const std::string_view> texts);

    /// The finished blob; the writer is empty afterwards.
    [[nodiscard]] std::vector<std::byte> finish();

private:
    void append(std::span<const std::byte> bytes);
    BlobKind m_kind;
    std::vector<std::byte> m_bytes; ///< header (filled in by finish) and payload
};

class BlobReader
{
public:
    /// Checks header, length and checksum. `bytes` must outlive the reader.
    BlobReader(std::span<const std::byte> bytes, BlobKind kind);

    template <class T> [[nodiscard]] T get()
    {
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    template <class T> [[nodiscard]] std::vector<T> getAll(std::size_t count)
    {
        const auto sizeBytes = checkedProduct(count, sizeof(T));
        if (!sizeBytes || *sizeBytes > m_bytes.size())
            failShort();
        std::vector<T> values(count);
        if (count > 0)
            std::memcpy(values.data(), take(*sizeBytes).data(), *sizeBytes);
        return values;
    }
    template <class T> [[nodiscard]] std::vector<T> getColumn(std::size_t count)
    {
        if (get<std::uint8_t>() == 0)
            return getAll<T>(count);
        return std::vector<T>(count, get<T>());
    }
    /// Valid as long as the bytes are.
    [[nodiscard]] std::vector<std::string_view> getTexts(std::size_t count);
    /// True if bytes are left: what a later version of a blob has appended.
    [[nodiscard]] bool hasMore() const { return !m_bytes.empty(); }
    /// Fails if bytes are left over.
    void finish() const;

private:
    [[nodiscard]] std::span<const std::byte> take(std::size_t sizeBytes);
    [[noreturn]] void failShort() const;
    std::span<const std::byte> m_bytes;
};

} // namespace somnium::session
