// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/file_walker.h"

#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;
using test::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void write(const fs::path &path, const std::string &text)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

using Members = std::vector<std::pair<std::string, std::string>>;

enum class Form
{
    Tar,
    TarGz,
    TarBz2,
    Zip,
};

void writeArchive(const fs::path &path, const Members &members, Form form)
{
    archive *handle = archive_write_new();
    if (form == Form::TarGz)
        archive_write_add_filter_gzip(handle);
    if (form == Form::TarBz2)
        archive_write_add_filter_bzip2(handle);
    if (form == Form::Zip)
        archive_write_set_format_zip(handle);
    else
        archive_write_set_format_pax_restricted(handle);
    ASSERT_EQ(archive_write_open_filename(handle, path.c_str()), ARCHIVE_OK);
    for (const auto &[name, text] : members)
    {
        archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(handle, entry);
        archive_write_data(handle, text.data(), text.size());
        archive_entry_free(entry);
    }
    archive_write_free(handle);
}

std::vector<std::string> names(const FoundFiles &found)
{
    std::vector<std::string> all;
    for (const FoundFile &file : found.files)
        all.push_back(fs::path(file.file).filename().string() +
                      (file.member.empty() ? "" : ":" + file.member));
    return all;
}

std::string textOf(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// What visitFiles hands out, by index.
std::map<std::size_t, std::string> visited(const std::vector<FoundFile> &files, unsigned threads)
{
    JobContext context;
    context.threads = threads;
    std::map<std::size_t, std::string> texts;
    std::mutex mutex;
    EXPECT_TRUE(
        visitFiles(files, context, [&](std::size_t i, const Result<std::span<const std::byte>> &bytes) {
            const std::lock_guard lock(mutex);
            EXPECT_TRUE(texts.emplace(i, bytes ? textOf(*bytes) : "! " + bytes.error().message).second);
        }));
    return texts;
}

TEST(FileWalker, FoldersAreWalkedInTheOrderOfNamesAndOtherFilesPassedOver)
{
    const TemporaryFolder folder;
    write(folder / "b.fits", "b");
    write(folder / "a/z.fits.gz", "z");
    write(folder / "a/c.PNG", "c");
    write(folder / "notes.txt", "no image");
    write(folder / ".hidden.fits", "hidden");
    write(folder / ".git/x.fits", "hidden");
    const FoundFiles found = findFiles({folder.path()}, {});
    EXPECT_THAT(names(found), ElementsAre("c.PNG", "z.fits.gz", "b.fits"));
    EXPECT_TRUE(found.problems.empty());
}

TEST(FileWalker, NamedFilesAreFoundWhateverTheirEnding)
{
    const TemporaryFolder folder;
    write(folder / "data.xyz", "some");
    const FoundFiles found = findFiles({folder / "data.xyz", folder / "missing.fits"}, {});
    EXPECT_THAT(names(found), ElementsAre("data.xyz"));
    ASSERT_EQ(found.problems.size(), 1U);
    EXPECT_THAT(toString(found.problems[0]),
                HasSubstr("missing.fits: expected a file or folder, found nothing"));
}

TEST(FileWalker, AFolderWithoutImagesIsAProblem)
{
    const TemporaryFolder folder;
    write(folder / "notes.txt", "no image");
    const FoundFiles found = findFiles({folder.path()}, {});
    EXPECT_TRUE(found.files.empty());
    EXPECT_EQ(found.problems.size(), 1U);
}

TEST(FileWalker, LinksInACircleAreNotFollowed)
{
    const TemporaryFolder folder;
    write(folder / "in/a.fits", "a");
    fs::create_directory_symlink(folder.path(), folder / "in/up");
    fs::create_symlink(folder / "nowhere", folder / "in/dangling.fits");
    EXPECT_THAT(names(findFiles({folder.path()}, {})), ElementsAre("a.fits"));
}

TEST(FileWalker, MembersOfEveryArchiveAreReadAsTheyWereWritten)
{
    const std::string longName = std::string(150, 'n') + "/long.fits"; // needs an extra tar header
    const Members members = {{"b/2.fits", std::string(3000, 'x')},
                             {"1.fits", "one"},
                             {"readme.txt", "no"},
                             {longName, "long"},
                             {"empty.fits", ""},
                             {"../../outside.fits", "only a name"}};
    const std::map<std::string, Form> forms = {
        {"t.tar", Form::Tar}, {"t.tar.gz", Form::TarGz}, {"t.tbz2", Form::TarBz2}, {"t.zip", Form::Zip}};
    for (const auto &[name, form] : forms)
    {
        const TemporaryFolder folder;
        writeArchive(folder / name, members, form);
        const FoundFiles found = findFiles({folder.path()}, {});
        EXPECT_TRUE(found.problems.empty()) << name;
        ASSERT_EQ(found.files.size(), 5U) << name;
        EXPECT_TRUE(
            std::is_sorted(found.files.begin(), found.files.end(),
                           [](const FoundFile &a, const FoundFile &b) { return a.member < b.member; }))
            << name;
        const auto one = visited(found.files, 1);
        const auto three = visited(found.files, 3);
        EXPECT_EQ(one, three) << name;
        ASSERT_EQ(one.size(), 5U) << name;
        for (std::size_t i = 0; i < found.files.size(); ++i)
        {
            const FoundFile &file = found.files[i];
            EXPECT_EQ(file.isStoredPlain, form == Form::Tar) << name;
            std::string expected;
            for (const auto &[member, text] : members)
                if (member == file.member)
                    expected = text;
            EXPECT_EQ(one.at(i), expected) << name << " " << file.member;
            EXPECT_EQ(textOf(readFile(file).value()), expected) << name << " " << file.member;
            data::SourceOrigin origin;
            origin.file = file.file;
            origin.member = file.member;
            EXPECT_EQ(textOf(readFile(origin).value()), expected) << name << " " << file.member;
        }
        // Nothing is unpacked.
        EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
    }
}

TEST(FileWalker, ManyMembersOfACompressedArchiveAreHandedOutOnce)
{
    const TemporaryFolder folder;
    Members members;
    for (int i = 0; i < 1000; ++i)
        members.emplace_back("m" + std::to_string(i) + ".fits", "text " + std::to_string(i));
    writeArchive(folder / "many.tar.gz", members, Form::TarGz);
    const FoundFiles found = findFiles({folder / "many.tar.gz"}, {});
    ASSERT_EQ(found.files.size(), 1000U);
    const auto texts = visited(found.files, 2);
    ASSERT_EQ(texts.size(), 1000U);
    for (std::size_t i = 0; i < found.files.size(); ++i)
        EXPECT_EQ("m" + texts.at(i).substr(5) + ".fits", found.files[i].member);
}

TEST(FileWalker, AnArchiveIsKnownByItsBytesWhenNamed)
{
    const TemporaryFolder folder;
    writeArchive(folder / "survey.dat", {{"1.fits", "one"}}, Form::Tar);
    EXPECT_THAT(names(findFiles({folder / "survey.dat"}, {})), ElementsAre("survey.dat:1.fits"));
}

TEST(FileWalker, ATruncatedArchiveGivesWhatItHasAndAProblem)
{
    const TemporaryFolder folder;
    for (const auto &[name, form] :
         std::map<std::string, Form>{{"t.tar", Form::Tar}, {"t.tar.gz", Form::TarGz}})
    {
        Members members;
        for (int i = 0; i < 20; ++i)
            members.emplace_back(std::to_string(i) + ".fits", std::string(5000, static_cast<char>('a' + i)));
        writeArchive(folder / name, members, form);
        const std::uintmax_t size = form == Form::Tar ? 60'000 : fs::file_size(folder / name) * 2 / 3;
        fs::resize_file(folder / name, size);
        const FoundFiles found = findFiles({folder / name}, {});
        EXPECT_FALSE(found.problems.empty()) << name;
        const auto texts = visited(found.files, 2);
        EXPECT_EQ(texts.size(), found.files.size()) << name;
    }
    write(folder / "no.tar.gz", "this is not an archive");
    const FoundFiles none = findFiles({folder / "no.tar.gz"}, {});
    EXPECT_TRUE(none.files.empty());
    EXPECT_FALSE(none.problems.empty());
}

TEST(FileWalker, AFileThatVanishedIsAnErrorOfThatFile)
{
    const TemporaryFolder folder;
    write(folder / "a.fits", "a");
    write(folder / "b.fits", "b");
    const FoundFiles found = findFiles({folder.path()}, {});
    fs::remove(folder / "a.fits");
    const auto texts = visited(found.files, 2);
    EXPECT_THAT(texts.at(0), HasSubstr("a.fits: expected a file"));
    EXPECT_EQ(texts.at(1), "b");
}

TEST(FileWalker, StopsWhenAsked)
{
    const TemporaryFolder folder;
    Members members;
    for (int i = 0; i < 600; ++i)
        members.emplace_back(std::to_string(i) + ".fits", "x");
    writeArchive(folder / "t.tar.gz", members, Form::TarGz);
    write(folder / "a.fits", "a");
    const FoundFiles found = findFiles({folder.path()}, {});
    std::stop_source stop;
    JobContext context;
    context.stop = stop.get_token();
    context.threads = 1;
    std::size_t calls = 0;
    const bool isComplete = visitFiles(found.files, context, [&](std::size_t, const auto &) {
        if (++calls == 10)
            stop.request_stop();
    });
    EXPECT_FALSE(isComplete);
    EXPECT_LT(calls, 300U);
    EXPECT_TRUE(findFiles({folder.path()}, context).files.empty());
}

} // namespace
} // namespace somnium::io
