// SPDX-License-Identifier: GPL-3.0-or-later
// Real radio surveys: every source is read, and lies on the sky where its file name says.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/sky/position.h"
#include "core/sky/wcs.h"
#include "tests/support/real_data.h"

namespace somnium::io
{
namespace
{

/// Names are rounded to 3.6 arcsec. Three sources lie 9 arcsec from theirs by their own headers (astropy
/// agrees).
constexpr double kNameArcsec = 4.0;
constexpr double kWorstArcsec = 10.0;

/// All images of some paths in the order of the files, and all problems.
LoadedFile readAll(const std::vector<std::filesystem::path> &paths, unsigned threads = 2)
{
    JobContext context;
    context.threads = threads;
    const FoundFiles found = findFiles(paths, context);
    std::vector<LoadedFile> perFile(found.files.size());
    const bool isComplete =
        visitFiles(found.files, context, [&](std::size_t i, const Result<std::span<const std::byte>> &bytes) {
            ASSERT_TRUE(bytes) << bytes.error().message;
            data::SourceOrigin origin;
            origin.file = found.files[i].file;
            origin.member = found.files[i].member;
            perFile[i] = readImages(*bytes, origin);
        });
    EXPECT_TRUE(isComplete);
    LoadedFile all;
    all.problems = found.problems;
    for (LoadedFile &file : perFile)
    {
        std::move(file.images.begin(), file.images.end(), std::back_inserter(all.images));
        std::move(file.problems.begin(), file.problems.end(), std::back_inserter(all.problems));
    }
    return all;
}

TEST(RealMiraBest, AllSourcesOfFoldersAndTarsAreRead)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    const LoadedFile all = readAll({folder});
    for (const auto &problem : all.problems)
        ADD_FAILURE() << toString(problem);
    ASSERT_EQ(all.images.size(), 900U);
    std::size_t members = 0;
    for (const LoadedImage &loaded : all.images)
    {
        EXPECT_EQ(loaded.image.shape(), (data::ImageShape{1, 150, 150})) << toString(loaded.origin);
        EXPECT_FALSE(loaded.wcsCards.empty()) << toString(loaded.origin);
        members += loaded.origin.member.empty() ? 0U : 1U;
    }
    EXPECT_EQ(members, 450U);
}

/// "100_127.912+022.573_0.0869_0133.07.fits" -> 127.912, 22.573.
std::optional<sky::SkyPosition> positionInName(const std::string &name)
{
    const std::size_t start = name.find('_') + 1;
    const std::size_t end = name.find('_', start);
    const std::string both = name.substr(start, end - start);
    const std::size_t sign = both.find_first_of("+-");
    if (start == 0 || end == std::string::npos || sign == std::string::npos)
        return std::nullopt;
    return sky::SkyPosition{std::stod(both.substr(0, sign)), std::stod(both.substr(sign))};
}

TEST(RealMiraBest, SourcesLieWhereTheirNamesSay)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    double worstArcsec = 0.0;
    std::size_t compared = 0;
    std::size_t apart = 0;
    for (const LoadedImage &loaded : readAll({folder}).images)
    {
        const std::string path = loaded.origin.member.empty() ? loaded.origin.file : loaded.origin.member;
        const std::string name = path.substr(path.find_last_of('/') + 1);
        const auto expected = positionInName(name);
        ASSERT_TRUE(expected) << name;
        const auto wcs = sky::Wcs::fromCards(loaded.wcsCards);
        ASSERT_TRUE(wcs) << name << ": " << wcs.error().message;
        EXPECT_NEAR(wcs->pixelScaleArcsec(), 1.8, 0.01) << name;
        const auto found = wcs->toSky({.row = 74.5, .column = 74.5});
        ASSERT_TRUE(found) << name;
        const double arcsec = sky::separationDeg(*found, *expected) * 3600.0;
        worstArcsec = std::max(worstArcsec, arcsec);
        EXPECT_LT(arcsec, kWorstArcsec) << name;
        apart += arcsec > kNameArcsec ? 1U : 0U;
        ++compared;
    }
    EXPECT_EQ(compared, 900U);
    EXPECT_EQ(apart, 3U);
    std::cout << "largest distance between WCS centre and name: " << worstArcsec << " arcsec\n";
}

TEST(RealMiraBest, ThreadsDoNotChangeWhatIsRead)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/mirabest");
    const std::vector<std::filesystem::path> paths = {folder / "tars" / "mirabest-full.1.tar"};
    const LoadedFile one = readAll(paths, 1);
    const LoadedFile four = readAll(paths, 4);
    ASSERT_EQ(one.images.size(), 90U);
    ASSERT_EQ(four.images.size(), 90U);
    for (std::size_t i = 0; i < one.images.size(); ++i)
    {
        EXPECT_EQ(one.images[i].origin, four.images[i].origin);
        const auto a = std::as_bytes(one.images[i].image.pixels());
        const auto b = std::as_bytes(four.images[i].image.pixels());
        EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
}

TEST(RealFrDeep, BothSurveysAreRead)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/frdeep");
    const LoadedFile first = readAll({folder / "FIRST"});
    const LoadedFile nvss = readAll({folder / "NVSS"});
    for (const LoadedFile *survey : {&first, &nvss})
        for (const auto &problem : survey->problems)
            ADD_FAILURE() << toString(problem);
    EXPECT_EQ(first.images.size(), 150U);
    EXPECT_EQ(nvss.images.size(), 150U);
    const auto scale = [](const LoadedImage &image) {
        return sky::Wcs::fromCards(image.wcsCards).value().pixelScaleArcsec();
    };
    EXPECT_NEAR(scale(first.images.front()), 1.8, 0.01);
    EXPECT_NEAR(scale(nvss.images.front()), 15.0, 0.1);
}

TEST(RealRadioGalaxyDataset, TheArrayIsReadImageByImage)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/radiogalaxydataset");
    const LoadedFile loaded = readAll({folder / "images.npy"});
    EXPECT_TRUE(loaded.problems.empty());
    ASSERT_EQ(loaded.images.size(), 1638U);
    EXPECT_EQ(loaded.images.back().origin.index, 1637U);
    EXPECT_EQ(loaded.images.back().image.shape(), (data::ImageShape{1, 128, 128}));
}

} // namespace
} // namespace somnium::io
