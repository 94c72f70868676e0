// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/spectrum_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/spectrum_unit.h"
#include "core/io/votable.h"
#include "tests/core/io/read_spectra.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

using data::Spectrum;
using data::WavelengthMedium;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void expectNear(const std::vector<double> &found, const std::vector<double> &expected, double relative)
{
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_NEAR(found[i], expected[i], relative * std::abs(expected[i])) << "pixel " << i;
}

TEST(SpectrumUnit, ConvertsWhatFilesCallThem)
{
    const auto angstrom = [](const char *unit, double value) {
        const auto found = spectralUnit(unit);
        EXPECT_TRUE(found) << unit;
        return found ? found->toAngstrom(value) : 0.0;
    };
    for (const char *unit : {"Angstrom", "ANGSTROMS", "A", "0.1 nm", "10**-10 m", "\xC3\x85", "[Angstrom]"})
        EXPECT_DOUBLE_EQ(angstrom(unit, 5000.0), 5000.0) << unit;
    for (const char *unit : {"um", "micron", "Microns", "\xC2\xB5m", "\xB5m"})
        EXPECT_DOUBLE_EQ(angstrom(unit, 0.5), 5000.0) << unit;
    EXPECT_DOUBLE_EQ(angstrom("nm", 500.0), 5000.0);
    EXPECT_DOUBLE_EQ(angstrom("m", 5e-7), 5000.0);
    EXPECT_DOUBLE_EQ(angstrom("mm", 5e-4), 5000.0);
    EXPECT_NEAR(angstrom("log10(Angstrom)", std::log10(5000.0)), 5000.0, 1e-9);
    EXPECT_NEAR(angstrom("ln(nm)", std::log(500.0)), 5000.0, 1e-9);
    EXPECT_NEAR(angstrom("THz", 599.584916), 5000.0, 1e-6);
    EXPECT_NEAR(angstrom("eV", 2.47968396866), 5000.0, 1e-6);
    EXPECT_NEAR(angstrom("cm**-1", 20000.0), 5000.0, 1e-9);
    for (const char *unit : {"km/s", "pixel", "Jy", "Mm"})
        EXPECT_FALSE(spectralUnit(unit)) << unit;
    EXPECT_EQ(spectralUnit("MHz")->factor, 1e6);
    EXPECT_EQ(spectralUnit("mHz")->factor, 1e-3);
}

TEST(SdssSpec, GivesTheSumWithItsClassificationAndLeavesOutTheExposures)
{
    const LoadedSpectrum loaded = only(sdssSpec());
    const Spectrum &spectrum = loaded.spectrum;
    ASSERT_EQ(spectrum.size(), 20U);
    std::vector<double> expected;
    for (std::size_t i = 0; i < 20; ++i)
        expected.push_back(std::pow(10.0, 3.55 + 1e-4 * static_cast<double>(i)));
    expectNear(spectrum.wavelengthAngstrom, expected, 1e-6); // loglam has the digits of a float
    EXPECT_EQ(spectrum.flux, floats(bumps(20)));
    EXPECT_EQ(spectrum.medium, WavelengthMedium::Vacuum);
    EXPECT_EQ(spectrum.fluxUnit, "1E-17 erg/cm^2/s/Ang");
    EXPECT_EQ(spectrum.name, "3606-55182-0007");
    EXPECT_EQ(loaded.objectClass, "STAR K5");
    EXPECT_DOUBLE_EQ(spectrum.redshift, 0.25);
    EXPECT_DOUBLE_EQ(spectrum.raDeg, 123.5); // of the fibre, not of the telescope
    EXPECT_DOUBLE_EQ(spectrum.decDeg, -1.25);
    EXPECT_EQ(loaded.origin.hdu, 2);
    EXPECT_TRUE(loaded.note.empty()) << loaded.note;
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_EQ(spectrum.isUsable(i), i != 3 && i != 5) << "pixel " << i;
    EXPECT_FLOAT_EQ(spectrum.error[0], 0.5F);
}

