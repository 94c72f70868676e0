// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/atomic_file.h"
#include "tests/support/outside_tools.h"
#include "tests/support/property.h"
#include "tests/support/random_catalogue.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

using data::Catalogue;
using ::testing::HasSubstr;

std::string contents(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Catalogue positions()
{
    Catalogue table;
    table.name = "sources";
    EXPECT_TRUE(table.addColumn(data::makeColumn("id", std::vector<std::string>{"a", "b"})));
    EXPECT_TRUE(table.addColumn(data::makeColumn("ra", std::vector<double>{10.5, 11.25}, "deg")));
    EXPECT_TRUE(
        table.addColumn(data::makeColumn("dec", std::vector<double>{-3.5, 4.0}, "deg", "pos.eq.dec")));
    return table;
}

TEST(Table, EveryFormatIsToldByItsBytesWhateverTheName)
{
    const test::TemporaryFolder folder;
    for (const char *ending : {".fits", ".vot", ".csv", ".xml", ".fit"})
    {
        ASSERT_TRUE(writeTable(folder / (std::string("t") + ending), positions())) << ending;
        std::filesystem::rename(folder / (std::string("t") + ending), folder / "table.dat");
        const auto table = readTable(folder / "table.dat");
        ASSERT_TRUE(table) << table.error().message;
        EXPECT_EQ(table->columns()[1].values, positions().columns()[1].values) << ending;
        EXPECT_EQ(table->name, std::string(ending) == ".csv" ? "table" : "sources");
    }
}

TEST(Table, CompressedTablesAreRead)
{
    SOMNIUM_REQUIRE_PROGRAM("gzip");
    const test::TemporaryFolder folder;
    for (const std::string ending : {".fits", ".vot", ".csv"})
    {
        ASSERT_TRUE(writeTable(folder / ("t" + ending), positions()));
        ASSERT_EQ(test::runCommand("gzip", {(folder / ("t" + ending)).string()}).exitCode, 0);
        const auto table = readTable(folder / ("t" + ending + ".gz"));
        ASSERT_TRUE(table) << table.error().message;
        EXPECT_EQ(table->columns()[1].values, positions().columns()[1].values) << ending;
        std::string cut = contents(folder / ("t" + ending + ".gz"));
        cut.resize(cut.size() / 2);
        ASSERT_TRUE(replaceFile(folder / "cut.gz", std::string_view(cut)));
        EXPECT_FALSE(readTable(folder / "cut.gz"));
    }
}

TEST(Table, IdsAndPositionsAreMarkedForOtherPrograms)
{
    const test::TemporaryFolder folder;
    for (const char *name : {"t.fits", "t.vot"})
    {
        ASSERT_TRUE(writeTable(folder / name, positions()));
        const auto table = readTable(folder / name);
        ASSERT_TRUE(table);
        EXPECT_EQ(table->columns()[0].ucd, "meta.id;meta.main") << name;
        EXPECT_EQ(table->columns()[1].ucd, "pos.eq.ra;meta.main") << name;
        EXPECT_EQ(table->columns()[2].ucd, "pos.eq.dec;meta.main") << name;
    }
}

TEST(Table, TheMetadataOfACsvFileGoBesideIt)
{
    const test::TemporaryFolder folder;
    ASSERT_TRUE(writeTable(folder / "t.csv", positions()));
    EXPECT_FALSE(std::filesystem::exists(folder / "t.csv-metadata.json"));
    ASSERT_TRUE(writeTable(folder / "t.csv", positions(), {{"recipe: \"clip\""}, {{"seed", "1"}}}));
    EXPECT_TRUE(contents(folder / "t.csv").starts_with("id,ra,dec\n"));
    const std::string json = contents(folder / "t.csv-metadata.json");
    EXPECT_THAT(json, HasSubstr("recipe: \\\"clip\\\""));
    EXPECT_THAT(json, HasSubstr("\"seed\": \"1\""));
    EXPECT_THAT(json, HasSubstr("\"schema:unitText\": \"deg\""));
}

TEST(Table, UnknownEndingsAndMissingFilesAreErrors)
{
    const test::TemporaryFolder folder;
    const auto done = writeTable(folder / "t.xlsx", positions());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Unsupported);
    EXPECT_THAT(done.error().message, HasSubstr("found '.xlsx'"));
    EXPECT_FALSE(readTable(folder / "missing.csv"));
    EXPECT_FALSE(writeTable(folder / "no folder" / "t.fits", positions()));
    ASSERT_TRUE(replaceFile(folder / "empty.csv", std::string_view()));
    EXPECT_FALSE(readTable(folder / "empty.csv"));
}

} // namespace
} // namespace somnium::io
