// SPDX-License-Identifier: GPL-3.0-or-later
// What other people's checkers say of the files that Somnium writes.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/io/fits_map.h"
#include "core/io/fits_writer.h"
#include "core/io/table.h"
#include "tests/core/io/awkward_fits.h"
#include "tests/support/outside_tools.h"
#include "tests/support/property.h"
#include "tests/support/random_catalogue.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

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
    auto parts = FitsImageWriter::create(folder / "parts.fits", {12, 10, 3, 2}, fullHeader());
    ASSERT_TRUE(parts);
    ASSERT_TRUE(parts->append(cube.pixels()));
    ASSERT_TRUE(parts->append(cube.pixels()));
    ASSERT_TRUE(parts->finish());
    for (const char *name : {"image.fits", "model.fits", "table.fits", "parts.fits"})
        EXPECT_EQ(test::fitsverifyComplaints(folder / name), "") << name;
}

TEST(WrittenFiles, FitsverifyFindsNothingInMaps)
{
    SOMNIUM_REQUIRE_PROGRAM("fitsverify");
    const test::TemporaryFolder folder;
    som::Som som;
    som.layout = som::MapLayout::parse("2x3").value();
    som.shape = {2, 8, 8};
    som.grid = compute::polarGridFor(som.shape, compute::MatchPrecision::Fast).value();
    som.prototypes.assign(6 * som.shape.size(), 0.5F);
    som.spectra.assign(6 * som.grid.coefficientCount(), 0.25F);
    for (const std::vector<float> &weights : {std::vector<float>{}, std::vector<float>{1.0F, 0.3F}})
    {
        som.grid.channelWeights = weights;
        FitsHeader header;
        header.extensionName = "PROTOTYPES";
        addMapCards(header, som, R"({"steps": ")" + std::string(300, 'x') + "\"}");
        ASSERT_TRUE(writeFitsFile(folder / "map.fits",
                                  {FitsImageHdu{som.prototypes, {8, 8, 2, 6}, header}, spectraHdu(som)}));
        EXPECT_EQ(test::fitsverifyComplaints(folder / "map.fits"), "");
    }
}

/// A catalogue of outliers as Somnium exports it.
data::Catalogue exportedCatalogue(std::size_t rows)
{
    Random random(11);
    data::Catalogue table;
    table.name = "outliers";
    table.description = "The 100 sources furthest from the map";
    std::vector<std::string> ids;
    std::vector<std::string> labels;
    std::vector<double> ra;
    std::vector<double> dec;
    std::vector<std::int64_t> neurons;
    std::vector<float> distances;
    std::vector<float> spectra;
    std::vector<std::uint8_t> flips;
    for (std::size_t i = 0; i < rows; ++i)
    {
        ids.push_back("J" + std::to_string(100000 + i));
        labels.push_back(i % 3 == 0 ? "" : "Sch\u00f6n, \"bent\" <?>");
        ra.push_back(random.uniform(0.0, 360.0));
        dec.push_back(random.uniform(-90.0, 90.0));
        neurons.push_back(random.below(100));
        distances.push_back(i % 7 == 0 ? kNaN : static_cast<float>(random.uniform()));
        flips.push_back(static_cast<std::uint8_t>(i % 2));
        for (int k = 0; k < 3; ++k)
            spectra.push_back(static_cast<float>(random.normal()));
    }
    const auto add = [&table](data::Column column) { EXPECT_TRUE(table.addColumn(std::move(column))); };
    add(data::makeColumn("id", ids, "", "", "name of the source"));
    add(data::makeColumn("ra", ra, "deg", "", "right ascension, ICRS"));
    add(data::makeColumn("dec", dec, "deg", "", "declination, ICRS"));
    data::Column best =
        data::makeColumn("best_neuron", neurons, "", "meta.number", "neuron that resembles it most");
    best.isNull.assign(rows, 0);
    best.isNull[rows / 2] = 1;
    add(best);
    add(data::makeColumn("distance", distances, "", "stat.fit.residual", "to the best neuron"));
    data::Column flip = data::makeColumn("flip", flips, "", "meta.code", "mirrored to match");
    flip.isNull.assign(rows, 0);
    flip.isNull[1] = 1;
    add(flip);
    data::Column spectrum =
        data::makeColumn("fluxes", spectra, "mJy/beam", "phot.flux;em.radio", "in three bands");
    spectrum.width = 3;
    add(spectrum);
    add(data::makeColumn("labels", labels, "", "meta.note", "given by hand"));
    return table;
}

TableMetadata exportedMetadata()
{
    TableMetadata metadata;
    metadata.history = {"recipe: [{\"step\":\"clip\",\"sigma\":3}] " + std::string(150, 'x'),
                        "Somnium, seed 1"};
    metadata.parameters = {
        {"seed", "1"}, {"fingerprint", "0123abcd"}, {"recipe_name", "radio & \u201cothers\u201d"}};
    return metadata;
}

