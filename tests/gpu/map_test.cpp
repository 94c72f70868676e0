// SPDX-License-Identifier: GPL-3.0-or-later
// What the suite of backends does not ask: the twin beside the CPU, streaming, pieces, memory, lost devices.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/half.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/som/bench_parts.h"
#include "gpu/map/matcher.h"
#include "tests/gpu/emulated_backend.h"
#include "tests/support/blob_images.h"

namespace somnium::compute
{
namespace
{

using gpu::emulated::ThreadOrder;
using test::emulatedBackend;

PolarGrid gridOf(const data::ImageShape &shape, const std::vector<float> &weights = {})
{
    return polarGridFor(shape, MatchPrecision::Standard, weights).value();
}

std::shared_ptr<const HalfSpectra> halfSpectra(Backend &backend, const data::ImageShape &shape,
                                               std::size_t count)
{
    Random random(17);
    const data::MemorySamples samples = test::blobSamples(shape, count, random);
    return std::make_shared<const HalfSpectra>(
        backend.transformToHalf(samples, 0, count, gridOf(shape), {}).value());
}

std::vector<float> neighbourhoodOf(std::size_t neurons)
{
    std::vector<float> weights(neurons * neurons);
    for (std::size_t b = 0; b < neurons; ++b)
        for (std::size_t k = 0; k < neurons; ++k)
        {
            const double distance = static_cast<double>(b) - static_cast<double>(k);
            weights[b * neurons + k] = static_cast<float>(std::exp(-0.5 * distance * distance));
        }
    return weights;
}

TEST(GpuMap, HalvesAreThoseOfTheCpu)
{
    const data::ImageShape shape = {2, 21, 17};
    Random random(3);
    const data::MemorySamples samples = test::blobSamples(shape, 21, random);
    const PolarGrid grid = gridOf(shape, {1.0F, 0.25F});
    const auto twin = emulatedBackend();
    const auto cpu = cpu::CpuBackend::create().value();
    const HalfSpectra found = twin->transformToHalf(samples, 0, 21, grid, {}).value();
    const HalfSpectra expected = cpu->transformToHalf(samples, 0, 21, grid, {}).value();
    ASSERT_EQ(found.rowSize, expected.rowSize);
    for (std::size_t i = 0; i < 21; ++i)
    {
        EXPECT_EQ(found.scales[i], expected.scales[i]);
        EXPECT_NEAR(found.energies[i], expected.energies[i], 1e-5F * expected.energies[i]);
        for (std::size_t c = 0; c < found.rowSize; ++c)
        {
            const float a = fromHalf(found.values[i * found.rowSize + c]);
            const float b = fromHalf(expected.values[i * found.rowSize + c]);
            // The largest is in [2^14, 2^15); one unit of the last place of a half, or what floats leave of
            // it.
            ASSERT_NEAR(a, b, std::max(std::abs(b) * 0x1p-10F, 0.25F)) << i << " " << c;
        }
    }
}

TEST(GpuMap, BrokenPixelsAreZero)
{
    const data::ImageShape shape = {1, 12, 12};
    Random random(4);
    const data::Image image = test::blobImage(shape, 4, random);
    std::vector<float> pixels(image.pixels().begin(), image.pixels().end());
    pixels[5 * 12 + 6] = 0.0F;
    std::vector<float> broken = pixels;
    broken[5 * 12 + 6] = std::nanf("");
    const auto twin = emulatedBackend();
    const data::MemorySamples good(shape, pixels);
    const data::MemorySamples bad(shape, broken);
    const auto a = twin->transform(good, 0, 1, gridOf(shape), {}).value();
    const auto b = twin->transform(bad, 0, 1, gridOf(shape), {}).value();
    EXPECT_EQ(twin->download(*a).value(), twin->download(*b).value());
}

TEST(GpuMap, LargeImagesAreComparedAsOnTheCpu)
{
    // 1,024 angles: a block of 25 KiB holds two pairs.
    const data::ImageShape shape = {1, 300, 300};
    Random random(5);
    const data::MemorySamples samples = test::blobSamples(shape, 3, random);
    const PolarGrid grid = gridOf(shape);
    ASSERT_EQ(grid.angles, 1024U);
    const auto cpu = cpu::CpuBackend::create().value();
    const auto expected = cpu->transform(samples, 0, 3, grid, {}).value();
    const MatchResult pairs = cpu->match(*expected, *expected, {.all = true}, {}).value();
    const float largest = *std::max_element(pairs.distance.begin(), pairs.distance.end());
    EXPECT_GT(largest, 1.0F);
    for (const std::size_t sharedKiB : {25U, 64U, 227U})
    {
        const auto twin = emulatedBackend({.sharedBytes = sharedKiB << 10U});
        const auto spectra = twin->transform(samples, 0, 3, grid, {}).value();
        const MatchResult match = twin->match(*spectra, *spectra, {.all = true}, {}).value();
        EXPECT_EQ(match.best, pairs.best);
        EXPECT_EQ(match.second, pairs.second);
        for (std::size_t at = 0; at < pairs.distance.size(); ++at)
            EXPECT_NEAR(match.distance[at] * match.distance[at], pairs.distance[at] * pairs.distance[at],
                        1e-5F * largest * largest);
    }
}

TEST(GpuMap, SaysWhenABlockCannotHoldOnePair)
{
    const data::ImageShape shape = {1, 300, 300};
    Random random(5);
    const data::MemorySamples samples = test::blobSamples(shape, 1, random);
    const auto large = emulatedBackend();
    const auto values = large->download(*large->transform(samples, 0, 1, gridOf(shape), {}).value()).value();
    const auto small = emulatedBackend({.sharedBytes = std::size_t{8} << 10U});
    const auto spectra = small->upload(values, 1, gridOf(shape)).value();
    const auto match = small->match(*spectra, *spectra, {}, {});
    ASSERT_FALSE(match);
    EXPECT_EQ(match.error().kind, ErrorKind::OutOfMemory);
    EXPECT_NE(match.error().message.find("1024 angles"), std::string::npos) << match.error().message;
}

struct Step
{
    std::vector<float> prototypes;
    MatchResult match;
};

bool operator==(const Step &a, const Step &b)
{
    return a.prototypes == b.prototypes && a.match.best == b.match.best &&
           a.match.bestDistance == b.match.bestDistance && a.match.secondDistance == b.match.secondDistance &&
           a.match.bestAngleRad == b.match.bestAngleRad && a.match.bestFlip == b.match.bestFlip;
}

constexpr std::size_t kNeurons = 19;

std::unique_ptr<Spectra> prototypesOn(Backend &backend, const data::ImageShape &shape)
{
    Random random(23);
    return backend.transform(test::blobSamples(shape, kNeurons, random), 0, kNeurons, gridOf(shape), {})
        .value();
}

/// One batch step on images that come in these pieces.
Step stepOn(Backend &backend, const data::ImageShape &shape,
            const std::vector<std::shared_ptr<const HalfSpectra>> &pieces)
{
    const auto prototypes = prototypesOn(backend, shape);
    const std::vector<float> neighbourhood = neighbourhoodOf(kNeurons);
    UpdateOptions options;
    options.neighbourhood = neighbourhood;
    const auto update = backend.beginUpdate(*prototypes, options).value();
    Step step;
    for (const auto &piece : pieces)
    {
        const auto images = backend.upload(piece).value();
        const MatchResult match = update->add(*images, {}).value();
        step.match.best.insert(step.match.best.end(), match.best.begin(), match.best.end());
        step.match.bestDistance.insert(step.match.bestDistance.end(), match.bestDistance.begin(),
                                       match.bestDistance.end());
    }
    step.prototypes = backend.download(*update->finish().value()).value();
    return step;
}

/// Images [first, first + count) of others.
std::shared_ptr<const HalfSpectra> partOf(const HalfSpectra &all, std::size_t first, std::size_t count)
{
    HalfSpectra part = makeHalfSpectra(all.grid, count);
    std::copy_n(all.values.data() + first * all.rowSize, count * all.rowSize, part.values.data());
    std::copy_n(all.scales.data() + first, count, part.scales.data());
    std::copy_n(all.energies.data() + first, count, part.energies.data());
    return std::make_shared<const HalfSpectra>(std::move(part));
}

class GpuMapStep : public ::testing::Test
{
protected:
    static constexpr data::ImageShape kShape = {1, 9, 9};
    /// Whole pieces of a training and a part of one.
    static constexpr std::size_t kImages = 5 * kUpdateBlockImages + 101;

