// SPDX-License-Identifier: GPL-3.0-or-later
// Tensor operations on the emulated device: each against the naive one, and whole steps of a training.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/latent/network.h"
#include "gpu/emulated/emulated_device.h"
#include "gpu/emulated/faulty_device.h"
#include "gpu/tensor/gpu_tensor_ops.h"
#include "tests/support/cpu_tensor_ops.h"
#include "tests/support/tensor_ops_suite.h"

namespace somnium::test
{
namespace
{

using compute::ProductPrecision;
using compute::TensorOps;
using gpu::emulated::EmulatedDevice;
using gpu::emulated::Fault;
using gpu::emulated::FaultyDevice;
using gpu::emulated::ThreadOrder;

constexpr std::array kOrders = {ThreadOrder::Rising, ThreadOrder::Falling, ThreadOrder::Interleaved};

TensorOpsCandidate emulatedDevice()
{
    return {"device", {{"rising", []() -> Result<MadeTensorOps> {
                            auto device = std::make_shared<EmulatedDevice>();
                            auto ops = gpu::makeTensorOps(*device, {});
                            if (!ops)
                                return failure(ops.error());
                            return MadeTensorOps{device, std::move(*ops)};
                        }}}};
}

INSTANTIATE_TEST_SUITE_P(Emulated, TensorOpsSuite, testing::Values(emulatedDevice()), nameOf);

TEST(Divisor, DividesAllNumbersAsTheProcessorDoes)
{
    Random random(31);
    const auto any = [&] {
        return static_cast<std::uint32_t>(random.below(std::numeric_limits<std::uint32_t>::max())) >>
               random.below(32);
    };
    for (int i = 0; i < 200000; ++i)
    {
        const std::uint32_t by = std::max(1U, any());
        const gpu::Divisor divisor = gpu::Divisor::of(by);
        for (const std::uint32_t n : {any(), by, by - 1, 2 * by - 1, ~0U, 0U})
            ASSERT_EQ(divisor.quotient(n), n / by) << n << " / " << by;
    }
}

/// Three steps of a small network, two of them on all rows.
struct Lesson
{
    latent::AutoencoderParams params;
    data::ImageShape shape;
    latent::LossTerms terms;
    bool hasWeights = true;
    std::size_t rows = 5;
};

Lesson convolutionLesson()
{
    Lesson lesson;
    lesson.params = latent::defaultParams(latent::AutoencoderKind::Convolution2d);
    lesson.params.channels = {4, 5};
    lesson.params.kernel = 3;
    lesson.params.widths = {7};
    lesson.params.isVariational = true;
    lesson.params.outputActivation = compute::Activation::Sigmoid;
    lesson.shape = {3, 9, 8};
    lesson.terms = {.isVariational = true, .beta = 0.5, .noise = 0.1, .sparsity = 0.2};
    return lesson;
}

Lesson denseLesson()
{
    Lesson lesson;
    lesson.params.widths = {32, 12};
    lesson.params.hiddenActivation = compute::Activation::Tanh;
    lesson.shape = {1, 1, 64};
    lesson.hasWeights = false;
    lesson.rows = 30;
    return lesson;
}

/// What a step reads, on the device: one batch is computed with while the next comes in.
struct StagedBatch
{
    std::unique_ptr<compute::StagedTensor> values;
    std::unique_ptr<compute::StagedTensor> weights;

