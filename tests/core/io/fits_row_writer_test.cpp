// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_row_writer.h"

#include <cstring>
#include <fstream>

#include <fitsio.h>
#include <gtest/gtest.h>

#include "core/io/table.h"
#include "tests/support/outside_tools.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;
using Type = FitsRowColumn::Type;

std::vector<FitsRowColumn> columns(std::size_t pixels)
{
    return {{"NAME", Type::Text, 7, "", "meta.id", "what it is called"},
            {"X", Type::Float64, 1, "deg"},
            {"FLUX", Type::Float32, pixels, "mJy"},
            {"MASK", Type::Byte, pixels}};
}

/// Row `row` of a table that can be told from any other.
FitsRow rowOf(std::size_t row, std::size_t pixels)
{
    std::vector<float> flux(pixels);
    std::vector<std::uint8_t> mask(pixels);
    for (std::size_t i = 0; i < pixels; ++i)
    {
        flux[i] = static_cast<float>(row) * 100.0F + static_cast<float>(i) + 0.5F;
        mask[i] = static_cast<std::uint8_t>((row + i) % 5);
    }
    FitsRow bytes;
    bytes.putText("n" + std::to_string(row), 7);
    bytes.put(1e10 + static_cast<double>(row));
    bytes.put(flux);
    bytes.put(mask);
    return bytes;
}

Result<void> write(const fs::path &path, std::size_t rows, std::size_t pixels,
                   std::span<const FitsTableHdu> more)
{
    FitsHeader header;
    header.extensionName = "ROWS";
    header.cards = {{"ANSWER", std::int64_t{42}, "a card"}};
    auto writer = FitsRowWriter::create(path, columns(pixels), rows, header);
    if (!writer)
        return failure(writer.error());
    for (std::size_t row = 0; row < rows; ++row)
        if (auto done = writer->append(rowOf(row, pixels).bytes()); !done)
            return done;
    return writer->finish(more);
}

/// By CFITSIO: 1 right, 0 absent, -1 wrong.
void expectChecksums(const fs::path &path, int hdus)
{
    fitsfile *file = nullptr;
    int status = 0;
    fits_open_file(&file, path.c_str(), READONLY, &status);
    for (int hdu = 1; hdu <= hdus; ++hdu)
    {
        int data = 0;
        int whole = 0;
        fits_movabs_hdu(file, hdu, nullptr, &status);
        fits_verify_chksum(file, &data, &whole, &status);
        EXPECT_EQ(data, 1) << "HDU " << hdu;
        EXPECT_EQ(whole, 1) << "HDU " << hdu;
    }
    fits_close_file(file, &status);
    EXPECT_EQ(status, 0);
}

TEST(FitsRowWriter, WritesWhatIsReadBackWithChecksumsThatHold)
{
    const test::TemporaryFolder folder;
    test::forAll(12, [&](Random &random) {
        const std::size_t rows = random.below(40);
        const std::size_t pixels = 1 + random.below(300); // rows of any length, also not of four bytes
        data::Catalogue table;
        table.name = "MORE";
        ASSERT_TRUE(table.addColumn(data::makeColumn("Y", std::vector<double>{1.0, 2.0})));
        const std::vector<FitsTableHdu> more = {{table, {}}};
        const fs::path path = folder / "rows.fits";
        const auto written = write(path, rows, pixels, more);
        ASSERT_TRUE(written) << written.error().message;
        expectChecksums(path, 3);
        fitsfile *file = nullptr;
        int status = 0;
        fits_open_file(&file, path.c_str(), READONLY, &status);
        fits_movabs_hdu(file, 2, nullptr, &status);
        LONGLONG found = 0;
        fits_get_num_rowsll(file, &found, &status);
        ASSERT_EQ(found, static_cast<LONGLONG>(rows));
        for (std::size_t row = 0; row < rows; ++row)
        {
            std::vector<float> flux(pixels);
            double x = 0.0;
            std::vector<unsigned char> mask(pixels);
            const auto number = static_cast<LONGLONG>(row) + 1;
            fits_read_col(file, TDOUBLE, 2, number, 1, 1, nullptr, &x, nullptr, &status);
            fits_read_col(file, TFLOAT, 3, number, 1, static_cast<LONGLONG>(pixels), nullptr, flux.data(),
                          nullptr, &status);
            fits_read_col(file, TBYTE, 4, number, 1, static_cast<LONGLONG>(pixels), nullptr, mask.data(),
                          nullptr, &status);
            EXPECT_EQ(x, 1e10 + static_cast<double>(row));
            for (std::size_t i = 0; i < pixels; ++i)
            {
                EXPECT_EQ(flux[i], static_cast<float>(row) * 100.0F + static_cast<float>(i) + 0.5F);
                EXPECT_EQ(mask[i], (row + i) % 5);
            }
        }
        fits_close_file(file, &status);
        EXPECT_EQ(status, 0);
    });
}

TEST(FitsRowWriter, LeavesNothingUnlessFinished)
{
    const test::TemporaryFolder folder;
    {
        auto writer = FitsRowWriter::create(folder / "rows.fits", columns(10), 3, {});
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->append(rowOf(0, 10).bytes()));
        const auto early = writer->finish();
        ASSERT_FALSE(early);
        EXPECT_NE(early.error().message.find("rows.fits: FITS table: expected 3 rows, found 1"),
                  std::string::npos)
            << early.error().message;
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(FitsRowWriter, RefusesRowsOfAnotherLengthAndTooMany)
{
    const test::TemporaryFolder folder;
    auto writer = FitsRowWriter::create(folder / "rows.fits", columns(10), 1, {});
    ASSERT_TRUE(writer);
    EXPECT_NE(
        writer->append(rowOf(0, 11).bytes()).error().message.find("expected rows of 65 bytes, found 70"),
        std::string::npos);
    EXPECT_TRUE(writer->append(rowOf(0, 10).bytes()));
    EXPECT_NE(writer->append(rowOf(1, 10).bytes()).error().message.find("expected 1 rows, found 2"),
              std::string::npos);
    EXPECT_TRUE(writer->append({}));
    EXPECT_TRUE(writer->finish());
    EXPECT_FALSE(FitsRowWriter::create(folder / "no.fits", {}, 1, {}));
    EXPECT_FALSE(FitsRowWriter::create(folder / "no.fits", {{"A", Type::Float32, 0}}, 1, {}));
    EXPECT_EQ(FitsRowWriter::create(folder / "absent/no.fits", columns(1), 1, {}).error().kind,
              ErrorKind::WriteFailed);
}

} // namespace
} // namespace somnium::io
