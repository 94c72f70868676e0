// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/principal_start.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/latent/autoencoder_trainer.h"

namespace somnium::latent
{
namespace
{

constexpr std::size_t kPixels = 40;

/// A bent sheet in many pixels, with a little noise and holes.
MemoryTrainingData bentSheet(std::size_t rows, std::uint64_t seed)
{
    Random random(seed);
    std::vector<float> values(rows * kPixels);
    std::vector<float> weights(values.size(), 3.0F);
    for (std::size_t i = 0; i < rows; ++i)
    {
        const double u = random.normal();
        const double v = 0.3 * random.normal();
        for (std::size_t j = 0; j < kPixels; ++j)
        {
            const double x = static_cast<double>(j) / static_cast<double>(kPixels);
            values[i * kPixels + j] = static_cast<float>(
                10.0 + 5.0 * (u * std::sin(3.0 * x) + v * std::cos(5.0 * x) + 0.4 * u * u * x) +
                0.05 * random.normal());
            if (random.uniform() < 0.05)
                weights[i * kPixels + j] = 0.0F;
        }
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = weights[i] > 0.0F ? values[i] : 0.0F;
    return {{1, 1, kPixels}, std::move(values), std::move(weights)};
}

class EnginePrincipalStart : public ::testing::Test
{
protected:
    void SetUp() override { m_backend = compute::cpu::CpuBackend::create().value(); }
    std::unique_ptr<compute::Backend> m_backend;
};

TEST_F(EnginePrincipalStart, IsThePlaneOfThePrincipalComponents)
{
    const MemoryTrainingData data = bentSheet(200, 5);
    const auto all = splitData(data.count(), 0.0, 1).training;
    const InputScaling scaling = measureScaling(data, all, 1, {}).value();
    for (const auto activation : {Activation::LeakyRelu, Activation::Linear})
        for (const std::vector<std::size_t> &widths :
             {std::vector<std::size_t>{}, {16}, {32, 12, 6}, {6, 6, 6, 6}})
            for (const std::size_t latentSize : {std::size_t{1}, std::size_t{2}, std::size_t{3}})
            {
                AutoencoderParams params;
                params.widths = widths;
                params.hiddenActivation = activation;
                params.latentSize = latentSize;
                ASSERT_TRUE(canBeginOnPlane(params));
                const PrincipalAxes axes =
                    principalAxes(data, {}, {.axes = latentSize}, *m_backend, {}).value();
                const auto model = Autoencoder::create(
                    params, data.shape(), scaling,
                    beginOnPlane(makeLayers(params, data.shape()), params, axes, scaling));
                ASSERT_TRUE(model) << model.error().message;
                const auto mapped = model->map(data, *m_backend, {}).value();
                const auto flat = projectRows(axes, data, true, *m_backend, {}).value();
                const double spread = std::sqrt(axes.variance.front());
                for (std::size_t i = 0; i < data.count(); ++i)
                {
                    ASSERT_NEAR(mapped.reconstructionError[i], flat.reconstructionError[i],
                                1e-3 * (1.0 + double{flat.reconstructionError[i]}));
                    for (std::size_t k = 0; k < latentSize; ++k)
                        ASSERT_NEAR(double{mapped.latent[i * latentSize + k]} * spread,
                                    flat.projection[i * latentSize + k], 1e-3 * spread);
                }
            }
}

TEST_F(EnginePrincipalStart, MeansOfAVariationalOneBeginThere)
{
    const MemoryTrainingData data = bentSheet(100, 6);
    const auto all = splitData(data.count(), 0.0, 1).training;
    const InputScaling scaling = measureScaling(data, all, 1, {}).value();
    AutoencoderParams params;
    params.widths = {16, 8};
    params.isVariational = true;
    const PrincipalAxes axes = principalAxes(data, {}, {.axes = 2}, *m_backend, {}).value();
    const auto model = Autoencoder::create(
        params, data.shape(), scaling, beginOnPlane(makeLayers(params, data.shape()), params, axes, scaling));
    ASSERT_TRUE(model) << model.error().message;
    const auto places = model->encode(data, *m_backend, {}).value();
    const auto flat = projectRows(axes, data, false, *m_backend, {}).value();
    for (std::size_t i = 0; i < places.size(); ++i)
        ASSERT_NEAR(double{places[i]} * std::sqrt(axes.variance.front()), flat.projection[i], 1e-2);
}

TEST_F(EnginePrincipalStart, AskedOfWhatCannotHoldAPlaneIsRefused)
{
    AutoencoderParams params;
    EXPECT_TRUE(canBeginOnPlane(params));
    params.widths = {512, 3}; // u and -u of two numbers are four
    EXPECT_FALSE(canBeginOnPlane(params));
    params.hiddenActivation = Activation::Linear;
    EXPECT_TRUE(canBeginOnPlane(params));
    params.hiddenActivation = Activation::Tanh;
    EXPECT_FALSE(canBeginOnPlane(params));
    params = {};
    params.outputActivation = Activation::Sigmoid;
    EXPECT_FALSE(canBeginOnPlane(params));
    EXPECT_FALSE(canBeginOnPlane(defaultParams(AutoencoderKind::Convolution1d)));
    EXPECT_FALSE(canBeginOnPlane(defaultParams(AutoencoderKind::Convolution2d)));
}

TEST_F(EnginePrincipalStart, FewerRowsThanAxesLeaveTheLayersAsTheyWere)
{
    const MemoryTrainingData data = bentSheet(100, 7);
    const auto all = splitData(data.count(), 0.0, 1).training;
    const InputScaling scaling = measureScaling(data, all, 1, {}).value();
    AutoencoderParams params;
    params.widths = {16};
    const NetworkLayers layers = makeLayers(params, data.shape());
    PrincipalAxes axes = principalAxes(data, {}, {.axes = 1}, *m_backend, {}).value();
    EXPECT_EQ(beginOnPlane(layers, params, axes, scaling), layers);
}

// The reason for it all: a handful of spectra is too little to find from random weights what the principal
// components have at once.
TEST_F(EnginePrincipalStart, AutoencodersOfSmallSetsBeatThePrincipalComponents)
{
    for (const std::size_t rows : {std::size_t{40}, std::size_t{150}})
    {
        constexpr std::uint64_t kSeeds = 4; // one alone is held against four rows, or fifteen
        double ratios = 0.0;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed)
        {
            const MemoryTrainingData data = bentSheet(rows, 10 * seed + rows);
            AutoencoderParams params;
            params.seed = seed;
            const auto trained = trainAutoencoder(data, params, *m_backend, {}, {});
            ASSERT_TRUE(trained) << trained.error().message;
            const auto pca = pcaBaseline(data, trained->split, trained->model.scaling(), params.latentSize,
                                         seed, *m_backend, {});
            ASSERT_TRUE(pca) << pca.error().message;
            ratios += trained->history[trained->bestEpoch - 1].validationLoss / pca->validationLoss;
        }
        EXPECT_LT(ratios / static_cast<double>(kSeeds), 0.8) << rows << " rows";
    }
}

} // namespace
} // namespace somnium::latent
