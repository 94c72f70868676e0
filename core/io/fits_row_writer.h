// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a FITS file with a binary table front to back, for tables that are larger than memory: rows are
// appended as the bytes that the file has. Tables that are at hand are written by fits_writer.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_writer.h"

namespace somnium::io
{

struct FitsRowColumn
{
    enum class Type : char
    {
        Text = 'A',
        Byte = 'B',
        Int64 = 'K',
        Float32 = 'E',
        Float64 = 'D',
    };
    std::string name; ///< letters, digits, _
    Type type = Type::Float32;
    std::size_t width = 1; ///< values in a cell; of a text its length
    std::string unit = {};
    std::string ucd = {};
    std::string description = {};

    [[nodiscard]] std::size_t bytes() const;
};

/// One row as it stands in the file: cells put in, in the order of the columns.
class FitsRow
{
public:
    void clear() { m_bytes.clear(); }
    /// Filled with blanks, or cut, to `width`; characters outside ASCII become '?'.
    void putText(std::string_view text, std::size_t width);
    void put(std::span<const float> values);
    void put(std::span<const std::uint8_t> values);
    void put(double value);
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }

private:
    std::vector<std::byte> m_bytes;
};

class FitsRowWriter
{
public:
    /// Writes primary and table header. `path` is replaced by `finish`; without it nothing is left.
    [[nodiscard]] static Result<FitsRowWriter> create(const std::filesystem::path &path,
                                                      const std::vector<FitsRowColumn> &columns,
                                                      std::size_t rowCount, const FitsHeader &header);
    FitsRowWriter(FitsRowWriter &&) noexcept;
    FitsRowWriter &operator=(FitsRowWriter &&) noexcept;
    FitsRowWriter(const FitsRowWriter &) = delete;
    FitsRowWriter &operator=(const FitsRowWriter &) = delete;
    ~FitsRowWriter();

    /// The next row or rows, whole ones. Fails (InvalidArgument) on other lengths and on too many.
    [[nodiscard]] Result<void> append(std::span<const std::byte> rows);
    /// Writes `more` tables after it. Fails (InvalidArgument) unless all rows were appended.
    [[nodiscard]] Result<void> finish(std::span<const FitsTableHdu> more = {});

private:
    struct State;
    explicit FitsRowWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace somnium::io