TEST(WrittenFiles, FitsverifyFindsNothingInTables)
{
    SOMNIUM_REQUIRE_PROGRAM("fitsverify");
    const test::TemporaryFolder folder;
    data::Catalogue awkward;
    ASSERT_TRUE(awkward.addColumn(
        data::makeColumn("B-Mag", std::vector<double>{1.0}, "mag", "phot.mag", "a \u2033")));
    ASSERT_TRUE(awkward.addColumn(data::makeColumn("b mag", std::vector<std::string>{"\u03b1\n"})));
    ASSERT_TRUE(awkward.addColumn(data::makeColumn("", std::vector<std::string>{""})));
    ASSERT_TRUE(writeTable(folder / "awkward.fits", awkward));
    ASSERT_TRUE(writeTable(folder / "empty.fits", exportedCatalogue(2).takeRows({})));
    ASSERT_TRUE(writeTable(folder / "exported.fits", exportedCatalogue(300), exportedMetadata()));
    for (const char *name : {"awkward.fits", "empty.fits", "exported.fits"})
        EXPECT_EQ(test::fitsverifyComplaints(folder / name), "") << name;
    test::forAll(10, [&folder](Random &random) {
        ASSERT_TRUE(writeTable(folder / "random.fits", test::randomCatalogue(random)));
        EXPECT_EQ(test::fitsverifyComplaints(folder / "random.fits"), "");
    });
}

TEST(WrittenFiles, VotlintFindsNothingAndStiltsReadsFitsPlus)
{
    SOMNIUM_REQUIRE_PROGRAM("stilts");
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeTable(folder / "text.vot", exportedCatalogue(100), exportedMetadata()));
    ASSERT_TRUE(writeTable(folder / "binary.vot", exportedCatalogue(10'001), exportedMetadata()));
    ASSERT_TRUE(writeTable(folder / "plus.fits", exportedCatalogue(100), exportedMetadata()));
    for (const char *name : {"text.vot", "binary.vot"})
    {
        const auto lint = test::runCommand("stilts", {"votlint", (folder / name).string()});
        EXPECT_EQ(lint.output, "") << name;
        EXPECT_EQ(lint.exitCode, 0) << name;
    }
    const auto meta = test::runCommand(
        "stilts", {"tpipe", "ifmt=fits-plus", "in=" + (folder / "plus.fits").string(), "omode=meta"});
    EXPECT_EQ(meta.exitCode, 0) << meta.output;
    EXPECT_NE(meta.output.find("neuron that resembles it most"), std::string::npos) << meta.output;
    EXPECT_NE(meta.output.find("radio & \u201cothers\u201d"), std::string::npos) << meta.output;
}

TEST(WrittenFiles, AstropyReadsTheSameCells)
{
    SOMNIUM_REQUIRE_ASTROPY();
    constexpr const char *kScript = R"(
import sys
from astropy.table import Table
import numpy as np
text, binary, fits, csv = sys.argv[1:]
small = [Table.read(text), Table.read(fits, hdu=1), Table.read(csv, format='ascii.csv', encoding='utf-8')]
large = Table.read(binary)
assert len(large) == 10001, len(large)
for t in small:
    assert len(t) == 100, len(t)
a, b, c = small
for name in ('ra', 'dec', 'best_neuron', 'distance'):
    for other in (b, c):
        x = np.ma.filled(np.ma.asarray(a[name], dtype=float), np.nan)
        y = np.ma.filled(np.ma.asarray(other[name], dtype=float), np.nan)
        close = np.isclose(x, y, rtol=1e-7 if name == 'distance' else 0, atol=0, equal_nan=True)
        assert close.all(), (name, x[~close], y[~close])
    x = np.ma.filled(np.ma.asarray(large[name][:2], dtype=float), np.nan)
assert a['best_neuron'].mask[50] and b['best_neuron'].mask[50] and not a['best_neuron'].mask[49]
assert a['flip'].mask[1]
assert large['best_neuron'].mask[5000] and large['flip'].mask[1]
assert np.array_equal(np.asarray(a['fluxes']), np.asarray(b['fluxes']))
assert np.asarray(large['fluxes']).shape == (10001, 3)
assert [str(v) for v in a['id']] == [str(v).strip() for v in b['id']] == [str(v) for v in c['id']]
assert a['labels'][1] == c['labels'][1] == large['labels'][1] == 'Sch\u00f6n, "bent" <?>', a['labels'][1]
assert str(a['ra'].unit) == str(b['ra'].unit) == 'deg'
assert a['ra'].meta.get('ucd', None) == 'pos.eq.ra;meta.main'
assert a['dec'].description == 'declination, ICRS'
print('equal')
)";
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeTable(folder / "text.vot", exportedCatalogue(100), exportedMetadata()));
    ASSERT_TRUE(writeTable(folder / "binary.vot", exportedCatalogue(10'001), exportedMetadata()));
    ASSERT_TRUE(writeTable(folder / "plus.fits", exportedCatalogue(100), exportedMetadata()));
    ASSERT_TRUE(writeTable(folder / "table.csv", exportedCatalogue(100), exportedMetadata()));
    const auto outcome =
        test::runPython(kScript, {(folder / "text.vot").string(), (folder / "binary.vot").string(),
                                  (folder / "plus.fits").string(), (folder / "table.csv").string()});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.output;
    EXPECT_NE(outcome.output.find("equal"), std::string::npos) << outcome.output;
}

} // namespace
} // namespace somnium::io
