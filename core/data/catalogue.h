// SPDX-License-Identifier: GPL-3.0-or-later
// A catalogue: a table of typed columns with units and UCDs, one row a source. Columnar, a plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace somnium::data
{

enum class ColumnType
{
    Bool,
    Int64,
    Float32,
    Float64,
    Text,
};

/// The values of a column. Their order matches ColumnType.
using ColumnValues = std::variant<std::vector<std::uint8_t>, std::vector<std::int64_t>, std::vector<float>,
                                  std::vector<double>, std::vector<std::string>>;

/// One column. A cell holds `width` values (vector columns have width > 1; Text always has 1).
/// A missing value is NaN (floats), an empty text, or a cell whose `isNull` is 1 (Bool, Int64).
struct Column
{
    std::string name;
    std::string unit;        ///< as in VOUnits / FITS, e.g. "mJy/beam"; empty: none
    std::string ucd;         ///< e.g. "pos.eq.ra;meta.main"
    std::string description; ///< one line
    std::size_t width = 1;
    ColumnValues values;
    std::vector<std::uint8_t> isNull; ///< empty: none is null; else one per row (Bool and Int64 only)

    [[nodiscard]] ColumnType type() const { return static_cast<ColumnType>(values.index()); }
    [[nodiscard]] std::size_t rowCount() const;
    [[nodiscard]] bool isMissing(std::size_t row) const;
    /// The first value of the cell as a number; NaN if missing or not a number.
    [[nodiscard]] double number(std::size_t row) const;
    /// The cell as text, shortest form that reads back equal; vector cells as "(a b c)"; empty if missing.
    [[nodiscard]] std::string text(std::size_t row) const;

    friend bool operator==(const Column &, const Column &) = default;
};

[[nodiscard]] Column makeColumn(std::string name, ColumnValues values, std::string unit = {},
                                std::string ucd = {}, std::string description = {});

/// A catalogue. All columns have `rowCount()` rows.
class Catalogue
{
public:
    std::string name;
    std::string description;

    [[nodiscard]] std::size_t rowCount() const { return m_rowCount; }
    [[nodiscard]] const std::vector<Column> &columns() const { return m_columns; }
    /// Appends a column; fails on a wrong length. A name that is taken gets "_2", "_3", ... appended.
    [[nodiscard]] Result<void> addColumn(Column column);
    void setUcd(std::size_t column, std::string ucd);
    /// The columns themselves, for another catalogue; this one is left without any.
    [[nodiscard]] std::vector<Column> takeColumns() &&;
    /// Position of a column by name, case-insensitive (exact case preferred).
    [[nodiscard]] std::optional<std::size_t> find(std::string_view columnName) const;
    /// A catalogue with these rows in this order; a row of `kNoRow` becomes a row of missing values.
    [[nodiscard]] Catalogue takeRows(const std::vector<std::size_t> &rows) const;

    static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

    friend bool operator==(const Catalogue &, const Catalogue &) = default;

private:
    std::vector<Column> m_columns;
    std::size_t m_rowCount = 0;
};

/// The columns that play a part in joining, guessed from UCD, then name, then what the cells look like; each
/// may be absent.
struct CatalogueRoles
{
    std::optional<std::size_t> id;
    std::optional<std::size_t> fileName;
    std::optional<std::size_t> raDeg;
    std::optional<std::size_t> decDeg;
    /// Text that lists the coordinates of a source's components ("cpnts_ras", "cpnts_decs"): both or neither.
    std::optional<std::size_t> componentsRaDeg;
    std::optional<std::size_t> componentsDecDeg;
    /// Names that look as if they held a position, "FIRSTJ000007.0+081644"; may be the id's column.
    std::optional<std::size_t> designation;
};
[[nodiscard]] CatalogueRoles guessRoles(const Catalogue &catalogue);

} // namespace somnium::data
