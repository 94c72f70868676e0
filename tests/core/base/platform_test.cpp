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

TEST(SharedLibrary, FindsWhatTheLibraryShows)
{
    const auto library = SharedLibrary::open(sharedLibraryFile("sqlite3_nobody_has_this"));
    ASSERT_FALSE(library);
    EXPECT_EQ(library.error().kind, ErrorKind::NotFound);
    EXPECT_NE(library.error().message.find("sqlite3_nobody_has_this"), std::string::npos);
#ifdef __linux__
    const auto own = SharedLibrary::open("libc.so.6");
    ASSERT_TRUE(own) << own.error().message;
    const auto function = own->symbol("abs");
    ASSERT_TRUE(function) << function.error().message;
    EXPECT_EQ(reinterpret_cast<int (*)(int)>(*function)(-7), 7); // NOLINT: dlsym's way
    const auto none = own->symbol("noSuchFunction");
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("has no noSuchFunction"), std::string::npos);
#endif
}

TEST(SharedLibrary, AFileThatIsMissingOrNoneIsAnErrorThatNamesIt)
{
    const test::TemporaryFolder folder;
    const auto missing = SharedLibrary::open(folder / "missing.so");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
    EXPECT_NE(missing.error().message.find("missing.so"), std::string::npos);
    std::ofstream(folder / "text.so") << "no library";
    const auto text = SharedLibrary::open(folder / "text.so");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, ErrorKind::Unreadable);
    EXPECT_NE(text.error().message.find("text.so"), std::string::npos);
}

TEST(Platform, KnowsTheFolderOfTheProgram)
{
    const auto folder = executableFolder();
    if (folder.empty())
        GTEST_SKIP() << "this system does not tell";
    EXPECT_TRUE(std::filesystem::is_directory(folder));
}

TEST(Platform, TellsTheResidentSize)
{
    EXPECT_GT(peakResidentBytes(), std::size_t{1} << 20U);
    EXPECT_GT(residentBytes(), std::size_t{1} << 20U);
}

} // namespace
} // namespace somnium
