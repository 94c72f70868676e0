// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>
#include <stop_token>

#include <gtest/gtest.h>

#include "core/io/spectrum_reader.h"
#include "core/io/table.h"
#include "core/simulate/spectra.h"
#include "tests/support/outside_tools.h"
#include "tests/support/temporary_folder.h"

namespace somnium::simulate
{
namespace
{

namespace fs = std::filesystem;

std::string contentOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

SpectraParams smallSurvey()
{
    SpectraParams params;
    params.count = 23;
    params.pixels = 301;
    params.seed = 5;
    params.oddShare = 0.3;
    params.rowsPerFile = 10;
    return params;
}

void expectSame(const io::LoadedSpectrum &read, const SimulatedSpectrum &made)
{
    EXPECT_EQ(read.spectrum.name, made.truth.name);
    EXPECT_EQ(read.spectrum.flux, made.spectrum.flux);
    EXPECT_EQ(read.spectrum.error, made.spectrum.error);
    ASSERT_EQ(read.spectrum.mask.size(), made.spectrum.mask.size());
    for (std::size_t i = 0; i < made.spectrum.mask.size(); ++i)
        EXPECT_EQ(read.spectrum.mask[i] != 0, made.spectrum.mask[i] != 0);
    ASSERT_EQ(read.spectrum.wavelengthAngstrom.size(), made.spectrum.wavelengthAngstrom.size());
    for (std::size_t i = 0; i < made.spectrum.mask.size(); ++i)
        EXPECT_NEAR(read.spectrum.wavelengthAngstrom[i], made.spectrum.wavelengthAngstrom[i], 1e-8);
    EXPECT_EQ(read.spectrum.medium, data::WavelengthMedium::Vacuum);
    EXPECT_DOUBLE_EQ(read.spectrum.raDeg, made.truth.raDeg);
    EXPECT_DOUBLE_EQ(read.spectrum.decDeg, made.truth.decDeg);
}

TEST(SpectraSurvey, IsReadBackFromTablesAndFromFiles)
{
    const SpectraParams params = smallSurvey();
    const SpectraSimulator simulator = SpectraSimulator::create(params).value();
    const test::TemporaryFolder folder;
    for (const SpectraFormat format : {SpectraFormat::Tables, SpectraFormat::Files})
    {
        const fs::path out = folder / (format == SpectraFormat::Tables ? "tables" : "files");
        const auto written = writeSpectra(params, out, format, {});
        ASSERT_TRUE(written) << written.error().message;
        std::vector<fs::path> files;
        for (const auto &entry : fs::directory_iterator(out))
            if (entry.path().filename() != "truth.fits")
                files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        EXPECT_EQ(files.size(), format == SpectraFormat::Tables ? 3U : params.count);
        std::size_t index = 0;
        for (const fs::path &file : files)
        {
            const std::string content = contentOf(file);
            const io::LoadedSpectra loaded =
                io::readSpectra(std::as_bytes(std::span(content)), {file.string(), "", 1, 0});
            for (const auto &problem : loaded.problems)
                ADD_FAILURE() << data::toString(problem);
            for (const io::LoadedSpectrum &read : loaded.spectra)
                expectSame(read, simulator.simulate(index++));
        }
        EXPECT_EQ(index, params.count);
    }
}

TEST(SpectraSurvey, TruthIsATableByName)
{
    const SpectraParams params = smallSurvey();
    const SpectraSimulator simulator = SpectraSimulator::create(params).value();
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeSpectra(params, folder.path(), SpectraFormat::Tables, {}));
    const auto truth = io::readTable(folder / "truth.fits");
    ASSERT_TRUE(truth) << truth.error().message;
    ASSERT_EQ(truth->rowCount(), params.count);
    const auto column = [&](std::string_view name) -> const data::Column & {
        return truth->columns()[truth->find(name).value()];
    };
    for (std::size_t row = 0; row < params.count; ++row)
    {
        const StarTruth star = simulator.truth(row);
        EXPECT_EQ(column("id").text(row), star.name);
        EXPECT_EQ(column("mass").number(row), star.massSun);
        EXPECT_EQ(column("teff").number(row), star.teffK);
        EXPECT_EQ(column("logg").number(row), star.loggCgs);
        EXPECT_EQ(column("feh").number(row), star.feh);
        EXPECT_EQ(column("age").number(row), star.ageGyr);
        EXPECT_EQ(column("radius").number(row), star.radiusSun);
        EXPECT_EQ(column("luminosity").number(row), star.luminositySun);
        EXPECT_EQ(column("snr").number(row), star.snr);
        EXPECT_EQ(column("odd").text(row), toString(star.odd));
        EXPECT_EQ(column("giant").number(row), star.isGiant ? 1.0 : 0.0);
        EXPECT_EQ(column("ra").number(row), star.raDeg);
    }
    EXPECT_EQ(column("mass").unit, "solMass");
    const data::CatalogueRoles roles = data::guessRoles(*truth);
    EXPECT_EQ(roles.id, truth->find("id"));
    EXPECT_EQ(roles.raDeg, truth->find("ra"));
}

TEST(SpectraSurvey, HasTheSameBytesForAnyNumberOfThreads)
{
    const test::TemporaryFolder folder;
    for (const unsigned threads : {1U, 3U})
    {
        JobContext context;
        context.threads = threads;
        ASSERT_TRUE(
            writeSpectra(smallSurvey(), folder / std::to_string(threads), SpectraFormat::Tables, context));
    }
    for (const char *name : {"spectra-000.fits", "spectra-002.fits", "truth.fits"})
    {
        EXPECT_FALSE(contentOf(folder / "1" / name).empty());
        EXPECT_EQ(contentOf(folder / "1" / name), contentOf(folder / "3" / name)) << name;
    }
}

TEST(SpectraSurvey, SaysInEveryHeaderThatItIsSimulated)
{
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeSpectra(smallSurvey(), folder.path(), SpectraFormat::Tables, {}));
    for (const char *name : {"spectra-001.fits", "truth.fits"})
    {
        const std::string file = contentOf(folder / name);
        for (const char *words : {"ORIGIN  = 'SIMULATED'", "HISTORY Simulated by Somnium", "seed 5"})
            EXPECT_NE(file.find(words), std::string::npos) << words;
    }
}

