// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/neighbourhood.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace somnium::som
{
namespace
{

TEST(Neighbourhood, SigmaFallsFromStartToEnd)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(10, 6).value();
    EXPECT_DOUBLE_EQ(sigmaOf(params, 0), 5.0);
    EXPECT_NEAR(sigmaOf(params, 11), 0.6, 1e-12);
    for (std::size_t epoch = 1; epoch < 12; ++epoch)
        EXPECT_NEAR(sigmaOf(params, epoch) / sigmaOf(params, epoch - 1), std::pow(0.12, 1.0 / 11.0), 1e-12);
    params.schedule = Schedule::Linear;
    params.sigmaStart = 4.0;
    EXPECT_NEAR(sigmaOf(params, 1) - sigmaOf(params, 0), -3.4 / 11.0, 1e-12);
    EXPECT_NEAR(sigmaOf(params, 11), 0.6, 1e-12);
    params.schedule = Schedule::Constant;
    EXPECT_DOUBLE_EQ(sigmaOf(params, 7), 4.0);
}

TEST(Neighbourhood, WeightsFallWithDistance)
{
    const MapLayout layout = MapLayout::rectangular(4, 4).value();
    const std::vector<float> gaussian = neighbourhoodWeights(layout, Neighbourhood::Gaussian, 1.5);
    const std::vector<float> bubble = neighbourhoodWeights(layout, Neighbourhood::Bubble, 1.5);
    for (std::size_t a = 0; a < 16; ++a)
        for (std::size_t b = 0; b < 16; ++b)
        {
            const double distance = layout.distance(a, b);
            EXPECT_NEAR(gaussian[a * 16 + b], std::exp(-distance * distance / 4.5), 1e-6);
            EXPECT_EQ(bubble[a * 16 + b], distance <= 1.5 ? 1.0F : 0.0F);
        }
}

TEST(Neighbourhood, TheLearningRateFallsInItsOwnWay)
{
    TrainingParams params;
    params.schedule = Schedule::Constant;
    EXPECT_DOUBLE_EQ(learningRateOf(params, 0), 0.2);
    EXPECT_NEAR(learningRateOf(params, 11), 0.05, 1e-12);
    params.learningRateSchedule = Schedule::Linear;
    EXPECT_NEAR(learningRateOf(params, 11), 0.05, 1e-12);
    EXPECT_NEAR(learningRateOf(params, 1) - learningRateOf(params, 0), -0.15 / 11.0, 1e-12);
}

// The numbers that PINK 2.5 prints for these functions at damping 1.
TEST(Neighbourhood, PinksFunctionsHavePinksHeights)
{
    const double root = std::sqrt(2.0 * std::numbers::pi);
    EXPECT_NEAR(neighbourhoodWeight(Neighbourhood::PinkGaussian, 0.0, 1.1), 1.0 / (1.1 * root), 1e-12);
    EXPECT_NEAR(neighbourhoodWeight(Neighbourhood::PinkGaussian, 2.2, 1.1), std::exp(-2.0) / (1.1 * root),
                1e-12);
    const double peak = 2.0 / (std::sqrt(6.0) * std::pow(std::numbers::pi, 0.25));
    EXPECT_NEAR(neighbourhoodWeight(Neighbourhood::MexicanHat, 0.0, 2.0), peak, 1e-12);
    EXPECT_NEAR(neighbourhoodWeight(Neighbourhood::MexicanHat, 2.0, 2.0), 0.0, 1e-12);
    EXPECT_NEAR(neighbourhoodWeight(Neighbourhood::MexicanHat, 4.0, 2.0), -3.0 * peak * std::exp(-2.0),
                1e-12);
    for (const auto neighbourhood : {Neighbourhood::Gaussian, Neighbourhood::Bubble,
                                     Neighbourhood::PinkGaussian, Neighbourhood::MexicanHat})
        EXPECT_EQ(neighbourhoodWeight(neighbourhood, 0.0, 1.7), neighbourhoodPeak(neighbourhood, 1.7));
}

TEST(Neighbourhood, WrapsWhereTheLayoutDoesAndEndsAtTheGreatestDistance)
{
    const MapLayout ring = MapLayout::parse("8 periodic").value();
    const std::vector<float> weights = neighbourhoodWeights(ring, Neighbourhood::Gaussian, 2.0, 3.0);
    for (std::size_t a = 0; a < 8; ++a)
        for (std::size_t b = 0; b < 8; ++b)
        {
            const std::size_t around = (b + 8 - a) % 8;
            const auto distance = static_cast<double>(std::min(around, 8 - around));
            EXPECT_NEAR(weights[a * 8 + b], distance > 3.0 ? 0.0 : std::exp(-distance * distance / 8.0),
                        1e-6);
        }
}

} // namespace
} // namespace somnium::som
