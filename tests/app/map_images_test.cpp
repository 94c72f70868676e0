// SPDX-License-Identifier: GPL-3.0-or-later
// somnium-cli map --images: new images on a map, without a session.
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "core/io/table.h"
#include "tests/app/run_cli.h"
#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

namespace fs = std::filesystem;
using test::Outcome;
using test::run;
using test::runJson;
using test::runShell;

/// Two surveys, the first of them in a session with a map.
class MapImages : public ::testing::Test
{
protected:
    MapImages()
    {
        const std::string simulate = "simulate radio --size 40 --tar --count ";
        EXPECT_EQ(run(simulate + "30 --seed 3 --out " + path("first")).exitCode, 0);
        EXPECT_EQ(run(simulate + "20 --seed 4 --out " + path("second")).exitCode, 0);
        EXPECT_EQ(
            run("import " + path("first") + " --cutout 32 --recipe 'central source'" + session).exitCode, 0);
        EXPECT_EQ(run("train som --map 3x3 --epochs 3 --name m" + session).exitCode, 0);
        EXPECT_EQ(run("export model --format fits --out " + path("m.fits") + session).exitCode, 0);
        fs::create_directory(folder / "out");
    }

    [[nodiscard]] std::string path(const std::string &name) const { return (folder / name).string(); }
    [[nodiscard]] std::string images() const { return "map --images " + path("second/images.tar"); }
    /// Files in the folder of results, hidden ones too.
    [[nodiscard]] std::size_t results() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder / "out"), fs::directory_iterator()));
    }

    test::TemporaryFolder folder;
    std::string session = " --session " + path("s.somnium");
};

TEST_F(MapImages, GivesWhatImportingThemAndMappingTheCollectionGives)
{
    EXPECT_EQ(run("import " + path("second/images.tar") +
                  " --cutout 32 --recipe 'central source' --name second" + session)
                  .exitCode,
              0);
    const auto expected =
        runJson("map --model m --collection second --out " + path("out/expected.csv") + session);
    EXPECT_EQ(expected["sources"], 20);
    const auto byFile =
        runJson(images() + " --model-file " + path("m.fits") + " --out " + path("out/file.csv"));
    const auto bySession =
        runJson(images() + " --model m --threads 1 --out " + path("out/session.csv") + session);
    const auto named = runJson(images() + " --recipe 'central source' --cutout 32 --model-file " +
                               path("m.fits") + " --out " + path("out/named.csv"));
    for (const auto &one : {byFile, bySession, named})
    {
        EXPECT_EQ(one["figures"], expected["figures"]);
        EXPECT_EQ(one["recipe"]["name"], "central source");
        EXPECT_EQ(one["problems"].size(), 0U);
    }
    for (const char *name : {"out/file.csv", "out/session.csv", "out/named.csv"})
        EXPECT_EQ(runShell("cmp " + path("out/expected.csv") + " " + path(name)).exitCode, 0) << name;
    EXPECT_EQ(runJson("info " + path("s.somnium"))["collections"].size(), 2U);

    EXPECT_EQ(runJson(images() + " --model-file " + path("m.fits") + " --out " +
                      path("out/mapped.fits"))["sources"],
              20);
    const auto table = io::readTable(folder / "out/mapped.fits");
    ASSERT_TRUE(table) << table.error().message;
    for (const char *column :
         {"id", "ra", "dec", "best_x", "best_y", "distance", "second_distance", "rotation", "flip", "file"})
        EXPECT_TRUE(table->find(column)) << column;
    EXPECT_EQ(results(), 9U) << "three times CSV and its metadata, expected and its, mapped.fits: no scratch";
}

TEST_F(MapImages, ListsWhatCouldNotBeReadAndLeavesNothingBehind)
{
    fs::create_directory(folder / "mixed");
    std::ofstream(folder / "mixed/broken.fits") << "SIMPLE  =                    T";
    const std::string rest = " --model-file " + path("m.fits") + " --out " + path("out/o.vot");
    const Outcome none = run("map --images " + path("mixed") + rest, true);
    EXPECT_EQ(none.exitCode, 1);
    EXPECT_NE(none.output.find("broken.fits, HDU 1: expected an END card"), std::string::npos) << none.output;
    EXPECT_EQ(results(), 0U);
    const auto some = runJson("map --images " + path("mixed") + " " + path("second/images.tar") + rest);
    EXPECT_EQ(some["sources"], 20);
    ASSERT_EQ(some["problems"].size(), 1U);
    EXPECT_EQ(some["problems"][0]["hdu"], 1);
    EXPECT_NE(run("map --images " + path("mixed") + " " + path("second/images.tar") + rest)
                  .output.find("1 problems:\n  "),
              std::string::npos);
    EXPECT_EQ(results(), 1U);
}

