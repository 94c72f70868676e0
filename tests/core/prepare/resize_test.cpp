// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/prepare/steps.h"
#include "tests/core/prepare/random_images.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

Prepared resized(const data::Image &image, std::size_t side)
{
    auto prepared = apply({"", {Resize{side}}}, image.view());
    EXPECT_TRUE(prepared.has_value());
    return prepared ? std::move(*prepared) : Prepared{};
}

TEST(Resize, ByAWholeNumberIsTheMeanOfTheBlocks)
{
    test::forAll(30, [](Random &random) {
        const std::size_t factor = 2 + random.below(4);
        const std::size_t side = 1 + random.below(9);
        const data::Image image = randomImage(random, side * factor, side * factor, 0.0, 2);
        const data::Image small = resized(image, side).image;
        for (std::size_t channel = 0; channel < 2; ++channel)
            for (std::size_t row = 0; row < side; ++row)
                for (std::size_t column = 0; column < side; ++column)
                {
                    double sum = 0.0;
                    for (std::size_t r = 0; r < factor; ++r)
                        for (std::size_t c = 0; c < factor; ++c)
                            sum += image.at(row * factor + r, column * factor + c, channel);
                    EXPECT_NEAR(small.at(row, column, channel), sum / static_cast<double>(factor * factor),
                                1e-5);
                }
    });
}

TEST(Resize, KeepsAConstantImageAndItsOwnSize)
{
    const data::Image constant({1, 17, 23}, 2.5F);
    for (const std::size_t side : {1U, 5U, 17U, 20U, 23U, 60U})
    {
        const data::Image result = resized(constant, side).image;
        for (const float pixel : result.pixels())
            EXPECT_NEAR(pixel, 2.5F, 1e-5F);
    }
    Random random(2);
    const data::Image image = randomImage(random, 19, 19, 0.1);
    EXPECT_TRUE(isSame(resized(image, 19).image, image));
}

TEST(Resize, SaysWhereItsPixelsLie)
{
    // A linear ramp tells where a pixel came from: away from the border, value = original column (within the
    // small ripple of the bicubic kernel).
    data::Image ramp({1, 40, 60});
    for (std::size_t row = 0; row < 40; ++row)
        for (std::size_t column = 0; column < 60; ++column)
            ramp.at(row, column) = static_cast<float>(column);
    for (const Recipe &recipe : {Recipe{"", {Resize{30}}}, Recipe{"", {Resize{77}}},
                                 Recipe{"", {Cutout{32}, Resize{48}}}, Recipe{"", {Cutout{33}, Resize{16}}}})
    {
        const auto prepared = apply(recipe, ramp.view());
        ASSERT_TRUE(prepared);
        const std::size_t last = prepared->image.columns() - 1;
        for (std::size_t column = 4; column + 4 < last; ++column)
            EXPECT_NEAR(prepared->image.at(5, column),
                        prepared->columnOrigin + prepared->columnScale * static_cast<double>(column),
                        0.08 * prepared->columnScale)
                << describe(recipe) << " column " << column;
    }
}

TEST(Resize, GapsStayGapsAndDoNotDarkenTheirNeighbours)
{
    data::Image image({1, 32, 32}, 3.0F);
    for (std::size_t row = 8; row < 16; ++row)
        for (std::size_t column = 8; column < 16; ++column)
            image.at(row, column) = std::numeric_limits<float>::quiet_NaN();
    for (const std::size_t side : {16U, 21U, 64U})
    {
        const data::Image result = resized(image, side).image;
        EXPECT_TRUE(std::isnan(result.at(side * 12 / 32, side * 12 / 32)));
        for (const float pixel : result.pixels())
            if (!std::isnan(pixel))
            {
                EXPECT_NEAR(pixel, 3.0F, 1e-4F);
            }
    }
}

TEST(Resize, GivesTheSameBitsOnManyThreadsAtOnce)
{
    Random random(3);
    const data::Image image = randomImage(random, 150, 150);
    const data::Image expected = resized(image, 64).image;
    std::vector<data::Image> found(8);
    {
        std::vector<std::jthread> threads;
        for (data::Image &one : found)
            threads.emplace_back([&one, &image] { one = resized(image, 64).image; });
    }
    for (const data::Image &one : found)
        EXPECT_EQ(one, expected);
}

} // namespace
} // namespace somnium::prepare
