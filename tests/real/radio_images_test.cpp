// SPDX-License-Identifier: GPL-3.0-or-later
// Real radio surveys: every source is read, and lies on the sky where its file name says.
#include <atomic>
#include <cmath>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "tests/support/real_data.h"

namespace somnium::io
{
namespace
{

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

} // namespace
} // namespace somnium::io
