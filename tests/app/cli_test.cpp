// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as a user types it: the whole story headless, exit codes, JSON, what happens on wrong
// input.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/io/table.h"
#include "tests/app/run_cli.h"
#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

using test::Outcome;
using test::run;
using test::runJson;
using test::runShell;

// The window's "Change the recipe" and its recipe menu, without a window.
TEST(CommandLine, KeepsRecipesAndPreparesOnceMore)
{
    const test::TemporaryFolder folder;
    const std::string session = "--session " + (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    ASSERT_EQ(run("simulate radio --count 12 --size 48 --seed 3 --out " + survey).exitCode, 0);
    const std::string file = (folder / "mine.json").string();
    EXPECT_EQ(run("recipe save 'central source' --as mine --out " + file).exitCode, 0);
    EXPECT_EQ(runJson("recipe show " + file)["name"], "mine");
    EXPECT_EQ(runJson("import " + survey + " --recipe " + file + " --cutout 32 " + session)["imported"], 12);
    EXPECT_EQ(run("recipe save FIRST --as kept " + session).exitCode, 0);
    const auto listed = runJson("recipe list " + session)["recipes"];
    EXPECT_EQ(listed.back()["name"], "kept");
    EXPECT_EQ(listed.back()["place"], "session");
    const auto prepared = runJson("prepare --recipe kept --cutout 24 --name again " + session);
    EXPECT_EQ(prepared["prepared"], 12);
    EXPECT_EQ(prepared["recipe"]["steps"][0]["side"], 24);
    EXPECT_EQ(runJson("info " + (folder / "s.somnium").string())["collections"].size(), 2U);
    EXPECT_EQ(run("recipe preview FIRST " + survey, true).exitCode,
              1); // 48 pixels are too few for its cutout
    EXPECT_EQ(run("recipe show nothing").exitCode, 1);
    EXPECT_FALSE(runJson("recipe steps")["steps"].empty());
}

// Channels by name out of two folders: here the same images twice.
TEST(CommandLine, ImportsChannels)
{
    const test::TemporaryFolder folder;
    const std::string session = "--session " + (folder / "s.somnium").string();
    for (const char *band : {"first", "nvss"})
    {
        ASSERT_EQ(
            run("simulate radio --count 4 --size 48 --seed 3 --out " + (folder / band).string()).exitCode, 0);
        std::filesystem::remove(folder / band / "truth.fits");
    }
    const std::string channels = " --channel first=" + (folder / "first").string() +
                                 " --channel nvss=" + (folder / "nvss").string() + " ";
    const auto imported = runJson("import" + channels + "--cutout 32 " + session);
    EXPECT_EQ(imported["imported"], 4);
    EXPECT_EQ(imported["recipe"]["align"]["channels"][1], "nvss");
    EXPECT_EQ(run("import" + channels + "--reference x " + session).exitCode, 2);
    EXPECT_EQ(run("import --channel first " + session).exitCode, 2);
    EXPECT_EQ(runJson("info " + (folder / "s.somnium").string())["collections"][0]["shape"][0], 2);
}

TEST(CommandLine, TellsTheWholeStory)
{
    const test::TemporaryFolder folder;
    const std::string session = "--session " + (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    EXPECT_EQ(run("simulate radio --count 50 --size 48 --seed 3 --out " + survey).exitCode, 0);

    const auto imported =
        runJson("import " + survey + " --cutout 32 --catalogue " + survey + "/truth.fits " + session);
    EXPECT_EQ(imported["imported"], 50);
    EXPECT_EQ(imported["joined_rows"], 50);
    const auto trained = runJson("train som --map 4x4 --epochs 5 --seed 2 --name m " + session);
    EXPECT_EQ(trained["history"].size(), 5U);
    EXPECT_GT(trained["final"]["aqe"], 0.0);
    const auto info = runJson("info " + (folder / "s.somnium").string());
    EXPECT_EQ(info["models"][0]["name"], "m");
    EXPECT_EQ(info["models"][0]["history"], trained["history"]);

    const auto nearest = runJson("nearest --prototype 1,2 --count 7 " + session);
    ASSERT_EQ(nearest["neighbours"].size(), 7U);
    EXPECT_LE(nearest["neighbours"][0]["distance"], nearest["neighbours"][6]["distance"]);
    const std::string id = nearest["neighbours"][0]["id"];
    const auto itself = runJson("nearest --count 1 " + session + " --source " + id);
    EXPECT_EQ(itself["neighbours"][0]["id"], id);
    EXPECT_LT(itself["neighbours"][0]["distance"], 0.02);

    EXPECT_EQ(runJson("label --label odd " + session + " --source " + id)["counts"]["odd"], 1);
    EXPECT_EQ(runJson("label --from-column class " + session)["labels"].size(), 51U);
    const auto outliers = runJson("outliers --top 5 --out " + (folder / "o.vot").string() + " " + session);
    EXPECT_EQ(outliers["written"], 5);
    const auto table = io::readTable(folder / "o.vot");
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(table->rowCount(), 5U);
    EXPECT_TRUE(table->find("class"));
    const auto mapped = runJson("map --out " + (folder / "m.csv").string() + " " + session);
    EXPECT_EQ(mapped["figures"]["aqe"], trained["final"]["aqe"]);
    const auto quality = runJson("quality --column class " + session);
    EXPECT_GT(quality["purity"], quality["purity_shuffled_mean"]);
    for (const std::string what : {"images", "model", "mapping"})
        for (const std::string format : {"fits", "pink"})
            EXPECT_EQ(run("export " + what + " --format " + format + " --out " +
                          (folder / (what + "." + format)).string() + " " + session)
                          .exitCode,
                      0)
                << what << " " << format;
    EXPECT_EQ(run("export catalogue --out " + (folder / "all.fits").string() + " " + session).exitCode, 0);
}

TEST(CommandLine, FindsMarksLearnsLabelsAndCompares)
{
    const test::TemporaryFolder folder;
    const std::string session = " --session " + (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    ASSERT_EQ(run("simulate radio --count 80 --odd 4 --size 40 --seed 3 --tar --out " + survey).exitCode, 0);
    ASSERT_EQ(
        run("import " + survey + " --cutout 32 --catalogue " + survey + "/truth.fits" + session).exitCode, 0);
    ASSERT_EQ(run("train som --map 4x4 --epochs 4 --name m" + session).exitCode, 0);

    const auto odd = runJson("outliers --top 6 --score unexplained --explain" + session);
    ASSERT_EQ(odd["outliers"].size(), 6U);
    EXPECT_GE(odd["outliers"][0]["score"], odd["outliers"][5]["score"]);
    EXPECT_GT(odd["outliers"][0]["reasons"]["distance"], 0.0);
    EXPECT_NE(run("outliers --top 1 --explain" + session).output.find("x the median of its neuron"),
              std::string::npos);
    EXPECT_EQ(run("outliers --score loud" + session).exitCode, 2);
    const std::string best = odd["outliers"][0]["id"];
    const std::string other = odd["outliers"][1]["id"];
    EXPECT_EQ(runJson("mark --as boring --source " + best + session)["counts"]["boring"], 1);
    EXPECT_EQ(runJson("mark --as interesting --score 5 --source " + other + session)["marks"].size(), 2U);
    const auto learned = runJson("outliers --learned --top 80" + session);
    EXPECT_EQ(learned["marks"], 2);
    EXPECT_EQ(learned["outliers"][0]["id"], other);
    EXPECT_EQ(learned["outliers"][79]["id"], best);
    EXPECT_EQ(runJson("mark --as none --source " + best + session)["marks"].size(), 1U);
    EXPECT_EQ(run("mark --as splendid --source " + best + session).exitCode, 2);

    const auto labels = runJson("label --label odd --prototype 1,2 --propagate" + session);
    EXPECT_EQ(labels["prototypes"][0]["label"], "odd");
    EXPECT_EQ(labels["prototypes"][0]["y"], 2);
    EXPECT_EQ(labels["labels"].size(), labels["done"]["sources"]);
    for (const auto &label : labels["labels"])
        EXPECT_EQ(label["origin"], "prototype");
    const auto classes = runJson("label --class odd --colour '#ff8800' --key q" + session)["classes"];
    EXPECT_EQ(classes.back()["key"], "q");
    EXPECT_EQ(runJson("label --label odd --rename strange" + session)["prototypes"][0]["label"], "strange");
    EXPECT_EQ(run("label --out " + (folder / "l.csv").string() + session).exitCode, 0);
    const auto compared =
        runJson("compare --first class --second map --out " + (folder / "c.vot").string() + session);
    EXPECT_GT(compared["compared"], 60);
    EXPECT_EQ(compared["counts"].size(), compared["rows"].size());
    EXPECT_TRUE(io::readTable(folder / "c.vot"));
    EXPECT_EQ(run("compare --first map --second map" + session).exitCode, 2);
    const auto bench = runJson("bench oddities --count 60 --odd 4 --seeds 1 --map 3x3");
    EXPECT_EQ(bench[0]["odd"], 4);
}

TEST(CommandLine, LabelsComeFromAnotherCatalogueByThePositionsInItsNames)
{
    const test::TemporaryFolder folder;
    const std::string session = " --session " + (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    ASSERT_EQ(run("simulate radio --count 12 --size 32 --seed 3 --out " + survey).exitCode, 0);
    ASSERT_EQ(run("import " + survey + " --cutout 32" + session).exitCode, 0);
    const auto truth = io::readTable(folder / "survey" / "truth.fits").value();
    const data::Column &ids = truth.columns()[truth.find("id").value()]; // J104148.2-091703
    std::ofstream table(folder / "zoo.csv");
    table << "first_id,components,cl\n";
    for (std::size_t row = 0; row < 12; ++row)
        table << "FIRST" << ids.text(row) << "," << 1 + row % 3 << "," << 0.05 * static_cast<double>(row)
              << "\n";
    table.close();
    const std::string command = "label --from-catalogue " + (folder / "zoo.csv").string() + session;
    const auto labels = runJson(command + " --column components --minimum-of cl 0.1 --radius 3");
    EXPECT_EQ(labels["done"]["labelled"], 10);
    EXPECT_EQ(labels["done"]["below_minimum"], 2);
    EXPECT_EQ(labels["counts"]["3"], 4);
    const std::string join = labels["done"]["join"];
    EXPECT_NE(join.find("12 of 12 sources joined by position within 3 arcsec"), std::string::npos) << join;
    EXPECT_NE(join.find("names in column 'first_id'"), std::string::npos) << join;
    EXPECT_NE(run(command + " --column species", true).output.find("'components'"), std::string::npos);
    EXPECT_NE(run(command + " --column components --minimum-of cl much", true).output.find("'much'"),
              std::string::npos);
    EXPECT_EQ(run("label --by position --from-column id:3" + session).exitCode, 2)
        << "there is nothing to join";
}

TEST(CommandLine, TheSameSeedGivesTheSameMapOnOneThreadAndOnTwo)
{
    const test::TemporaryFolder folder;
    const std::string survey = (folder / "survey").string();
    ASSERT_EQ(run("simulate radio --count 40 --size 32 --tar --out " + survey).exitCode, 0);
    std::array<nlohmann::json, 2> figures;
    for (std::size_t i = 0; i < 2; ++i)
    {
        const std::string common = " --session " +
                                   (folder / ("s" + std::to_string(i) + ".somnium")).string() +
                                   " --threads " + std::to_string(i + 1);
        ASSERT_EQ(run("import " + survey + " --cutout 32" + common).exitCode, 0);
        figures.at(i) = runJson("train som --map 3x3 --epochs 3" + common)["final"];
        EXPECT_EQ(
            run("export model --format pink --out " + (folder / ("m" + std::to_string(i))).string() + common)
                .exitCode,
            0);
    }
    EXPECT_EQ(figures[0]["aqe"], figures[1]["aqe"]);
    EXPECT_EQ(runShell("cmp " + (folder / "m0").string() + " " + (folder / "m1").string()).exitCode, 0);
}

TEST(CommandLine, HelpNamesEveryOptionWithItsDefault)
{
    const Outcome help = run("train som --help");
    EXPECT_EQ(help.exitCode, 0);
    for (const std::string option :
         {"--session", "--map", "--epochs", "--seed", "--name", "--sigma-start", "--sigma-end"})
        EXPECT_NE(help.output.find(option), std::string::npos) << option;
    EXPECT_NE(help.output.find("=10x10"), std::string::npos) << help.output;
    const Outcome top = run("--help");
    for (const std::string verb : {"simulate", "import", "info", "train", "map", "nearest", "outliers",
                                   "mark", "label", "compare", "export", "bench"})
        EXPECT_NE(top.output.find(verb), std::string::npos) << verb;
}

/// Every option that `Pink --help` of version 2.5 names.
constexpr const char *kPinksOptions[] = {"--cuda-off",
                                         "--dist-func",
                                         "--euclidean-distance-dimension",
                                         "--euclidean-distance-type",
                                         "--euclidean-distance-shape",
                                         "--flip-off",
                                         "--help",
                                         "--init",
                                         "--input-shuffle-off",
                                         "--interpolation",
                                         "--inter-store",
                                         "--layout",
                                         "--max-update-distance",
                                         "--neuron-dimension",
                                         "--numrot",
                                         "--numthreads",
                                         "--num-iter",
                                         "--pbc",
                                         "--progress",
                                         "--seed",
                                         "--store-rot-flip",
                                         "--som-width",
                                         "--som-height",
                                         "--som-depth",
                                         "--verbose",
                                         "--version",
                                         "--train",
                                         "--map"};

TEST(CommandLine, HelpPinkMapsEveryOptionOfPinkToOnesThatExist)
{
    const auto table = runJson("help pink")["pink"];
    for (const std::string option : kPinksOptions)
    {
        const bool isThere = std::any_of(table.begin(), table.end(), [&](const nlohmann::json &line) {
            const auto pink = line["pink"].get<std::string>();
            return pink == option || pink.starts_with(option + " ");
        });
        EXPECT_TRUE(isThere) << option;
    }
    std::map<std::string, std::string> helps;
    for (const nlohmann::json &line : table)
    {
        const auto verb = line["verb"].get<std::string>();
        if (!helps.contains(verb))
            helps[verb] = run(verb + " --help").output + run("--help").output;
        EXPECT_FALSE(verb.empty() && line["remark"].get<std::string>().empty()) << line;
        // Named options, and those in the remark that begin with ours.
        std::istringstream words(line["options"].get<std::string>());
        for (std::string word; words >> word;)
            EXPECT_TRUE(std::regex_search(helps[verb], std::regex("(^|[ ,])" + word + "($|[ ,\n])")))
                << verb << word;
    }
    EXPECT_NE(run("help pink").output.find("--numrot"), std::string::npos);
}

TEST(CommandLine, TrainsMapsOfEveryKindAndReadsThemBackFromPinksFiles)
{
    const test::TemporaryFolder folder;
    const std::string session = " --session " + (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    ASSERT_EQ(run("simulate radio --count 30 --size 40 --seed 3 --tar --out " + survey).exitCode, 0);
    ASSERT_EQ(run("import " + survey + " --cutout 32" + session).exitCode, 0);
    const std::pair<const char *, const char *> cases[] = {
        {"--map 5x5 --hexagonal --periodic", "5x5 hexagonal"},
        {"--map 7", "7"},
        {"--map 2x3x2 --rule online --sources-per-step 4 --learning-rate-start 0.3", "2x3x2"},
        {"--map 3x3 --neuron-side 24 --rotations 8 --no-flips", "3x3"},
        {"--map 3x3 --init preferred-direction --neighbourhood mexican-hat --settled 0.01", "3x3"}};
    for (const auto &[options, layout] : cases)
    {
        const auto trained = runJson("train som --epochs 3 --name m " + std::string(options) + session);
        EXPECT_GT(trained["final"]["aqe"], 0.0) << options;
        for (const std::string version : {"1", "2"})
        {
            const std::string file = (folder / "m.bin").string();
            ASSERT_EQ(run("export model --format pink --pink-version " + version + " --out " + file + session)
                          .exitCode,
                      0);
            const std::string flips =
                std::string(options).find("no-flips") != std::string::npos ? " --rotations 8 --no-flips" : "";
            const auto mapped = runJson("map --model-file " + file + flips + " --out " +
                                        (folder / "all.csv").string() + session);
            EXPECT_NEAR(mapped["figures"]["aqe"].get<double>(), trained["final"]["aqe"].get<double>(),
                        0.05 * trained["final"]["aqe"].get<double>())
                << options;
            const auto imported = runJson("import-model " + file + flips + " --name back" + session);
            EXPECT_EQ(imported["layout"], layout);
            EXPECT_EQ(imported["figures"]["aqe"], mapped["figures"]["aqe"]);
            const std::string again = (folder / "again.bin").string();
            ASSERT_EQ(run("export model --model back --format pink --pink-version " + version + " --out " +
                          again + session)
                          .exitCode,
                      0);
            EXPECT_EQ(runShell("cmp " + file + " " + again).exitCode, 0) << options;
        }
    }
    const auto resumedFrom = runJson("train som --map 3x3 --epochs 1 --name n --init-map back" + session);
    EXPECT_GT(resumedFrom["final"]["aqe"], 0.0);
    EXPECT_EQ(run("map --model back --out " + (folder / "p.bin").string() + session).exitCode, 0);
    EXPECT_TRUE(std::filesystem::exists(folder / "p.transforms.bin"));
    EXPECT_EQ(run("map --model back --no-flips --out " + (folder / "p.csv").string() + session).exitCode, 2);
    EXPECT_EQ(run("train som --map 4x4 --hexagonal" + session).exitCode, 2);
}

TEST(CommandLine, ExitCodesTellWrongUsageFromFailure)
{
    const test::TemporaryFolder folder;
    EXPECT_EQ(run("").exitCode, 2);
    EXPECT_EQ(run("nonsense").exitCode, 2);
    EXPECT_EQ(run("train som").exitCode, 2);
    EXPECT_EQ(run("train som --epochs many --session x.somnium").exitCode, 2);
    const Outcome missing = run("info " + (folder / "missing.somnium").string(), true);
    EXPECT_EQ(missing.exitCode, 1);
    EXPECT_NE(missing.output.find("missing.somnium"), std::string::npos) << missing.output;
}

TEST(CommandLine, CtrlCKeepsWhatWasReached)
{
    const test::TemporaryFolder folder;
    const std::string session = "--session " + (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    ASSERT_EQ(run("simulate radio --count 60 --size 48 --tar --out " + survey).exitCode, 0);
    ASSERT_EQ(run("import " + survey + " --cutout 48 " + session).exitCode, 0);
    const Outcome stopped =
        runShell("timeout --preserve-status -s INT 3 " + std::string(SOMNIUM_CLI) +
                 " train som --map 6x6 --epochs 100000 --name m " + session + " 2>/dev/null");
    EXPECT_EQ(stopped.exitCode, 130);
    const auto info = runJson("info " + (folder / "s.somnium").string());
    ASSERT_EQ(info["models"].size(), 1U);
    EXPECT_EQ(info["models"][0]["complete"], false);
    EXPECT_GE(info["models"][0]["history"].size(), 1U);
}

} // namespace
} // namespace somnium