TEST(SdssPlate, GivesASpectrumForEachFibreWithItsPosition)
{
    const LoadedSpectra file = read(sdssPlate());
    ASSERT_EQ(file.spectra.size(), 2U);
    ASSERT_EQ(file.problems.size(), 1U); // a fibre without weight
    EXPECT_EQ(file.problems[0].origin.index, 1U);
    const LoadedSpectrum &third = file.spectra[1];
    EXPECT_EQ(third.origin.index, 2U);
    EXPECT_EQ(third.spectrum.flux, floats(bumps(12, 2)));
    EXPECT_EQ(third.spectrum.name, "266-51602-0003");
    EXPECT_EQ(third.objectClass, "QSO");
    EXPECT_DOUBLE_EQ(third.spectrum.raDeg, 12.0);
    EXPECT_DOUBLE_EQ(third.spectrum.decDeg, -3.0);
    EXPECT_EQ(third.spectrum.medium, WavelengthMedium::Vacuum);
    EXPECT_NEAR(third.spectrum.wavelengthAngstrom[11], std::pow(10.0, 3.6011), 1e-6);
    EXPECT_FALSE(third.spectrum.isUsable(6));
    EXPECT_TRUE(third.spectrum.isUsable(5));
}

TEST(Lamost, BothOfItsFormsAreRead)
{
    const LoadedSpectrum rows = only(lamostRows());
    EXPECT_EQ(rows.spectrum.flux, floats(bumps(15)));
    EXPECT_NEAR(rows.spectrum.wavelengthAngstrom[14], std::pow(10.0, 3.5714), 1e-6);
    EXPECT_FLOAT_EQ(rows.spectrum.error[0], 0.2F);
    EXPECT_FALSE(rows.spectrum.isUsable(2));
    EXPECT_EQ(rows.spectrum.name, "LAMOST J1");
    EXPECT_TRUE(std::isnan(rows.spectrum.redshift)); // -9999: not known
    EXPECT_EQ(rows.objectClass, "STAR G2");
    EXPECT_DOUBLE_EQ(rows.spectrum.raDeg, 200.5);
    const LoadedSpectrum table = only(lamostTable());
    EXPECT_EQ(table.spectrum.flux, floats(bumps(10)));
    EXPECT_DOUBLE_EQ(table.spectrum.wavelengthAngstrom[1], 4001.5);
    EXPECT_EQ(table.spectrum.medium, WavelengthMedium::Vacuum);
    EXPECT_DOUBLE_EQ(table.spectrum.redshift, 0.001);
    EXPECT_TRUE(table.spectrum.isUsable(9)); // or_mask is not and_mask
}

TEST(EsoPhase3, VectorsOfOneRowInTheirUnits)
{
    const LoadedSpectrum loaded = only(esoPhase3());
    EXPECT_DOUBLE_EQ(loaded.spectrum.wavelengthAngstrom.front(), 5000.0);
    EXPECT_NEAR(loaded.spectrum.wavelengthAngstrom.back(), 5000.8, 1e-9);
    EXPECT_EQ(loaded.spectrum.medium, WavelengthMedium::Air);
    EXPECT_EQ(loaded.spectrum.fluxUnit, "erg/s/cm2/A");
    EXPECT_EQ(loaded.spectrum.name, "HD 1");
    EXPECT_DOUBLE_EQ(loaded.spectrum.decDeg, -5.5);
    EXPECT_EQ(loaded.spectrum.error, std::vector<float>(9, 0.125F));
    EXPECT_FALSE(loaded.spectrum.isUsable(4));
}

TEST(MaStar, ARowIsASpectrum)
{
    const LoadedSpectra file = read(mastar());
    EXPECT_TRUE(file.problems.empty());
    ASSERT_EQ(file.spectra.size(), 2U);
    EXPECT_EQ(file.spectra[1].spectrum.name, "7-2");
    EXPECT_EQ(file.spectra[1].origin.index, 1U);
    EXPECT_DOUBLE_EQ(file.spectra[1].spectrum.raDeg, 2.5);
    EXPECT_FLOAT_EQ(file.spectra[1].spectrum.error[0], 0.05F);
    EXPECT_FALSE(file.spectra[1].spectrum.isUsable(2));
    EXPECT_TRUE(file.spectra[0].spectrum.isUsable(2));
    EXPECT_EQ(file.spectra[0].spectrum.medium, WavelengthMedium::Vacuum);
}

TEST(Manga, SpaxelsWithLightAreSpectraAtTheirPlaceOnTheSky)
{
    const LoadedSpectra file = read(mangaCube());
    EXPECT_TRUE(file.problems.empty());
    ASSERT_EQ(file.spectra.size(), 4U); // 0 has no flux, 5 no weight
    const LoadedSpectrum &loaded = file.spectra[0];
    EXPECT_EQ(loaded.origin.index, 1U);
    EXPECT_EQ(loaded.spectrum.flux, (std::vector<float>{10, 11, 12, 13, 14}));
    EXPECT_DOUBLE_EQ(loaded.spectrum.wavelengthAngstrom[4], 3624.9);
    EXPECT_EQ(loaded.spectrum.name, "1-209232 (2, 1)");
    EXPECT_NEAR(loaded.spectrum.raDeg, 150.0, 1e-9);
    EXPECT_NEAR(loaded.spectrum.decDeg, 2.0, 1e-9);
    EXPECT_NEAR(file.spectra[2].spectrum.decDeg, 2.00014, 1e-9);
    EXPECT_FALSE(loaded.spectrum.isUsable(2)); // do not use
    EXPECT_TRUE(loaded.spectrum.isUsable(1));  // low coverage
    const LoadedSpectra rows = read(mangaRows());
    ASSERT_EQ(rows.spectra.size(), 2U);
    EXPECT_EQ(rows.spectra[1].spectrum.flux, floats(bumps(6, 1)));
    EXPECT_DOUBLE_EQ(rows.spectra[1].spectrum.wavelengthAngstrom[5], 3605.0);
}