    Result<void> make(TensorOps &ops, std::size_t size)
    {
        auto madeValues = ops.allocateStaged(size);
        auto madeWeights = ops.allocateStaged(size);
        if (!madeValues || !madeWeights)
            return failure(madeValues ? madeWeights.error() : madeValues.error());
        values = std::move(*madeValues);
        weights = std::move(*madeWeights);
        return {};
    }
    void bring(TensorOps &ops, std::size_t size, std::uint64_t seed, bool hasWeights) const
    {
        const auto numbers = randomValues(2 * size, seed);
        for (std::size_t i = 0; i < size; ++i)
        {
            values->host()[i] = numbers[i];
            weights->host()[i] = std::max(0.0F, numbers[size + i]);
        }
        ops.bring(*values, size);
        if (hasWeights)
            ops.bring(*weights, size);
    }
};

enum class Stepping
{
    AsSteps,
    OneByOne,
};

/// Losses, parameters and moments after some steps, every third of them on a smaller batch.
Result<std::vector<float>> learn(const Lesson &lesson, TensorOps &ops, Stepping stepping = Stepping::AsSteps,
                                 std::uint64_t steps = 3)
{
    const std::size_t pixels = lesson.shape.size();
    auto network = latent::Network::create(latent::makeLayers(lesson.params, lesson.shape), lesson.shape,
                                           lesson.params.latentSize, {lesson.rows},
                                           latent::Network::Purpose::Training, ops);
    if (!network)
        return failure(network.error());
    std::array<StagedBatch, 2> batches;
    for (StagedBatch &batch : batches)
        if (const auto made = batch.make(ops, lesson.rows * pixels); !made)
            return failure(made.error());
    std::vector<float> learned;
    const auto rowsOf = [&lesson](std::uint64_t t) { return t % 3 == 2 ? lesson.rows - 1 : lesson.rows; };
    batches[0].bring(ops, rowsOf(0) * pixels, 100, lesson.hasWeights);
    for (std::uint64_t t = 0; t < steps; ++t)
    {
        const std::size_t rows = rowsOf(t);
        StagedBatch &now = batches[t % 2];
        latent::BatchView view;
        view.values = {&now.values->device(), 0, rows, pixels};
        if (lesson.hasWeights)
            view.weights = {&now.weights->device(), 0, rows, pixels};
        view.validPixels = static_cast<double>(rows * pixels);
        const auto work = [&] {
            (*network)->differentiate(view, lesson.terms, {7, t});
            (*network)->step({.learningRate = 0.01, .step = t + 1});
        };
        if (stepping == Stepping::AsSteps)
            ops.step(work);
        else
            work();
        batches[(t + 1) % 2].bring(ops, rowsOf(t + 1) * pixels, 101 + t, lesson.hasWeights);
        const auto loss = (*network)->lossOf(lesson.terms, rows);
        if (!loss)
            return failure(loss.error());
        for (const double part : {loss->error, loss->divergence, loss->penalty})
            learned.push_back(static_cast<float>(part));
    }
    std::vector<float> parameters((*network)->parameterCount());
    if (const auto got = ops.download((*network)->parameters(), parameters); !got)
        return failure(got.error());
    auto moments = (*network)->moments();
    if (!moments)
        return failure(moments.error());
    learned = joined(std::move(learned), parameters);
    return joined(joined(std::move(learned), moments->first), moments->second);
}

std::unique_ptr<TensorOps> opsOf(gpu::Device &device, ProductPrecision precision = ProductPrecision::Float32)
{
    auto ops = gpu::makeTensorOps(device, {.precision = precision});
    EXPECT_TRUE(ops.has_value());
    return std::move(*ops);
}

/// Bits, so that NaN equals itself.
std::vector<std::uint32_t> bitsOf(const std::vector<float> &values)
{
    std::vector<std::uint32_t> bits(values.size());
    std::memcpy(bits.data(), values.data(), values.size() * sizeof(float));
    return bits;
}

TEST(GpuTensorOps, StepsOfATrainingHaveTheSameBitsInAnyOrderOfThreads)
{
    for (const Lesson &lesson : {convolutionLesson(), denseLesson()})
    {
        std::optional<std::vector<float>> expected;
        for (const ThreadOrder order : kOrders)
        {
            EmulatedDevice device({.order = order});
            const auto ops = opsOf(device);
            const auto learned = learn(lesson, *ops);
            ASSERT_TRUE(learned.has_value()) << learned.error().message;
            if (!expected)
                expected = *learned;
            EXPECT_EQ(bitsOf(*learned), bitsOf(*expected));
        }
    }
}

TEST(GpuTensorOps, StepsOfATrainingAreThoseOfTheProcessor)
{
    for (const Lesson &lesson : {convolutionLesson(), denseLesson()})
    {
        const CpuTensorOps cpu;
        const auto expected = learn(lesson, *cpu);
        EmulatedDevice device;
        const auto ops = opsOf(device);
        const auto found = learn(lesson, *ops);
        ASSERT_TRUE(expected.has_value() && found.has_value());
        ASSERT_EQ(found->size(), expected->size());
        std::size_t far = 0;
        for (std::size_t i = 0; i < found->size(); ++i)
        {
            ASSERT_TRUE(std::isfinite((*found)[i]));
            // Adam divides small slopes by themselves: what rounding leaves of them becomes a step of its
            // own.
            ASSERT_TRUE(isClose((*found)[i], (*expected)[i], 0.02)) << i;
            far += isClose((*found)[i], (*expected)[i], 1e-5) ? 0U : 1U;
        }
        EXPECT_LE(far, found->size() / 100);
    }
}

TEST(GpuTensorOps, RecordedStepsGiveTheNumbersOfSingleOperations)
{
    for (const Lesson &lesson : {convolutionLesson(), denseLesson()})
    {
        EmulatedDevice recording;
        EmulatedDevice direct;
        const auto recordingOps = opsOf(recording);
        const auto directOps = opsOf(direct);
        const auto steps = learn(lesson, *recordingOps, Stepping::AsSteps, 9);
        const auto single = learn(lesson, *directOps, Stepping::OneByOne, 9);
        ASSERT_TRUE(steps.has_value() && single.has_value());
        EXPECT_EQ(bitsOf(*steps), bitsOf(*single));
        // Steps are alike if their batches have one size, and, where no noise is added (and products read
        // the batch itself), lie in the same one of two places. One of these four comes only once.
        const bool isAdded = lesson.terms.noise > 0.0;
        EXPECT_EQ(recording.recordings().made, isAdded ? 2U : 3U);
        EXPECT_EQ(recording.recordings().starts, isAdded ? 7U : 5U) << "all but the first of each kind";
        EXPECT_GE(recording.recordings().changes, 2U) << "Adam's rate at least";
        EXPECT_EQ(direct.recordings().made, 0U);
    }
}

TEST(GpuTensorOps, WhatIsBroughtTooEarlyForTheComputingWaitsForIt)
{
    EmulatedDevice device;
    const auto ops = opsOf(device);
    auto staged = ops->allocateStaged(3);
    auto kept = ops->allocate(3);
    ASSERT_TRUE(staged.has_value() && kept.has_value());
    std::ranges::fill((*staged)->host(), 1.0F);
    ops->bring(**staged, 3);
    ASSERT_TRUE(ops->finish().has_value());
    ops->copy({&(*staged)->device(), 0, 1, 3}, {kept->get(), 0, 1, 3});
    std::ranges::fill((*staged)->host(), 2.0F);
    ops->bring(**staged, 3);
    device.wait(gpu::Lane::Copy); // as eager as a device may be
    std::vector<float> found(3);
    ASSERT_TRUE(ops->download({kept->get(), 0, 1, 3}, found).has_value());
    EXPECT_EQ(found, std::vector<float>(3, 1.0F));
}

TEST(GpuTensorOps, UploadedValuesMayGoAtOnce)
{
    EmulatedDevice device;
    const auto ops = opsOf(device);
    auto tensor = ops->allocate(3);
    ASSERT_TRUE(tensor.has_value());
    std::vector<float> values = {1.0F, 2.0F, 3.0F};
    ops->upload(values, {tensor->get(), 0, 1, 3});
    std::ranges::fill(values, kNan);
    ASSERT_TRUE(ops->download({tensor->get(), 0, 1, 3}, values).has_value());
    EXPECT_EQ(values, std::vector<float>({1.0F, 2.0F, 3.0F}));
}

TEST(GpuTensorOps, RoundedProductsAreAsNearAsTheirFactorsAllow)
{
    constexpr std::size_t kTerms = 200;
    const auto a = randomValues(6 * kTerms, 41);
    const auto b = randomValues(kTerms * 7, 42);
    for (const auto &[precision, bits] :
         {std::pair(ProductPrecision::Tf32, 11), std::pair(ProductPrecision::Bfloat16, 8)})
    {
        EmulatedDevice device;
        const auto ops = opsOf(device, precision);
        TensorBench bench(*ops, 5);
        const compute::MatrixView c = bench.make(6, 7);
        bench.ops.multiply({.a = bench.make(6, kTerms, a), .b = bench.make(kTerms, 7, b), .c = c});
        const std::vector<float> found = bench.get(c);
        double largest = 0.0;
        for (std::size_t i = 0; i < 6; ++i)
            for (std::size_t j = 0; j < 7; ++j)
            {
                double sum = 0.0;
                double sizes = 0.0;
                for (std::size_t t = 0; t < kTerms; ++t)
                {
                    const double term = double{a[i * kTerms + t]} * double{b[t * 7 + j]};
                    sum += term;
                    sizes += std::abs(term);
                }
                // Each factor is off by half of its last bit.
                const double allowed = 2.01 * std::pow(2.0, -bits) * sizes;
                EXPECT_LE(std::abs(double{found[i * 7 + j]} - sum), allowed);
                largest = std::max(largest, std::abs(double{found[i * 7 + j]} - sum) / sizes);
            }
        EXPECT_GT(largest, 0.01 * std::pow(2.0, -bits)) << "not rounded at all";
    }
}

/// A lesson on a device that fails as `fault` says; whether it did.
struct Attempt
{
    Result<std::vector<float>> learned;
    bool hasFailed = false;
    std::size_t calls = 0;
};

Attempt learnOnFaulty(const Lesson &lesson, const Fault &fault)
{
    FaultyDevice device(std::make_unique<EmulatedDevice>(), fault);
    Attempt attempt = {failure(ErrorKind::Internal, "not begun")};
    {
        const auto ops = gpu::makeTensorOps(device, {});
        attempt.learned = ops ? learn(lesson, **ops) : Result<std::vector<float>>(failure(ops.error()));
        if (ops && !attempt.learned) // the failure stays, and nothing is done any more
        {
            const std::size_t before = device.calls();
            EXPECT_EQ((*ops)->finish().error(), attempt.learned.error());
            EXPECT_EQ((*ops)->allocate(1).error(), attempt.learned.error());
            EXPECT_EQ((*ops)->allocateStaged(1).error(), attempt.learned.error());
            bool isRun = false;
            (*ops)->step([&] { isRun = true; });
            EXPECT_TRUE(isRun) << "what a step does beside its operations is done all the same";
            EXPECT_EQ(device.calls(), before);
        }
    }
    attempt.hasFailed = device.hasFailed();
    attempt.calls = device.calls();
    return attempt;
}

TEST(GpuTensorOps, ADeviceThatIsLostAtAnyCallIsSaid)
{
    for (const Lesson &lesson : {convolutionLesson(), denseLesson()})
    {
        const Attempt whole = learnOnFaulty(lesson, {});
        ASSERT_TRUE(whole.learned.has_value());
        ASSERT_GT(whole.calls, 100U);
        for (std::size_t call = 1; call <= whole.calls; ++call)
        {
            const Attempt attempt = learnOnFaulty(lesson, {.kind = ErrorKind::DeviceLost, .call = call});
            ASSERT_TRUE(attempt.hasFailed) << call;
            ASSERT_EQ(attempt.calls, call) << "nothing is asked of a device that is lost";
            // After the last call that matters nobody asks any more.
            if (attempt.learned)
                EXPECT_EQ(bitsOf(*attempt.learned), bitsOf(*whole.learned)) << call;
            else
                EXPECT_EQ(attempt.learned.error().kind, ErrorKind::DeviceLost) << call;
        }
        EXPECT_FALSE(learnOnFaulty(lesson, {.kind = ErrorKind::DeviceLost, .call = whole.calls}).learned);
    }
}

TEST(GpuTensorOps, MemoryThatIsNotThereIsSaidAtAnyAllocation)
{
    const Lesson lesson = convolutionLesson();
    for (std::size_t call = 1;; ++call)
    {
        const Attempt attempt = learnOnFaulty(lesson, {.kind = ErrorKind::OutOfMemory, .call = call});
        ASSERT_EQ(attempt.learned.has_value(), !attempt.hasFailed) << call;
        if (!attempt.hasFailed)
        {
            EXPECT_GT(call, 20U);
            break;
        }
        EXPECT_EQ(attempt.learned.error().kind, ErrorKind::OutOfMemory) << call;
    }
}

} // namespace
} // namespace somnium::test
