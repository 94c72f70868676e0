// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_header.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/bytes.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

/// FITS allows 999 axes; more than a few of length above 1 do not occur.
constexpr std::int64_t kMaxAxes = 999;
/// More cards than this before END are not a header.
constexpr std::size_t kMaxCards = 200'000;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view keywordOf(std::string_view card)
{
    return trimmed(card.substr(0, 8));
}

bool hasValue(std::string_view card)
{
    return card.size() >= 10 && card.substr(8, 2) == "= ";
}

/// 'It''s text  ' -> It's text
std::string unquoted(std::string_view field)
{
    std::string text;
    for (std::size_t i = 1; i < field.size(); ++i)
    {
        if (field[i] == '\'')
        {
            if (i + 1 >= field.size() || field[i + 1] != '\'')
                break;
            ++i;
        }
        text += field[i];
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::size_t paddedToBlocks(std::size_t bytes)
{
    return (bytes + kFitsBlockBytes - 1) / kFitsBlockBytes * kFitsBlockBytes;
}

Result<std::vector<std::size_t>> readAxes(const ParsedFitsHeader &header)
{
    const auto count = header.integer("NAXIS");
    if (!count || *count < 0 || *count > kMaxAxes)
        return expectedButFound("NAXIS of 0 to 999", header.raw("NAXIS"));
    std::vector<std::size_t> axes;
    for (std::int64_t i = 1; i <= *count; ++i)
    {
        const std::string keyword = "NAXIS" + std::to_string(i);
        const auto length = header.integer(keyword);
        if (!length || *length < 0)
            return expectedButFound(keyword + " of 0 or more", header.raw(keyword));
        axes.push_back(static_cast<std::size_t>(*length));
    }
    return axes;
}

/// FITS standard 4.0, eq. 2: |BITPIX| / 8 * GCOUNT * (PCOUNT + NAXIS1 * NAXIS2 ...).
Result<std::size_t> dataBytesOf(const ParsedFitsHeader &header, const std::vector<std::size_t> &axes)
{
    const auto bitpix = header.integer("BITPIX");
    constexpr std::array<std::int64_t, 6> kKnown = {8, 16, 32, 64, -32, -64};
    if (!bitpix || std::find(kKnown.begin(), kKnown.end(), *bitpix) == kKnown.end())
        return expectedButFound("BITPIX of 8, 16, 32, 64, -32 or -64", header.raw("BITPIX"));
    if (axes.empty())
        return std::size_t{0};
    const std::int64_t parameters = header.integer("PCOUNT").value_or(0);
    const std::int64_t groups = header.integer("GCOUNT").value_or(1);
    if (parameters < 0 || groups < 0)
        return expectedButFound("PCOUNT and GCOUNT of 0 or more",
                                header.raw("PCOUNT") + " and " + header.raw("GCOUNT"));

    const bool isRandomGroups = axes.front() == 0 && header.isTrue("GROUPS");
    std::optional<std::size_t> values = 1;
    for (std::size_t i = isRandomGroups ? 1 : 0; i < axes.size() && values; ++i)
        values = checkedProduct(*values, axes[i]);
    if (values && *values <= std::numeric_limits<std::size_t>::max() - static_cast<std::size_t>(parameters))
    {
        values =
            checkedProduct(*values + static_cast<std::size_t>(parameters), static_cast<std::size_t>(groups));
        const auto bytes =
            values ? checkedProduct(*values, static_cast<std::size_t>(std::abs(*bitpix) / 8)) : std::nullopt;
        if (bytes && *bytes < std::numeric_limits<std::size_t>::max() - kFitsBlockBytes)
            return *bytes;
    }
    return expectedButFound("axes whose product fits into memory", "an overflow");
}

Result<ParsedFitsHdu> readHdu(std::span<const std::byte> bytes, int number)
{
    auto header = ParsedFitsHeader::read(bytes);
    if (!header)
        return failure(header.error());
    ParsedFitsHdu hdu;
    hdu.number = number;
    hdu.header = std::move(*header);
    auto axes = readAxes(hdu.header);
    if (!axes)
        return failure(axes.error());
    hdu.axes = std::move(*axes);
    const auto dataBytes = dataBytesOf(hdu.header, hdu.axes);
    if (!dataBytes)
        return failure(dataBytes.error());
    hdu.dataBytes = *dataBytes;
    const std::size_t offset = std::min(hdu.header.sizeBytes(), bytes.size());
    hdu.data = bytes.subspan(offset, std::min(hdu.dataBytes, bytes.size() - offset));
    return hdu;
}

bool startsWith(std::span<const std::byte> bytes, std::string_view text)
{
    return bytes.size() >= text.size() &&
           std::equal(text.begin(), text.end(), bytes.begin(), [](char a, std::byte b) {
               return static_cast<unsigned char>(a) == std::to_integer<unsigned char>(b);
           });
}

} // namespace

Result<ParsedFitsHeader> ParsedFitsHeader::read(std::span<const std::byte> bytes)
{
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size()); // NOLINT
    ParsedFitsHeader header;
    const std::size_t limit = std::min(text.size(), kMaxCards * kFitsCardBytes);
    for (std::size_t place = 0; place + 3 <= limit; place += kFitsCardBytes)
    {
        const std::string_view card = text.substr(place, kFitsCardBytes);
        const std::string_view keyword = keywordOf(card);
        if (keyword == "END" && trimmed(card.substr(3)).empty())
        {
            header.m_cards = text.substr(0, place);
            header.m_sizeBytes = paddedToBlocks(place + kFitsCardBytes);
            return header;
        }
        if (hasValue(card))
            header.m_places.try_emplace(std::string(keyword), place);
    }
    return expectedButFound("an END card", "none in " + std::to_string(limit / kFitsCardBytes) + " cards");
}

