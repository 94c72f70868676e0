// SPDX-License-Identifier: GPL-3.0-or-later
// Base64 (RFC 4648) as VOTable streams use it: with line ends inside, decoded piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace somnium::io
{

class Base64Decoder
{
public:
    /// Appends what `text` and the pieces before it give; false at a character that is not base64.
    [[nodiscard]] bool add(std::string_view text);
    [[nodiscard]] const std::vector<std::byte> &bytes() const { return m_bytes; }

private:
    void addDigit(std::uint8_t value);
    std::vector<std::byte> m_bytes;
    std::uint32_t m_bits = 0;
    unsigned m_bitCount = 0;
    bool m_hasEnded = false; ///< by '='
};

/// So many bytes make a full line of text: pieces of whole lines can be written one after the other.
inline constexpr std::size_t kBase64BytesInLine = 57;
/// With a line end after every 76 characters, and at the end.
[[nodiscard]] std::string toBase64(std::span<const std::byte> bytes);

} // namespace somnium::io
