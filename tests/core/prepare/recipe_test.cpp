// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/recipe.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/core/prepare/random_images.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

TEST(Recipe, OfRadioCutoutsSaysWhatItDoes)
{
    EXPECT_EQ(describe(radioRecipe(64)), "cutout 64, NaN to 0, clip 3 sigma, maximum to 1, sqrt");
    EXPECT_EQ(describe(Recipe{}), "as it is");
    EXPECT_EQ(describe(Recipe{"", {Cutout{8, true}, Stretch{Stretch::Curve::Asinh, 0.25}, Resize{32}}}),
              "cutout 8 padded, asinh (softening 0.25), resize to 32");
}

TEST(Recipe, GivesTheShapeThatItPromises)
{
    test::forAll(200, [](Random &random) {
        const Recipe recipe = randomRecipe(random);
        const data::Image image = randomImage(random, 1 + random.below(90), 1 + random.below(90), 0.05, 2);
        const auto shape = preparedShape(recipe, image.shape());
        const auto prepared = apply(recipe, image.view());
        ASSERT_EQ(shape.has_value(), prepared.has_value());
        if (shape)
            EXPECT_EQ(*shape, prepared->image.shape());
        else
            EXPECT_EQ(shape.error(), prepared.error());
    });
}

TEST(Recipe, GivesTheSameBitsEachTime)
{
    test::forAll(50, [](Random &random) {
        const Recipe recipe = randomRecipe(random);
        const data::Image image = randomImage(random, 90, 90, 0.05);
        const auto once = apply(recipe, image.view());
        const auto twice = apply(recipe, image.view());
        ASSERT_EQ(once.has_value(), twice.has_value());
        EXPECT_TRUE(!once || isSame(once->image, twice->image));
    });
}

// What the invariant map relies on: turning the original turns the prepared sample.
TEST(Recipe, FollowsQuarterTurnsAndFlipsOfOriginalsOfEqualParity)
{
    test::forAll(40, [](Random &random) {
        const std::size_t side = 8 + random.below(40);
        const std::size_t original = side + 2 * random.below(20);
        const data::Image image = randomImage(random, original, original, 0.02);
        const Recipe recipe = radioRecipe(side);
        const auto plain = apply(recipe, image.view());
        const auto turned = apply(recipe, quarterTurned(image).view());
        const auto mirrored = apply(recipe, flipped(image).view());
        ASSERT_TRUE(plain && turned && mirrored);
        EXPECT_TRUE(isSame(turned->image, quarterTurned(plain->image)));
        EXPECT_TRUE(isSame(mirrored->image, flipped(plain->image)));
    });
}

TEST(Recipe, FollowsQuarterTurnsThroughAResize)
{
    test::forAll(20, [](Random &random) {
        const data::Image image = randomImage(random, 96, 96);
        const Recipe recipe = {"", {Normalise{}, Resize{20U + random.below(100)}}};
        const auto plain = apply(recipe, image.view());
        const auto turned = apply(recipe, quarterTurned(image).view());
        ASSERT_TRUE(plain && turned);
        const data::Image expected = quarterTurned(plain->image);
        for (std::size_t i = 0; i < expected.pixels().size(); ++i)
            EXPECT_NEAR(turned->image.pixels()[i], expected.pixels()[i], 2e-5F);
    });
}

TEST(Recipe, NamesTheStepThatMakesNoSense)
{
    const std::vector<std::pair<Step, std::string>> bad = {
        {Cutout{.side = 0}, "side"},
        {Resize{.side = 1U << 30U}, "side"},
        {ClipNoise{.keepAboveSigma = std::nan("")}, "keepAboveSigma"},
        {ClipNoise{.clipSigma = 0.0}, "clipSigma"},
        {ClipNoise{.iterations = 0}, "iterations"},
        {Normalise{.percentile = 20.0}, "percentile"},
        {Stretch{.softening = 0.0}, "softening"},
        {Stretch{.scale = std::numeric_limits<double>::infinity()}, "scale"},
    };
    for (const auto &[step, word] : bad)
    {
        const Recipe recipe = {"mine", {FillNan{}, step}};
        const auto valid = validate(recipe);
        ASSERT_FALSE(valid) << word;
        EXPECT_EQ(valid.error().kind, ErrorKind::InvalidArgument);
        EXPECT_NE(valid.error().message.find("step 2"), std::string::npos) << valid.error().message;
        EXPECT_NE(valid.error().message.find(word), std::string::npos) << valid.error().message;
        EXPECT_FALSE(apply(recipe, data::Image({1, 4, 4}).view()));
        EXPECT_FALSE(preparedShape(recipe, {1, 4, 4}));
    }
}

TEST(Recipe, RefusesAnImageWithoutPixels)
{
    for (const data::ImageShape shape : {data::ImageShape{1, 0, 4}, data::ImageShape{0, 4, 4}})
    {
        const auto prepared = apply(Recipe{}, data::Image(shape).view());
        ASSERT_FALSE(prepared);
        EXPECT_EQ(prepared.error().kind, ErrorKind::Mismatch);
    }
}

} // namespace
} // namespace somnium::prepare
