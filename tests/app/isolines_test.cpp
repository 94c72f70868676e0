// SPDX-License-Identifier: GPL-3.0-or-later
// Iso-lines of a latent space as a user types them: of columns as observed, and of what is decoded.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/table.h"
#include "tests/app/run_cli.h"
#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

using test::run;
using test::runJson;
using ::testing::HasSubstr;

TEST(CommandLine, DrawsIsoLinesOfColumnsAndOfWhatIsDecoded)
{
    const test::TemporaryFolder folder;
    const std::string session = " --session " + (folder / "s.somnium").string();
    const std::string stars = (folder / "stars").string();
    ASSERT_EQ(run("simulate spectra --count 300 --pixels 900 --out " + stars).exitCode, 0);
    ASSERT_EQ(
        run("import " + stars + " --kind spectra --catalogue " + stars + "/truth.fits" + session).exitCode,
        0);
    ASSERT_EQ(run("train autoencoder --latent 3 --widths 32 --epochs 4" + session).exitCode, 0);

    const std::string table = (folder / "lines.vot").string();
    const auto lines =
        runJson("isolines --column teff --decoded \"ew mgb,6000:6100-7000:7100\" --y-axis 3 --side 64 "
                "--minimum-points 1 --out " +
                table + session)["iso_lines"];
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0]["column"], "teff");
    EXPECT_EQ(lines[1]["column"], "EW Mg b (decoded)");
    EXPECT_EQ(lines[1]["unit"], "Angstrom");
    EXPECT_THAT(lines[1]["definition"].get<std::string>(), HasSubstr("Trager"));
    EXPECT_EQ(lines[2]["unit"], "mag");
    EXPECT_FALSE(lines[2]["lines"].empty());
    const auto written = io::readTable(table);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_GT(written->rowCount(), 10U);

    const std::string catalogue = (folder / "plane.csv").string();
    ASSERT_EQ(run("latent export --measure \"EW Hbeta,TiO2\" --out " + catalogue + session).exitCode, 0);
    const auto exported = io::readTable(catalogue);
    ASSERT_TRUE(exported) << exported.error().message;
    EXPECT_TRUE(exported->find("EW_Hbeta"));
    EXPECT_TRUE(exported->find("TiO2"));

    const auto unknown = run("isolines --decoded nothing" + session, true);
    EXPECT_EQ(unknown.exitCode, 1);
    EXPECT_THAT(unknown.output, HasSubstr("EW Mg b"));
    const auto neither = run("isolines" + session, true);
    EXPECT_EQ(neither.exitCode, 2);
    EXPECT_THAT(neither.output, HasSubstr("--decoded"));
}

} // namespace
} // namespace somnium