TEST(SpectraSurvey, ReportsProgressAndCanBeStopped)
{
    const test::TemporaryFolder folder;
    std::stop_source stop;
    JobContext context;
    context.stop = stop.get_token();
    context.onProgress = [&](const Progress &progress) {
        EXPECT_EQ(progress.total, 4000U);
        if (progress.done > 1000)
            stop.request_stop();
    };
    SpectraParams params = smallSurvey();
    params.count = 4000;
    params.rowsPerFile = 900;
    const auto written = writeSpectra(params, folder.path(), SpectraFormat::Tables, context);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::Cancelled);
    std::vector<std::string> names;
    for (const auto &entry : fs::directory_iterator(folder.path()))
        names.push_back(entry.path().filename().string());
    EXPECT_EQ(names, std::vector<std::string>{"spectra-000.fits"}) << "whole files only, and no truth";
}

TEST(SpectraSurvey, InAPlaceThatCannotBeWrittenSaysSo)
{
    const test::TemporaryFolder folder;
    std::ofstream(folder / "file") << "x";
    for (const SpectraFormat format : {SpectraFormat::Tables, SpectraFormat::Files})
        EXPECT_EQ(writeSpectra(smallSurvey(), folder / "file/below", format, {}).error().kind,
                  ErrorKind::WriteFailed);
    EXPECT_EQ(writeSpectra({.count = 0}, folder.path(), SpectraFormat::Tables, {}).error().kind,
              ErrorKind::InvalidArgument);
}

TEST(SpectraSurvey, PassesFitsverify)
{
    SOMNIUM_REQUIRE_PROGRAM("fitsverify");
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeSpectra(smallSurvey(), folder.path(), SpectraFormat::Tables, {}));
    for (const char *name : {"spectra-000.fits", "spectra-002.fits", "truth.fits"})
        EXPECT_EQ(test::fitsverifyComplaints(folder / name), "") << name;
}

} // namespace
} // namespace somnium::simulate