    static void SetUpTestSuite()
    {
        const auto cpu = cpu::CpuBackend::create().value();
        s_images = halfSpectra(*cpu, kShape, kImages);
    }
    static void TearDownTestSuite() { s_images.reset(); }

    static inline std::shared_ptr<const HalfSpectra> s_images;
};

TEST_F(GpuMapStep, HasTheSameBitsInPiecesAndInWhateverOrderThreadsRun)
{
    const auto rising = emulatedBackend();
    const Step whole = stepOn(*rising, kShape, {s_images});
    EXPECT_EQ(stepOn(*rising, kShape,
                     {partOf(*s_images, 0, kUpdateBlockImages),
                      partOf(*s_images, kUpdateBlockImages, kImages - kUpdateBlockImages)}),
              whole);
    for (const ThreadOrder order : {ThreadOrder::Falling, ThreadOrder::Interleaved})
        EXPECT_EQ(stepOn(*emulatedBackend({.order = order}), kShape, {s_images}), whole);
}

/// Parts of 20 images and 11 neurons, cut at multiples of 8 and 4, where a launch may take so many pairs.
std::vector<std::array<std::size_t, 4>> partsOf(double pairs)
{
    constexpr double kOperations = 1000.0;
    const gpu::emulated::EmulatedDevice device({.operationsPerLaunch = kOperations * pairs});
    std::vector<std::array<std::size_t, 4>> parts;
    gpu::forLaunches(device, kOperations, {20, 8, 11, 4},
                     [&](const gpu::Part &images, const gpu::Part &neurons) {
                         parts.push_back({images.first, images.count, neurons.first, neurons.count});
                     });
    return parts;
}

TEST(GpuMap, TilesLeaveRoomForTwoBlocksOnEveryArchitecture)
{
    const auto tile = [](unsigned angles, std::size_t sharedKiB) {
        return gpu::matchTileFor(angles, sharedKiB << 10U);
    };
    const auto is = [](unsigned images, unsigned prototypes) { return gpu::MatchTile{images, prototypes}; };
    constexpr unsigned kUsual = 128; // angles of images of 64 x 64
    EXPECT_EQ(tile(kUsual, 227), is(8, 8)) << "sm_90, which has room for three";
    EXPECT_EQ(tile(kUsual, 163), is(8, 8)) << "sm_80";
    EXPECT_EQ(tile(kUsual, 99), is(8, 4)) << "sm_86, sm_89";
    EXPECT_EQ(tile(kUsual, 64), is(8, 2)) << "sm_75";
    EXPECT_EQ(tile(1024, 227), is(8, 1));
    EXPECT_EQ(tile(16384, 227), is(1, 1)) << "one alone";
    EXPECT_EQ(tile(16384, 99), is(0, 0));
}

TEST(GpuMap, LaunchesAreCutByImagesThenByNeurons)
{
    using Parts = std::vector<std::array<std::size_t, 4>>;
    EXPECT_EQ(partsOf(220.0), (Parts{{0, 20, 0, 11}}));
    EXPECT_EQ(partsOf(219.0), (Parts{{0, 16, 0, 11}, {16, 4, 0, 11}}));
    const Parts byEight = {{0, 8, 0, 11}, {8, 8, 0, 11}, {16, 4, 0, 11}};
    EXPECT_EQ(partsOf(175.0), byEight);
    EXPECT_EQ(partsOf(88.0), byEight);
    EXPECT_EQ(partsOf(87.0),
              (Parts{{0, 8, 0, 8}, {0, 8, 8, 3}, {8, 8, 0, 8}, {8, 8, 8, 3}, {16, 4, 0, 8}, {16, 4, 8, 3}}));
    EXPECT_EQ(partsOf(1e-3), (Parts{{0, 8, 0, 4},
                                    {0, 8, 4, 4},
                                    {0, 8, 8, 3},
                                    {8, 8, 0, 4},
                                    {8, 8, 4, 4},
                                    {8, 8, 8, 3},
                                    {16, 4, 0, 4},
                                    {16, 4, 4, 4},
                                    {16, 4, 8, 3}}));
}

TEST_F(GpuMapStep, HasTheSameBitsInManyLaunchesOfLittleWork)
{
    const test::FaultyTwin usual = test::faultyTwin({});
    const Step expected = stepOn(*usual.backend, kShape, {s_images});
    // Both the comparison and the update are cut; and into the smallest launches there are.
    for (const double operations : {1e7, 1.0})
    {
        const test::FaultyTwin slow = test::faultyTwin({}, {.operationsPerLaunch = operations});
        EXPECT_EQ(stepOn(*slow.backend, kShape, {s_images}), expected);
        EXPECT_GT(slow.device->calls(), usual.device->calls() + 20);
    }
}

TEST_F(GpuMapStep, StreamedFromMainMemoryHasTheBitsOfResidentImages)
{
    const Step resident = stepOn(*emulatedBackend(), kShape, {s_images});
    // Room for a few pieces, not for all images.
    const std::size_t imagesBytes = kImages * halfBytesPerImage(s_images->grid);
    for (const bool canLock : {true, false})
    {
        const auto small = emulatedBackend({.memoryBytes = imagesBytes * 5 / 4, .canLockHost = canLock});
        EXPECT_EQ(stepOn(*small, kShape, {s_images}), resident);
        const auto streamed = small->upload(s_images).value();
        EXPECT_EQ(small->download(*streamed).value(),
                  emulatedBackend()->download(*emulatedBackend()->upload(s_images).value()).value());
    }
}

TEST_F(GpuMapStep, IsThatOfTheCpu)
{
    const auto cpu = cpu::CpuBackend::create().value();
    const Step expected = stepOn(*cpu, kShape, {s_images});
    const Step found = stepOn(*emulatedBackend(), kShape, {s_images});
    std::size_t equal = 0;
    for (std::size_t i = 0; i < kImages; ++i)
    {
        equal += found.match.best[i] == expected.match.best[i] ? 1U : 0U;
        ASSERT_NEAR(found.match.bestDistance[i], expected.match.bestDistance[i],
                    1e-3F * (1.0F + expected.match.bestDistance[i]));
    }
    EXPECT_GE(static_cast<double>(equal), 0.999 * static_cast<double>(kImages));
    for (std::size_t c = 0; c < expected.prototypes.size(); ++c)
        ASSERT_NEAR(found.prototypes[c], expected.prototypes[c], 1e-3F);
}

TEST(GpuMap, SpectraOfManyPixelsComeInByBlocks)
{
    // 64 KiB an image, of which 32 MiB come in at a time: two blocks and a part of one.
    const data::ImageShape shape = {1, 128, 128};
    Random random(9);
    constexpr std::size_t kDistinct = 3;
    constexpr std::size_t kCount = 1100;
    const data::MemorySamples few = test::blobSamples(shape, kDistinct, random);
    const som::RepeatedSamples samples(few, kCount);
    const PolarGrid grid = gridOf({1, 8, 8});
    const std::size_t size = grid.coefficientCount();
    const auto twin = emulatedBackend();
    const auto expectRepeated = [&](const Spectra &spectra) {
        ASSERT_EQ(spectra.count(), kCount);
        const std::vector<float> values = twin->download(spectra).value();
        for (std::size_t i = kDistinct; i < kCount; ++i)
            for (std::size_t c = 0; c < size; ++c)
                ASSERT_EQ(values[i * size + c], values[i % kDistinct * size + c]) << i;
        EXPECT_NE(values[0], values[size]);
    };
    expectRepeated(*twin->transform(samples, 0, kCount, grid, {}).value());
    expectRepeated(*twin->transformAndKeep(samples, 0, kCount, grid, {}).value());
    auto halves = twin->transformToHalf(samples, 0, kCount, grid, {}).value();
    expectRepeated(*twin->upload(std::make_shared<const HalfSpectra>(std::move(halves))).value());
}

TEST(GpuMap, SpectraGoByMainMemoryWhereTheDeviceHadNoRoomForThem)
{
    const data::ImageShape shape = {1, 24, 24};
    Random random(8);
    const data::MemorySamples samples = test::blobSamples(shape, 100, random);
    const PolarGrid grid = gridOf(shape);
    const auto keptOn = [&](const test::FaultyTwin &twin) {
        const auto kept = twin.backend->transformAndKeep(samples, 0, samples.count(), grid, {}).value();
        return twin.backend->download(*kept).value();
    };
    const std::vector<float> expected = keptOn(test::faultyTwin({}));
    const test::FaultyTwin full = test::faultyTwin({.kind = ErrorKind::OutOfMemory});
    ASSERT_TRUE(full.backend->transform(samples, 0, 1, grid, {})); // what a grid needs is there
    full.device->setFault({ErrorKind::OutOfMemory, full.device->calls() + 1, 0, 1});
    EXPECT_EQ(keptOn(full), expected);
    EXPECT_TRUE(full.device->hasFailed());
}

TEST_F(GpuMapStep, GoesOnWithSmallerPiecesWhereMemoryIsShortAndSaysSo)
{
    const Step expected = stepOn(*emulatedBackend(), kShape, {s_images});
    const test::FaultyTwin twin = test::faultyTwin({.kind = ErrorKind::OutOfMemory});
    const auto prototypes = prototypesOn(*twin.backend, kShape);
    const auto images = twin.backend->upload(s_images).value();
    // From here on, what the pairs of a third of the images take is refused.
    twin.device->setFault(
        {ErrorKind::OutOfMemory, twin.device->calls() + 1, kNeurons * kImages * sizeof(float) / 3});
    std::vector<std::string> notices;
    JobContext context;
    context.onNotice = [&](const std::string &text) { notices.push_back(text); };
    const auto match = twin.backend->match(*images, *prototypes, {}, context);
    ASSERT_TRUE(match) << match.error().message;
    EXPECT_EQ(match->best, expected.match.best);
    EXPECT_TRUE(twin.device->hasFailed());
    EXPECT_FALSE(notices.empty());
}

/// All that a training asks of a backend, once.
Result<std::vector<float>> everything(Backend &backend, const data::Samples &samples)
{
    const PolarGrid grid = gridOf(samples.shape());
    auto prototypes = backend.transform(samples, 0, 5, grid, {});
    if (!prototypes)
        return failure(prototypes.error());
    auto halves = backend.transformToHalf(samples, 0, samples.count(), grid, {});
    if (!halves)
        return failure(halves.error());
    const auto images = backend.upload(std::make_shared<const HalfSpectra>(std::move(*halves)));
    if (!images)
        return failure(images.error());
    const auto kept = backend.transformAndKeep(samples, 0, samples.count(), grid, {});
    if (!kept)
        return failure(kept.error());
    const auto match = backend.match(**kept, **prototypes, {.all = true}, {});
    if (!match)
        return failure(match.error());
    const std::vector<float> neighbourhood = neighbourhoodOf(5);
    UpdateOptions options;
    options.neighbourhood = neighbourhood;
    const auto update = backend.update(**images, **prototypes, options, {});
    if (!update)
        return failure(update.error());
    const auto values = backend.download(*update->prototypes);
    if (!values)
        return failure(values.error());
    const auto again = backend.upload(*values, 5, grid);
    if (!again)
        return failure(again.error());
    return backend.download(**again);
}

TEST(GpuMap, ADeviceThatIsLostAtAnyCallIsAnErrorAndNothingWorse)
{
    Random random(7);
    const data::MemorySamples samples = test::blobSamples({1, 9, 9}, 30, random);
    const auto expected = everything(*emulatedBackend(), samples).value();
    for (std::size_t call = 1;; ++call)
    {
        const test::FaultyTwin twin = test::faultyTwin({.call = call});
        const auto found = everything(*twin.backend, samples);
        if (!twin.device->hasFailed())
        {
            EXPECT_EQ(found.value(), expected);
            EXPECT_GT(call, 100U) << "calls that a training makes";
            break;
        }
        ASSERT_FALSE(found) << call;
        EXPECT_EQ(found.error().kind, ErrorKind::DeviceLost) << call << ": " << found.error().message;
    }
}

TEST(GpuMap, MemoryThatEndsAtAnyAllocationIsAnErrorOrDoneWithout)
{
    Random random(7);
    const data::MemorySamples samples = test::blobSamples({1, 9, 9}, 30, random);
    const auto expected = everything(*emulatedBackend(), samples).value();
    for (std::size_t call = 1;; ++call)
    {
        const test::FaultyTwin twin = test::faultyTwin({.kind = ErrorKind::OutOfMemory, .call = call});
        const auto found = everything(*twin.backend, samples);
        if (found)
            EXPECT_EQ(*found, expected);
        else
            EXPECT_EQ(found.error().kind, ErrorKind::OutOfMemory) << call << ": " << found.error().message;
        if (!twin.device->hasFailed())
            break;
    }
}

} // namespace
} // namespace somnium::compute