bool ParsedFitsHeader::has(std::string_view keyword) const
{
    return m_places.contains(keyword);
}

std::optional<std::string_view> ParsedFitsHeader::field(std::string_view keyword) const
{
    const auto found = m_places.find(keyword);
    if (found == m_places.end())
        return std::nullopt;
    return trimmed(std::string_view(m_cards).substr(found->second, kFitsCardBytes).substr(10));
}

std::optional<std::string> ParsedFitsHeader::text(std::string_view keyword) const
{
    const auto value = field(keyword);
    if (!value || !value->starts_with('\''))
        return std::nullopt;
    return unquoted(*value);
}

// FITS standard 4.0, section 4.2.1.2: a text that ends with '&' goes on in the CONTINUE card behind it.
std::optional<std::string> ParsedFitsHeader::longText(std::string_view keyword) const
{
    auto whole = text(keyword);
    if (!whole)
        return std::nullopt;
    std::size_t place = m_places.find(keyword)->second + kFitsCardBytes;
    for (; whole->ends_with('&') && place < m_cards.size(); place += kFitsCardBytes)
    {
        const std::string_view card = std::string_view(m_cards).substr(place, kFitsCardBytes);
        const std::string_view part = trimmed(card.substr(8));
        if (keywordOf(card) != "CONTINUE" || !part.starts_with('\''))
            break;
        whole->pop_back();
        *whole += unquoted(part);
    }
    return whole;
}

std::optional<double> ParsedFitsHeader::number(std::string_view keyword) const
{
    const auto value = field(keyword);
    if (!value || value->starts_with('\''))
        return std::nullopt;
    std::string digits(trimmed(value->substr(0, value->find('/'))));
    std::replace(digits.begin(), digits.end(), 'D', 'E');
    const char *first = digits.data() + (digits.starts_with('+') ? 1 : 0);
    const char *last = digits.data() + digits.size();
    double number = 0.0;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error != std::errc() || end != last || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::optional<std::int64_t> ParsedFitsHeader::integer(std::string_view keyword) const
{
    const auto value = field(keyword);
    if (!value || value->starts_with('\''))
        return std::nullopt;
    const std::string_view digits = trimmed(value->substr(0, value->find('/')));
    const char *first = digits.data() + (digits.starts_with('+') ? 1 : 0);
    const char *last = digits.data() + digits.size();
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(first, last, integer);
    if (error == std::errc() && end == last)
        return integer;
    constexpr double kExactIn64Bits = 9.0e18;
    const auto asNumber = number(keyword); // "16." and "1.6E1" are met in real headers
    if (asNumber && std::abs(*asNumber) < kExactIn64Bits && *asNumber == std::floor(*asNumber))
        return static_cast<std::int64_t>(*asNumber);
    return std::nullopt;
}

bool ParsedFitsHeader::isTrue(std::string_view keyword) const
{
    const auto value = field(keyword);
    return value && value->starts_with('T');
}

std::string ParsedFitsHeader::raw(std::string_view keyword) const
{
    const auto value = field(keyword);
    if (!value)
        return "no " + std::string(keyword);
    return std::string(keyword) + " = " + std::string(trimmed(value->substr(0, value->find('/'))));
}

std::string ParsedFitsHdu::kind() const
{
    return number == 1 ? "PRIMARY" : header.text("XTENSION").value_or("");
}

bool isFits(std::span<const std::byte> bytes)
{
    return startsWith(bytes, "SIMPLE  =");
}

FitsStructure readFitsStructure(std::span<const std::byte> bytes)
{
    FitsStructure structure;
    std::size_t offset = 0;
    for (int number = 1; offset < bytes.size(); ++number)
    {
        const auto rest = bytes.subspan(offset);
        // The standard allows special records after the last extension; what they are is nobody's business.
        if (number > 1 && !startsWith(rest, "XTENSION"))
            break;
        auto hdu = readHdu(rest, number);
        if (!hdu)
        {
            structure.end = hdu.error();
            structure.endHdu = number;
            break;
        }
        const std::size_t size = hdu->header.sizeBytes() + paddedToBlocks(hdu->dataBytes);
        structure.hdus.push_back(std::move(*hdu));
        if (size > rest.size())
            break;
        offset += size;
    }
    return structure;
}

} // namespace somnium::io
