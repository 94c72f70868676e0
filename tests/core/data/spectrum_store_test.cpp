// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/spectrum_store.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::data
{
namespace
{

namespace fs = std::filesystem;
using test::TemporaryFolder;
using ::testing::HasSubstr;

SpectralGrid logGrid(std::size_t pixels)
{
    return {SpectralGrid::Scale::Log, 3800.0, 1e-4, pixels};
}

std::vector<float> randomValues(std::size_t count, double unit, Random &random)
{
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(unit * random.normal());
    return values;
}

void writeStore(const fs::path &path, const SpectralGrid &grid, bool hasWeights, std::span<const float> flux,
                std::span<const float> weight)
{
    auto writer = SpectrumStoreWriter::create(path, grid, hasWeights);
    ASSERT_TRUE(writer) << writer.error().message;
    for (std::size_t first = 0; first < flux.size(); first += grid.pixels)
        ASSERT_TRUE((*writer)->append(flux.subspan(first, grid.pixels),
                                      weight.empty() ? weight : weight.subspan(first, grid.pixels)));
    ASSERT_TRUE((*writer)->finish(77));
}

std::vector<char> bytesOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path &path, const std::vector<char> &bytes)
{
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

} // namespace

TEST(SpectralGrid, PixelAndWavelengthAreEachOthersInverse)
{
    for (const SpectralGrid &grid :
         {logGrid(4000), SpectralGrid{SpectralGrid::Scale::Linear, 3540.5, 0.9, 4300}})
        for (const double pixel : {0.0, 17.25, 3999.0})
            EXPECT_NEAR(grid.pixelOf(grid.at(pixel)), pixel, 1e-8);
    EXPECT_DOUBLE_EQ(logGrid(10001).at(10000.0), 38000.0);
}

TEST(SpectrumStore, KeepsElevenBitsOfEachValueWhateverItsUnit)
{
    test::forAll(20, [](Random &random) {
        const TemporaryFolder folder;
        const std::size_t pixels = 1 + random.below(200);
        const double unit = std::pow(10.0, random.uniform() * 50.0 - 30.0);
        const auto flux = randomValues(7 * pixels, unit, random);
        auto weight = randomValues(7 * pixels, 1.0 / unit, random);
        std::for_each(weight.begin(), weight.end(), [](float &value) { value = std::max(value, 0.0F); });
        writeStore(folder / "a.spectra", logGrid(pixels), true, flux, weight);
        const auto store = SpectrumStore::open(folder / "a.spectra", true);
        ASSERT_TRUE(store) << store.error().message;
        EXPECT_EQ((*store)->count(), 7U);
        EXPECT_EQ((*store)->grid(), logGrid(pixels));
        EXPECT_EQ((*store)->fingerprint(), 77U);
        for (std::size_t i = 0; i < 7; ++i)
        {
            const PreparedSpectrum read = (*store)->spectrum(i);
            const auto largest = [&](const std::vector<float> &all) {
                float result = 0.0F;
                for (std::size_t p = 0; p < pixels; ++p)
                    result = std::max(result, std::abs(all[i * pixels + p]));
                return result;
            };
            for (std::size_t p = 0; p < pixels; ++p)
            {
                const float expected = flux[i * pixels + p];
                ASSERT_NEAR(read.flux[p], expected,
                            std::max(std::abs(expected) * 0x1p-11F, largest(flux) * 0x1p-24F));
                const float expectedWeight = weight[i * pixels + p];
                ASSERT_NEAR(read.weight[p], expectedWeight,
                            std::max(expectedWeight * 0x1p-11F, largest(weight) * 0x1p-24F));
            }
        }
    });
}

TEST(SpectrumStore, WithoutWeightsEveryWeightIsOne)
{
    const TemporaryFolder folder;
    const std::vector<float> flux = {1.0F, -2.0F, 0.5F};
    writeStore(folder / "a.spectra", logGrid(3), false, flux, {});
    const auto store = SpectrumStore::open(folder / "a.spectra");
    ASSERT_TRUE(store);
    std::vector<float> values(3);
    std::vector<float> weights(3);
    (*store)->read(0, values, weights);
    EXPECT_EQ(values, flux);
    EXPECT_EQ(weights, std::vector<float>(3, 1.0F));
    EXPECT_TRUE((*store)->spectrum(0).weight.empty());
    EXPECT_FALSE((*store)->hasWeights());
}

TEST(SpectrumStore, RefusesWhatIsNotFinite)
{
    const TemporaryFolder folder;
    auto writer = SpectrumStoreWriter::create(folder / "a.spectra", logGrid(2), true);
    ASSERT_TRUE(writer);
    const float none = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE((*writer)->append(std::vector<float>{1.0F, none}, {}));
    EXPECT_FALSE((*writer)->append(std::vector<float>{1.0F, 1.0F}, std::vector<float>{1.0F, INFINITY}));
    EXPECT_FALSE((*writer)->append(std::vector<float>{1.0F}, {}));
    EXPECT_EQ((*writer)->count(), 0U);
}

TEST(SpectrumStore, UnfinishedLeavesNothingBehind)
{
    const TemporaryFolder folder;
    {
        auto writer = SpectrumStoreWriter::create(folder / "a.spectra", logGrid(2), false);
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->append(std::vector<float>{1.0F, 2.0F}, {}));
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(SpectrumStore, GoesOnAfterWhatWasKeptAndEndsInTheSameBytes)
{
    test::forAll(20, [](Random &random) {
        const TemporaryFolder folder;
        const SpectralGrid grid = logGrid(1 + random.below(70));
        const bool hasWeights = random.below(2) == 0;
        const std::size_t count = 1 + random.below(9);
        const auto flux = randomValues(count * grid.pixels, 1.0, random);
        const auto weight = randomValues(count * grid.pixels, 1.0, random);
        writeStore(folder / "whole", grid, hasWeights, flux, weight);
        const auto append = [&](SpectrumStoreWriter &writer, std::size_t i) {
            const auto row = [&](const std::vector<float> &values) {
                return std::span(values).subspan(i * grid.pixels, grid.pixels);
            };
            ASSERT_TRUE(writer.append(row(flux), row(weight)));
        };
        KeptSamples kept;
        {
            const auto writer = SpectrumStoreWriter::createKept(folder / "parts", grid, hasWeights).value();
            const std::size_t first = random.below(static_cast<std::uint32_t>(count + 1));
            for (std::size_t i = 0; i < first; ++i)
                append(*writer, i);
            kept = writer->keep().value();
            EXPECT_EQ(kept.count, first);
            if (first < count) // not kept any more
                append(*writer, first);
        }
        EXPECT_FALSE(fs::exists(folder / "parts"));
        const auto writer = SpectrumStoreWriter::resume(folder / "parts", grid, hasWeights, kept, {});
        ASSERT_TRUE(writer) << writer.error().message;
        for (std::size_t i = kept.count; i < count; ++i)
            append(**writer, i);
        ASSERT_TRUE((*writer)->finish(77));
        EXPECT_EQ(bytesOf(folder / "parts") == bytesOf(folder / "whole"), true);
        EXPECT_FALSE(fs::exists(SampleStoreWriter::partOf(folder / "parts")));
    });
}

TEST(SpectrumStore, DoesNotGoOnAfterAnythingElse)
{
    const TemporaryFolder folder;
    const SpectralGrid grid = logGrid(30);
    const fs::path path = folder / "store";
    const fs::path part = SampleStoreWriter::partOf(path);
    const std::vector<float> flux(30, 1.5F);
    KeptSamples kept;
    {
        const auto writer = SpectrumStoreWriter::createKept(path, grid, false).value();
        ASSERT_TRUE(writer->append(flux, {}));
        kept = writer->keep().value();
    }
    const auto resume = [&](const SpectralGrid &wanted, bool hasWeights = false) {
        return SpectrumStoreWriter::resume(path, wanted, hasWeights, kept, {});
    };
    ASSERT_TRUE(resume(grid));
    EXPECT_EQ(resume(logGrid(31)).error().kind, ErrorKind::Malformed);
    EXPECT_EQ(resume(grid, true).error().kind, ErrorKind::Malformed) << "rows are longer with weights";
    std::stop_source stop;
    stop.request_stop();
    JobContext context;
    context.stop = stop.get_token();
    EXPECT_EQ(SpectrumStoreWriter::resume(path, grid, false, kept, context).error().kind,
              ErrorKind::Cancelled);
    std::vector<char> bytes = bytesOf(part);
    bytes[140] ^= 1;
    write(part, bytes);
    EXPECT_EQ(resume(grid).error().kind, ErrorKind::Malformed);
    bytes.resize(100);
    write(part, bytes);
    EXPECT_EQ(resume(grid).error().kind, ErrorKind::Malformed);
    fs::remove(part);
    EXPECT_EQ(resume(grid).error().kind, ErrorKind::NotFound);
}

TEST(SpectrumStore, RefusesEveryTruncationAndEveryChangedByte)
{
    const TemporaryFolder folder;
    writeStore(folder / "a.spectra", logGrid(3), false, std::vector<float>{1, 2, 3, 4, 5, 6}, {});
    const std::vector<char> whole = bytesOf(folder / "a.spectra");
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        write(folder / "b.spectra", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        EXPECT_FALSE(SpectrumStore::open(folder / "b.spectra")) << size;
    }
    for (std::size_t place = 0; place < whole.size(); ++place)
    {
        if (place >= 80 && place < 128)
            continue; // room of the header
        std::vector<char> changed = whole;
        changed[place] = static_cast<char>(changed[place] ^ 1);
        write(folder / "b.spectra", changed);
        EXPECT_FALSE(SpectrumStore::open(folder / "b.spectra", true)) << place;
    }
}

TEST(SpectrumStore, ErrorsNameTheFileWhatWasExpectedAndFound)
{
    const TemporaryFolder folder;
    write(folder / "a.spectra", std::vector<char>(200, 'x'));
    const auto store = SpectrumStore::open(folder / "a.spectra");
    ASSERT_FALSE(store);
    EXPECT_THAT(store.error().message, HasSubstr("a.spectra: expected a spectrum store"));
    const auto writer = SpectrumStoreWriter::create(folder / "b.spectra", {}, false);
    ASSERT_FALSE(writer);
    EXPECT_THAT(writer.error().message, HasSubstr("expected 1 to 2^28 pixels, found 0"));
}

} // namespace somnium::data