struct AxisCase
{
    std::vector<std::string> cards;
    double first; ///< Angstrom, of pixel 1 as it is stored
    double last;
    WavelengthMedium medium;
};

TEST(OneDimensionalImage, AxesOfAllKinds)
{
    const double ratio = 5000.0 * std::exp(0.5 * 24.0 / 5000.0);
    const std::vector<AxisCase> cases = {
        {{"CRVAL1 = 4000.0", "CDELT1 = 2.0", "CUNIT1 = 'Angstrom'"},
         4000.0,
         4048.0,
         WavelengthMedium::Unknown},
        {{"CRVAL1 = 4000.0", "CDELT1 = 1.0", "CD1_1 = 2.0", "CRPIX1 = 3.0"},
         3996.0,
         4044.0,
         WavelengthMedium::Unknown},
        {{"CRVAL1 = 400.0", "CDELT1 = 0.5", "CUNIT1 = 'nm'", "CTYPE1 = 'AWAV'"},
         4000.0,
         4120.0,
         WavelengthMedium::Air},
        {{"CRVAL1 = 4.0E-7", "CDELT1 = 1.0E-9", "CUNIT1 = 'm'", "CTYPE1 = 'WAVE'"},
         4000.0,
         4240.0,
         WavelengthMedium::Vacuum},
        {{"CRVAL1 = 3.6", "CDELT1 = 0.0001", "DC-FLAG = 1"},
         std::pow(10.0, 3.6),
         std::pow(10.0, 3.6024),
         WavelengthMedium::Unknown},
        {{"COEFF0 = 3.6", "COEFF1 = 0.0001", "VACUUM = T"},
         std::pow(10.0, 3.6),
         std::pow(10.0, 3.6024),
         WavelengthMedium::Vacuum},
        {{"CRVAL1 = 3.6", "CDELT1 = 0.0001", "CTYPE1 = 'LOGLAM'", "AIRORVAC = 'air'"},
         std::pow(10.0, 3.6),
         std::pow(10.0, 3.6024),
         WavelengthMedium::Air},
        {{"CRVAL1 = 8.5", "CDELT1 = 0.001", "CTYPE1 = 'LAMBDA-LOG'"},
         std::exp(8.5),
         std::exp(8.524),
         WavelengthMedium::Unknown},
        {{"CRVAL1 = 5000.0", "CDELT1 = 0.5", "CTYPE1 = 'WAVE-LOG'", "CUNIT1 = 'Angstrom'"},
         5000.0,
         ratio,
         WavelengthMedium::Vacuum},
        {{"CRVAL1 = 6000.0", "CDELT1 = -2.0"}, 6000.0, 5952.0, WavelengthMedium::Unknown},
        {{"CRVAL1 = 600.0", "CDELT1 = 1.0", "CUNIT1 = 'THz'", "CTYPE1 = 'FREQ'"},
         2.99792458e18 / 6e14,
         2.99792458e18 / 6.24e14,
         WavelengthMedium::Vacuum},
        {{"CRVAL1 = 2.0", "CDELT1 = 0.01", "CUNIT1 = 'eV'"},
         12398.419843320026 / 2.0,
         12398.419843320026 / 2.24,
         WavelengthMedium::Vacuum},
        {{"CRVAL1 = 4000.0", "CDELT1 = 2.0", "WAT1_001 = 'wtype=linear label=Wavelength units=Angstroms'"},
         4000.0,
         4048.0,
         WavelengthMedium::Unknown},
    };
    for (const AxisCase &one : cases)
    {
        FitsText file;
        file.image({25}, bumps(25), one.cards);
        SCOPED_TRACE(one.cards[0] + ", " + one.cards[1] + ", " + (one.cards.size() > 2 ? one.cards[2] : ""));
        const LoadedSpectrum loaded = only(file.bytes());
        const Spectrum &spectrum = loaded.spectrum;
        ASSERT_EQ(spectrum.size(), 25U);
        const bool isFalling = one.last < one.first;
        EXPECT_NEAR(spectrum.wavelengthAngstrom.front(), std::min(one.first, one.last), 1e-6 * one.first);
        EXPECT_NEAR(spectrum.wavelengthAngstrom.back(), std::max(one.first, one.last), 1e-6 * one.first);
        EXPECT_TRUE(std::is_sorted(spectrum.wavelengthAngstrom.begin(), spectrum.wavelengthAngstrom.end()));
        std::vector<double> flux = bumps(25);
        if (isFalling)
            std::reverse(flux.begin(), flux.end());
        EXPECT_EQ(spectrum.flux, floats(flux));
        EXPECT_EQ(spectrum.medium, one.medium);
    }
}

