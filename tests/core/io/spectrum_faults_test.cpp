// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with files of spectra is said, and what is right with them is read again.
#include <algorithm>
#include <cmath>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/spectrum_reader.h"
#include "tests/core/io/spectrum_files.h"
#include "tests/support/property.h"

namespace somnium::io
{
namespace
{

using ::testing::HasSubstr;

LoadedSpectra read(const std::string &bytes)
{
    data::SourceOrigin origin;
    origin.file = "file";
    return readSpectra(bytesOf(bytes), origin);
}

std::string onlyProblem(const std::string &bytes)
{
    const LoadedSpectra file = read(bytes);
    EXPECT_TRUE(file.spectra.empty());
    EXPECT_EQ(file.problems.size(), 1U);
    return file.problems.empty() ? "" : toString(file.problems.front());
}

/// What every spectrum that is handed on keeps.
void expectSound(const LoadedSpectrum &loaded)
{
    const data::Spectrum &spectrum = loaded.spectrum;
    const std::size_t pixels = spectrum.flux.size();
    ASSERT_GE(pixels, 2U);
    ASSERT_EQ(spectrum.wavelengthAngstrom.size(), pixels);
    EXPECT_TRUE(spectrum.error.empty() || spectrum.error.size() == pixels);
    EXPECT_TRUE(spectrum.mask.empty() || spectrum.mask.size() == pixels);
    std::size_t usable = 0;
    for (std::size_t i = 0; i < pixels; ++i)
    {
        ASSERT_TRUE(std::isfinite(spectrum.wavelengthAngstrom[i]) && spectrum.wavelengthAngstrom[i] > 0.0);
        ASSERT_TRUE(i == 0 || spectrum.wavelengthAngstrom[i] > spectrum.wavelengthAngstrom[i - 1]);
        usable += spectrum.isUsable(i) ? 1U : 0U;
    }
    EXPECT_GT(usable, 0U);
}

bool isSame(const data::Spectrum &a, const data::Spectrum &b)
{
    const auto equal = [](const auto &x, const auto &y) {
        return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](auto p, auto q) {
            return p == q || (std::isnan(static_cast<double>(p)) && std::isnan(static_cast<double>(q)));
        });
    };
    return equal(a.wavelengthAngstrom, b.wavelengthAngstrom) && equal(a.flux, b.flux) &&
           equal(a.error, b.error) && equal(a.mask, b.mask) && a.name == b.name && a.medium == b.medium;
}

TEST(SpectrumComparison, ToldApartAreNanMaskAndLength)
{
    data::Spectrum a;
    a.wavelengthAngstrom = {1, 2};
    a.flux = {1, std::nanf("")};
    data::Spectrum b = a;
    EXPECT_TRUE(isSame(a, b));
    b.flux[1] = 2;
    EXPECT_FALSE(isSame(a, b));
    b = a;
    b.mask = {0, 0};
    EXPECT_FALSE(isSame(a, b));
    b = a;
    b.flux.pop_back();
    EXPECT_FALSE(isSame(a, b));
}

TEST(SpectrumFiles, EachSpectrumIsReadAgainByItsPlace)
{
    for (const auto &[name, bytes] : spectrumFiles())
    {
        SCOPED_TRACE(name);
        const LoadedSpectra file = read(bytes);
        EXPECT_FALSE(file.spectra.empty());
        for (const LoadedSpectrum &loaded : file.spectra)
        {
            expectSound(loaded);
            const auto again = readSpectrum(bytesOf(bytes), loaded.origin);
            ASSERT_TRUE(again) << again.error().message;
            EXPECT_EQ(again->origin, loaded.origin);
            EXPECT_TRUE(isSame(again->spectrum, loaded.spectrum));
        }
        data::SourceOrigin beyond = file.spectra.back().origin;
        beyond.index += 1000;
        EXPECT_FALSE(readSpectrum(bytesOf(bytes), beyond));
    }
}

TEST(SpectrumFiles, TheReceiverCanEndTheReading)
{
    std::size_t taken = 0;
    SpectrumReceiver receiver;
    receiver.onSpectrum = [&taken](LoadedSpectrum &&) { return ++taken < 2; };
    receiver.onProblem = [](data::ImportProblem &&problem) { ADD_FAILURE() << toString(problem); };
    for (const std::string &bytes : {gaiaTable(), mangaCube(), mastar()})
    {
        taken = 0;
        data::SourceOrigin origin;
        visitSpectra(bytesOf(bytes), origin, {}, receiver);
        EXPECT_EQ(taken, 2U);
    }
}

std::string packed(const std::string &text, int (*addFilter)(archive *))
{
    std::string buffer(text.size() + 10'000, '\0');
    std::size_t used = 0;
    archive *writer = archive_write_new();
    addFilter(writer);
    archive_write_set_format_raw(writer);
    archive_write_open_memory(writer, buffer.data(), buffer.size(), &used);
    archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, "data");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    archive_write_data(writer, text.data(), text.size());
    archive_entry_free(entry);
    archive_write_close(writer);
    archive_write_free(writer);
    buffer.resize(used);
    return buffer;
}

