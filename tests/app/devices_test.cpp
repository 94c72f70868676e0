// SPDX-License-Identifier: GPL-3.0-or-later
// --device and the verb devices: what is listed, what is refused and with which words and exit code, and that
// every verb that computes survives the loss of its device.
#include <array>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/app/run_cli.h"
#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

using test::Outcome;

/// No GPU library, whatever is installed here.
constexpr const char *kWithoutGpu = "SOMNIUM_GPU_LIBRARY=/nowhere/libsomnium_cuda.so ";

std::string withGpu(std::size_t failAt)
{
    return "SOMNIUM_GPU_LIBRARY=" SOMNIUM_FAILING_DEVICE " SOMNIUM_TEST_FAIL_AT=" + std::to_string(failAt) +
           " ";
}

Outcome runWith(const std::string &environment, const std::string &arguments, bool withErrors = true)
{
    return test::runShell(environment + SOMNIUM_CLI + " " + arguments +
                          (withErrors ? " 2>&1" : " 2>/dev/null"));
}

nlohmann::json jsonWith(const std::string &environment, const std::string &arguments)
{
    const Outcome outcome = runWith(environment, arguments + " --json", false);
    EXPECT_EQ(outcome.exitCode, 0) << arguments << "\n" << runWith(environment, arguments).output;
    return nlohmann::json::parse(outcome.output, nullptr, false);
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

TEST(Devices, WithoutAGpuTheCpuIsListedAndWhyThereIsNoGpu)
{
    const auto devices = jsonWith(kWithoutGpu, "devices")["devices"];
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[0]["id"], "cpu");
    EXPECT_EQ(devices[0]["usable"], true);
    EXPECT_FALSE(devices[0]["name"].get<std::string>().empty());
    EXPECT_EQ(devices[1]["id"], "cuda");
    EXPECT_EQ(devices[1]["usable"], false);
    EXPECT_TRUE(contains(devices[1]["reason"], "/nowhere/libsomnium_cuda.so")) << devices[1];
    const Outcome text = runWith(kWithoutGpu, "devices");
    EXPECT_EQ(text.exitCode, 0);
    EXPECT_TRUE(contains(text.output, "cpu   " + devices[0]["name"].get<std::string>())) << text.output;
    EXPECT_TRUE(contains(text.output, "cannot be used: " + devices[1]["reason"].get<std::string>()))
        << text.output;
}

TEST(Devices, AGpuIsListedWithArchitectureAndMemory)
{
    const auto devices = jsonWith(withGpu(0), "devices")["devices"];
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[1]["id"], "cuda:0");
    EXPECT_EQ(devices[1]["name"], "Faulty GPU");
    EXPECT_EQ(devices[1]["usable"], true);
    EXPECT_TRUE(contains(devices[1]["detail"], "sm_00")) << devices[1];
    EXPECT_TRUE(contains(devices[1]["detail"], "2.0 GiB")) << devices[1];
}

TEST(Devices, ANameOfNoDeviceIsWrongUsageBeforeAnythingIsDone)
{
    for (const char *const name : {"abacus", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "''"})
    {
        const Outcome outcome = runWith(kWithoutGpu, std::string("info /nowhere.somnium --device ") + name);
        EXPECT_EQ(outcome.exitCode, 2) << name;
        EXPECT_TRUE(contains(outcome.output, "expected auto, cpu, cuda or cuda:0")) << outcome.output;
        EXPECT_FALSE(contains(outcome.output, "nowhere.somnium")) << outcome.output;
    }
}

class DevicesTest : public testing::Test
{
protected:
    void SetUp() override
    {
        ASSERT_EQ(test::run("simulate radio --count 30 --size 32 --seed 3 --out " + survey).exitCode, 0);
        ASSERT_EQ(
            test::run("import " + survey + " --cutout 32 --catalogue " + survey + "/truth.fits" + session)
                .exitCode,
            0);
    }

    test::TemporaryFolder folder;
    const std::string session = " --session " + (folder / "s.somnium").string();
    const std::string survey = (folder / "survey").string();
    const std::string train = "train som --map 3x3 --epochs 3 --name m" + session;
};

