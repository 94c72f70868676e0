// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/pca_baseline.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/eigensystem.h"

namespace somnium::latent
{
namespace
{

constexpr std::size_t kRows = 400;
constexpr std::size_t kPixels = 30;

/// Numbers whose variances fall, turned by differences of neighbours.
MemoryTrainingData randomRows(bool hasWeights)
{
    Random random(3);
    std::vector<float> values(kRows * kPixels);
    std::vector<float> weights(hasWeights ? values.size() : 0);
    for (std::size_t i = 0; i < kRows; ++i)
    {
        double before = 0.0;
        for (std::size_t j = 0; j < kPixels; ++j)
        {
            const double deviate = random.normal() * std::pow(0.7, static_cast<double>(j));
            values[i * kPixels + j] = static_cast<float>(5.0 + deviate + 0.5 * before);
            before = deviate;
        }
    }
    for (float &weight : weights)
        weight = random.uniform() < 0.1 ? 0.0F : 2.0F;
    return {{1, 1, kPixels}, values, weights};
}

class EnginePca : public ::testing::Test
{
protected:
    void SetUp() override { m_backend = compute::cpu::CpuBackend::create().value(); }
    std::unique_ptr<compute::Backend> m_backend;
};

TEST_F(EnginePca, AxesAreTheEigenvectorsOfTheCovariance)
{
    const MemoryTrainingData data = randomRows(false);
    const auto axes = principalAxes(data, {}, {.axes = 4}, *m_backend, {});
    ASSERT_TRUE(axes.has_value()) << axes.error().message;
    ASSERT_EQ(axes->count(), 4U);
    std::vector<double> covariance(kPixels * kPixels);
    std::vector<float> x(kPixels);
    for (std::size_t i = 0; i < kRows; ++i)
    {
        data.read(i, x, {});
        for (std::size_t j = 0; j < kPixels; ++j)
            for (std::size_t k = 0; k < kPixels; ++k)
                covariance[j * kPixels + k] +=
                    (double{x[j]} - axes->mean[j]) * (double{x[k]} - axes->mean[k]) / kRows;
    }
    const auto system = compute::eigensystemOf(covariance, kPixels);
    for (std::size_t a = 0; a < 4; ++a)
    {
        EXPECT_NEAR(axes->variance[a] / axes->variance[0], system.values[a] / system.values[0], 1e-4);
        double dot = 0.0;
        for (std::size_t j = 0; j < kPixels; ++j)
            dot += double{axes->axes[a * kPixels + j]} * system.vectors[a * kPixels + j];
        EXPECT_NEAR(std::abs(dot), 1.0, 1e-4);
    }
    const double total = std::accumulate(system.values.begin(), system.values.end(), 0.0);
    EXPECT_NEAR(axes->variance[0] / axes->totalVariance, system.values[0] / total, 1e-4);
}

TEST_F(EnginePca, OneRowIsProjectedAsManyAre)
{
    for (const bool hasWeights : {false, true})
    {
        const MemoryTrainingData data = randomRows(hasWeights);
        const auto axes = principalAxes(data, {}, {.axes = 5}, *m_backend, {});
        ASSERT_TRUE(axes.has_value());
        const auto all = projectRows(*axes, data, true, *m_backend, {});
        ASSERT_TRUE(all.has_value());
        std::vector<float> x(kPixels);
        std::vector<float> w(hasWeights ? kPixels : 0);
        std::vector<float> projection(5);
        std::vector<float> rebuilt(kPixels);
        for (std::size_t i = 0; i < kRows; i += 37)
        {
            data.read(i, x, w);
            axes->project(x, w, projection);
            axes->rebuild(projection, rebuilt);
            double sum = 0.0;
            double there = 0.0;
            for (std::size_t j = 0; j < kPixels; ++j)
            {
                const double weight = hasWeights ? w[j] : 1.0;
                sum += weight * std::pow(double{x[j]} - double{rebuilt[j]}, 2.0);
                there += weight > 0.0 ? 1.0 : 0.0;
            }
            for (std::size_t k = 0; k < 5; ++k)
                EXPECT_NEAR(all->projection[i * 5 + k], projection[k], 1e-4);
            EXPECT_NEAR(all->reconstructionError[i], sum / there, 1e-4 + 1e-3 * sum / there);
        }
    }
}

TEST_F(EnginePca, MoreAxesLeaveLessAndTheChoiceOfRowsIsSeeded)
{
    const MemoryTrainingData data = randomRows(true);
    const DataSplit split = splitData(kRows, 0.2, 1);
    const auto scaling = measureScaling(data, split.training, 1, {});
    ASSERT_TRUE(scaling.has_value());
    double last = 2.0;
    for (const std::size_t axes : {1U, 2U, 4U, 8U})
    {
        const auto pca = pcaBaseline(data, split, *scaling, axes, 1, *m_backend, {});
        ASSERT_TRUE(pca.has_value()) << pca.error().message;
        EXPECT_EQ(pca->projection.size(), kRows * axes);
        EXPECT_LT(pca->validationLoss, last);
        EXPECT_LT(pca->trainingLoss, 1.1 * pca->validationLoss);
        last = pca->validationLoss;
    }
    const auto some = principalAxes(data, {}, {.axes = 2, .rows = 50}, *m_backend, {});
    const auto again = principalAxes(data, {}, {.axes = 2, .rows = 50}, *m_backend, {});
    const auto others = principalAxes(data, {}, {.axes = 2, .rows = 50, .seed = 2}, *m_backend, {});
    ASSERT_TRUE(some.has_value() && again.has_value() && others.has_value());
    EXPECT_EQ(*some, *again);
    EXPECT_FALSE(*some == *others);
}

TEST_F(EnginePca, WrongShapesAreErrors)
{
    const auto axes = principalAxes(randomRows(false), {}, {.axes = 2}, *m_backend, {});
    ASSERT_TRUE(axes.has_value());
    const MemoryTrainingData other({1, 1, 3}, std::vector<float>(30));
    EXPECT_EQ(projectRows(*axes, other, false, *m_backend, {}).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(principalAxes(other, {}, {.axes = 0}, *m_backend, {}).error().kind, ErrorKind::InvalidArgument);
}

} // namespace
} // namespace somnium::latent
