// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of a FITS table, binary or ASCII, read one at a time straight from the bytes: a table of a million
// rows of vectors costs the memory of one. (readFitsTable takes in a whole table.) Thread-safe; believes no
// size that the bytes do not bear out. Internal to core/io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_header.h"
#include "core/io/spectrum_table.h"

namespace somnium::io
{

class FitsCells final : public SpectrumTable
{
public:
    /// The table of an HDU; `hdu` is borrowed. Errors of all say "expected ..., found ...".
    [[nodiscard]] static Result<FitsCells> open(const ParsedFitsHdu &hdu);

    [[nodiscard]] const std::vector<TableColumn> &columns() const override { return m_columns; }
    /// Rows whose bytes are there; `claimedRows` are those of the header.
    [[nodiscard]] std::size_t rowCount() const override { return m_rows; }
    [[nodiscard]] std::size_t claimedRows() const { return m_claimedRows; }
    [[nodiscard]] Result<std::vector<double>> numbers(std::size_t column, std::size_t row) const override;
    [[nodiscard]] std::string text(std::size_t column, std::size_t row) const override;

private:
    /// How a column is stored.
    struct Form
    {
        char code = ' ';        ///< that of the elements, after P or Q
        std::size_t offset = 0; ///< in a row
        std::size_t repeat = 1; ///< elements, or characters
        std::size_t bytes = 0;  ///< in a row
        bool isVarying = false;
        bool isWide = false; ///< 64-bit descriptors
        double scale = 1.0;
        double zero = 0.0;
        std::optional<std::int64_t> null;
    };

    static Result<Form> readBinaryForm(const ParsedFitsHeader &header, std::size_t number,
                                       std::size_t offset);
    static Result<Form> readAsciiForm(const ParsedFitsHeader &header, std::size_t number);
    static double numberAt(std::span<const std::byte> bytes, const Form &form, std::size_t index);
    [[nodiscard]] Result<void> readColumns();
    [[nodiscard]] TableColumn columnOf(const ParsedFitsHeader &header, const std::string &digits,
                                       const Form &form) const;
    [[nodiscard]] Result<std::span<const std::byte>> cell(const Form &form, std::size_t row) const;
    [[nodiscard]] Result<std::span<const std::byte>> heapCell(const Form &form, std::size_t row) const;

    const ParsedFitsHdu *m_hdu = nullptr;
    std::vector<TableColumn> m_columns;
    std::vector<Form> m_forms;
    std::size_t m_rows = 0;
    std::size_t m_claimedRows = 0;
    std::size_t m_rowBytes = 0;
    std::size_t m_heapStart = 0;
    bool m_isAscii = false;
};

/// True for a binary or ASCII table that holds rows (a compressed image does not).
[[nodiscard]] bool isFitsTable(const ParsedFitsHdu &hdu);

} // namespace somnium::io
