// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tar_writer.h"

#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/io/file_walker.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

std::vector<std::byte> bytesOf(const std::string &text)
{
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

TEST(TarWriter, IsReadBackMemberByMember)
{
    const test::TemporaryFolder folder;
    // Sizes about a block, a name that must be split.
    const std::string deep = std::string(120, 'd') + "/" + std::string(90, 'n') + ".fits";
    const std::vector<std::pair<std::string, std::string>> members = {{"a.fits", std::string(511, 'a')},
                                                                      {"b.fits", std::string(512, 'b')},
                                                                      {"c.fits", std::string(513, 'c')},
                                                                      {"empty.fits", ""},
                                                                      {deep, "deep"}};
    const auto path = folder / "x.tar";
    auto tar = TarWriter::create(path);
    ASSERT_TRUE(tar);
    for (const auto &[name, content] : members)
        ASSERT_TRUE(tar->append(name, bytesOf(content)));
    ASSERT_TRUE(tar->finish());
    EXPECT_EQ(std::filesystem::file_size(path) % 512, 0U);

    const FoundFiles found = findFiles({path}, {});
    EXPECT_TRUE(found.problems.empty());
    std::size_t matched = 0;
    for (const FoundFile &file : found.files)
        for (const auto &[name, content] : members)
            if (file.member == name)
            {
                const auto bytes = readFile(file);
                ASSERT_TRUE(bytes) << bytes.error().message;
                EXPECT_EQ(*bytes, bytesOf(content)) << name;
                ++matched;
            }
    EXPECT_EQ(matched, members.size());
}

TEST(TarWriter, RefusesWhatAHeaderCannotHold)
{
    const test::TemporaryFolder folder;
    auto tar = TarWriter::create(folder / "x.tar");
    ASSERT_TRUE(tar);
    for (const std::string &name :
         {std::string(), std::string(101, 'x'), std::string(156, 'x') + "/y", "d/" + std::string(101, 'x')})
        EXPECT_FALSE(tar->append(name, {})) << name;
    EXPECT_FALSE(TarWriter::create(folder / "none/x.tar"));
}

} // namespace
} // namespace somnium::io
