// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra without a format of their own: vectors in tables, texts and .npy files.
#include <fstream>

#include <gmock/gmock.h>

#include "tests/core/io/read_spectra.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

using data::WavelengthMedium;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TableOfVectors, WavelengthsMayLieInAnotherHdu)
{
    FitsText file;
    file.table({{"ID", "J", "", {{5}, {6}, {7}}, {}},
                {"SPEC", "4E", "", {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 9, 9, 9}}, {}}});
    const std::string without = file.bytes();
    file.table({{"LAMBDA", "D", "nm", oneEach(ramp(4, 500.0, 1.0)), {}}});
    const LoadedSpectra read3 = read(file.bytes());
    EXPECT_TRUE(read3.problems.empty());
    ASSERT_EQ(read3.spectra.size(), 3U);
    EXPECT_EQ(read3.spectra[2].spectrum.name, "7");
    EXPECT_THAT(read3.spectra[1].spectrum.wavelengthAngstrom, ElementsAre(5000, 5010, 5020, 5030));
    EXPECT_THAT(onlyProblem(without), HasSubstr("expected wavelengths for 4 pixels, found none"));
    SpectrumReadOptions options;
    options.wavelengths = {5030, 5020, 5010, 5000};
    options.medium = WavelengthMedium::Air;
    const LoadedSpectra given = read(without, options);
    ASSERT_EQ(given.spectra.size(), 3U);
    EXPECT_EQ(given.spectra[0].spectrum.flux, (std::vector<float>{4, 3, 2, 1}));
    EXPECT_EQ(given.spectra[0].spectrum.medium, WavelengthMedium::Air);
    options.wavelengths.pop_back();
    const std::string mismatch = toString(read(without, options).problems.at(0));
    EXPECT_THAT(mismatch, HasSubstr("as many wavelengths as fluxes, 4, found 3"));
}

TEST(TableOfVectors, ColumnsCanBeNamed)
{
    FitsText file;
    file.table({{"grid", "3D", "um", {{1.0, 1.5, 2.0}}, {}},
                {"normalised", "3E", "", {{1, 2, 3}}, {}},
                {"sd", "3E", "", {{4, 4, 4}}, {}}});
    EXPECT_THAT(onlyProblem(file.bytes()), HasSubstr("found grid, normalised, sd"));
    SpectrumReadOptions options;
    options.wavelengthColumn = "GRID";
    options.fluxColumn = "normalised";
    options.ivarColumn = "sd";
    const LoadedSpectrum loaded = only(file.bytes(), options);
    EXPECT_THAT(loaded.spectrum.wavelengthAngstrom, ElementsAre(10000, 15000, 20000));
    EXPECT_FLOAT_EQ(loaded.spectrum.error[0], 0.5F);
    options.fluxColumn = "flix";
    EXPECT_THAT(onlyProblem(file.bytes(), options), HasSubstr("a column 'flix'"));
}

