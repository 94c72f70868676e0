// SPDX-License-Identifier: GPL-3.0-or-later
// Free memory by a library that looks like the driver's (fake_nvml.cpp).
#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "gpu/device/nvml.h"

namespace somnium::gpu
{
namespace
{

constexpr std::size_t kGibibyte = std::size_t{1} << 30U;

TEST(Nvml, TellsWhatIsFreeOnTheGpuAtAPciAddress)
{
    const Nvml nvml(SOMNIUM_FAKE_NVML);
    EXPECT_EQ(nvml.freeBytes("0000:65:00.0", 7 * kGibibyte + kGibibyte / 2), 5 * kGibibyte);
    EXPECT_EQ(nvml.freeBytes("0000:B3:00.0", 24 * kGibibyte), 1 * kGibibyte);
}

TEST(Nvml, DoesNotTellWhatItDoesNotKnow)
{
    const Nvml nvml(SOMNIUM_FAKE_NVML);
    EXPECT_FALSE(nvml.freeBytes("0000:01:00.0", 8 * kGibibyte)) << "there is no such GPU";
    EXPECT_FALSE(nvml.freeBytes("", 8 * kGibibyte));
    EXPECT_FALSE(nvml.freeBytes("0000:65:00.0", 4 * kGibibyte)) << "half of the GPU is meant";
    EXPECT_FALSE(nvml.freeBytes("0000:C1:00.0", 8 * kGibibyte)) << "this one has no memory of its own";
}

TEST(Nvml, IsShutDownAsOftenAsItWasStarted)
{
    {
        const Nvml nvml(SOMNIUM_FAKE_NVML);
        const Nvml another(SOMNIUM_FAKE_NVML);
        EXPECT_TRUE(another.freeBytes("0000:65:00.0", 8 * kGibibyte));
    }
    // The library knows a GPU only while it is in use: so it says here that it was left.
    const auto left = SharedLibrary::open(SOMNIUM_FAKE_NVML).value().symbol("fakeNvmlUsers").value();
    EXPECT_EQ(reinterpret_cast<int (*)()>(left)(), 0); // NOLINT: dlsym's way
}

TEST(Nvml, IsOfNoUseWhereThereIsNoneOrAnotherLibrary)
{
    EXPECT_FALSE(Nvml("/nowhere/libnvidia-ml.so.1").freeBytes("0000:65:00.0", 8 * kGibibyte));
    EXPECT_FALSE(Nvml("libnvidia-ml-of-no-driver.so.1").freeBytes("0000:65:00.0", 8 * kGibibyte));
    EXPECT_FALSE(Nvml(SOMNIUM_OTHER_LIBRARY).freeBytes("0000:65:00.0", 8 * kGibibyte));
}

} // namespace
} // namespace somnium::gpu
