// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <fstream>
#include <stop_token>

#include <gtest/gtest.h>

#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/io/table.h"
#include "core/simulate/radio.h"
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

constexpr RadioSurveyParams kSmall = {.count = 30, .side = 32, .seed = 3, .odd = 3};

TEST(RadioSurvey, IsReadBackFromFilesAndFromATar)
{
    const test::TemporaryFolder folder;
    for (const bool asTar : {false, true})
    {
        const fs::path out = folder / (asTar ? "tar" : "files");
        const auto written = writeRadioSurvey(kSmall, out, asTar, {});
        ASSERT_TRUE(written) << written.error().message;
        const auto truth = io::readTable(out / "truth.fits");
        ASSERT_TRUE(truth) << truth.error().message;
        ASSERT_EQ(truth->rowCount(), kSmall.count);
        const auto &columns = truth->columns();
        const auto column = [&](std::string_view name) -> const data::Column & {
            return columns[truth->find(name).value()];
        };

        fs::path images = asTar ? out / "images.tar" : out;
        const auto found = io::findFiles({images}, {});
        EXPECT_TRUE(found.problems.empty());
        std::size_t read = 0;
        for (const io::FoundFile &file : found.files)
        {
            const std::string name = asTar ? file.member : fs::path(file.file).filename().string();
            if (name == "truth.fits")
                continue;
            const auto bytes = io::readFile(file);
            ASSERT_TRUE(bytes) << bytes.error().message;
            const io::LoadedFile loaded = io::readImages(*bytes, {file.file, file.member, 1, 0});
            ASSERT_EQ(loaded.images.size(), 1U) << name;
            std::size_t row = 0;
            while (row < kSmall.count && column("filename").text(row) != name)
                ++row;
            ASSERT_LT(row, kSmall.count) << name;
            const RadioSource source = simulateRadioSource(kSmall, row);
            EXPECT_EQ(loaded.images[0].image, source.image);
            EXPECT_EQ(loaded.images[0].objectName, source.name);
            EXPECT_FALSE(loaded.images[0].wcsCards.empty());
            EXPECT_EQ(column("id").text(row), source.name);
            EXPECT_EQ(column("class").text(row), toString(source.radioClass));
            EXPECT_EQ(column("odd").number(row), isOdd(source.radioClass) ? 1.0 : 0.0);
            EXPECT_EQ(column("ra").number(row), source.raDeg);
            EXPECT_EQ(column("redshift").number(row), source.redshift);
            ++read;
        }
        EXPECT_EQ(read, kSmall.count);
        EXPECT_EQ(column("size").unit, "arcsec");
        EXPECT_EQ(column("flux").unit, "mJy");
    }
}

TEST(RadioSurvey, HasTheSameBytesForAnyNumberOfThreads)
{
    const test::TemporaryFolder folder;
    for (const unsigned threads : {1U, 4U})
    {
        JobContext context;
        context.threads = threads;
        ASSERT_TRUE(writeRadioSurvey(kSmall, folder / std::to_string(threads), true, context));
    }
    EXPECT_EQ(contentOf(folder / "1/images.tar"), contentOf(folder / "4/images.tar"));
    EXPECT_EQ(contentOf(folder / "1/truth.fits"), contentOf(folder / "4/truth.fits"));
}

TEST(RadioSurvey, SaysInEveryHeaderThatItIsSimulated)
{
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeRadioSurvey(kSmall, folder.path(), false, {}));
    const std::string file = contentOf(folder / (simulateRadioSource(kSmall, 4).name + ".fits"));
    for (const char *words : {"ORIGIN  = 'SIMULATED'", "BUNIT   = 'mJy/beam'", "HISTORY Simulated by Somnium",
                              "seed 3, source 4", "BMAJ", "CHECKSUM"})
        EXPECT_NE(file.find(words), std::string::npos) << words;
}

TEST(RadioSurvey, ReportsProgressAndCanBeStopped)
{
    const test::TemporaryFolder folder;
    std::stop_source stop;
    std::size_t reports = 0;
    JobContext context;
    context.stop = stop.get_token();
    context.onProgress = [&](const Progress &progress) {
        ++reports;
        EXPECT_EQ(progress.total, 1000U);
        if (progress.done > 100)
            stop.request_stop();
    };
    RadioSurveyParams params = kSmall;
    params.count = 1000;
    const auto written = writeRadioSurvey(params, folder.path(), true, context);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::Cancelled);
    EXPECT_GE(reports, 2U);
    EXPECT_TRUE(fs::is_empty(folder.path())) << "neither a part of a tar nor a truth without images";
}

TEST(RadioSurvey, InAPlaceThatCannotBeWrittenSaysSo)
{
    const test::TemporaryFolder folder;
    std::ofstream(folder / "file") << "x";
    EXPECT_EQ(writeRadioSurvey(kSmall, folder / "file/below", true, {}).error().kind, ErrorKind::WriteFailed);
    EXPECT_EQ(writeRadioSurvey({.count = 0}, folder.path(), true, {}).error().kind,
              ErrorKind::InvalidArgument);
}

TEST(SampleSurvey, IsMadeOnce)
{
    const test::TemporaryFolder folder;
    setenv("XDG_CACHE_HOME", folder.path().c_str(), 1); // NOLINT: one thread
    const auto first = sampleSurvey({});
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(fs::exists(first->images));
    EXPECT_TRUE(first->images.string().starts_with(folder.path().string())) << first->images;
    EXPECT_EQ(io::readTable(first->truth)->rowCount(), RadioSurveyParams{}.count);
    const auto time = fs::last_write_time(first->images);
    const auto second = sampleSurvey({});
    ASSERT_TRUE(second);
    EXPECT_EQ(fs::last_write_time(second->images), time);
}

} // namespace
} // namespace somnium::simulate
