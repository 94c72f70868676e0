// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"

#include <fstream>
#include <iterator>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

std::string contents(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t filesIn(const std::filesystem::path &folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(AtomicFile, ReplacesTheOldFileAndLeavesNoTemporary)
{
    const test::TemporaryFolder folder;
    ASSERT_TRUE(replaceFile(folder / "a.txt", std::string_view("old")));
    ASSERT_TRUE(replaceFile(folder / "a.txt", std::string_view("new")));
    EXPECT_EQ(contents(folder / "a.txt"), "new");
    EXPECT_EQ(filesIn(folder.path()), 1U);
}

TEST(AtomicFile, AStreamThatFailsKeepsTheOldFile)
{
    const test::TemporaryFolder folder;
    ASSERT_TRUE(replaceFileByStream(folder / "a.txt", [](std::ostream &file) { file << "old " << 1; }));
    EXPECT_EQ(contents(folder / "a.txt"), "old 1");
    const auto outcome = replaceFileByStream(folder / "a.txt", [](std::ostream &file) {
        file << "new";
        file.setstate(std::ios::badbit); // as a full disk does
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::WriteFailed);
    EXPECT_EQ(contents(folder / "a.txt"), "old 1");
    EXPECT_EQ(filesIn(folder.path()), 1U);
}

TEST(AtomicFile, AFailedWriteKeepsTheOldFile)
{
    const test::TemporaryFolder folder;
    ASSERT_TRUE(replaceFile(folder / "a.txt", std::string_view("old")));
    const auto outcome =
        replaceFile(folder / "a.txt", [](const std::filesystem::path &temporary) -> Result<void> {
            std::ofstream(temporary) << "half";
            return failure(ErrorKind::WriteFailed, "disk full");
        });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::WriteFailed);
    EXPECT_EQ(contents(folder / "a.txt"), "old");
    EXPECT_EQ(filesIn(folder.path()), 1U);
}

TEST(AtomicFile, NamesTheFileWhenTheFolderIsMissing)
{
    const test::TemporaryFolder folder;
    const auto outcome = replaceFile(folder / "missing/a.txt", std::string_view("x"));
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("a.txt"), std::string::npos) << outcome.error().message;
}

TEST(PendingFile, IsRemovedUnlessCommitted)
{
    const test::TemporaryFolder folder;
    ASSERT_TRUE(replaceFile(folder / "a.txt", std::string_view("old")));
    {
        const PendingFile given(folder / "a.txt");
        std::ofstream(given.temporary()) << "half";
        EXPECT_EQ(given.temporary().extension(), ".txt");
        EXPECT_EQ(filesIn(folder.path()), 2U);
    }
    EXPECT_EQ(contents(folder / "a.txt"), "old");
    EXPECT_EQ(filesIn(folder.path()), 1U);
}

TEST(PendingFile, ThatWasMovedIsCommittedOnce)
{
    const test::TemporaryFolder folder;
    {
        PendingFile first(folder / "a.txt");
        std::ofstream(first.temporary()) << "whole";
        PendingFile second(std::move(first));
        PendingFile third(folder / "b.txt");
        std::ofstream(third.temporary()) << "not wanted";
        third = std::move(second);
        ASSERT_TRUE(third.commit());
    }
    EXPECT_EQ(contents(folder / "a.txt"), "whole");
    EXPECT_EQ(filesIn(folder.path()), 1U);
}

TEST(PendingFile, CannotReplaceAFolder)
{
    const test::TemporaryFolder folder;
    std::filesystem::create_directory(folder / "a.txt");
    {
        PendingFile pending(folder / "a.txt");
        std::ofstream(pending.temporary()) << "whole";
        const auto outcome = pending.commit();
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().kind, ErrorKind::WriteFailed);
    }
    EXPECT_EQ(filesIn(folder.path()), 1U);
}

} // namespace
} // namespace somnium