TEST(TextSpectra, ColumnsWithAndWithoutNames)
{
    const auto flux = [](const std::string &text) { return only(text).spectrum.flux; };
    const std::vector<float> expected = {1.5F, 2.5F, 3.5F};
    EXPECT_EQ(flux("4000 1.5\n4001 2.5\n4002 3.5\n"), expected);
    EXPECT_EQ(flux("4000,1.5\r\n4001,2.5\r\n4002,3.5"), expected);
    EXPECT_EQ(flux("4000;1.5\r4001;2.5\r4002;3.5\r"), expected);
    EXPECT_EQ(flux("% made by me\n! and you\n   4.0D+03\t1.5E0 \n\n 4.001D+03 2.5\n4002. 3.5\n"), expected);
    EXPECT_EQ(flux("flux,wave\n1.5,4000\n2.5,4001\n3.5,4002\n"), expected);
    EXPECT_EQ(flux("A title of four words\n4000 1.5\n4001 2.5\n4002 3.5\n"), expected);
    EXPECT_EQ(flux("4002 3.5\n4001 2.5\n4000 1.5\n"), expected);
    EXPECT_EQ(flux("\xEF\xBB\xBFwave flux\nAngstrom Jy\n4000 1.5\n4001 2.5\n4002 3.5\n"), expected);

    const LoadedSpectrum full = only("# object: Vega\n# redshift = 0.5\n# wavelengths in air\n"
                                     "#wavelength (micron)\tflux density (W/m2/um)\n0.5\t1\n0.6\t2\n");
    EXPECT_EQ(full.spectrum.name, "Vega");
    EXPECT_DOUBLE_EQ(full.spectrum.redshift, 0.5);
    EXPECT_EQ(full.spectrum.medium, WavelengthMedium::Air);
    EXPECT_EQ(full.spectrum.fluxUnit, "W/m2/um");
    EXPECT_THAT(full.spectrum.wavelengthAngstrom, ElementsAre(5000, 6000));
    const LoadedSpectrum four = only("4000 1 0.5 0\n4001 2 -0.5 0\n4002 3 0.5 1\n4003 4 0.5 0\n");
    EXPECT_EQ(four.spectrum.mask, (std::vector<std::uint8_t>{0, 1, 1, 0}));
    const LoadedSpectrum ecsv =
        only("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: wave, unit: nm, datatype: float64}\n"
             "# - {name: flux, unit: Jy, datatype: float64}\nwave flux\n500.0 1\n501.0 2\n");
    EXPECT_THAT(ecsv.spectrum.wavelengthAngstrom, ElementsAre(5000, 5010));
    EXPECT_EQ(ecsv.spectrum.fluxUnit, "Jy");
    SpectrumReadOptions options;
    options.wavelengths = {1, 2, 3};
    options.wavelengthUnit = "um";
    EXPECT_EQ(only("1.5\n2.5\n3.5\n", options).spectrum.flux, expected);
}

TEST(TextSpectra, TablesOfOtherThingsAreRefused)
{
    EXPECT_THAT(onlyProblem("id,mass,age\n1,2,3\n2,3,4\n"), HasSubstr("found id, mass, age"));
    EXPECT_THAT(onlyProblem("# id mass age\n1 2 3\n2 3 4\n"), HasSubstr("found id, mass, age"));
    EXPECT_THAT(onlyProblem("0272 6024 4.5\n0081 5650 4.4\n0266 4948 3.0\n"), HasSubstr("rise or fall"));
    EXPECT_THAT(onlyProblem("4000 1\n4001 2\n4002\n"), HasSubstr("1 (line 3)"));
    EXPECT_THAT(onlyProblem("4000 1\n4001 two\n4002 3\n"), HasSubstr("'two' (line 2)"));
    EXPECT_THAT(onlyProblem("1 2 3 4 5 6\n2 3 4 5 6 7\n"), HasSubstr("two to four columns"));
    EXPECT_THAT(onlyProblem("# nothing\n"), HasSubstr("lines of numbers, found none"));
    EXPECT_THAT(onlyProblem(""), HasSubstr("an empty file"));
    EXPECT_THAT(onlyProblem(std::string("\x01\0\x02", 3)), HasSubstr("3 bytes of another kind"));
}

TEST(TextSpectra, ALineForEachSpectrumUnderALineOfWavelengths)
{
    const std::string text = "name,ra,dec,z,4000,4001,4002,4003,4004,4005,4006,4007\n"
                             "a,10.5,-3.5,0.1,1,2,3,4,5,6,7,8\n"
                             "b,11.5,-4.5,0.2,1,2,,4,5,6,7,8\n"
                             "c,1,1,0,1,2,x,4,5,6,7,8\n";
    const LoadedSpectra file = read(text);
    ASSERT_EQ(file.spectra.size(), 2U);
    EXPECT_EQ(file.spectra[0].spectrum.name, "a");
    EXPECT_DOUBLE_EQ(file.spectra[0].spectrum.decDeg, -3.5);
    EXPECT_DOUBLE_EQ(file.spectra[1].spectrum.redshift, 0.2);
    EXPECT_TRUE(std::isnan(file.spectra[1].spectrum.flux[2]));
    EXPECT_DOUBLE_EQ(file.spectra[1].spectrum.wavelengthAngstrom[7], 4007.0);
    ASSERT_EQ(file.problems.size(), 1U);
    EXPECT_THAT(toString(file.problems[0]), HasSubstr("'x' (line 4)"));
}

