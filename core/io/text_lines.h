// SPDX-License-Identifier: GPL-3.0-or-later
// Text of columns, line by line: comments, names, units, cells. More forgiving than csv.h, and for numbers
// only. Internal to core/io.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/spectrum_table.h"

namespace somnium::io
{

struct TextLine
{
    std::string_view text;  ///< without blanks at both ends
    std::size_t number = 0; ///< 1 = first
};

/// The lines of a text that are not blank. Borrows the text.
struct TextLines
{
    std::vector<TextLine> body;
    std::vector<std::string_view> comments; ///< those above the body, without their sign
    char delimiter = ' ';                   ///< ' ': any run of blanks and tabs

    /// Line ends may be LF, CR LF or CR.
    [[nodiscard]] static TextLines of(std::string_view text);
    [[nodiscard]] std::vector<std::string_view> cells(std::string_view line) const;
    /// The cells of a comment or line of names: blanks within brackets, and with tabs all others, do not
    /// divide.
    [[nodiscard]] std::vector<std::string> names(std::string_view line) const;
};

/// "Flux (erg/s)", "wave[nm]" -> name and unit.
[[nodiscard]] TableColumn columnNamed(std::string_view name);

/// A number as programs in Fortran or C write it; nothing if it is none.
[[nodiscard]] std::optional<double> numberInCell(std::string_view cell);

} // namespace somnium::io