TEST(OneDimensionalImage, ErrorsAndMasksLieInTheirOwnHdus)
{
    FitsText file;
    std::vector<double> variance(10, 0.25);
    variance[1] = -1.0;
    std::vector<double> quality(10, 0.0);
    quality[8] = 4.0;
    file.header({"OBJECT = 'M 1'"});
    file.image({10}, bumps(10), {"EXTNAME = 'DATA'", "CRVAL1 = 475.0", "CDELT1 = 0.125", "CUNIT1 = 'nm'"});
    file.image({10}, variance, {"EXTNAME = 'STAT'"}).image({10}, quality, {"EXTNAME = 'DQ'"});
    file.image({10}, bumps(10), {"EXTNAME = 'SKY'"});
    const LoadedSpectrum loaded = only(file.bytes());
    EXPECT_EQ(loaded.origin.hdu, 2);
    EXPECT_FLOAT_EQ(loaded.spectrum.error[0], 0.5F);
    EXPECT_FALSE(loaded.spectrum.isUsable(1));
    EXPECT_FALSE(loaded.spectrum.isUsable(8));
    EXPECT_TRUE(loaded.spectrum.isUsable(7));
    EXPECT_THAT(loaded.note, HasSubstr("1 pixels with an error below 0"));
    EXPECT_EQ(loaded.spectrum.name, "M 1");
}

TEST(Iraf, LinearMultispecIsReadAndOtherFunctionsAreNamed)
{
    const LoadedSpectra file = read(iraf(0));
    EXPECT_TRUE(file.problems.empty());
    ASSERT_EQ(file.spectra.size(), 2U);
    EXPECT_THAT(file.spectra[0].spectrum.wavelengthAngstrom,
                ElementsAre(4000, 4002, 4004, 4006, 4008, 4010, 4012, 4014));
    EXPECT_THAT(file.spectra[1].spectrum.wavelengthAngstrom,
                ElementsAre(4000, 4003.2, 4006.4, 4009.6, 4012.8, 4016));
    EXPECT_EQ(file.spectra[1].spectrum.name, "star two");
    EXPECT_TRUE(file.spectra[1].note.find("2 pixels without") != std::string::npos) << file.spectra[1].note;
    const std::string refused = onlyProblem(iraf(2));
    EXPECT_THAT(refused, HasSubstr("multispec"));
    EXPECT_THAT(refused, HasSubstr("non-linear"));
}

TEST(Spex, RowsColumnsAndPlanesAreTheSameSpectrum)
{
    const LoadedSpectrum rows = only(spexRows());
    EXPECT_NEAR(rows.spectrum.wavelengthAngstrom.front(), 6500.0, 1e-3); // 0.65 as a float
    EXPECT_FALSE(rows.spectrum.isUsable(0));
    EXPECT_EQ(rows.spectrum.flux[3], floats(bumps(30))[3]);
    EXPECT_FLOAT_EQ(rows.spectrum.error[3], 0.125F);
    EXPECT_EQ(rows.spectrum.name, "1104+2827");
    EXPECT_NEAR(rows.spectrum.raDeg, 166.775292, 1e-5);
    EXPECT_NEAR(rows.spectrum.decDeg, 28.458083, 1e-5);
    EXPECT_EQ(rows.spectrum.medium, WavelengthMedium::Vacuum);
    EXPECT_EQ(rows.spectrum.fluxUnit, "Wm-2um-1");

    std::vector<double> columns;
    std::vector<double> planes;
    const std::vector<double> wave = ramp(30, 0.65, 0.0625);
    for (std::size_t i = 0; i < 30; ++i)
        columns.insert(columns.end(), {wave[i], bumps(30)[i], 0.125, i == 9 ? 1.0 : 0.0});
    for (std::size_t plane = 0; plane < 2; ++plane)
    {
        planes.insert(planes.end(), wave.begin(), wave.end());
        const std::vector<double> flux = bumps(30, plane);
        planes.insert(planes.end(), flux.begin(), flux.end());
    }
    FitsText tall;
    tall.image({4, 30}, columns, {}, true);
    const LoadedSpectrum fromColumns = only(tall.bytes());
    EXPECT_EQ(fromColumns.spectrum.flux, floats(bumps(30)));
    EXPECT_FALSE(fromColumns.spectrum.isUsable(9));
    EXPECT_THAT(fromColumns.note, HasSubstr("um"));
    FitsText deep;
    deep.image({30, 2, 2}, planes);
    const LoadedSpectra both = read(deep.bytes());
    ASSERT_EQ(both.spectra.size(), 2U);
    EXPECT_EQ(both.spectra[1].spectrum.flux, floats(bumps(30, 1)));
}