TEST(NpySpectra, VectorsTakeTheirWavelengthsFromOutsideAndBandsBringThem)
{
    std::vector<double> values;
    for (std::size_t i = 0; i < 3; ++i)
        for (const double value : bumps(40, i))
            values.push_back(value);
    const std::string matrix = npyBytes("(3, 40)", values);
    EXPECT_THAT(onlyProblem(matrix), HasSubstr("expected wavelengths for 40 pixels"));
    SpectrumReadOptions options;
    options.rule = WavelengthRule{3.5, 1e-3, true};
    const LoadedSpectra file = read(matrix, options);
    ASSERT_EQ(file.spectra.size(), 3U);
    EXPECT_EQ(file.spectra[2].spectrum.flux, floats(bumps(40, 2)));
    EXPECT_NEAR(file.spectra[2].spectrum.wavelengthAngstrom[39], std::pow(10.0, 3.539), 1e-9);

    std::vector<double> bands = ramp(40, 5000.0, 1.0);
    bands.insert(bands.end(), values.begin(), values.begin() + 40);
    EXPECT_EQ(only(npyBytes("(2, 40)", bands)).spectrum.flux, floats(bumps(40)));
    bands.insert(bands.end(), bands.begin(), bands.begin() + 80);
    EXPECT_EQ(read(npyBytes("(2, 2, 40)", bands)).spectra.size(), 2U);
    EXPECT_EQ(read(npyBytes("(1, 3, 40)", values), options).problems.size(), 1U);
    EXPECT_THAT(onlyProblem(npyBytes("(99999999999, 99999999999)", values), options), HasSubstr("expected"));
    EXPECT_THAT(onlyProblem(npyBytes("(1, 1, 3, 40)", values), options), HasSubstr("[1, 1, 3, 40]"));
}

TEST(NpySpectra, TheFileOfWavelengthsBesideIsFound)
{
    const test::TemporaryFolder folder;
    const auto write = [](const std::filesystem::path &path, const std::string &bytes) {
        std::ofstream(path, std::ios::binary) << bytes;
    };
    write(folder / "stars.npy", npyBytes("(1, 3)", {1, 2, 3}));
    EXPECT_FALSE(neighbouringWavelengths(folder / "stars.npy"));
    write(folder / "wavelength.npy", npyBytes("(3,)", {400, 500, 600}));
    EXPECT_EQ(neighbouringWavelengths(folder / "stars.npy"), folder / "wavelength.npy");
    EXPECT_FALSE(neighbouringWavelengths(folder / "wavelength.npy"));
    write(folder / "stars_wavelength.txt", "wavelength\n400\n500\n650\n");
    EXPECT_EQ(neighbouringWavelengths(folder / "stars.npy"), folder / "stars_wavelength.txt");
    EXPECT_THAT(readWavelengths(folder / "wavelength.npy").value(), ElementsAre(400, 500, 600));
    EXPECT_THAT(readWavelengths(folder / "stars_wavelength.txt").value(), ElementsAre(400, 500, 650));
    write(folder / "bad.txt", "400\n300\n500\n");
    EXPECT_THAT(readWavelengths(folder / "bad.txt").error().message, HasSubstr("rise or fall"));
    EXPECT_FALSE(readWavelengths(folder / "none.npy"));
}

} // namespace
} // namespace somnium::io
