// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/base64.h"

#include <array>

namespace somnium::io
{

namespace
{

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 255;

constexpr std::array<std::uint8_t, 256> valuesOfDigits()
{
    std::array<std::uint8_t, 256> values{};
    for (std::uint8_t &value : values)
        value = kNoDigit;
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
    return values;
}
constexpr std::array<std::uint8_t, 256> kValues = valuesOfDigits();

} // namespace

void Base64Decoder::addDigit(std::uint8_t value)
{
    m_bits = ((m_bits << 6U) | value) & 0xFFFFFFU;
    m_bitCount += 6;
    if (m_bitCount < 8)
        return;
    m_bitCount -= 8;
    m_bytes.push_back(static_cast<std::byte>((m_bits >> m_bitCount) & 0xFFU));
}

bool Base64Decoder::add(std::string_view text)
{
    bool isGood = true;
    for (const char c : text)
    {
        const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
        if (value != kNoDigit && !m_hasEnded)
            addDigit(value);
        else if (c == '=')
            m_hasEnded = true;
        else if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            isGood = false;
    }
    return isGood;
}

std::string toBase64(std::span<const std::byte> bytes)
{
    constexpr std::size_t kLineLength = kBase64BytesInLine / 3 * 4;
    std::string text;
    text.reserve(bytes.size() / 3 * 4 + bytes.size() / kBase64BytesInLine + 8);
    std::size_t inLine = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 3)
    {
        const std::size_t count = bytes.size() - i < 3 ? bytes.size() - i : 3;
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = (bits << 8U) | (k < count ? static_cast<std::uint32_t>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += k <= count ? kDigits[(bits >> (18U - 6U * k)) & 0x3FU] : '=';
        inLine += 4;
        if (inLine == kLineLength || i + 3 >= bytes.size())
        {
            text += '\n';
            inLine = 0;
        }
    }
    return text;
}

} // namespace somnium::io
