// SPDX-License-Identifier: GPL-3.0-or-later
// Real libraries of spectra: every file is read, covers the wavelengths it should, and finds its row in the
// library's own tables. Odd files of other kinds, and halves of good ones, are problems and never a crash.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/io/spectrum_reader.h"
#include "core/io/table.h"
#include "core/sky/join.h"
#include "tests/support/real_data.h"

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;

std::vector<fs::path> filesBelow(const fs::path &folder, const std::string &ending = {})
{
    std::vector<fs::path> files;
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && (ending.empty() || entry.path().extension() == ending))
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string bytesOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

LoadedSpectra readBytes(std::string_view bytes, const fs::path &path)
{
    data::SourceOrigin origin;
    origin.file = path.string();
    return readSpectra(std::as_bytes(std::span(bytes.data(), bytes.size())), origin);
}

/// All spectra of some files; each problem is a failure.
std::vector<LoadedSpectrum> readAll(const std::vector<fs::path> &files)
{
    std::vector<LoadedSpectrum> all;
    for (const fs::path &path : files)
    {
        LoadedSpectra loaded = readBytes(bytesOf(path), path);
        for (const auto &problem : loaded.problems)
            ADD_FAILURE() << toString(problem);
        std::move(loaded.spectra.begin(), loaded.spectra.end(), std::back_inserter(all));
    }
    return all;
}

void expectRange(const LoadedSpectrum &loaded, double first, double last, double tolerance)
{
    const std::vector<double> &wavelengths = loaded.spectrum.wavelengthAngstrom;
    EXPECT_NEAR(wavelengths.front(), first, tolerance) << toString(loaded.origin);
    EXPECT_NEAR(wavelengths.back(), last, tolerance) << toString(loaded.origin);
}

std::size_t usablePixels(const data::Spectrum &spectrum)
{
    std::size_t usable = 0;
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        usable += spectrum.isUsable(i) ? 1U : 0U;
    return usable;
}

TEST(RealMiles, EveryStarIsRead)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra/miles_stars");
    const auto spectra = readAll(filesBelow(folder, ".fits"));
    ASSERT_EQ(spectra.size(), 656U);
    for (const LoadedSpectrum &loaded : spectra)
    {
        ASSERT_EQ(loaded.spectrum.size(), 4300U);
        expectRange(loaded, 3540.5, 3540.5 + 0.9 * 4299, 1e-6);
        EXPECT_EQ(usablePixels(loaded.spectrum), 4300U);
    }
}

TEST(RealPickles, EveryTypeIsRead)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra/pickles_stars");
    const auto spectra = readAll(filesBelow(folder, ".sed"));
    ASSERT_EQ(spectra.size(), 131U);
    for (const LoadedSpectrum &loaded : spectra)
    {
        ASSERT_EQ(loaded.spectrum.size(), 4773U);
        expectRange(loaded, 1145.0, 25005.0, 10.0);
    }
}

TEST(RealMiuscat, EveryPopulationIsRead)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra/ssp_miuscat");
    const auto spectra = readAll(filesBelow(folder, ".fits"));
    ASSERT_EQ(spectra.size(), 100U);
    for (const LoadedSpectrum &loaded : spectra)
    {
        ASSERT_EQ(loaded.spectrum.size(), 6672U);
        expectRange(loaded, 3464.9, 9468.8, 0.01); // as the header's text says
    }
}

TEST(RealSdss, SpectraComeWithErrorsMasksAndClasses)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra/sdss_cool_17");
    const auto spectra = readAll(filesBelow(folder, ".fits"));
    ASSERT_EQ(spectra.size(), 17U);
    std::map<std::string, int> classes;
    std::size_t mostlyGood = 0;
    for (const LoadedSpectrum &loaded : spectra)
    {
        const data::Spectrum &spectrum = loaded.spectrum;
        EXPECT_GT(spectrum.size(), 4500U);
        expectRange(loaded, 3580.0, 10320.0, 40.0);
        EXPECT_EQ(spectrum.medium, data::WavelengthMedium::Vacuum);
        EXPECT_TRUE(spectrum.hasErrors());
        EXPECT_TRUE(std::isfinite(spectrum.redshift));
        EXPECT_EQ("spec-" + spectrum.name + ".fits", fs::path(loaded.origin.file).filename().string());
        EXPECT_TRUE(std::isfinite(spectrum.raDeg) && std::isfinite(spectrum.decDeg));
        EXPECT_EQ(spectrum.fluxUnit, "1E-17 erg/cm^2/s/Ang");
        ++classes[loaded.objectClass.substr(0, loaded.objectClass.find(' '))];
        mostlyGood += 10 * usablePixels(spectrum) > 9 * spectrum.size() ? 1U : 0U;
    }
    EXPECT_EQ(classes.size(), 3U); // stars, galaxies, quasars
    EXPECT_EQ(mostlyGood, 15U);    // two have bad flats over all their length
}

