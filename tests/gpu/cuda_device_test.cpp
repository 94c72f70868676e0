// SPDX-License-Identifier: GPL-3.0-or-later
// The device that is a GPU, on a CUDA that is the processor (fake_cuda.h): what it asks of CUDA, and what it
// makes of the answers. That CUDA keeps to its documentation only a GPU can show (map_device_test.cpp).
#include <array>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gpu/cuda/cublas.h"
#include "gpu/cuda/cuda_device.h"
#include "gpu/cuda/found_devices.h"
#include "gpu/device/device_buffer.h"
#include "gpu/gpu_backend.h"
#include "tests/gpu/fake_cuda.h"
#include "tests/support/backend_suite.h"
#include "tests/support/blob_images.h"
#include "tests/support/tensor_ops_suite.h"
#include "tests/support/twin_autoencoder_suite.h"

namespace somnium
{
namespace compute
{
namespace
{

INSTANTIATE_TEST_SUITE_P(
    FakeCuda, BackendTest,
    ::testing::Values(BackendCandidate{
        "cuda", [] { return gpu::makeBackend(std::make_unique<gpu::cuda::CudaDevice>(0), "cuda"); }}),
    candidateName);

} // namespace
} // namespace compute

namespace test
{
namespace
{

Result<MadeTensorOps> madeOnFake()
{
    const std::shared_ptr<compute::Backend> backend =
        gpu::makeBackend(std::make_unique<gpu::cuda::CudaDevice>(0), "cuda");
    return MadeTensorOps{backend, backend->tensorOps().value()};
}

INSTANTIATE_TEST_SUITE_P(FakeCuda, TensorOpsSuite,
                         testing::Values(TensorOpsCandidate{"cuda", {{"fake", madeOnFake}}, true}), nameOf);
INSTANTIATE_TEST_SUITE_P(FakeCuda, TwinAutoencoder,
                         testing::Values(AutoencoderDevice{
                             "cuda",
                             []() -> Result<std::unique_ptr<compute::Backend>> {
                                 return gpu::makeBackend(std::make_unique<gpu::cuda::CudaDevice>(0), "cuda");
                             }}),
                         nameOfDevice);

} // namespace
} // namespace test

namespace gpu::cuda
{
namespace
{

using test::fakeCuda;
using test::FakeCuda;

class CudaDeviceTest : public ::testing::Test
{
protected:
    void SetUp() override { fakeCuda() = {}; }
    void TearDown() override
    {
        EXPECT_EQ(fakeCuda().things, 0U) << "not given back";
        fakeCuda() = {};
    }
};

/// Counts up on the device by a step of calls of every kind, each time with another number.
class Counter
{
public:
    explicit Counter(CudaDevice &device)
        : m_device(device), m_one(uploaded(device, std::span<const float>(kOne))), m_number(device, 1),
          m_copied(device, 1), m_sum(device, 1)
    {
        m_sum.clear(Lane::Compute);
    }
    /// Each number is copied to where something else was, and multiplied by 1 to be added.
    void add(float number)
    {
        m_device.record([&] {
            m_device.clear(Lane::Compute, m_copied.data(), sizeof(float));
            m_device.launch(Lane::Compute, FillKernel{m_number.data(), 1, number});
            m_device.copyWithin(Lane::Compute, m_copied.data(), m_number.data(), sizeof(float));
            m_device.multiply(Lane::Compute,
                              {.m = 1,
                               .n = 1,
                               .k = 1,
                               .a = m_copied.data(),
                               .b = m_one.data(),
                               .c = m_sum.data(),
                               .aStride = 1,
                               .bStride = 1,
                               .cStride = 1,
                               .beta = 1.0F},
                              Rounding::Float32);
        });
    }
    [[nodiscard]] float sum() const
    {
        std::array<float, 1> sum{};
        m_sum.download(Lane::Compute, sum);
        m_device.wait(Lane::Compute);
        return sum[0];
    }

private:
    static constexpr std::array<float, 1> kOne = {1.0F};
    CudaDevice &m_device;
    DeviceBuffer<float> m_one;
    DeviceBuffer<float> m_number;
    DeviceBuffer<float> m_copied;
    DeviceBuffer<float> m_sum;
};

template <class Work> Error errorOf(const Work &work)
{
    try
    {
        work();
    }
    catch (const DeviceError &problem)
    {
        return problem.error();
    }
    return {ErrorKind::Internal, "nothing failed"};
}

TEST_F(CudaDeviceTest, RecordsAStepWhenItComesAgainAndThenChangesItsArguments)
{
    CudaDevice device(0);
    Counter counter(device);
    counter.add(1.0F);
    EXPECT_EQ(fakeCuda().graphsMade, 0U) << "what is loaded at first use is loaded now";
    counter.add(2.0F);
    EXPECT_EQ(fakeCuda().graphsMade, 1U);
    EXPECT_EQ(fakeCuda().nodesChanged, 0U);
    counter.add(4.0F);
    EXPECT_EQ(fakeCuda().nodesChanged, 1U);
    counter.add(4.0F);
    EXPECT_EQ(fakeCuda().nodesChanged, 1U) << "it has it already";
    EXPECT_EQ(fakeCuda().graphsMade, 1U);
    EXPECT_EQ(fakeCuda().graphsStarted, 3U);
    EXPECT_EQ(counter.sum(), 11.0F);
}

TEST_F(CudaDeviceTest, MakesARecordingAnewWhereItMayNotBeChanged)
{
    CudaDevice device(0);
    Counter counter(device);
    counter.add(1.0F);
    counter.add(2.0F);
    fakeCuda().changing = cudaErrorNotSupported;
    counter.add(4.0F);
    EXPECT_EQ(fakeCuda().graphsMade, 2U);
    EXPECT_EQ(counter.sum(), 7.0F);
    EXPECT_EQ(fakeCuda().left, cudaSuccess);
}

TEST_F(CudaDeviceTest, GoesOnUnrecordedWhereCudaRefusesToRecord)
{
    for (cudaError_t FakeCuda::*const refusal :
         {&FakeCuda::beginning, &FakeCuda::ending, &FakeCuda::adding, &FakeCuda::instantiating,
          &FakeCuda::launchingWhileRecording})
    {
        fakeCuda() = {};
        CudaDevice device(0);
        Counter counter(device);
        counter.add(1.0F);
        fakeCuda().*refusal = cudaErrorStreamCaptureUnsupported;
        counter.add(2.0F);
        EXPECT_EQ(counter.sum(), 3.0F) << "done once";
        fakeCuda().*refusal = cudaSuccess;
        counter.add(4.0F);
        EXPECT_EQ(counter.sum(), 7.0F);
        EXPECT_EQ(fakeCuda().graphsMade, 0U) << "it does not try again";
        EXPECT_EQ(fakeCuda().left, cudaSuccess);
    }
}

TEST_F(CudaDeviceTest, ALostDeviceIsNoRefusalToRecord)
{
    for (const cudaError_t how :
         {cudaErrorLaunchTimeout, cudaErrorIllegalAddress, cudaErrorECCUncorrectable, cudaErrorContained,
          cudaErrorDevicesUnavailable, cudaErrorHardwareStackError, cudaErrorLaunchFailure})
        for (const int steps : {0, 1, 2, 3}) // to be run, to be recorded, to be started, to be changed
        {
            fakeCuda() = {};
            CudaDevice device(0);
            Counter counter(device);
            for (int i = 0; i < steps; ++i)
                counter.add(1.0F);
            fakeCuda().lost = how;
            for (int i = 0; i < 2; ++i)
                EXPECT_EQ(errorOf([&] { counter.add(static_cast<float>(steps)); }).kind,
                          ErrorKind::DeviceLost);
        } // what it held is given back all the same, and nothing is thrown
}

TEST_F(CudaDeviceTest, WhatAStepThrowsItselfComesOutAndNothingOfItIsDone)
{
    CudaDevice device(0);
    Counter counter(device);
    for (int i = 0; i < 3; ++i)
    {
        const auto half = [&] {
            device.record([&] {
                device.launch(Lane::Compute, FillKernel{nullptr, 1, 0.0F});
                throw std::bad_alloc();
            });
        };
        EXPECT_THROW(half(), std::bad_alloc);
        counter.add(1.0F);
    }
    EXPECT_EQ(counter.sum(), 3.0F);
    EXPECT_EQ(fakeCuda().graphsMade, 1U);
}

TEST_F(CudaDeviceTest, PageLockedMemoryThatIsRefusedIsTooLittleMemoryAndNoLostDevice)
{
    CudaDevice device(0);
    fakeCuda().pageLocking = cudaErrorMemoryAllocation;
    EXPECT_EQ(errorOf([&] { static_cast<void>(device.allocateHost(10)); }).kind, ErrorKind::OutOfMemory);
    const std::array<float, 1> memory = {};
    EXPECT_FALSE(device.lockHost(memory.data(), sizeof(memory)));
    EXPECT_EQ(fakeCuda().left, cudaSuccess) << "the next launch would be blamed for it";
}

TEST_F(CudaDeviceTest, BlocksAfterTheFirstAskCudaForNoMemory)
{
    const auto backend = makeBackend(std::make_unique<CudaDevice>(0), "cuda");
    const data::ImageShape shape = {1, 16, 16};
    Random random(7);
    const data::MemorySamples samples = test::blobSamples(shape, 40, random);
    const compute::PolarGrid grid = compute::polarGridFor(shape, {}).value();
    const auto prototypes = backend->transform(samples, 0, 4, grid, {}).value();
    const std::vector<float> neighbourhood(4 * 4, 1.0F);
    compute::UpdateOptions options;
    options.neighbourhood = neighbourhood;
    const auto update = backend->beginUpdate(*prototypes, options).value();
    std::vector<std::size_t> allocations;
    for (std::size_t block = 0; block < 4; ++block)
    {
        const std::size_t before = fakeCuda().allocations;
        auto halves = backend->transformToHalf(samples, 0, 40, grid, {}).value();
        const auto images =
            backend->upload(std::make_shared<const compute::HalfSpectra>(std::move(halves))).value();
        ASSERT_TRUE(update->add(*images, {}));
        const auto kept = backend->transformAndKeep(samples, 0, 40, grid, {}).value();
        ASSERT_TRUE(update->add(*kept, {}));
        allocations.push_back(fakeCuda().allocations - before);
    }
    EXPECT_GT(allocations.front(), 0U);
    EXPECT_EQ(std::vector<std::size_t>(allocations.begin() + 1, allocations.end()),
              (std::vector<std::size_t>{0, 0, 0}));
}

TEST_F(CudaDeviceTest, IsNotMadeWhereNothingRuns)
{
    fakeCuda().lost = cudaErrorNoKernelImageForDevice;
    EXPECT_EQ(errorOf([] { const CudaDevice device(0); }).kind, ErrorKind::DeviceLost);
}

TEST_F(CudaDeviceTest, GpusAreFoundWithoutAContext)
{
    const std::vector<FoundDevice> found = findDevices();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].architecture, "sm_90");
    EXPECT_EQ(fakeCuda().contexts, 0U);
    EXPECT_EQ(described(found).at(0).freeBytes, std::size_t{1} << 29U) << "as a context says it";
    fakeCuda().lost = cudaErrorDevicesUnavailable;
    EXPECT_EQ(described(found).at(0).freeBytes, 0U);
}

TEST_F(CudaDeviceTest, SaysWhyThereIsNone)
{
    struct Case
    {
        int driver;
        cudaError_t counting;
        std::string clause;
    };
    for (const Case &one : {Case{0, cudaErrorInsufficientDriver, "no NVIDIA driver is installed"},
                            Case{11080, cudaErrorInsufficientDriver, "it offers CUDA 11.8, expected "},
                            Case{CUDART_VERSION, cudaErrorNoDevice, "no NVIDIA GPU was found"},
                            Case{CUDART_VERSION, cudaErrorSystemDriverMismatch, "does not start: "},
                            Case{CUDART_VERSION, cudaErrorUnknown, "does not start: "}})
    {
        fakeCuda().driver = one.driver;
        fakeCuda().counting = one.counting;
        const Error error = errorOf([] { static_cast<void>(findDevices()); });
        EXPECT_EQ(error.kind, ErrorKind::Unsupported);
        EXPECT_NE(error.message.find(one.clause), std::string::npos) << error.message;
    }
}

TEST(LoadCublas, TheOneThatItWasBuiltWithHasAllThatIsCalled)
{
    const CublasFunctions functions = loadCublas(SOMNIUM_CUBLAS);
    EXPECT_STREQ(functions.statusString(CUBLAS_STATUS_ALLOC_FAILED), "the resource allocation failed");
}

TEST(LoadCublas, SaysWhatIsMissing)
{
    const Error missing = errorOf([] { static_cast<void>(loadCublas("libno_cublas.so.1")); });
    EXPECT_EQ(missing.kind, ErrorKind::Unsupported);
    EXPECT_NE(missing.message.find("cuBLAS cannot be loaded: libno_cublas.so.1"), std::string::npos)
        << missing.message;
    const Error other = errorOf([] { static_cast<void>(loadCublas("libm.so.6")); });
    EXPECT_EQ(other.kind, ErrorKind::Unsupported);
    EXPECT_NE(other.message.find("libm.so.6: has no cublasCreate"), std::string::npos) << other.message;
}

} // namespace
} // namespace gpu::cuda
} // namespace somnium
