// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of text tables: numbers, truth values and missing values in words, and the encoding of text. Internal
// to core/io.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace somnium::io
{

/// Without blanks, tabs and line ends at both sides.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// A decimal integer with an optional sign, nothing else around it; nothing if it does not fit.
[[nodiscard]] std::optional<std::int64_t> parseInteger(std::string_view text);
/// True for digits with an optional sign and nothing else.
[[nodiscard]] bool isWholeForm(std::string_view text);
/// A real number, "inf", "nan" (any case) or an integer, with an optional sign.
[[nodiscard]] std::optional<double> parseReal(std::string_view text);
/// "true" / "false" in any case.
[[nodiscard]] std::optional<bool> parseTruth(std::string_view text);
/// True for the usual words for "no value": nan, null, none, n/a, na, --, - (any case).
[[nodiscard]] bool isMissingMark(std::string_view text);

[[nodiscard]] bool isUtf8(std::string_view text);
/// `text` if it is UTF-8, else its bytes taken as Latin-1 and converted.
[[nodiscard]] std::string toUtf8(std::string_view text);

} // namespace somnium::io
