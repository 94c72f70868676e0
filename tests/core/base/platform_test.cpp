// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/platform.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

TEST(MappedFile, ShowsTheBytesAndSurvivesAMove)
{
    const test::TemporaryFolder folder;
    std::ofstream(folder / "a.bin") << "abc";
    auto opened = MappedFile::open(folder / "a.bin");
    ASSERT_TRUE(opened) << opened.error().message;
    const MappedFile moved = std::move(*opened);
    ASSERT_EQ(moved.bytes().size(), 3U);
    EXPECT_EQ(moved.bytes()[2], std::byte{'c'});
}

TEST(MappedFile, AnEmptyFileIsEmpty)
{
    const test::TemporaryFolder folder;
    std::ofstream(folder / "empty.bin").close();
    const auto opened = MappedFile::open(folder / "empty.bin");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(opened->bytes().empty());
}

TEST(MappedFile, AMissingFileOrAFolderIsAnErrorThatNamesIt)
{
    const test::TemporaryFolder folder;
    const auto missing = MappedFile::open(folder / "missing.bin");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    EXPECT_NE(missing.error().message.find("missing.bin"), std::string::npos);
    EXPECT_FALSE(MappedFile::open(folder.path()));
}

TEST(Platform, TellsTheResidentSize)
{
    EXPECT_GT(peakResidentBytes(), std::size_t{1} << 20U);
    EXPECT_GT(residentBytes(), std::size_t{1} << 20U);
}

} // namespace
} // namespace somnium