TEST(RealSpex, EveryDwarfAndEveryModelIsRead)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra/spex_browndwarfs");
    const auto observed = readAll(filesBelow(folder / "SPEX-PRISM"));
    EXPECT_EQ(observed.size(), 1361U); // 1358 files, three of two apertures
    std::size_t withPosition = 0;
    for (const LoadedSpectrum &loaded : observed)
    {
        EXPECT_GE(loaded.spectrum.size(), 451U) << toString(loaded.origin);
        EXPECT_GT(loaded.spectrum.wavelengthAngstrom.front(), 6000.0) << toString(loaded.origin);
        EXPECT_LT(loaded.spectrum.wavelengthAngstrom.back(), 26000.0) << toString(loaded.origin);
        EXPECT_GT(loaded.spectrum.wavelengthAngstrom.back(), 23500.0) << toString(loaded.origin);
        withPosition += std::isfinite(loaded.spectrum.raDeg) ? 1U : 0U;
    }
    EXPECT_GT(withPosition, 700U);
    const auto models = readAll(filesBelow(folder / "models", ".txt"));
    EXPECT_EQ(models.size(), 574U);
    for (const LoadedSpectrum &loaded : models)
    {
        EXPECT_GE(loaded.spectrum.size(), 563U);
        EXPECT_GT(loaded.spectrum.wavelengthAngstrom.front(), 6400.0) << toString(loaded.origin);
        EXPECT_LT(loaded.spectrum.wavelengthAngstrom.back(), 26000.0) << toString(loaded.origin);
    }
}

data::Collection collectionOf(const std::vector<fs::path> &files)
{
    data::Collection collection;
    for (const fs::path &path : files)
    {
        data::Source source;
        source.id = path.stem().string();
        source.origin.file = path.string();
        collection.sources.push_back(source);
    }
    return collection;
}

/// The cell of a source's row.
std::string cellOf(const data::Collection &collection, const std::string &source, const std::string &column)
{
    for (std::size_t i = 0; i < collection.sources.size(); ++i)
        if (collection.sources[i].id == source)
            return collection.catalogue.columns().at(*collection.catalogue.find(column)).text(i);
    return "no such source";
}

TEST(RealMiles, TheTablesOfParametersJoinByTheNumberInTheFileName)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra/miles_stars");
    for (const char *name : {"MILES_params.db", "paramsMILES_v9.1.txt"})
    {
        const auto table = readTable(folder / name);
        ASSERT_TRUE(table) << table.error().message;
        EXPECT_EQ(table->rowCount(), 985U);
        data::Collection collection = collectionOf(filesBelow(folder, ".fits"));
        const auto report = sky::joinCatalogue(collection, *table);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->found, 655U) << report->message; // both tables have star 221 as "022."
        EXPECT_EQ(report->column, "MILES");
        EXPECT_EQ(cellOf(collection, "MILES_res2.50_star_m0777V", "Teff"), "5770") << name;
        EXPECT_EQ(cellOf(collection, "MILES_res2.50_star_m0777V", "[Fe/H]"), "-1.62") << name;
    }
}

TEST(RealSpex, TheTableOfSpectraJoinsByFileName)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra/spex_browndwarfs");
    const auto table = readTable(folder / "db" / "spectral_data.txt");
    ASSERT_TRUE(table) << table.error().message;
    data::Collection collection = collectionOf(filesBelow(folder / "SPEX-PRISM"));
    const auto report = sky::joinCatalogue(collection, *table);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->found, 1358U) << report->message;
    EXPECT_EQ(report->column, "DATA_FILE");
    EXPECT_EQ(cellOf(collection, "10004_10916", "SPEX_TYPE"), "T6.0");
}

/// Half of it, and more and less.
TEST(RealSpectra, TruncatedFilesAreSpectraOrProblems)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "spectra");
    const std::vector<fs::path> files = {filesBelow(folder / "miles_stars", ".fits").front(),
                                         filesBelow(folder / "ssp_miuscat", ".fits").front(),
                                         filesBelow(folder / "sdss_cool_17", ".fits").front(),
                                         filesBelow(folder / "spex_browndwarfs/SPEX-PRISM").front(),
                                         filesBelow(folder / "spex_browndwarfs/models").front(),
                                         filesBelow(folder / "pickles_stars", ".sed").front()};
    for (const fs::path &path : files)
    {
        const std::string bytes = bytesOf(path);
        constexpr std::size_t kCuts = 150;
        for (std::size_t i = 0; i < kCuts; ++i)
        {
            const std::size_t length = bytes.size() * i / kCuts;
            const LoadedSpectra loaded = readBytes(std::string_view(bytes).substr(0, length), path);
            ASSERT_FALSE(loaded.spectra.empty() && loaded.problems.empty())
                << path << ", " << length << " bytes";
            EXPECT_LE(loaded.spectra.size(), 1U) << path << ", " << length << " bytes";
        }
    }
}

TEST(RealFaults, EachFileIsSpectraOrAProblem)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "faults");
    std::size_t files = 0;
    std::size_t spectra = 0;
    std::size_t problems = 0;
    for (const fs::path &path : filesBelow(folder))
    {
        const LoadedSpectra loaded = readBytes(bytesOf(path), path);
        EXPECT_FALSE(loaded.spectra.empty() && loaded.problems.empty()) << path;
        for (const LoadedSpectrum &one : loaded.spectra)
            EXPECT_GT(usablePixels(one.spectrum), 0U) << path;
        ++files;
        spectra += loaded.spectra.size();
        problems += loaded.problems.size();
    }
    EXPECT_GT(files, 180U);
    std::cout << files << " files: " << spectra << " spectra, " << problems << " problems\n";
}

} // namespace
} // namespace somnium::io