TEST(SpectrumFiles, AreTheSameInsideCompressedFiles)
{
    for (const auto addFilter : {archive_write_add_filter_gzip, archive_write_add_filter_xz})
        for (const auto &[name, bytes] : spectrumFiles())
        {
            const LoadedSpectra plain = read(bytes);
            const LoadedSpectra unpacked = read(packed(bytes, addFilter));
            ASSERT_EQ(unpacked.spectra.size(), plain.spectra.size()) << name;
            for (std::size_t i = 0; i < plain.spectra.size(); ++i)
                EXPECT_TRUE(isSame(unpacked.spectra[i].spectrum, plain.spectra[i].spectrum)) << name;
        }
}

TEST(SpectrumFaults, NoWavelength)
{
    FitsText image;
    image.image({5}, bumps(5));
    EXPECT_THAT(onlyProblem(image.bytes()), HasSubstr("HDU 1: expected wavelengths"));
    FitsText table;
    table.table({{"flux", "E", "", oneEach(bumps(5)), {}}});
    EXPECT_THAT(onlyProblem(table.bytes()), HasSubstr("expected columns of wavelength and flux, found flux"));
    FitsText sky;
    sky.image({5, 4}, bumps(20), {"CTYPE1 = 'RA---TAN'", "CRVAL1 = 10.0", "CDELT1 = 1.0"});
    EXPECT_THAT(onlyProblem(sky.bytes()), HasSubstr("CTYPE1 = 'RA---TAN'"));
    FitsText cube;
    cube.image({3, 3, 30}, std::vector<double>(270, 1.0),
               {"CTYPE3 = 'VRAD'", "CRVAL3 = 1.0", "CDELT3 = 1.0"});
    EXPECT_THAT(onlyProblem(cube.bytes()), HasSubstr("a cube of 3 x 3 x 30"));
    FitsText none;
    none.header();
    EXPECT_THAT(onlyProblem(none.bytes()), HasSubstr("HDU 1: NAXIS = 0"));
}

TEST(SpectrumFaults, UnitsThatAreNoWavelengths)
{
    FitsText velocity;
    velocity.image({5}, bumps(5), {"CRVAL1 = 100.0", "CDELT1 = 1.0", "CUNIT1 = 'km/s'"});
    EXPECT_THAT(onlyProblem(velocity.bytes()), HasSubstr("found the unit 'km/s'"));
    FitsText table;
    table.table({{"WAVE", "3E", "pixel", {{1, 2, 3}}, {}}, {"FLUX", "3E", "", {{1, 2, 3}}, {}}});
    EXPECT_THAT(onlyProblem(table.bytes()), HasSubstr("found the unit 'pixel'"));
}

TEST(SpectrumFaults, NumbersThatCannotBe)
{
    const auto table = [](std::vector<double> wave, std::vector<double> flux, std::vector<double> error) {
        FitsText file;
        file.table({{"wave", "D", "Angstrom", oneEach(wave), {}},
                    {"flux", "D", "", oneEach(flux), {}},
                    {"err", "D", "", oneEach(error), {}}});
        return file.bytes();
    };
    const std::vector<double> wave = {4000, 4001, 4002};
    const std::vector<double> ones = {1, 1, 1};
    const double nan = std::nan("");
    EXPECT_EQ(read(table(wave, ones, ones)).spectra.size(), 1U);
    EXPECT_THAT(onlyProblem(table(wave, {nan, nan, nan}, ones)), HasSubstr("3 pixels without a flux"));
    EXPECT_THAT(onlyProblem(table(wave, ones, {-1, -1, 0})), HasSubstr("2 of 3 below 0 and none above"));
    EXPECT_THAT(onlyProblem(table({4000, -1, 4002}, ones, ones)), HasSubstr("-1 at pixel 2"));
    EXPECT_THAT(onlyProblem(table({4000, 4000, 4002}, ones, ones)),
                HasSubstr("every wavelength once, found 4000 Angstrom at pixels 1 and 2"));
    EXPECT_THAT(onlyProblem(table({nan, nan, nan}, ones, ones)), HasSubstr("3 of 3 that are not"));
    EXPECT_THAT(onlyProblem(table({4000}, {1}, {1})), HasSubstr("at least 2 pixels, found 1"));
    EXPECT_THAT(onlyProblem(table(wave, {nan, 1, nan}, {1, 0, 1})), HasSubstr("all masked"));

    const LoadedSpectra sorted = read(table({4002, 4000, 4001}, {3, 1, 2}, ones));
    ASSERT_EQ(sorted.spectra.size(), 1U);
    EXPECT_EQ(sorted.spectra[0].spectrum.flux, (std::vector<float>{1, 2, 3}));
    EXPECT_THAT(sorted.spectra[0].note, HasSubstr("sorted"));
    const LoadedSpectra unknown = read(table(wave, ones, {0, 0, nan}));
    ASSERT_EQ(unknown.spectra.size(), 1U);
    EXPECT_FALSE(unknown.spectra[0].spectrum.hasErrors());
    EXPECT_THAT(unknown.spectra[0].note, HasSubstr("no errors"));
    const LoadedSpectra filled = read(table({4000, 4001, 0}, ones, ones));
    ASSERT_EQ(filled.spectra.size(), 1U);
    EXPECT_EQ(filled.spectra[0].spectrum.size(), 2U);
}

