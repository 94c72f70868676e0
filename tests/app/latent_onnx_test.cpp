// SPDX-License-Identifier: GPL-3.0-or-later
// Latent spaces out of and into ONNX files, as a user types it.
#include <cmath>
#include <filesystem>
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

/// A session of simulated stars, and " --session ..." of it.
std::string makeSession(const test::TemporaryFolder &folder, const std::string &name, int pixels)
{
    const std::string session = " --session " + (folder / (name + ".somnium")).string();
    const std::string stars = (folder / name).string();
    EXPECT_EQ(
        run("simulate spectra --count 120 --pixels " + std::to_string(pixels) + " --out " + stars).exitCode,
        0);
    EXPECT_EQ(
        run("import " + stars + " --kind spectra --catalogue " + stars + "/truth.fits" + session).exitCode,
        0);
    return session;
}

TEST(CommandLine, WritesALatentSpaceAsOnnxAndTakesItBack)
{
    const test::TemporaryFolder folder;
    const std::string session = makeSession(folder, "stars", 500);
    ASSERT_EQ(run("train autoencoder --widths 32 --epochs 4 --name ours" + session).exitCode, 0);
    const std::string prefix = (folder / "model").string();
    const auto exported = runJson("latent export --model ours --onnx " + prefix + session);
    EXPECT_EQ(exported["encoder"], prefix + "_encoder.onnx");
    EXPECT_EQ(exported["decoder"], prefix + "_decoder.onnx");

    const auto imported = runJson("latent import " + prefix + "_encoder.onnx --decoder " + prefix +
                                  "_decoder.onnx --name theirs" + session);
    EXPECT_EQ(imported["dimensions"], 2);
    EXPECT_EQ(imported["encoder"], prefix + "_encoder.onnx");
    EXPECT_GT(imported["validation_loss"].get<double>(), 0.0);

    // Both place the same sources alike.
    for (const std::string name : {"ours", "theirs"})
        ASSERT_EQ(
            run("latent export --model " + name + " --out " + (folder / (name + ".csv")).string() + session)
                .exitCode,
            0);
    const auto ours = io::readTable(folder / "ours.csv").value();
    const auto theirs = io::readTable(folder / "theirs.csv").value();
    ASSERT_EQ(ours.rowCount(), 120U);
    const data::Column &x = ours.columns()[ours.find("z1").value()];
    const data::Column &again = theirs.columns()[theirs.find("z1").value()];
    for (std::size_t i = 0; i < ours.rowCount(); ++i)
        EXPECT_NEAR(again.number(i), x.number(i), 1e-3 * (1.0 + std::abs(x.number(i))));

    // All that is done with a latent space.
    for (const std::string verb :
         {"quality --model theirs", "outliers --model theirs", "isolines --column teff --model theirs",
          "isolines --decoded \"6000:6100-7000:7100\" --minimum-points 1 --side 32 --model theirs"})
    {
        const auto outcome = run(verb + session, true);
        EXPECT_EQ(outcome.exitCode, 0) << verb << "\n" << outcome.output;
    }
}

TEST(CommandLine, TellsWhatDoesNotFitOfAnEncoder)
{
    const test::TemporaryFolder folder;
    const std::string session = makeSession(folder, "stars", 500);
    const std::string other = makeSession(folder, "others", 300);
    ASSERT_EQ(run("train pca --name ours" + session).exitCode, 0);
    const std::string prefix = (folder / "pca").string();
    ASSERT_EQ(run("latent export --onnx " + prefix + session).exitCode, 0);
    const auto wrong = run("latent import " + prefix + "_encoder.onnx" + other, true);
    EXPECT_EQ(wrong.exitCode, 1);
    EXPECT_THAT(wrong.output, HasSubstr("pca_encoder.onnx"));
    EXPECT_THAT(wrong.output, HasSubstr("500"));
    EXPECT_THAT(wrong.output, HasSubstr("300"));
    EXPECT_EQ(run("latent import " + prefix + "_encoder.onnx" + session).exitCode, 0);
    EXPECT_EQ(run("outliers --model pca_encoder" + session).exitCode, 0);
    const auto alone = run("isolines --decoded \"6000:6100-7000:7100\" --model pca_encoder" + session, true);
    EXPECT_EQ(alone.exitCode, 1);
    EXPECT_THAT(alone.output, HasSubstr("without a decoder"));
    const auto neither = run("latent export" + session, true);
    EXPECT_EQ(neither.exitCode, 2);
    EXPECT_THAT(neither.output, HasSubstr("--onnx"));
}

} // namespace
} // namespace somnium
