// SPDX-License-Identifier: GPL-3.0-or-later
// What the program with the window says on the command line before there is one: of devices.
#include <string>

#include <gtest/gtest.h>

#include "tests/app/run_cli.h"
#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

test::Outcome runWindow(const std::string &arguments)
{
    return test::runShell(
        "QT_QPA_PLATFORM=offscreen SOMNIUM_GPU_LIBRARY=/nowhere/libsomnium_cuda.so timeout 60 " +
        std::string(SOMNIUM_WINDOW) + " " + arguments + " 2>&1");
}

TEST(WindowProgram, ANameOfNoDeviceIsWrongUsage)
{
    const test::Outcome outcome = runWindow("--device abacus");
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_NE(outcome.output.find("expected auto, cpu, cuda or cuda:0"), std::string::npos) << outcome.output;
}

TEST(WindowProgram, ADeviceThatIsNotThereIsSaidInsteadOfAWindow)
{
    for (const char *const device : {"cuda", "cuda:3"})
    {
        const test::Outcome outcome = runWindow(std::string("--device ") + device);
        EXPECT_EQ(outcome.exitCode, 1) << device;
        EXPECT_NE(outcome.output.find(std::string("device ") + device), std::string::npos) << outcome.output;
        EXPECT_NE(outcome.output.find("/nowhere/libsomnium_cuda.so"), std::string::npos) << outcome.output;
    }
}

TEST(WindowProgram, FiguresObeyTheDevice)
{
    const test::TemporaryFolder folder;
    const std::string file = (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    ASSERT_EQ(test::run("simulate radio --count 12 --size 32 --out " + survey).exitCode, 0);
    ASSERT_EQ(test::run("import " + survey + " --cutout 32 --session " + file).exitCode, 0);
    ASSERT_EQ(test::run("train som --map 2x2 --epochs 1 --session " + file).exitCode, 0);
    const std::string figure = file + " --figure " + (folder / "map.png").string();
    EXPECT_EQ(runWindow(figure).exitCode, 0);
    EXPECT_EQ(runWindow(figure + " --device cpu").exitCode, 0);
    const test::Outcome refused = runWindow(figure + " --device cuda");
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.output.find("device cuda: "), std::string::npos) << refused.output;
}

TEST(WindowProgram, WithoutAWindowTheDeviceIsObeyedToo)
{
    const test::TemporaryFolder folder;
    const test::Outcome refused = runWindow("--headless " + (folder / "out").string() + " --device cuda");
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.output.find("device cuda: "), std::string::npos) << refused.output;
}

} // namespace
} // namespace somnium
