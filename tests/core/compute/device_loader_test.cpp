// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/device_loader.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "core/base/version.h"
#include "core/compute/backend_factory.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace somnium::compute
{
namespace
{

using testing::HasSubstr;
using testing::StartsWith;

std::filesystem::path library(const std::string &name)
{
    return std::filesystem::path(SOMNIUM_DEVICE_LIBRARIES) / sharedLibraryFile("device_" + name);
}

/// What a loader says of a library that it must refuse.
Error refusalOf(const std::filesystem::path &file)
{
    DeviceLoader loader({file});
    const auto plugin = loader.plugin();
    EXPECT_FALSE(plugin) << file;
    const auto devices = loader.devices();
    EXPECT_FALSE(devices) << file;
    if (plugin || devices)
        return {ErrorKind::Internal, "it was not refused"};
    EXPECT_EQ(plugin.error(), devices.error());
    return plugin.error();
}

TEST(DeviceLoader, SaysWhereItLookedForALibraryThatIsNowhere)
{
    const test::TemporaryFolder folder;
    DeviceLoader loader({folder / "a.so", folder / "b.so", "libsomnium_not_there.so"});
    const Error error = loader.devices().error();
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_EQ(error.message, "no GPU library was found: looked for " + (folder / "a.so").string() + ", " +
                                 (folder / "b.so").string() +
                                 " and libsomnium_not_there.so in the system's folders");
}

TEST(DeviceLoader, RefusesWhatIsNoLibraryOrNotSomniums)
{
    const test::TemporaryFolder folder;
    std::ofstream(folder / "text.so") << "this is no library, though its name says so";
    const Error text = refusalOf(folder / "text.so");
    EXPECT_EQ(text.kind, ErrorKind::Unreadable);
    EXPECT_THAT(text.message, StartsWith("the GPU library cannot be loaded: "));
    EXPECT_THAT(text.message, HasSubstr("text.so"));

    const Error stranger = refusalOf(library("no_symbol"));
    EXPECT_EQ(stranger.kind, ErrorKind::Mismatch);
    EXPECT_THAT(stranger.message, HasSubstr("has no somniumDevicePlugin"));
    EXPECT_THAT(stranger.message, HasSubstr("no_symbol"));

    EXPECT_EQ(refusalOf(library("shows_nothing")).kind, ErrorKind::Mismatch);
}

TEST(DeviceLoader, NamesTheLibraryThatAnotherOneNeeds)
{
    const Error error = refusalOf(library("needs_another"));
    EXPECT_EQ(error.kind, ErrorKind::Unreadable);
    EXPECT_THAT(error.message, StartsWith("the GPU library cannot be loaded: "));
    EXPECT_THAT(error.message, HasSubstr(sharedLibraryFile("device_needed")));
}

TEST(DeviceLoader, RefusesOtherVersionsWithWhatItExpectedAndFound)
{
    const Error interface = refusalOf(library("other_interface"));
    EXPECT_EQ(interface.kind, ErrorKind::Mismatch);
    EXPECT_THAT(interface.message, HasSubstr("expected interface " + std::to_string(kDeviceInterfaceVersion) +
                                             ", found " + std::to_string(kDeviceInterfaceVersion + 1)));
    EXPECT_THAT(refusalOf(library("other_build")).message,
                HasSubstr(std::string("expected ") + kDeviceInterfaceBuild + ", found another compiler 1.0"));
    EXPECT_THAT(refusalOf(library("other_program")).message,
                HasSubstr("expected " + std::string(version()) + ", found 99.0.0"));
}

TEST(DeviceLoader, TheFirstLibraryThatIsThereCountsEvenIfALaterOneWouldWork)
{
    const test::TemporaryFolder folder;
    EXPECT_TRUE(DeviceLoader({folder / "none.so", library("works")}).plugin());
    EXPECT_FALSE(DeviceLoader({library("other_build"), library("works")}).plugin());
}

TEST(DeviceLoader, AsksForARefusalOnceAndForFreeMemoryEveryTime)
{
    DeviceLoader loader({library("no_driver")});
    ASSERT_TRUE(loader.plugin());
    const Error first = loader.devices().error();
    EXPECT_EQ(first.kind, ErrorKind::Unsupported);
    EXPECT_THAT(first.message, StartsWith("no NVIDIA driver is installed"));
    EXPECT_EQ(loader.devices().error(), first);
    DeviceLoader another({library("no_driver")});
    EXPECT_NE(another.devices().error(), first) << "a new loader asks again";
    EXPECT_EQ(DeviceLoader({library("no_device")}).devices().error().message, "no GPU was found");
}

TEST(DeviceLoader, LooksWhereTheEnvironmentSaysAndElseBesideTheProgram)
{
    {
        const test::Environment named("SOMNIUM_GPU_LIBRARY", "/some/where/gpu.so");
        EXPECT_THAT(deviceLibraryPlaces(), testing::ElementsAre("/some/where/gpu.so"));
    }
    const test::Environment unnamed("SOMNIUM_GPU_LIBRARY", "");
    const auto places = deviceLibraryPlaces();
    ASSERT_EQ(places.size(), 3U);
    EXPECT_EQ(places[0].parent_path(), executableFolder());
    EXPECT_THAT(places[1].string(), HasSubstr("lib/somnium"));
    EXPECT_EQ(places[2], sharedLibraryFile("somnium_cuda"));
}

TEST(DeviceChoice, TheDeviceWithTheMostFreeMemoryIsTaken)
{
    DeviceLoader loader({library("works")});
    const test::Environment unforced("SOMNIUM_BACKEND", "");
    const auto chosen = chooseBackend("auto", loader).value();
    EXPECT_EQ(chosen.backend->name(), "cuda");
    EXPECT_EQ(chosen.reason, "cuda:1, of 2 the one with the most free memory");
    EXPECT_EQ(chooseBackend("cpu", loader).value().backend->name(), "cpu");
    EXPECT_THAT(availableBackends(loader), testing::ElementsAre("cpu", "cuda"));
    const auto choices = listDevices(loader);
    ASSERT_EQ(choices.size(), 3U);
    EXPECT_EQ(choices[0].id, "cpu");
    EXPECT_FALSE(choices[0].name.empty());
    EXPECT_EQ(choices[1].id, "cuda:0");
    EXPECT_EQ(choices[1].name, "Toy GPU");
    EXPECT_EQ(choices[2].detail, "sm_00, 4.0 GiB, 1.0 GiB free");
    for (const DeviceChoice &choice : choices)
        EXPECT_TRUE(choice.isUsable && chooseBackend(choice.id, loader)) << choice.id;
}

TEST(DeviceChoice, TheReasonSaysWhichOfSeveralDevicesItIs)
{
    DeviceLoader several({library("works")});
    EXPECT_EQ(chooseBackend("cuda:0", several).value().reason, "cuda:0, as asked for");
    EXPECT_EQ(chooseBackend("cuda:1", several).value().reason, "cuda:1, as asked for");
    EXPECT_EQ(chooseBackend("cuda", several).value().reason, "cuda:1, as asked for") << "the best one";
    EXPECT_EQ(chooseBackend("cpu", several).value().reason, "CPU, as asked for");
    DeviceLoader refusing({library("one_refuses")});
    EXPECT_EQ(chooseBackend("cuda", refusing).value().reason, "cuda:0, as asked for") << "the one that works";
}

TEST(DeviceChoice, TheReasonSaysNoNumberOfTheOnlyDevice)
{
    const test::Environment unforced("SOMNIUM_BACKEND", "");
    DeviceLoader one({library("only_one")});
    EXPECT_EQ(chooseBackend("auto", one).value().reason, "GPU, the only one here");
    EXPECT_EQ(chooseBackend("cuda:0", one).value().reason, "GPU, as asked for");
    EXPECT_EQ(chooseBackend("cuda", one).value().reason, "GPU, as asked for");
}

TEST(DeviceChoice, WhatTheDeviceMakesIsWhatTheProcessorMakes)
{
    DeviceLoader loader({library("works")});
    const auto device = chooseBackend("cuda:1", loader).value();
    const auto processor = chooseBackend("cpu", loader).value();
    std::vector<std::vector<float>> results;
    for (compute::Backend *backend : {device.backend.get(), processor.backend.get()})
    {
        const auto ops = backend->tensorOps().value();
        const auto tensor = ops->allocate(64).value();
        ops->normals({.seed = 5, .stream = 1}, {tensor.get(), 0, 8, 8});
        results.emplace_back(64);
        ASSERT_TRUE(ops->download({tensor.get(), 0, 8, 8}, results.back()));
    }
    EXPECT_EQ(results[0], results[1]);
    EXPECT_NE(results[0][0], results[0][1]);
}

TEST(DeviceChoice, ADeviceThatRefusesIsPassedOverOrSaysWhy)
{
    const test::Environment unforced("SOMNIUM_BACKEND", "");
    DeviceLoader one({library("one_refuses")});
    EXPECT_EQ(chooseBackend("cuda", one).value().backend->name(), "cuda");
    EXPECT_FALSE(chooseBackend("cuda:1", one));

    DeviceLoader all({library("refuses")});
    const auto chosen = chooseBackend("auto", all).value();
    EXPECT_EQ(chosen.backend->name(), "cpu");
    EXPECT_EQ(chosen.reason, "CPU, since Toy GPU XL cannot be used, its memory is full");
    const Error error = chooseBackend("cuda", all).error();
    EXPECT_EQ(error.kind, ErrorKind::OutOfMemory);
    EXPECT_EQ(error.message,
              "device cuda: Toy GPU XL cannot be used, its memory is full: 0 of 1 GiB are free");
}

TEST(DeviceChoice, WithoutADeviceTheCpuRunsAndSaysWhy)
{
    const test::Environment unforced("SOMNIUM_BACKEND", "");
    const test::TemporaryFolder folder;
    DeviceLoader missing({folder / "none.so"});
    EXPECT_EQ(chooseBackend("auto", missing).value().reason, "CPU, since no GPU library was found");
    DeviceLoader driverless({library("no_driver")});
    EXPECT_EQ(chooseBackend("auto", driverless).value().reason, "CPU, since no NVIDIA driver is installed");
    EXPECT_THAT(availableBackends(driverless), testing::ElementsAre("cpu"));
    const auto choices = listDevices(missing);
    ASSERT_EQ(choices.size(), 2U);
    EXPECT_EQ(choices[1].id, "cuda");
    EXPECT_FALSE(choices[1].isUsable);
    EXPECT_THAT(choices[1].reason, HasSubstr("looked for " + (folder / "none.so").string()));
    const Error error = chooseBackend("cuda", missing).error();
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_THAT(error.message, StartsWith("device cuda: no GPU library was found: looked for"));
}

TEST(DeviceChoice, TheEnvironmentOverridesOnlyAuto)
{
    DeviceLoader loader({library("works")});
    const test::Environment forced("SOMNIUM_BACKEND", "cuda:0");
    EXPECT_EQ(chooseBackend("auto", loader).value().reason, "cuda:0, since SOMNIUM_BACKEND says so");
    EXPECT_EQ(chooseBackend("cpu", loader).value().backend->name(), "cpu");
    const test::Environment wrong("SOMNIUM_BACKEND", "abacus");
    const Error error = chooseBackend("auto", loader).error();
    EXPECT_EQ(error.kind, ErrorKind::InvalidArgument);
    EXPECT_THAT(error.message, HasSubstr("SOMNIUM_BACKEND"));
    EXPECT_THAT(error.message, HasSubstr("\"abacus\""));
}

TEST(DeviceChoice, RefusesDevicesThatAreNotThereAndNamesThatAreNone)
{
    DeviceLoader loader({library("works")});
    const Error missing = chooseBackend("cuda:7", loader).error();
    EXPECT_EQ(missing.kind, ErrorKind::NotFound);
    EXPECT_EQ(missing.message, "device cuda:7: there are 2, cuda:0 to cuda:1");
    for (const char *name : {"", "cuda:", "cuda:-1", "cuda:1x", "cuda1", "cuda: 1", "CUDA", "gpu", "cpu:0",
                             "cuda:99999999999999999999999"})
    {
        const auto chosen = chooseBackend(name, loader);
        ASSERT_FALSE(chosen) << name;
        EXPECT_EQ(chosen.error().kind, ErrorKind::InvalidArgument) << name;
    }
}

} // namespace
} // namespace somnium::compute
