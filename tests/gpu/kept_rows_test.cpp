// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that stay on the device: brought once, and the same as if they were brought each time.
#include <algorithm>
#include <atomic>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/latent/batch_reader.h"
#include "tests/gpu/emulated_backend.h"
#include "tests/support/little_training.h"

namespace somnium::test
{
namespace
{

/// Counts how often rows are read from main memory.
class CountedData final : public latent::TrainingData
{
public:
    explicit CountedData(const latent::MemoryTrainingData &data) : m_data(data) {}
    [[nodiscard]] std::size_t count() const override { return m_data.count(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_data.shape(); }
    [[nodiscard]] bool hasWeights() const override { return m_data.hasWeights(); }
    void read(std::size_t index, std::span<float> values, std::span<float> weights) const override
    {
        ++m_reads;
        m_data.read(index, values, weights);
    }
    [[nodiscard]] std::size_t reads() const { return m_reads; }

private:
    const latent::MemoryTrainingData &m_data;
    mutable std::atomic<std::size_t> m_reads = 0;
};

struct ReadRows
{
    std::vector<float> values;
    std::vector<float> weights;
    std::vector<std::uint32_t> validCounts;
    double validPixels = 0.0;
    friend bool operator==(const ReadRows &, const ReadRows &) = default;
};

ReadRows readAll(latent::BatchReader &reader, const std::vector<std::uint32_t> &rows)
{
    ReadRows read;
    reader.start(rows);
    for (std::size_t done = 0; done < rows.size();)
    {
        const auto batch = reader.next().value();
        const auto append = [&](const compute::ConstMatrixView &from, std::vector<float> &to) {
            to.resize(to.size() + from.size());
            ASSERT_TRUE(reader.ops().download(from, std::span(to).last(from.size())).has_value());
        };
        append(batch->view.values, read.values);
        append(batch->view.weights, read.weights);
        read.validCounts.insert(read.validCounts.end(), batch->validCounts.begin(), batch->validCounts.end());
        read.validPixels += batch->view.validPixels;
        EXPECT_TRUE(std::equal(batch->rows.begin(), batch->rows.end(),
                               rows.begin() + static_cast<std::ptrdiff_t>(done)));
        done += batch->rows.size();
        reader.bringNext();
    }
    EXPECT_FALSE(reader.next().value().has_value()) << "no more than was asked for";
    return read;
}

TEST(KeptRows, AreReadOnceAndAreTheSameInAnyOrder)
{
    const latent::MemoryTrainingData data = bumps({1, 1, 21}, 50);
    const CountedData counted(data);
    std::vector<std::uint32_t> all(data.count());
    std::iota(all.begin(), all.end(), 0U);
    const latent::InputScaling scaling = latent::measureScaling(data, all, 1, {}).value();
    const auto twin = emulatedBackend();
    const auto ops = twin->makeTensorOps({}).value();
    const auto keeping = latent::BatchReader::create(
                             counted, scaling, {.batch = 8, .freeDeviceBytes = twin->freeDeviceBytes()}, *ops)
                             .value();
    const auto streaming = latent::BatchReader::create(data, scaling, {.batch = 8}, *ops).value();

    std::vector<std::uint32_t> shuffled = all;
    Random random(4);
    random.shuffle(std::span(shuffled));
    const std::vector<std::uint32_t> some(shuffled.begin() + 20, shuffled.end());
    const std::vector<std::uint32_t> early(all.begin() + 3, all.begin() + 7);
    EXPECT_EQ(readAll(*keeping, some), readAll(*streaming, some));
    EXPECT_EQ(counted.reads(), some.size());
    EXPECT_EQ(readAll(*keeping, all), readAll(*streaming, all)) << "some are kept, others are not";
    EXPECT_EQ(counted.reads(), some.size() + all.size());
    for (const auto &rows : {shuffled, all, early, some})
        EXPECT_EQ(readAll(*keeping, rows), readAll(*streaming, rows));
    EXPECT_EQ(counted.reads(), some.size() + all.size()) << "all are kept";
}

TEST(KeptRows, WhatIsLearnedDoesNotDependOnTheirPlace)
{
    const latent::MemoryTrainingData data = bumps({1, 1, 100}, 2500);
    latent::AutoencoderParams params = littleTraining(latent::AutoencoderKind::Dense);
    params.epochs = 3;
    const std::size_t bytes = 2 * 100 * sizeof(float) * data.count(); // of all rows
    const CountedData near(data);
    const CountedData far(data);
    const auto roomy = emulatedBackend();
    const auto narrow = emulatedBackend({.memoryBytes = bytes});
    latent::TrainingObserver observer;
    observer.subsetSize = 1;
    observer.onSnapshot = [](const latent::AutoencoderSnapshot &) {};
    const auto kept = latent::trainAutoencoder(near, params, *roomy, observer, {});
    const auto streamed = latent::trainAutoencoder(far, params, *narrow, observer, {});
    ASSERT_TRUE(kept.has_value() && streamed.has_value());
    EXPECT_TRUE(kept->notices.empty() && streamed->notices.empty());
    EXPECT_TRUE(kept->areRowsOnDevice && !streamed->areRowsOnDevice);
    EXPECT_EQ(kept->latent, streamed->latent) << "to the bit";
    EXPECT_EQ(kept->model.layers(), streamed->model.layers());
    for (std::size_t i = 0; i < params.epochs; ++i)
        EXPECT_EQ(kept->history.at(i).trainingLoss, streamed->history.at(i).trainingLoss);
    // Each epoch learns from all rows, or judges by them, and shows all.
    EXPECT_EQ(far.reads() - near.reads(), (2 * params.epochs - 1) * data.count());
}

} // namespace
} // namespace somnium::test