TEST(SpectrumFaults, SizesThatDoNotFit)
{
    FitsText lengths;
    lengths.table({{"WAVE", "4E", "nm", {{1, 2, 3, 4}}, {}}, {"FLUX", "3E", "", {{1, 2, 3}}, {}}});
    EXPECT_THAT(onlyProblem(lengths.bytes()), HasSubstr("as many wavelengths as fluxes, 3, found 4"));
    for (const char *dimension : {"(99999999,999999999)", "(2,1)", "()", "(-4)", "4", "(2,2)"})
    {
        FitsText absurd;
        absurd.table({{"WAVE", "4E", "nm", {{1, 2, 3, 4}}, {}}, {"FLUX", "4E", "", {{1, 2, 3, 4}}, {}}},
                     {"TDIM2 = '" + std::string(dimension) + "'"});
        EXPECT_THAT(onlyProblem(absurd.bytes()), HasSubstr("TDIM2")) << dimension;
    }
    const auto replaced = [](std::string bytes, const std::string &from, const std::string &to) {
        const std::size_t place = bytes.find(from);
        EXPECT_NE(place, std::string::npos);
        return bytes.replace(place, from.size(), to);
    };
    const std::string good = mastar();
    EXPECT_THAT(onlyProblem(replaced(good, "'8D'", "'9D'")), HasSubstr("rows of"));
    EXPECT_THAT(onlyProblem(replaced(good, "'8D'" + std::string(20, ' '), "'888888888888888888888D'")),
                HasSubstr("TFORM4"));
    const LoadedSpectra more =
        read(replaced(good, "NAXIS2  =                    2", "NAXIS2  =          99999999999"));
    EXPECT_EQ(more.spectra.size(), 2U);
    ASSERT_FALSE(more.problems.empty());
    EXPECT_THAT(toString(more.problems.back()), HasSubstr("expected 99999999999 rows"));
}

TEST(SpectrumFaults, AnErrorOfOneSpectrumIsNotThatOfOthers)
{
    FitsText file;
    file.table({{"ID", "J", "", {{1}, {2}, {3}}, {}},
                {"WAVE", "3E", "nm", {{500, 501, 502}, {500, 500, 502}, {500, 501, 502}}, {}},
                {"FLUX", "3E", "", {{1, 2, 3}, {1, 2, 3}, {4, 5, 6}}, {}}});
    const LoadedSpectra read3 = read(file.bytes());
    EXPECT_EQ(read3.spectra.size(), 2U);
    ASSERT_EQ(read3.problems.size(), 1U);
    EXPECT_EQ(read3.problems[0].origin.index, 1U);
    EXPECT_THAT(toString(read3.problems[0]), HasSubstr("(spectrum 2)"));
}

TEST(SpectrumFaults, TruncatedAnywhereAFileIsSpectraOrAProblem)
{
    for (const auto &[name, bytes] : spectrumFiles())
    {
        SCOPED_TRACE(name);
        const LoadedSpectra whole = read(bytes);
        const std::size_t step = bytes.size() > 2000 ? 97 : 1;
        for (std::size_t length = 0; length < bytes.size(); length += step)
        {
            const LoadedSpectra cut = read(bytes.substr(0, length));
            ASSERT_FALSE(cut.spectra.empty() && cut.problems.empty()) << length;
            // A fibre without weight is a problem, but only where its weights are still there.
            EXPECT_LE(cut.spectra.size(), whole.spectra.size() + whole.problems.size()) << length;
            for (const LoadedSpectrum &loaded : cut.spectra)
                expectSound(loaded);
        }
    }
}

TEST(SpectrumFaults, DamagedFilesAreSpectraOrProblems)
{
    const auto files = spectrumFiles();
    test::forAll(600, [&files](Random &random) {
        const auto &[name, good] = files[random.below(static_cast<std::uint32_t>(files.size()))];
        SCOPED_TRACE(name);
        std::string bytes = good;
        const std::size_t changes = 1 + random.below(6);
        for (std::size_t i = 0; i < changes; ++i)
        {
            // Headers decide most; half of the damage goes there.
            const std::size_t end =
                random.below(2) == 0 ? std::min<std::size_t>(bytes.size(), 8640) : bytes.size();
            const std::uint32_t value =
                random.below(3) == 0 ? std::uint32_t{'0'} + random.below(10) : random.below(256);
            bytes[random.below(static_cast<std::uint32_t>(end))] = static_cast<char>(value);
        }
        const LoadedSpectra file = read(bytes);
        ASSERT_FALSE(file.spectra.empty() && file.problems.empty());
        for (const LoadedSpectrum &loaded : file.spectra)
            expectSound(loaded);
    });
}

} // namespace
} // namespace somnium::io
