// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/training_data.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/latent/batch_reader.h"

namespace somnium::latent
{
namespace
{

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<std::uint32_t> upTo(std::size_t count)
{
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

TEST(EngineTrainingData, SpectraAreReadWithTheirWeights)
{
    data::SpectralGrid grid;
    grid.pixels = 3;
    const auto spectra = std::make_shared<data::MemorySpectra>(grid, std::vector<float>{1, 2, 3, 4, 5, 6},
                                                               std::vector<float>{7, 8, 9, 0, 1, 2});
    const SpectraTrainingData data(spectra);
    EXPECT_EQ(data.count(), 2U);
    EXPECT_EQ(data.shape(), (data::ImageShape{1, 1, 3}));
    EXPECT_TRUE(data.hasWeights());
    EXPECT_TRUE(data.hasErrors());
    std::vector<float> values(3);
    std::vector<float> weights(3);
    data.read(1, values, weights);
    EXPECT_EQ(values, (std::vector<float>{4, 5, 6}));
    EXPECT_EQ(weights, (std::vector<float>{0, 1, 2}));
}

TEST(EngineTrainingData, WeightsThatAreAllAlikeAreNoErrors)
{
    data::SpectralGrid grid;
    grid.pixels = 2;
    const std::vector<float> values(6, 1.0F);
    EXPECT_EQ(weightUseOf(data::MemorySpectra(grid, values, {})), (WeightUse{.areErrors = false}));
    const auto marks =
        std::make_shared<data::MemorySpectra>(grid, values, std::vector<float>{1, 1, 0, 1, 1, 1});
    const WeightUse use = weightUseOf(*marks);
    EXPECT_EQ(use, (WeightUse{.areErrors = false}));
    const SpectraTrainingData data(marks, use);
    EXPECT_TRUE(data.hasWeights());
    EXPECT_FALSE(data.hasErrors());
}

// Ten spectra of a signal-to-noise around 10, and one of thousands that must not be all that counts.
TEST(EngineTrainingData, NoPixelWeighsMuchMoreThanATypicalOne)
{
    data::SpectralGrid grid;
    grid.pixels = 3;
    std::vector<float> weights;
    for (int row = 0; row < 10; ++row)
        weights.insert(weights.end(), {50.0F, 100.0F, 0.0F});
    weights.insert(weights.end(), {1e7F, 1e7F, 1e7F});
    const auto spectra =
        std::make_shared<data::MemorySpectra>(grid, std::vector<float>(weights.size(), 1.0F), weights);
    const WeightUse use = weightUseOf(*spectra);
    EXPECT_TRUE(use.areErrors);
    EXPECT_EQ(use.ceiling, 100.0F);
    const SpectraTrainingData data(spectra, use);
    std::vector<float> values(3);
    std::vector<float> found(3);
    data.read(0, values, found);
    EXPECT_FLOAT_EQ(found[0], 1.0F / (1.0F / 50.0F + 1.0F / 100.0F)) << "variances add";
    EXPECT_FLOAT_EQ(found[1], 50.0F);
    EXPECT_EQ(found[2], 0.0F);
    data.read(10, values, found);
    EXPECT_NEAR(found[0], 100.0F, 0.01F);
}

TEST(EngineTrainingData, PixelsOfImagesThatAreNotThereHaveNoWeight)
{
    const auto samples =
        std::make_shared<data::MemorySamples>(data::ImageShape{1, 2, 2}, std::vector<float>{1, kNan, 3, 4});
    const SamplesTrainingData data(samples);
    EXPECT_FALSE(data.hasErrors());
    std::vector<float> values(4);
    std::vector<float> weights(4);
    data.read(0, values, weights);
    EXPECT_EQ(values, (std::vector<float>{1, 0, 3, 4}));
    EXPECT_EQ(weights, (std::vector<float>{1, 0, 1, 1}));
}

TEST(EngineTrainingData, ASplitHoldsEveryRowOnceAndDependsOnTheSeed)
{
    for (const std::size_t count : {0U, 1U, 2U, 10U, 101U})
    {
        const DataSplit split = splitData(count, 0.1, 5);
        std::vector<std::uint32_t> all = split.training;
        all.insert(all.end(), split.validation.begin(), split.validation.end());
        std::sort(all.begin(), all.end());
        EXPECT_EQ(all, upTo(count));
        EXPECT_EQ(split.validation.size(), count < 2 ? 0U : count < 15 ? 1U : 10U);
    }
    EXPECT_NE(splitData(100, 0.1, 1).validation, splitData(100, 0.1, 2).validation);
    EXPECT_EQ(splitData(100, 0.1, 1).validation, splitData(100, 0.1, 1).validation);
    EXPECT_TRUE(splitData(100, 0.0, 1).validation.empty());
}

TEST(EngineTrainingData, ScalingIsThatOfTheValuesThatAreThere)
{
    const MemoryTrainingData data({1, 1, 2}, {1, 10, 3, 99, 5, 20}, {2, 4, 6, 0, 1, 2});
    const auto scaling = measureScaling(data, upTo(3), 1, {});
    ASSERT_TRUE(scaling.has_value());
    EXPECT_FLOAT_EQ(scaling->mean[0], 3.0F);
    EXPECT_FLOAT_EQ(scaling->mean[1], 15.0F);
    EXPECT_FLOAT_EQ(scaling->scale, std::sqrt((4.0F + 4.0F + 25.0F + 25.0F) / 5.0F));
    EXPECT_FLOAT_EQ(scaling->weightScale, 5.0F / 15.0F);

    std::vector<float> values = {3, 99};
    std::vector<float> weights = {6, 0};
    EXPECT_EQ(scaleRow(*scaling, values, weights), 1U);
    EXPECT_FLOAT_EQ(values[0], 0.0F);
    EXPECT_FLOAT_EQ(values[1], 0.0F);
    EXPECT_FLOAT_EQ(weights[0], 2.0F);
}

TEST(EngineTrainingData, ScalingSaysWhichRowIsNotFiniteAndThatNothingIsToBeLearned)
{
    const auto bad = measureScaling(MemoryTrainingData({1, 1, 2}, {1, 2, 3, kNan}), upTo(2), 1, {});
    ASSERT_FALSE(bad.has_value());
    EXPECT_EQ(bad.error().kind, ErrorKind::Mismatch);
    EXPECT_NE(bad.error().message.find("row 1"), std::string::npos);
    const auto negative =
        measureScaling(MemoryTrainingData({1, 1, 2}, {1, 2, 3, 4}, {1, 1, -1, 1}), upTo(2), 1, {});
    EXPECT_EQ(negative.error().kind, ErrorKind::Mismatch);
    const auto alike = measureScaling(MemoryTrainingData({1, 1, 2}, {1, 2, 1, 2}), upTo(2), 1, {});
    EXPECT_EQ(alike.error().kind, ErrorKind::InvalidArgument);
    const auto nothing =
        measureScaling(MemoryTrainingData({1, 1, 2}, {0, 0, 0, 0}, {0, 0, 0, 0}), upTo(2), 1, {});
    EXPECT_EQ(nothing.error().kind, ErrorKind::InvalidArgument);
}

/// Rows 0, 1, 2...: pixel j of row i is i + j / 10.
MemoryTrainingData countedRows(std::size_t count)
{
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            values.push_back(static_cast<float>(i) + static_cast<float>(j) / 10.0F);
    return {{1, 1, 3}, values};
}

TEST(EngineBatchReader, BatchesHoldTheRowsInTheOrderAskedForWhateverWasAskedBefore)
{
    const auto cpu = compute::cpu::CpuBackend::create();
    ASSERT_TRUE(cpu.has_value());
    const auto ops = (*cpu)->tensorOps(1).value();
    const MemoryTrainingData data = countedRows(100);
    const InputScaling scaling = {{0, 0, 0}, 0.5F, 1.0F};
    const auto reader = BatchReader::create(data, scaling, {.batch = 8}, *ops).value();
    Random random(1);
    for (std::size_t round = 0; round < 30; ++round)
    {
        std::vector<std::uint32_t> rows = upTo(100);
        random.shuffle(std::span(rows));
        rows.resize(1 + random.below(100));
        reader->start(rows);
        const std::size_t fetched = round % 3 == 0 ? random.below(4) : SIZE_MAX; // sometimes not to the end
        std::vector<std::uint32_t> found;
        for (std::size_t i = 0; i < fetched; ++i)
        {
            const auto batch = reader->next();
            ASSERT_TRUE(batch.has_value());
            if (!*batch)
                break;
            const std::size_t count = (*batch)->rows.size();
            std::vector<float> values(count * 3);
            ASSERT_TRUE(ops->download((*batch)->view.values, values).has_value());
            for (std::size_t row = 0; row < count; ++row)
            {
                EXPECT_EQ(values[3 * row + 1], 2.0F * (static_cast<float>((*batch)->rows[row]) + 0.1F));
                found.push_back((*batch)->rows[row]);
            }
            EXPECT_EQ((*batch)->view.validPixels, static_cast<double>(3 * count));
        }
        if (fetched != SIZE_MAX)
            rows.resize(std::min(rows.size(), found.size()));
        EXPECT_EQ(found, rows);
    }
}

TEST(EngineScaling, PixelsThatNoRowHasLieBetweenTheirNeighbours)
{
    // Pixels 0, 3, 4 and 7 are seen in no row.
    const std::vector<float> values = {9, 2, 4, 9, 9, 10, 1, 9, /**/ 9, 4, 4, 9, 9, 10, 3, 9};
    const std::vector<float> weights = {0, 1, 1, 0, 0, 1, 1, 0, /**/ 0, 1, 1, 0, 0, 1, 1, 0};
    std::vector<std::uint32_t> unseen;
    const auto scaling =
        measureScaling(MemoryTrainingData({1, 1, 8}, values, weights), upTo(2), 1, {}, &unseen);
    ASSERT_TRUE(scaling) << scaling.error().message;
    EXPECT_EQ(unseen, (std::vector<std::uint32_t>{0, 3, 4, 7}));
    EXPECT_EQ(scaling->mean, (std::vector<float>{3, 3, 4, 6, 8, 10, 2, 2}));
}

TEST(EngineBatchReader, ARowThatIsNotFiniteIsNamed)
{
    const auto cpu = compute::cpu::CpuBackend::create();
    ASSERT_TRUE(cpu.has_value());
    const auto ops = (*cpu)->tensorOps(1).value();
    std::vector<float> values(30, 1.0F);
    values[3 * 7] = kNan;
    const MemoryTrainingData data({1, 1, 3}, values);
    const InputScaling scaling = {{0, 0, 0}, 1.0F, 1.0F};
    const auto reader = BatchReader::create(data, scaling, {.batch = 4}, *ops).value();
    reader->start(upTo(10));
    EXPECT_TRUE(reader->next().has_value());
    const auto second = reader->next();
    ASSERT_FALSE(second.has_value());
    EXPECT_NE(second.error().message.find("row 7"), std::string::npos);
}

} // namespace
} // namespace somnium::latent
