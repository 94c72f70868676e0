// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/emulated/emulated_device.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "gpu/device/device_buffer.h"
#include "gpu/emulated/faulty_device.h"
#include "gpu/tensor/gpu_tensor_ops.h"

namespace somnium::gpu
{
namespace
{

using emulated::EmulatedDevice;
using emulated::FaultyDevice;

TEST(EmulatedDevice, DoesNothingBeforeItIsWaitedFor)
{
    EmulatedDevice device;
    const std::vector<float> values = {1.0F, 2.0F, 3.0F};
    std::vector<float> back(3);
    const DeviceBuffer<float> buffer(device, 3);
    buffer.upload(Lane::Compute, values);
    device.launch(Lane::Compute, FillKernel{buffer.data(), 2, 7.0F});
    buffer.download(Lane::Compute, back);
    EXPECT_EQ(back, std::vector<float>({0.0F, 0.0F, 0.0F}));
    device.wait(Lane::Compute);
    EXPECT_EQ(back, std::vector<float>({7.0F, 7.0F, 3.0F}));
}

TEST(EmulatedDevice, ALaneWaitsForTheMarkOfAnother)
{
    EmulatedDevice device;
    const std::vector<float> values = {1.0F};
    std::vector<float> back(1);
    const DeviceBuffer<float> buffer(device, 1);
    buffer.upload(Lane::Copy, values);
    device.setMark(Lane::Copy, 0);
    buffer.download(Lane::Compute, back); // too early
    device.wait(Lane::Compute);
    EXPECT_TRUE(std::isnan(back[0]));
    device.waitForMark(Lane::Compute, 0);
    buffer.download(Lane::Compute, back);
    device.wait(Lane::Compute);
    EXPECT_EQ(back[0], 1.0F);
}

TEST(EmulatedDevice, RefusesMoreMemoryThanItHas)
{
    EmulatedDevice device({.memoryBytes = 100});
    const DeviceBuffer<float> buffer(device, 20);
    EXPECT_EQ(device.freeBytes(), 20U);
    try
    {
        const DeviceBuffer<float> another(device, 20);
        FAIL() << "80 of 20 bytes were given";
    }
    catch (const DeviceError &problem)
    {
        EXPECT_EQ(problem.error().kind, ErrorKind::OutOfMemory);
    }
}

TEST(EmulatedDevice, ProductsAreThoseOfTheirTransposes)
{
    EmulatedDevice device;
    // A = (1 2 3; 4 5 6), B = (1 0; 0 1; 1 1), AB = (4 5; 10 11)
    const std::vector<float> a = {1, 2, 3, 4, 5, 6};
    const std::vector<float> aTransposed = {1, 4, 2, 5, 3, 6};
    const std::vector<float> b = {1, 0, 0, 1, 1, 1};
    const std::vector<float> bTransposed = {1, 0, 1, 0, 1, 1};
    for (const bool transposeA : {false, true})
        for (const bool transposeB : {false, true})
        {
            std::vector<float> c = {1, 1, 1, 1};
            device.multiply(Lane::Compute,
                            {.m = 2,
                             .n = 2,
                             .k = 3,
                             .a = (transposeA ? aTransposed : a).data(),
                             .b = (transposeB ? bTransposed : b).data(),
                             .c = c.data(),
                             .aStride = transposeA ? 2U : 3U,
                             .bStride = transposeB ? 3U : 2U,
                             .cStride = 2,
                             .transposeA = transposeA,
                             .transposeB = transposeB,
                             .alpha = 1.0F,
                             .beta = 1.0F},
                            Rounding::Float32);
            device.wait(Lane::Compute);
            EXPECT_EQ(c, std::vector<float>({5, 6, 11, 12}));
        }
}

TEST(EmulatedDevice, AStepThatItRefusesToRecordIsDoneAllTheSameAndOnce)
{
    EmulatedDevice device({.canRecord = false});
    const auto ops = makeTensorOps(device, {}).value();
    const auto a = ops->allocate(1).value();
    const auto sum = ops->allocate(1).value();
    const compute::MatrixView one = {a.get(), 0, 1, 1};
    const compute::MatrixView all = {sum.get(), 0, 1, 1};
    ops->fill(one, 1.0F);
    constexpr int kSteps = 5;
    for (int i = 0; i < kSteps; ++i)
        ops->step([&] { ops->multiply({.a = one, .b = one, .c = all, .accumulate = true}); });
    std::vector<float> back(1);
    ASSERT_TRUE(ops->download(all, back));
    EXPECT_EQ(back[0], static_cast<float>(kSteps));
    EXPECT_EQ(device.recordings().made, 0U);
}

TEST(FaultyDevice, FailsAtItsCallAndAtAllAfterIt)
{
    FaultyDevice device(std::make_unique<EmulatedDevice>(), {.kind = ErrorKind::DeviceLost, .call = 2});
    void *const memory = device.allocate(4);
    EXPECT_THROW(device.clear(Lane::Compute, memory, 4), DeviceError);
    EXPECT_THROW(device.wait(Lane::Compute), DeviceError);
    EXPECT_TRUE(device.hasFailed());
    device.release(memory);
}

} // namespace
} // namespace somnium::gpu