TEST_F(MapImages, IsPinksOwnMapOfImages)
{
    const std::string pink = " --format pink --out ";
    ASSERT_EQ(run("export images" + pink + path("images.bin") + session).exitCode, 0);
    ASSERT_EQ(run("export model" + pink + path("som.bin") + session).exitCode, 0);
    ASSERT_EQ(run("import-model " + path("som.bin") + " --name pinks" + session).exitCode, 0);
    ASSERT_EQ(run("map --model pinks --out " + path("out/expected.bin") + session).exitCode, 0);
    const std::string rest = " --model-file " + path("som.bin") + " --images " + path("images.bin") +
                             " --out " + path("out/result.bin");
    const Outcome untold = run("map" + rest, true);
    EXPECT_EQ(untold.exitCode, 2);
    EXPECT_NE(untold.output.find("expected a recipe in the map"), std::string::npos) << untold.output;
    EXPECT_EQ(runJson("map --recipe none" + rest)["sources"], 30);
    for (const char *ending : {".bin", ".transforms.bin"})
        EXPECT_EQ(
            runShell("cmp " + path("out/expected") + ending + " " + path("out/result") + ending).exitCode, 0)
            << ending;
}

TEST_F(MapImages, SaysWhichOptionsContradictEachOther)
{
    const std::string file = " --model-file " + path("m.fits");
    const std::string out = " --out " + path("out/o.csv");
    const std::pair<std::string, std::string> cases[] = {
        {"map" + out, "expected sources: --session"},
        {"map" + file + out, "expected sources: --session"},
        {images() + out, "expected a map, --model-file FILE or --session FILE"},
        {images() + file + session + out, "found both"},
        {images() + session + " --collection first" + out, "--collection excludes --images"},
        {images() + file + " --model m" + out, "excludes"},
        {"map --recipe FIRST" + session + out, "--recipe requires --images"},
        {"map --cutout 32" + session + out, "--cutout requires --images"},
        {images() + session + " --no-flips" + out, "--no-flips requires --model-file"}};
    for (const auto &[arguments, message] : cases)
    {
        const Outcome outcome = run(arguments, true);
        EXPECT_EQ(outcome.exitCode, 2) << arguments;
        EXPECT_NE(outcome.output.find(message), std::string::npos) << arguments << "\n" << outcome.output;
    }
    EXPECT_EQ(run(images() + file + " --no-flips" + out).exitCode, 1) << "the file says that there are flips";
    const Outcome ending = run(images() + file + " --out " + path("out/o.txt"), true);
    EXPECT_EQ(ending.exitCode, 1);
    EXPECT_NE(ending.output.find("ends in .fits, .vot, .xml or .csv"), std::string::npos) << ending.output;
    EXPECT_EQ(results(), 0U);
}

TEST_F(MapImages, StoppedByCtrlCLeavesNothingBehind)
{
    // PINK's metric, turn by turn, takes a while.
    ASSERT_EQ(run("simulate radio --size 64 --tar --count 400 --seed 5 --out " + path("large")).exitCode, 0);
    const std::string common = " --cutout 64 --recipe FIRST ";
    ASSERT_EQ(run("import " + path("large/images.tar") + common + "--name large" + session).exitCode, 0);
    ASSERT_EQ(run("train som --map 12x12 --epochs 1 --name large --collection large" + session).exitCode, 0);
    const Outcome stopped = runShell("timeout --preserve-status -s INT 2 " + std::string(SOMNIUM_CLI) +
                                     " map --images " + path("large") + " --model large --threads 1 --out " +
                                     path("out/o.bin") + session + " 2>/dev/null");
    EXPECT_EQ(stopped.exitCode, 130);
    EXPECT_EQ(results(), 0U);
}

} // namespace
} // namespace somnium
