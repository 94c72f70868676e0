// SPDX-License-Identifier: GPL-3.0-or-later
// The structure of a FITS file in memory: its HDUs, their header cards, and where their data lie. Reads what
// can be read (TABs in comments, missing padding, rubbish after the last HDU) and believes no size that the
// file's length does not bear out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace somnium::io
{

constexpr std::size_t kFitsBlockBytes = 2880;
constexpr std::size_t kFitsCardBytes = 80;

/// The cards of one header. Keeps a copy of them.
class ParsedFitsHeader
{
public:
    /// The header that starts at `bytes`; Malformed if no END card is found.
    [[nodiscard]] static Result<ParsedFitsHeader> read(std::span<const std::byte> bytes);

    /// All cards before END, 80 characters each.
    [[nodiscard]] std::string_view cards() const { return m_cards; }
    /// Length in the file, END and padding included.
    [[nodiscard]] std::size_t sizeBytes() const { return m_sizeBytes; }

    [[nodiscard]] bool has(std::string_view keyword) const;
    /// The value of a keyword (its first card); nothing if it is absent or of another type. Text comes
    /// without quotes and trailing blanks.
    [[nodiscard]] std::optional<std::string> text(std::string_view keyword) const;
    /// The same of a text that may go on over CONTINUE cards.
    [[nodiscard]] std::optional<std::string> longText(std::string_view keyword) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view keyword) const;
    [[nodiscard]] std::optional<double> number(std::string_view keyword) const;
    [[nodiscard]] bool isTrue(std::string_view keyword) const;
    /// The value as it stands in the file, for messages; "nothing" if absent.
    [[nodiscard]] std::string raw(std::string_view keyword) const;

private:
    [[nodiscard]] std::optional<std::string_view> field(std::string_view keyword) const;

    std::string m_cards;
    std::size_t m_sizeBytes = 0;
    std::map<std::string, std::size_t, std::less<>> m_places; ///< keyword -> its first card
};

/// One header and data unit.
struct ParsedFitsHdu
{
    int number = 1; ///< 1 = primary
    ParsedFitsHeader header;
    std::vector<std::size_t> axes;   ///< NAXIS1, NAXIS2, ... (empty: no data)
    std::size_t dataBytes = 0;       ///< as the header says, without padding
    std::span<const std::byte> data; ///< shorter than `dataBytes` if the file is truncated

    [[nodiscard]] bool isTruncated() const { return data.size() < dataBytes; }
    /// XTENSION of an extension, "PRIMARY" of the first HDU.
    [[nodiscard]] std::string kind() const;
};

/// The HDUs up to the first that cannot be understood; why that one cannot, if there is one.
struct FitsStructure
{
    std::vector<ParsedFitsHdu> hdus;
    std::optional<Error> end; ///< `message` is "expected ..., found ..."
    int endHdu = 0;
};

[[nodiscard]] bool isFits(std::span<const std::byte> bytes);
/// Borrows `bytes`.
[[nodiscard]] FitsStructure readFitsStructure(std::span<const std::byte> bytes);

} // namespace somnium::io
