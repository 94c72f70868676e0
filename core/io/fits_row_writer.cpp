// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_row_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/bytes.h"
#include "core/io/big_endian.h"
#include "core/io/fits_hdu_writer.h"

namespace somnium::io
{

namespace
{

constexpr std::size_t kMostRowBytes = 1'000'000'000;

Result<void> checked(int status)
{
    if (status != 0)
        return failure(ErrorKind::WriteFailed, "FITS table: " + fitsReason(status));
    return {};
}

tl::unexpected<Error> wrong(const std::string &what)
{
    return failure(ErrorKind::InvalidArgument, "FITS table: " + what);
}

template <class T> void appendBigEndian(std::span<const T> values, std::vector<std::byte> &bytes)
{
    const std::size_t before = bytes.size();
    bytes.resize(before + values.size() * sizeof(T));
    std::byte *to = bytes.data() + before;
    for (const T value : values)
    {
        const auto order = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
        std::reverse_copy(order.begin(), order.end(), to);
        to += sizeof(T);
    }
}

/// The checksum of bytes that come in parts of any length.
class PartwiseSum
{
public:
    void add(std::span<const std::byte> bytes)
    {
        while (!bytes.empty() && m_held > 0)
        {
            hold(bytes.front());
            bytes = bytes.subspan(1);
        }
        const std::size_t whole = bytes.size() / sizeof(std::uint32_t) * sizeof(std::uint32_t);
        std::uint64_t sum = 0; // of less than 2^32 words; what runs over at the top comes in below
        for (std::size_t i = 0; i < whole; i += sizeof(std::uint32_t))
            sum += bigEndianAt<std::uint32_t>(bytes, i);
        while ((sum >> 32U) != 0)
            sum = (sum & 0xFFFFFFFFU) + (sum >> 32U);
        m_sum = addChecksums(m_sum, static_cast<std::uint32_t>(sum));
        for (const std::byte one : bytes.subspan(whole))
            hold(one);
    }
    /// The rest of the last word is zeros.
    [[nodiscard]] std::uint32_t sum() const
    {
        return addChecksums(m_sum, bigEndianAt<std::uint32_t>(m_word, 0));
    }

private:
    void hold(std::byte one)
    {
        m_word.at(m_held++) = one;
        if (m_held < m_word.size())
            return;
        m_sum = addChecksums(m_sum, bigEndianAt<std::uint32_t>(m_word, 0));
        m_word = {};
        m_held = 0;
    }
    std::uint32_t m_sum = 0;
    std::array<std::byte, sizeof(std::uint32_t)> m_word{};
    std::size_t m_held = 0;
};

Result<void> createTable(fitsfile *file, const std::vector<FitsRowColumn> &columns, std::size_t rowCount)
{
    std::vector<std::string> forms;
    forms.reserve(columns.size());
    for (const FitsRowColumn &column : columns)
        forms.push_back(std::to_string(column.width) + static_cast<char>(column.type));
    std::vector<char *> names;
    std::vector<char *> formPointers;
    for (std::size_t i = 0; i < columns.size(); ++i)
    {
        names.push_back(const_cast<char *>(columns[i].name.c_str())); // CFITSIO does not change them
        formPointers.push_back(forms[i].data());
    }
    int status = 0;
    fits_create_tbl(file, BINARY_TBL, static_cast<LONGLONG>(rowCount), static_cast<int>(columns.size()),
                    names.data(), formPointers.data(), nullptr, nullptr, &status);
    fits_movabs_hdu(file, 1, nullptr, &status); // CFITSIO made it; its checksum is ours to write
    if (auto done = checked(status); !done)
        return done;
    if (auto done = writeChecksums(file); !done)
        return done;
    fits_movabs_hdu(file, 2, nullptr, &status);
    return checked(status);
}

Result<void> describeColumns(fitsfile *file, const std::vector<FitsRowColumn> &columns)
{
    for (std::size_t i = 0; i < columns.size(); ++i)
    {
        const std::string number = std::to_string(i + 1);
        const std::array<std::array<std::string, 3>, 3> cards = {
            {{"TUNIT", columns[i].unit, "unit"},
             {"TUCD", columns[i].ucd, "unified content descriptor"},
             {"TCOMM", columns[i].description, ""}}};
        for (const auto &[stem, text, comment] : cards)
            if (!text.empty())
                if (auto done = writeTextCard(file, stem + number, text, comment); !done)
                    return done;
    }
    return {};
}

} // namespace

std::size_t FitsRowColumn::bytes() const
{
    switch (type)
    {
    case Type::Text:
    case Type::Byte: return width;
    case Type::Float32: return width * sizeof(float);
    case Type::Int64:
    case Type::Float64: return width * sizeof(double);
    }
    return 0;
}

void FitsRow::putText(std::string_view text, std::size_t width)
{
    std::string cell = fitsText(text);
    cell.resize(width, ' ');
    const auto bytes = std::as_bytes(std::span(cell));
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
}

void FitsRow::put(std::span<const float> values)
{
    appendBigEndian(values, m_bytes);
}

void FitsRow::put(std::span<const std::uint8_t> values)
{
    const auto bytes = std::as_bytes(values);
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
}

void FitsRow::put(double value)
{
    appendBigEndian(std::span<const double>(&value, 1), m_bytes);
}

struct FitsRowWriter::State
{
    PendingFile pending;
    FitsHandle file;
    std::size_t rowBytes = 0;
    std::size_t rowCount = 0;
    std::size_t written = 0; ///< rows
    PartwiseSum sum = {};

