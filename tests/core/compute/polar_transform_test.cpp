// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/polar_transform.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/blob_images.h"
#include "tests/support/naive_backend.h"
#include "tests/support/property.h"

namespace somnium::compute
{
namespace
{

std::vector<float> spectrumOf(const data::ImageView &image, const PolarGrid &grid)
{
    const auto transform = PolarTransform::create(grid, image.shape()).value();
    PolarTransform::Scratch scratch(*transform);
    std::vector<float> spectrum(grid.coefficientCount());
    transform->forward(image, spectrum, scratch);
    return spectrum;
}

PolarGrid gridFor(const data::ImageShape &shape)
{
    return polarGridFor(shape, MatchPrecision::Standard).value();
}

TEST(PolarTransform, EqualsItsDefinition)
{
    test::forAll(6, [](Random &random) {
        const data::ImageShape shape = {1 + random.below(2), 5 + random.below(30), 5 + random.below(30)};
        const data::Image image = test::blobImage(shape, 3, random);
        const PolarGrid grid = gridFor(shape);
        const std::vector<float> spectrum = spectrumOf(image.view(), grid);
        const std::vector<double> expected = test::naiveSpectrum(image.view(), grid);
        for (std::size_t i = 0; i < spectrum.size(); ++i)
            ASSERT_NEAR(static_cast<double>(spectrum[i]), expected[i], 2e-5) << i;
    });
}

TEST(PolarTransform, EnergyIsThatOfTheDisc)
{
    test::forAll(5, [](Random &random) {
        const data::Image image = test::blobImage({1, 64, 64}, 3, random);
        double inDisc = 0.0;
        for (std::size_t row = 0; row < 64; ++row)
            for (std::size_t column = 0; column < 64; ++column)
                if (std::hypot(static_cast<double>(row) - 31.5, static_cast<double>(column) - 31.5) <= 31.5)
                    inDisc += std::pow(static_cast<double>(image.at(row, column)), 2);
        double energy = 0.0;
        for (const float value : spectrumOf(image.view(), gridFor(image.shape())))
            energy += static_cast<double>(value) * static_cast<double>(value);
        EXPECT_NEAR(energy, inDisc, 0.05 * inDisc);
    });
}

TEST(PolarTransform, InverseBringsSmoothImagesBack)
{
    test::forAll(5, [](Random &random) {
        const data::ImageShape shape = {1 + random.below(2), 64, 64 + random.below(5)};
        const data::Image image = test::blobImage(shape, 3, random);
        const auto transform = PolarTransform::create(gridFor(shape), shape).value();
        PolarTransform::Scratch scratch(*transform);
        std::vector<float> spectrum(transform->grid().coefficientCount());
        transform->forward(image.view(), spectrum, scratch);
        data::Image back(shape);
        transform->inverse(spectrum, back.pixels(), scratch);
        double errorSquared = 0.0;
        double energy = 0.0;
        for (std::size_t channel = 0; channel < shape.channels; ++channel)
            for (std::size_t row = 0; row < shape.rows; ++row)
                for (std::size_t column = 0; column < shape.columns; ++column)
                {
                    const double radius = std::hypot(
                        static_cast<double>(row) - (static_cast<double>(shape.rows) - 1.0) / 2.0,
                        static_cast<double>(column) - (static_cast<double>(shape.columns) - 1.0) / 2.0);
                    if (radius > transform->grid().radius)
                    {
                        ASSERT_EQ(back.at(row, column, channel), 0.0F);
                        continue;
                    }
                    const auto value = static_cast<double>(image.at(row, column, channel));
                    errorSquared += std::pow(static_cast<double>(back.at(row, column, channel)) - value, 2);
                    energy += value * value;
                }
        // Bilinear sampling of blobs of sigma 1.5 pixels loses that much.
        EXPECT_LT(errorSquared, 0.003 * energy);
    });
}

TEST(PolarTransform, AQuarterTurnIsAPhase)
{
    test::forAll(5, [](Random &random) {
        const std::size_t side = 9 + random.below(40);
        const data::ImageShape shape = {1, side, side};
        const data::Image image = test::blobImage(shape, 3, random);
        const PolarGrid grid = gridFor(shape);
        const std::vector<float> spectrum = spectrumOf(image.view(), grid);
        const std::vector<double> original(spectrum.begin(), spectrum.end());
        for (unsigned quarters = 0; quarters < 4; ++quarters)
            for (const bool isFlipped : {false, true})
            {
                const data::Image flipped = isFlipped ? test::rowsFlipped(image.view()) : image;
                const std::vector<float> turned =
                    spectrumOf(test::quarterTurned(flipped.view(), quarters).view(), grid);
                const std::vector<double> expected =
                    test::naiveTurned(original, grid, 1.5707963267948966 * quarters, isFlipped);
                for (std::size_t i = 0; i < turned.size(); ++i)
                    ASSERT_NEAR(static_cast<double>(turned[i]), expected[i], 1e-5);
            }
    });
}

TEST(PolarTransform, PixelsWithoutAValueCountAsZero)
{
    Random random(1);
    data::Image holed = test::blobImage({1, 20, 20}, 3, random);
    data::Image filled = holed;
    holed.at(10, 12) = std::numeric_limits<float>::quiet_NaN();
    holed.at(9, 9) = std::numeric_limits<float>::infinity();
    filled.at(10, 12) = 0.0F;
    filled.at(9, 9) = 0.0F;
    const PolarGrid grid = gridFor(holed.shape());
    EXPECT_EQ(spectrumOf(holed.view(), grid), spectrumOf(filled.view(), grid));
}

TEST(PolarTransform, WeighsChannelsBySquaredDifferencesAndTakesTheWeightsOutAgain)
{
    test::forAll(3, [](Random &random) {
        const data::ImageShape shape = {3, 24, 24};
        const data::Image image = test::blobImage(shape, 3, random);
        PolarGrid grid = gridFor(shape);
        const std::vector<float> plain = spectrumOf(image.view(), grid);
        const std::vector<float> weights = {0.25F, 1.0F, 3.0F};
        grid = polarGridFor(shape, MatchPrecision::Standard, weights).value();
        const std::vector<float> weighted = spectrumOf(image.view(), grid);
        const std::vector<double> expected = test::naiveSpectrum(image.view(), grid);
        for (std::size_t i = 0; i < plain.size(); ++i)
        {
            ASSERT_NEAR(weighted[i], std::sqrt(weights[i / 2 % 3]) * plain[i], 1e-5);
            ASSERT_NEAR(static_cast<double>(weighted[i]), expected[i], 4e-5);
        }
        const auto transform = PolarTransform::create(grid, shape).value();
        const auto unweighted = PolarTransform::create(gridFor(shape), shape).value();
        PolarTransform::Scratch scratch(*transform);
        std::vector<float> back(shape.size());
        std::vector<float> plainBack(shape.size());
        transform->inverse(weighted, back, scratch);
        unweighted->inverse(plain, plainBack, scratch);
        for (std::size_t i = 0; i < back.size(); ++i)
            ASSERT_NEAR(back[i], plainBack[i], 1e-4);
    });
}

TEST(PolarTransform, AGridOfASmallerDiscSeesTheMiddleOfAnImage)
{
    Random random(3);
    const data::Image large = test::blobImage({1, 40, 44}, 4, random);
    data::Image middle({1, 20, 20});
    for (std::size_t row = 0; row < 20; ++row)
        for (std::size_t column = 0; column < 20; ++column)
            middle.at(row, column) = large.at(row + 10, column + 12);
    const PolarGrid grid = gridFor(middle.shape());
    const std::vector<float> whole = spectrumOf(large.view(), grid);
    const std::vector<float> cut = spectrumOf(middle.view(), grid);
    for (std::size_t i = 0; i < whole.size(); ++i)
        ASSERT_NEAR(whole[i], cut[i], 1e-6);
}

TEST(PolarTransform, RefusesAGridThatDoesNotFit)
{
    const PolarGrid grid = gridFor({1, 32, 32});
    EXPECT_EQ(PolarTransform::create(grid, {1, 31, 32}).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(PolarTransform::create(grid, {2, 32, 32}).error().kind, ErrorKind::Mismatch);
}

} // namespace
} // namespace somnium::compute
