// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/search/gpu_nearest_rows.h"

#include "gpu/emulated/emulated_device.h"
#include "gpu/emulated/faulty_device.h"
#include "tests/support/nearest_rows_suite.h"

namespace somnium::gpu
{
namespace
{

using compute::NearRow;
using emulated::EmulatedDevice;
using emulated::EmulatedOptions;
using emulated::FaultyDevice;
using emulated::ThreadOrder;
using test::NearestRowsMaker;
using test::NearestRowsSuite;
using test::SomeRows;

/// Enough for the kernels, and too little to sort more than 2,048 keys at a time.
constexpr std::size_t kLittleShared = std::size_t{16} << 10U;

/// Rows with their device.
std::shared_ptr<compute::NearestRows> keptOn(std::shared_ptr<Device> device,
                                             std::shared_ptr<const compute::HalfRows> rows)
{
    struct Both
    {
        std::shared_ptr<Device> device;
        std::unique_ptr<compute::NearestRows> kept;
    };
    auto kept = keepRows(*device, std::move(rows));
    EXPECT_TRUE(kept) << kept.error().message;
    if (!kept)
        return nullptr;
    const auto both = std::make_shared<Both>(Both{std::move(device), std::move(*kept)});
    return {both, both->kept.get()};
}

NearestRowsMaker makerOf(const std::string &name, const EmulatedOptions &options)
{
    return {name, [options](std::shared_ptr<const compute::HalfRows> rows) {
                return keptOn(std::make_shared<EmulatedDevice>(options), std::move(rows));
            }};
}

/// With memory for half of the rows, but for two of their blocks.
NearestRowsMaker streamingMaker()
{
    return {"streaming", [](std::shared_ptr<const compute::HalfRows> rows) {
                constexpr std::size_t kForTheSearch = std::size_t{4} << 20U;
                const std::size_t bytes = rows->halves().size_bytes();
                const std::size_t blockBytes = bytes / std::max<std::size_t>(1, rows->blockCount());
                const std::size_t forRows = std::max(bytes / 2, 2 * blockBytes);
                auto device =
                    std::make_shared<EmulatedDevice>(EmulatedOptions{.memoryBytes = kForTheSearch + forRows});
                const std::shared_ptr<void> taken(device->allocate(kForTheSearch),
                                                  [device](void *memory) { device->release(memory); });
                auto kept = keptOn(device, std::move(rows));
                return kept; // what was taken is given back: there is room to search
            }};
}

INSTANTIATE_TEST_SUITE_P(Emulated, NearestRowsSuite,
                         testing::Values(makerOf("rising", {}),
                                         makerOf("falling", {.order = ThreadOrder::Falling}),
                                         makerOf("interleaved", {.order = ThreadOrder::Interleaved}),
                                         makerOf("little_shared", {.sharedBytes = kLittleShared}),
                                         streamingMaker()),
                         [](const auto &instance) { return instance.param.name; });

std::vector<NearRow> found(const NearestRowsMaker &maker, const SomeRows &rows,
                           std::span<const float> queries, std::size_t count)
{
    auto near = maker.make(rows.rows)->nearest(queries, count, {});
    EXPECT_TRUE(near) << near.error().message;
    return near ? *near : std::vector<NearRow>();
}

TEST(GpuNearestRows, HaveTheSameBitsInEveryOrderOfThreadsAndStreamed)
{
    test::forAll(3, [](Random &random) {
        const std::size_t width = 1 + random.below(600); // more than are in shared memory at a time
        const SomeRows rows = test::randomRows(1000 + random.below(500), width, random);
        const std::vector<float> queries = test::normals(11 * width, random);
        const auto expected = found(makerOf("rising", {}), rows, queries, 60);
        EXPECT_EQ(found(makerOf("falling", {.order = ThreadOrder::Falling}), rows, queries, 60), expected);
        EXPECT_EQ(found(makerOf("interleaved", {.order = ThreadOrder::Interleaved}), rows, queries, 60),
                  expected);
        EXPECT_EQ(found(makerOf("unlocked", {.canLockHost = false}), rows, queries, 60), expected);
        EXPECT_EQ(found(streamingMaker(), rows, queries, 60), expected);
    });
}

void expectOrder(const NearestRowsMaker &maker, const SomeRows &rows, std::size_t count)
{
    const std::vector<float> query(rows.rows->width(), 1.0F);
    const auto order = test::orderOfRows(rows, query);
    const auto near = found(maker, rows, query, count);
    ASSERT_EQ(near.size(), count);
    for (std::size_t i = 0; i < count; ++i)
        ASSERT_EQ(near[i].row, order[i]) << maker.name << ": " << i << " of " << count;
}

TEST(GpuNearestRows, AreFoundInManyRoundsOfTheTournament)
{
    Random random(3);
    const SomeRows rows = test::rowsOfSmallNumbers(70000, 2, random); // 2,188 blocks
    for (const std::size_t count : {1U, 500U, 1024U})
        expectOrder(makerOf("little_shared", {.sharedBytes = kLittleShared}), rows, count);
}

TEST(GpuNearestRows, MoreThanTheDeviceSortsAreSortedHere)
{
    Random random(4);
    const SomeRows rows = test::rowsOfSmallNumbers(5000, 3, random);
    for (const std::size_t count : {1025U, 3000U, 5000U})
    {
        expectOrder(makerOf("little_shared", {.sharedBytes = kLittleShared}), rows, count);
        expectOrder(streamingMaker(), rows, count);
    }
    const std::vector<float> queries = test::normals(std::size_t{3} * 3, random);
    const auto sortedThere = found(makerOf("shared", {}), rows, queries, 2000);
    EXPECT_EQ(found(makerOf("little_shared", {.sharedBytes = kLittleShared}), rows, queries, 2000),
              sortedThere);
}

TEST(GpuNearestRows, OfMoreThanComeBackAtATime)
{
    Random random(5);
    const SomeRows rows = test::rowsOfSmallNumbers(1048576 + 100, 1, random);
    expectOrder(makerOf("shared", {}), rows, 5000);
}

TEST(GpuNearestRows, ALostDeviceIsAnErrorAtEveryCall)
{
    Random random(6);
    const SomeRows rows = test::randomRows(300, 9, random);
    const std::vector<float> queries = test::normals(std::size_t{10} * 9, random);
    for (const std::size_t memory : {std::size_t{1} << 30U, std::size_t{28000}}) // resident, streamed
        for (const std::size_t count : {20U, 3000U})
        {
            std::size_t call = 1;
            for (bool isLost = true; isLost; ++call)
            {
                FaultyDevice device(std::make_unique<EmulatedDevice>(EmulatedOptions{.memoryBytes = memory}),
                                    {.kind = ErrorKind::DeviceLost, .call = call});
                const auto kept = keepRows(device, rows.rows);
                const auto near = kept ? (*kept)->nearest(queries, count, {})
                                       : Result<std::vector<NearRow>>(failure(kept.error()));
                isLost = device.hasFailed();
                EXPECT_EQ(near.has_value(), !isLost) << call;
                if (!near)
                {
                    ASSERT_EQ(near.error().kind, ErrorKind::DeviceLost) << near.error().message;
                }
            }
            EXPECT_GT(call, 15U);
        }
}

TEST(GpuNearestRows, WithTooLittleMemoryAreFoundAllTheSameOrItIsSaid)
{
    Random random(7);
    const SomeRows rows = test::randomRows(600, 9, random);
    const std::vector<float> queries = test::normals(std::size_t{10} * 9, random);
    const auto expected = found(makerOf("all", {}), rows, queries, 5);
    std::size_t successes = 0;
    std::size_t failures = 0;
    for (std::size_t memory = 64; memory < 40000; memory += memory / 8)
    {
        EmulatedDevice device({.memoryBytes = memory});
        const auto kept = keepRows(device, rows.rows);
        const auto near =
            kept ? (*kept)->nearest(queries, 5, {}) : Result<std::vector<NearRow>>(failure(kept.error()));
        if (near)
            EXPECT_EQ(*near, expected) << memory;
        else
            EXPECT_EQ(near.error().kind, ErrorKind::OutOfMemory) << near.error().message;
        (near ? successes : failures) += 1;
    }
    EXPECT_GT(successes, 3U);
    EXPECT_GT(failures, 3U);
}

TEST(GpuNearestRows, AnAllocationThatFailsOnceCostsNothingButTime)
{
    Random random(8);
    const SomeRows rows = test::randomRows(600, 9, random);
    const std::vector<float> queries = test::normals(std::size_t{10} * 9, random);
    const auto expected = found(makerOf("all", {}), rows, queries, 5);
    // More than half of the rows in one piece is refused, from the first allocation on.
    FaultyDevice device(
        std::make_unique<EmulatedDevice>(),
        {.kind = ErrorKind::OutOfMemory, .call = 1, .leastBytes = rows.rows->halves().size_bytes() / 2});
    const auto kept = keepRows(device, rows.rows);
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_TRUE(device.hasFailed());
    EXPECT_EQ((*kept)->nearest(queries, 5, {}).value(), expected);
}

} // namespace
} // namespace somnium::gpu