    [[nodiscard]] tl::unexpected<Error> naming(const Error &error) const
    {
        return failure(error.kind, pending.path().string() + ": " + error.message);
    }
};

FitsRowWriter::FitsRowWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
FitsRowWriter::FitsRowWriter(FitsRowWriter &&) noexcept = default;
FitsRowWriter &FitsRowWriter::operator=(FitsRowWriter &&) noexcept = default;
FitsRowWriter::~FitsRowWriter() = default;

Result<FitsRowWriter> FitsRowWriter::create(const std::filesystem::path &path,
                                            const std::vector<FitsRowColumn> &columns, std::size_t rowCount,
                                            const FitsHeader &header)
{
    std::size_t rowBytes = 0;
    for (const FitsRowColumn &column : columns)
    {
        if (column.width == 0 || column.width > kMostRowBytes)
            return wrong("column " + column.name + ": expected 1 to 1000000000 values, found " +
                         std::to_string(column.width));
        rowBytes += column.bytes();
    }
    if (rowBytes == 0 || rowBytes > kMostRowBytes)
        return wrong("expected rows of 1 to 1000000000 bytes, found " + std::to_string(rowBytes));
    PendingFile pending(path);
    auto file = FitsHandle::createFile(pending.temporary());
    if (!file)
        return failure(file.error());
    auto state = std::make_unique<State>(State{std::move(pending), std::move(*file), rowBytes, rowCount});
    fitsfile *fits = state->file.get();
    auto done = createTable(fits, columns, rowCount);
    if (done)
        done = describeColumns(fits, columns);
    if (done)
        done = writeHeaderCards(fits, header);
    if (done)
        done = reserveChecksums(fits);
    if (!done)
        return state->naming(done.error());
    return FitsRowWriter(std::move(state));
}

Result<void> FitsRowWriter::append(std::span<const std::byte> rows)
{
    State &state = *m_state;
    if (rows.size() % state.rowBytes != 0)
        return state.naming(wrong("expected rows of " + std::to_string(state.rowBytes) + " bytes, found " +
                                  std::to_string(rows.size()) + " bytes")
                                .value());
    const std::size_t count = rows.size() / state.rowBytes;
    if (count > state.rowCount - state.written)
        return state.naming(wrong("expected " + std::to_string(state.rowCount) + " rows, found " +
                                  std::to_string(state.written + count))
                                .value());
    if (count == 0)
        return {};
    int status = 0;
    // CFITSIO takes a pointer to what may change, and does not change it.
    auto *bytes = const_cast<unsigned char *>(reinterpret_cast<const unsigned char *>(rows.data()));
    fits_write_tblbytes(state.file.get(), static_cast<LONGLONG>(state.written) + 1, 1,
                        static_cast<LONGLONG>(rows.size()), bytes, &status);
    state.sum.add(rows);
    state.written += count;
    if (auto done = checked(status); !done)
        return state.naming(done.error());
    return {};
}

Result<void> FitsRowWriter::finish(std::span<const FitsTableHdu> more)
{
    State &state = *m_state;
    if (state.written != state.rowCount)
        return state.naming(wrong("expected " + std::to_string(state.rowCount) + " rows, found " +
                                  std::to_string(state.written))
                                .value());
    int status = 0;
    fits_flush_file(state.file.get(), &status); // ends the header and pads the data
    auto done = checked(status);
    if (done)
        done = fillChecksums(state.file.get(), state.sum.sum());
    for (const FitsTableHdu &hdu : more)
        if (done)
            done = appendTableHdu(state.file.get(), hdu);
    if (done)
        done = state.file.close();
    if (!done)
        return state.naming(done.error());
    return state.pending.commit();
}

} // namespace somnium::io
