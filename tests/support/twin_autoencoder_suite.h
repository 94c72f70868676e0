// SPDX-License-Identifier: GPL-3.0-or-later
// Autoencoders trained on a device beside those that the CPU trains from the same seed. To be included once
// in a test program, which says on what: INSTANTIATE_TEST_SUITE_P(..., TwinAutoencoder, ...).
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "core/latent/autoencoder_trainer.h"
#include "tests/support/little_training.h"

namespace somnium::test
{

struct AutoencoderDevice
{
    std::string name;
    /// Unsupported and NotFound: it is not here, and the tests are skipped, with the reason.
    std::function<Result<std::unique_ptr<compute::Backend>>()> make;

    friend std::ostream &operator<<(std::ostream &out, const AutoencoderDevice &d) { return out << d.name; }
};

class TwinAutoencoder : public testing::TestWithParam<AutoencoderDevice>
{
protected:
    void SetUp() override
    {
        auto made = GetParam().make();
        if (!made &&
            (made.error().kind == ErrorKind::Unsupported || made.error().kind == ErrorKind::NotFound))
            GTEST_SKIP() << made.error().message;
        ASSERT_TRUE(made.has_value()) << made.error().message;
        m_device = std::move(*made);
        m_cpu = compute::cpu::CpuBackend::create().value();
    }

    void expectSameTraining(const latent::TrainingData &data, const latent::AutoencoderParams &params,
                            double tolerance)
    {
        latent::AutoencoderParams exact = params;
        exact.precision = compute::ProductPrecision::Float32;
        const auto expected = latent::trainAutoencoder(data, exact, *m_cpu, {}, {});
        const auto found = latent::trainAutoencoder(data, params, *m_device, {}, {});
        ASSERT_TRUE(expected.has_value()) << expected.error().message;
        ASSERT_TRUE(found.has_value()) << found.error().message;
        EXPECT_EQ(found->device, m_device->device());
        EXPECT_TRUE(found->notices.empty());
        expectSameLearning(*found, *expected, tolerance);
        const auto mapped = found->model.map(data, *m_device, {});
        ASSERT_TRUE(mapped.has_value());
        EXPECT_EQ(mapped->latent, found->latent) << "points are placed by exact products";
        EXPECT_EQ(mapped->reconstructionError, found->reconstructionError);
    }

    std::unique_ptr<compute::Backend> m_device;
    std::unique_ptr<compute::Backend> m_cpu;
};

inline std::string nameOfDevice(const testing::TestParamInfo<AutoencoderDevice> &info)
{
    return info.param.name;
}

TEST_P(TwinAutoencoder, DenseOnesLearnWhatTheyLearnOnTheCpu)
{
    expectSameTraining(bumps({1, 1, 40}, 90), littleTraining(latent::AutoencoderKind::Dense), 1e-3);
}

TEST_P(TwinAutoencoder, ConvolutionalOnesWithNoiseLearnWhatTheyLearnOnTheCpu)
{
    for (const auto kind : {latent::AutoencoderKind::Convolution1d, latent::AutoencoderKind::Convolution2d})
    {
        const data::ImageShape shape = kind == latent::AutoencoderKind::Convolution1d
                                           ? data::ImageShape{2, 1, 21}
                                           : data::ImageShape{3, 6, 10};
        latent::AutoencoderParams params = littleTraining(kind);
        params.isVariational = true;
        params.beta = 0.1;
        params.noise = 0.2;
        params.sparsity = 0.01;
        expectSameTraining(bumps(shape, 90), params, 3e-3);
    }
}

TEST_P(TwinAutoencoder, LessPreciseProductsLearnNearlyTheSame)
{
    for (const auto precision : {compute::ProductPrecision::Tf32, compute::ProductPrecision::Bfloat16})
    {
        latent::AutoencoderParams params = littleTraining(latent::AutoencoderKind::Dense);
        params.precision = precision;
        expectSameTraining(bumps({1, 1, 40}, 90), params, 0.03);
    }
}

} // namespace somnium::test
