// SPDX-License-Identifier: GPL-3.0-or-later
// Trainings of autoencoders that take milliseconds, and whether two of them learned the same.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/latent/autoencoder_trainer.h"

namespace somnium::test
{

/// Bumps of varying place and height in images with errors, some pixels masked.
inline latent::MemoryTrainingData bumps(const data::ImageShape &shape, std::size_t count)
{
    Random random(51);
    std::vector<float> values;
    std::vector<float> weights;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double place = random.uniform(0.2, 0.8) * static_cast<double>(shape.columns);
        const double height = random.uniform(0.5, 1.5);
        for (std::size_t p = 0; p < shape.size(); ++p)
        {
            const double away = (static_cast<double>(p % shape.columns) - place) / 2.0;
            const bool isMasked = random.uniform() < 0.03;
            values.push_back(isMasked ? 0.0F
                                      : static_cast<float>(height * std::exp(-0.5 * away * away) +
                                                           0.05 * random.normal()));
            weights.push_back(isMasked ? 0.0F : static_cast<float>(random.uniform(100.0, 800.0)));
        }
    }
    return {shape, std::move(values), std::move(weights)};
}

/// So little that it is learned in milliseconds; the last batch is smaller than the others.
inline latent::AutoencoderParams littleTraining(latent::AutoencoderKind kind)
{
    latent::AutoencoderParams params = latent::defaultParams(kind);
    params.widths = {12};
    params.channels = {4, 8};
    params.kernel = 3;
    params.epochs = 4;
    params.batchSize = 15;
    params.validationFraction = 0.2;
    params.learningRate = 3e-3;
    return params;
}

inline void expectSameLearning(const latent::TrainedAutoencoder &found,
                               const latent::TrainedAutoencoder &expected, double tolerance)
{
    ASSERT_EQ(found.history.size(), expected.history.size());
    for (std::size_t i = 0; i < expected.history.size(); ++i)
    {
        const latent::EpochRecord &epoch = expected.history[i];
        EXPECT_NEAR(found.history[i].trainingLoss, epoch.trainingLoss, tolerance * epoch.trainingLoss);
        EXPECT_NEAR(found.history[i].validationLoss, epoch.validationLoss, tolerance * epoch.validationLoss);
    }
    ASSERT_EQ(found.latent.size(), expected.latent.size());
    double squares = 0.0;
    double differences = 0.0;
    for (std::size_t i = 0; i < expected.latent.size(); ++i)
    {
        squares += std::pow(double{expected.latent[i]}, 2.0);
        differences += std::pow(double{found.latent[i]} - double{expected.latent[i]}, 2.0);
    }
    EXPECT_LE(std::sqrt(differences), 10.0 * tolerance * std::sqrt(squares));
}

} // namespace somnium::test