TEST(GaiaXp, SampledSpectraOfFitsVotableAndCsvHaveGaiasWavelengths)
{
    const LoadedSpectra fits = read(gaiaTable());
    EXPECT_TRUE(fits.problems.empty());
    ASSERT_EQ(fits.spectra.size(), 2U);
    EXPECT_DOUBLE_EQ(fits.spectra[0].spectrum.wavelengthAngstrom.front(), 3360.0);
    EXPECT_DOUBLE_EQ(fits.spectra[0].spectrum.wavelengthAngstrom.back(), 10200.0);
    EXPECT_EQ(fits.spectra[1].spectrum.name, "4111834567779557376");
    EXPECT_NEAR(fits.spectra[1].spectrum.decDeg, -26.6, 1e-12);
    EXPECT_FLOAT_EQ(fits.spectra[1].spectrum.error[0], 0.25F);

    data::Catalogue table;
    std::string csv = "source_id,ra,dec,flux,flux_error\n";
    std::vector<float> flux;
    for (std::size_t row = 0; row < 2; ++row)
    {
        csv += fits.spectra[row].spectrum.name + ",1.5,2.5,\"";
        for (const double value : bumps(343, row))
        {
            csv += (csv.back() == '"' ? "(" : ", ") + std::to_string(value);
            flux.push_back(static_cast<float>(value));
        }
        csv += ")\",\"[";
        for (std::size_t i = 0; i < 343; ++i)
            csv += i == 0 ? "0.5" : " 0.5";
        csv += "]\"\n";
    }
    ASSERT_TRUE(table.addColumn(data::makeColumn("source_id", std::vector<std::int64_t>{7, 8})));
    data::Column vectors = data::makeColumn("flux", flux, "W.nm-1.m-2");
    vectors.width = 343;
    ASSERT_TRUE(table.addColumn(vectors));
    vectors.name = "flux_error";
    ASSERT_TRUE(table.addColumn(vectors));
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeVotable(folder / "xp.vot", table));
    std::ifstream file(folder / "xp.vot", std::ios::binary);
    const std::string votable{std::istreambuf_iterator<char>(file), {}};
    for (const std::string &bytes : {csv, votable})
    {
        const LoadedSpectra read2 = read(bytes);
        EXPECT_TRUE(read2.problems.empty()) << toString(read2.problems.front());
        ASSERT_EQ(read2.spectra.size(), 2U);
        for (std::size_t row = 0; row < 2; ++row)
        {
            EXPECT_EQ(read2.spectra[row].spectrum.flux, fits.spectra[row].spectrum.flux);
            EXPECT_EQ(read2.spectra[row].spectrum.wavelengthAngstrom,
                      fits.spectra[row].spectrum.wavelengthAngstrom);
        }
    }
    // Wavelengths from outside come before what is known of Gaia.
    SpectrumReadOptions options;
    options.rule = WavelengthRule{4000.0, 10.0, false};
    options.wavelengthUnit = "Angstrom";
    EXPECT_DOUBLE_EQ(read(gaiaTable(), options).spectra[0].spectrum.wavelengthAngstrom[1], 4010.0);
}

TEST(SpectrumEndings, AreThoseOfSpectraInAnyCase)
{
    for (const char *name : {"spec-1-2-3.fits", "a.FIT.GZ", "x/y.sed", "x.csv.xz", "m.npy", "v.vot", "t.txt"})
        EXPECT_TRUE(hasSpectrumEnding(name)) << name;
    for (const char *name : {"a.png", "README", "archive.tar", "fits", "x.gz"})
        EXPECT_FALSE(hasSpectrumEnding(name)) << name;
}

} // namespace
} // namespace somnium::io
