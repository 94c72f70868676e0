// SPDX-License-Identifier: GPL-3.0-or-later
// Tables whose columns are told by where they stand in the line, not by what divides them: cells may be empty
// and hold blanks. Internal to core/io.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace somnium::io
{

/// The same table as CSV, if it is one of fixed width: names in the first line, two blanks or more between
/// them, and positions between the columns that are blank in every line. Lines of dashes, and those of units
/// between the names and such a line, are left out. Nothing of other texts.
[[nodiscard]] std::optional<std::string> fixedWidthAsCsv(std::string_view text);

/// "Teff  log g  [Fe/H]" -> Teff, log g, [Fe/H]: parts with two blanks or more, or a tab, between them.
[[nodiscard]] std::vector<std::string_view> wideParts(std::string_view line);

/// True for lines that only draw a line: "- - - -", "=====".
[[nodiscard]] bool isRuler(std::string_view line);

} // namespace somnium::io
