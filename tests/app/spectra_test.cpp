// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra from the command line: recipes that are kept, preparing once more.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/run_cli.h"
#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

using test::run;
using test::runJson;
using ::testing::HasSubstr;

TEST(CommandLine, KeepsRecipesOfSpectraAndPreparesThemOnceMore)
{
    const test::TemporaryFolder folder;
    const std::string session = " --session " + (folder / "s.somnium").string();
    const std::string stars = (folder / "stars").string();
    ASSERT_EQ(run("simulate spectra --count 20 --pixels 300 --out " + stars).exitCode, 0);
    const std::string file = (folder / "mine.json").string();
    ASSERT_EQ(run("recipe spectra save stars --as mine --set grid.pixels=90 --out " + file).exitCode, 0);
    EXPECT_EQ(runJson("recipe spectra show " + file)["name"], "mine");
    EXPECT_EQ(
        runJson("import " + stars + "/spectra-000.fits --kind spectra --recipe " + file + session)["pixels"],
        90);
    ASSERT_EQ(run("recipe spectra save 'as they are' --as kept" + session).exitCode, 0);
    const auto listed = runJson("recipe spectra list" + session)["recipes"];
    EXPECT_EQ(listed.back()["name"], "kept");
    EXPECT_EQ(listed.back()["place"], "session");
    const auto prepared = runJson("prepare --recipe kept --name again" + session);
    EXPECT_EQ(prepared["prepared"], 20);
    const auto collections = runJson("info " + (folder / "s.somnium").string())["collections"];
    ASSERT_EQ(collections.size(), 2U);
    EXPECT_EQ(collections[0]["shape"][2], 90);
    EXPECT_EQ(collections[1]["shape"][2], 300);
    EXPECT_EQ(collections[1]["kind"], "spectra");
    const auto unknown = run("prepare --recipe nothing" + session, true);
    EXPECT_EQ(unknown.exitCode, 1);
    EXPECT_THAT(unknown.output, HasSubstr("'kept'"));
}

} // namespace
} // namespace somnium