TEST_F(DevicesTest, ADeviceThatIsNotThereFailsWithTheReason)
{
    const Outcome none = runWith(kWithoutGpu, train + " --device cuda");
    EXPECT_EQ(none.exitCode, 1);
    EXPECT_TRUE(contains(none.output, "device cuda: ")) << none.output;
    EXPECT_TRUE(contains(none.output, "/nowhere/libsomnium_cuda.so")) << none.output;
    const Outcome second = runWith(withGpu(0), train + " --device cuda:1");
    EXPECT_EQ(second.exitCode, 1);
    EXPECT_TRUE(contains(second.output, "device cuda:1: there is 1, cuda:0")) << second.output;
    const Outcome variable = runWith(std::string("SOMNIUM_BACKEND=abacus ") + kWithoutGpu, train);
    EXPECT_EQ(variable.exitCode, 2);
    EXPECT_TRUE(contains(variable.output, "SOMNIUM_BACKEND: device \"abacus\": expected")) << variable.output;
}

TEST_F(DevicesTest, TheDeviceThatComputesIsSaidAndWhy)
{
    const Outcome automatic = runWith(kWithoutGpu, train);
    EXPECT_EQ(automatic.exitCode, 0);
    EXPECT_TRUE(contains(automatic.output, "(CPU, since ")) << automatic.output;
    EXPECT_TRUE(contains(runWith(withGpu(0), train).output, "computing on Faulty GPU, sm_00")) << "auto";
    EXPECT_TRUE(contains(runWith(withGpu(0), train + " --device cpu").output, "(CPU, as asked for)"));
    EXPECT_TRUE(contains(runWith("SOMNIUM_BACKEND=cpu " + withGpu(0), train).output, "SOMNIUM_BACKEND"));
    EXPECT_FALSE(jsonWith(withGpu(0), train).contains("notices"));
}

TEST_F(DevicesTest, EveryVerbEndsOnTheProcessorWhenItsDeviceIsLost)
{
    const auto expected = jsonWith(kWithoutGpu, train)["final"]["aqe"].get<double>();
    const std::array<std::string, 6> verbs = {train,
                                              "map --out " + (folder / "m.csv").string() + session,
                                              "nearest --prototype 1,2 --count 3" + session,
                                              "outliers --top 3" + session,
                                              "export mapping --out " + (folder / "m.fits").string() +
                                                  session,
                                              "train autoencoder --epochs 2 --widths 16 --name a" + session};
    for (const std::string &verb : verbs)
    {
        const auto result = jsonWith(withGpu(1), verb);
        ASSERT_EQ(result["notices"].size(), 1U) << verb << "\n" << result;
        EXPECT_TRUE(contains(result["notices"][0], "Faulty GPU was lost")) << verb << "\n" << result;
        EXPECT_TRUE(contains(runWith(withGpu(1), verb).output, "Faulty GPU was lost")) << verb;
    }
    const auto trained = jsonWith(withGpu(6), train);
    EXPECT_EQ(trained["complete"], true);
    EXPECT_NEAR(trained["final"]["aqe"].get<double>(), expected, 1e-3 * expected);
}

/// " --session ..." of a copy, with all that is kept beside it: no verb finds there what another has
/// computed.
std::string copyOf(const std::filesystem::path &session)
{
    namespace fs = std::filesystem;
    const fs::path copy = session.parent_path() / "copy.somnium";
    for (const std::string suffix : {"", ".cache"})
    {
        fs::remove_all(copy.string() + suffix);
        if (fs::exists(session.string() + suffix))
            fs::copy(session.string() + suffix, copy.string() + suffix, fs::copy_options::recursive);
    }
    return " --session " + copy.string();
}

