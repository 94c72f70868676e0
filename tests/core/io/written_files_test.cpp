// SPDX-License-Identifier: GPL-3.0-or-later
// What other people's checkers say of the files that Somnium writes.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/io/fits_writer.h"
#include "tests/support/outside_tools.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

data::Image randomImage(data::ImageShape shape, Random &random)
{
    data::Image image(shape);
    for (float &pixel : image.pixels())
        pixel = random.below(20) == 0 ? kNaN : static_cast<float>(random.normal());
    return image;
}

std::string card(const std::string &text)
{
    return text + std::string(80 - text.size(), ' ');
}

FitsHeader fullHeader()
{
    FitsHeader header;
    header.extensionName = "CUTOUT";
    header.unit = "mJy/beam";
    header.wcsCards = card("CTYPE1  = 'RA---TAN'") + card("CTYPE2  = 'DEC--TAN'") +
                      card("CRVAL1  = 160.450958") + card("CRVAL2  = -9.284194") + card("CRPIX1  = 32.5") +
                      card("CRPIX2  = 32.5") + card("CDELT1  = -0.0005") + card("CDELT2  = 0.0005") +
                      card("NAXIS1  = 7") + card("COMMENT with a\ttab");
    header.cards = {{"OBJECT",
                     std::string("O'Neill's object, a name that is much longer than one card can hold, "
                                 "and therefore goes on and on"),
                     "name"},
                    {"SIMULAT", true, "simulated"},
                    {"BMAJ", 5.4 / 3600.0, "[deg] beam"},
                    {"SEED", std::int64_t{20260101}, "seed"},
                    {"NOVALUE", std::numeric_limits<double>::quiet_NaN(), "unknown"},
                    {"BIG", 1e22, ""}};
    header.history = {"recipe: " + std::string(200, 'x'), "caf\u00e9"};
    header.comments = {"a remark"};
    return header;
}

TEST(WrittenFiles, FitsverifyFindsNothingInImagesAndModels)
{
    SOMNIUM_REQUIRE_PROGRAM("fitsverify");
    const test::TemporaryFolder folder;
    Random random(4);
    const data::Image image = randomImage({1, 64, 64}, random);
    const data::Image cube = randomImage({3, 10, 12}, random);
    ASSERT_TRUE(writeFitsImage(folder / "image.fits", image.view(), fullHeader()));
    data::Catalogue table;
    table.name = "MAPPING";
    ASSERT_TRUE(
        table.addColumn(data::makeColumn("id", std::vector<std::string>{"a", "b"}, "", "meta.id;meta.main")));
    ASSERT_TRUE(
        table.addColumn(data::makeColumn("distance", std::vector<float>{1.5F, kNaN}, "", "", "to the map")));
    FitsHeader header;
    header.cards = {{"SOMWIDTH", std::int64_t{10}, "neurons"}};
    ASSERT_TRUE(
        writeFitsFile(folder / "model.fits", {imageHdu(cube.view(), header), FitsTableHdu{table, {}}}));
    ASSERT_TRUE(writeFitsFile(folder / "table.fits", {FitsTableHdu{table, {}}}));
    for (const char *name : {"image.fits", "model.fits", "table.fits"})
        EXPECT_EQ(test::fitsverifyComplaints(folder / name), "") << name;
}

} // namespace
} // namespace somnium::io
