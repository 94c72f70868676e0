// SPDX-License-Identifier: GPL-3.0-or-later
// Maps trained on a device beside those that the CPU trains from the same seed. To be included once in a test
// program, which says on what: INSTANTIATE_TEST_SUITE_P(..., TwinTraining, ::testing::ValuesIn(...)).
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "core/som/mapper.h"
#include "core/som/trainer.h"
#include "core/som/vector_trainer.h"
#include "tests/support/blob_images.h"

namespace somnium::test
{

/// A device, and how many images it may be given.
struct TwinCandidate
{
    std::string name;
    std::function<Result<std::unique_ptr<compute::Backend>>()>
        make; ///< Unsupported: skipped, with the reason
    std::size_t images = 0;
};

class TwinTraining : public ::testing::TestWithParam<TwinCandidate>
{
protected:
    void SetUp() override
    {
        auto made = GetParam().make();
        if (!made)
            GTEST_SKIP() << made.error().message;
        m_device = std::move(*made);
    }

    /// Mean distance within 0.1 %, at least 99.9 % of the best matches the same.
    void expectAgreement(const som::Mapping &found, const som::Mapping &expected)
    {
        ASSERT_EQ(found.best.size(), expected.best.size());
        std::size_t equal = 0;
        double distance = 0.0;
        double expectedDistance = 0.0;
        for (std::size_t i = 0; i < found.best.size(); ++i)
        {
            equal += found.best[i] == expected.best[i] ? 1U : 0U;
            distance += static_cast<double>(found.distance[i]);
            expectedDistance += static_cast<double>(expected.distance[i]);
        }
        EXPECT_NEAR(distance / expectedDistance, 1.0, 1e-3);
        EXPECT_GE(static_cast<double>(equal), 0.999 * static_cast<double>(found.best.size()));
    }

    void expectSameTraining(const data::Samples &samples, const som::TrainingParams &params)
    {
        const auto expected = som::train(samples, params, *m_cpu, {}).value();
        const auto found = som::train(samples, params, *m_device, {});
        ASSERT_TRUE(found) << found.error().message;
        ASSERT_EQ(found->som.history.size(), expected.som.history.size());
        expectAgreement(som::mapSamples(found->som, samples, *m_device, {}).value(),
                        som::mapSamples(expected.som, samples, *m_cpu, {}).value());
    }

    data::MemorySamples images(const data::ImageShape &shape)
    {
        Random random(41);
        return blobSamples(shape, GetParam().images, random);
    }

    static som::TrainingParams params(const som::MapLayout &layout)
    {
        som::TrainingParams params;
        params.layout = layout;
        params.epochs = 5;
        return params;
    }

    std::unique_ptr<compute::Backend> m_cpu = compute::cpu::CpuBackend::create().value();
    std::unique_ptr<compute::Backend> m_device;
};

TEST_P(TwinTraining, OfPlainImages)
{
    expectSameTraining(images({1, 18, 18}), params(som::MapLayout::rectangular(4, 3).value()));
}

TEST_P(TwinTraining, OfChannelsInHalfPrecisionOnAPeriodicMap)
{
    som::TrainingParams these = params(som::MapLayout::rectangular(3, 3, som::LayoutEdges::Periodic).value());
    these.channelWeights = {1.0F, 0.25F};
    these.coefficients = som::Coefficients::Half;
    expectSameTraining(images({2, 16, 13}), these);
}

TEST_P(TwinTraining, OfFewRotationsWithoutFlipsOnHexagons)
{
    som::TrainingParams these = params(som::MapLayout::hexagonal(3).value());
    these.useFlips = false;
    these.rotations = 12;
    expectSameTraining(images({1, 15, 15}), these);
}

TEST_P(TwinTraining, WithAHatThatRepels)
{
    som::TrainingParams these = params(som::MapLayout::rectangular(3, 3).value());
    these.neighbourhood = som::Neighbourhood::MexicanHat;
    expectSameTraining(images({1, 15, 15}), these);
}

TEST_P(TwinTraining, OfVectors)
{
    const data::MemorySamples samples = images({1, 6, 7});
    const auto vectors = som::vectorsOf(samples);
    som::TrainingParams these = params(som::MapLayout::rectangular(4, 3).value());
    these.metric = som::Metric::Vector;
    these.initialisation = som::Initialisation::PrincipalAxes;
    const auto expected = som::trainVectors(*vectors, these, *m_cpu, {}).value();
    const auto found = som::trainVectors(*vectors, these, *m_device, {});
    ASSERT_TRUE(found) << found.error().message;
    expectAgreement(som::mapVectors(found->som, *vectors, *m_device, {}).value(),
                    som::mapVectors(expected.som, *vectors, *m_cpu, {}).value());
}

} // namespace somnium::test