/// `verb` loses its device at some of its calls, the first among them, and still gives what it gives without.
/// Returns how often it was lost.
std::size_t losesItsDevice(const std::string &verb, const std::filesystem::path &session)
{
    const auto expected = jsonWith(kWithoutGpu, verb + copyOf(session));
    std::size_t losses = 0;
    for (const std::size_t call : {1U, 2U, 3U, 5U, 8U, 13U, 21U, 34U, 55U, 89U, 144U})
    {
        auto result = jsonWith(withGpu(call), verb + copyOf(session));
        const auto notices = result.value("notices", nlohmann::json::array());
        result.erase("notices");
        EXPECT_EQ(result, expected) << verb << ", call " << call; // that device has the bits of the processor
        if (notices.empty())                                      // it makes fewer calls
            break;
        ++losses;
        EXPECT_EQ(notices.size(), 1U) << verb << ", call " << call << "\n" << notices;
        EXPECT_TRUE(contains(notices[0], "Faulty GPU was lost")) << verb << ", call " << call;
    }
    return losses;
}

TEST_F(DevicesTest, AMapThatIsImportedEndsOnTheProcessorWhenItsDeviceIsLost)
{
    ASSERT_EQ(runWith(kWithoutGpu, train).exitCode, 0);
    const std::string map = (folder / "m.fits").string();
    ASSERT_EQ(runWith(kWithoutGpu, "export model --out " + map + session).exitCode, 0);
    EXPECT_GE(losesItsDevice("import-model " + map + " --name again", folder / "s.somnium"), 2U);
}

TEST(Devices, EveryVerbOfSpectraEndsOnTheProcessorWhenItsDeviceIsLost)
{
    const test::TemporaryFolder folder;
    const std::string session = " --session " + (folder / "s.somnium").string();
    const std::string stars = (folder / "stars").string();
    const std::string onnx = (folder / "model").string();
    ASSERT_EQ(test::run("simulate spectra --count 60 --pixels 300 --out " + stars).exitCode, 0);
    ASSERT_EQ(test::run("import " + stars + " --kind spectra --catalogue " + stars + "/truth.fits" + session)
                  .exitCode,
              0);
    ASSERT_EQ(runWith(kWithoutGpu, "train autoencoder --widths 16 --epochs 2 --name a" + session).exitCode,
              0);
    ASSERT_EQ(runWith(kWithoutGpu, "latent export --onnx " + onnx + session).exitCode, 0);
    const std::filesystem::path path = folder / "s.somnium";
    const auto odd = jsonWith(kWithoutGpu, "outliers --model a --top 1" + copyOf(path))["outliers"][0];
    const std::array<std::string, 5> verbs = {
        "isolines --decoded \"6000:6100-7000:7100\" --minimum-points 1 --side 16 --model a",
        "quality --model a",
        "latent import " + onnx + "_encoder.onnx --decoder " + onnx + "_decoder.onnx --name b",
        "outliers --model a --top 3",
        "nearest --count 3 --source " + odd["id"].get<std::string>(),
    };
    for (const std::string &verb : verbs)
        EXPECT_GE(losesItsDevice(verb, path), 2U) << verb;
}

TEST(Devices, BenchmarksTellThreadsOfTheProcessorOnly)
{
    const std::array<std::string, 3> benches = {
        "bench som --map 2x2 --size 16 --count 20 --repeats 1", "bench nearest --rows 1000 --repeats 1",
        "bench autoencoder --pixels 64 --widths 16 --batch 256 --repeats 1"};
    for (const std::string &bench : benches)
    {
        EXPECT_EQ(jsonWith(kWithoutGpu, bench + " --threads 1")["threads"], 1) << bench;
        const auto device = jsonWith(withGpu(0), bench + " --threads 1");
        EXPECT_EQ(device["backend"], "cuda") << bench;
        EXPECT_FALSE(device.contains("threads")) << bench;
    }
}

TEST(Devices, BenchmarksOfTheSimdPathsAreOfTheProcessorOnly)
{
    const std::string bench = "bench som --simd --map 2x2 --size 16 --count 20 --repeats 1";
    const Outcome refused = runWith(withGpu(0), bench);
    EXPECT_EQ(refused.exitCode, 2);
    EXPECT_TRUE(contains(refused.output, "Faulty GPU")) << refused.output;
    EXPECT_TRUE(contains(refused.output, "--device cpu")) << refused.output;
    const auto measured = jsonWith(withGpu(0), bench + " --device cpu");
    EXPECT_GT(measured["simd_distance_images_per_second"]["plain"].get<double>(), 0.0) << measured;
}

} // namespace
} // namespace somnium
