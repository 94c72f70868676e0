// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/recipe.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/prepare/parameters.h"
#include "core/prepare/steps.h"
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
        {
            EXPECT_EQ(*shape, prepared->image.shape());
        }
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
        {ClipNoise{.keepAboveSigma = std::nan("")}, "keep_above_sigma"},
        {ClipNoise{.clipSigma = 0.0}, "clip_sigma"},
        {ClipNoise{.iterations = 0}, "iterations"},
        {Normalise{.percentile = 20.0}, "percentile"},
        {Stretch{.softening = 0.0}, "softening"},
        {Stretch{.scale = std::numeric_limits<double>::infinity()}, "scale"},
        {ClipPercentiles{.low = 60.0, .high = 40.0}, "low <= high"},
        {MaskRange{.drop = MaskRange::Drop::Outside, .low = 2.0, .high = 1.0}, "low <= high"},
        {MaskRange{.byChannel = 99}, "by_channel"},
        {KeepIslands{.minimumPixels = 0}, "minimum_pixels"},
        {Taper{.inner = 1.5}, "inner"},
        {KeepChannels{}, "channels to keep"},
        {Step(Cutout{}, {0}), "all channels"},
        {Step(Stretch{}, {1, 0}), "ascending"},
        {Step(Stretch{}, {1, 1}), "ascending"},
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

// Every step treats all rotations and flips alike: else an image and its turned twin would meet different
// neurons.
TEST(Recipe, EachStepFollowsQuarterTurnsAndFlips)
{
    for (const Operation &operation : allOperations())
    {
        Step step(operation);
        if (step.as<KeepChannels>() != nullptr)
            step.channels = {1};
        SCOPED_TRACE(describe(step));
        test::forAll(4, [&](Random &random) {
            const std::size_t side = 64 + 2 * random.below(20);
            const data::Image image = randomImage(random, side, side, 0.01, 3);
            const Recipe recipe = {"", {step}};
            const auto plain = apply(recipe, image.view());
            const auto turned = apply(recipe, quarterTurned(image).view());
            const auto mirrored = apply(recipe, flipped(image).view());
            ASSERT_TRUE(plain && turned && mirrored);
            const data::Image expected = quarterTurned(plain->image);
            const data::Image alsoExpected = flipped(plain->image);
            for (std::size_t i = 0; i < expected.pixels().size(); ++i)
            {
                const auto isClose = [](float a, float b) {
                    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 2e-5F;
                };
                ASSERT_TRUE(isClose(turned->image.pixels()[i], expected.pixels()[i])) << i;
                ASSERT_TRUE(isClose(mirrored->image.pixels()[i], alsoExpected.pixels()[i])) << i;
            }
        });
    }
}

TEST(Recipe, MakesNoNanAndNoInfinityFromFinitePixels)
{
    test::forAll(300, [](Random &random) {
        Step step = randomStep(random);
        if (auto *cutout = step.as<Cutout>())
            cutout->pad = false;
        const bool isMeantTo = maskedTo(step) == Masked::Nan;
        data::Image image = randomImage(random, 1 + random.below(50), 1 + random.below(50), 0.0, 2);
        const double scale = std::pow(10.0, random.uniform(-30.0, 30.0));
        for (float &pixel : image.pixels())
            pixel *= static_cast<float>(scale);
        const auto prepared = apply({"", {step}}, image.view());
        if (!prepared || isMeantTo)
            return;
        for (const float pixel : prepared->image.pixels())
            ASSERT_TRUE(std::isfinite(pixel)) << describe(step) << ", scale " << scale;
    });
}

TEST(Recipe, AStepOnSomeChannelsLeavesTheOthers)
{
    test::forAll(200, [](Random &random) {
        Step step = randomStep(random);
        if (infoOf(step.operation).isForAllChannels || step.as<KeepChannels>() != nullptr)
            return;
        step.isEnabled = true;
        step.channels = {1};
        const data::Image image = randomImage(random, 30, 30, 0.02, 2);
        const auto both = apply({"", {step}}, image.view());
        ASSERT_TRUE(both) << both.error().message;
        EXPECT_TRUE(isSame(withChannels(both->image, {0}), withChannels(image, {0}))) << describe(step);
        if (step.as<MaskRange>() != nullptr && step.as<MaskRange>()->byChannel > 0)
            return;
        step.channels = {};
        const auto alone = apply({"", {step}}, withChannels(image, {1}).view());
        ASSERT_TRUE(alone) << alone.error().message;
        EXPECT_TRUE(isSame(withChannels(both->image, {1}), alone->image)) << describe(step);
    });
}

TEST(Recipe, NeedsTheChannelsThatItNames)
{
    for (const Step &step :
         {Step(Stretch{}, {2}), Step(KeepChannels{}, {0, 2}), Step(MaskRange{.byChannel = 3})})
    {
        const auto prepared = apply({"", {step}}, data::Image({2, 4, 4}, 1.0F).view());
        ASSERT_FALSE(prepared);
        EXPECT_EQ(prepared.error().kind, ErrorKind::Mismatch);
        EXPECT_NE(prepared.error().message.find("at least 3 channels, found 2"), std::string::npos);
    }
}

TEST(Recipe, StepsThatAreOffDoNothing)
{
    const data::Image image({1, 8, 8}, 4.0F);
    Recipe recipe = {"", {Cutout{.side = 4}, Stretch{}}};
    recipe.steps[0].isEnabled = false;
    const auto prepared = apply(recipe, image.view());
    ASSERT_TRUE(prepared);
    EXPECT_EQ(prepared->image, data::Image({1, 8, 8}, 2.0F));
    EXPECT_EQ(describe(recipe), "sqrt");
}

TEST(Trace, ShowsWhatEachStepDid)
{
    test::forAll(100, [](Random &random) {
        const Recipe recipe = randomRecipe(random);
        const data::Image image = randomImage(random, 40, 50, 0.02, 2);
        const auto effects = trace(recipe, image.view());
        const auto prepared = apply(recipe, image.view());
        ASSERT_EQ(effects.size(), recipe.steps.size());
        const data::Image *last = &image;
        std::size_t faults = 0;
        for (std::size_t i = 0; i < effects.size(); ++i)
        {
            faults += effects[i].fault.empty() ? 0U : 1U;
            EXPECT_EQ(effects[i].isApplied, recipe.steps[i].isEnabled && faults == 0) << i;
            if (effects[i].isApplied)
            {
                EXPECT_EQ(effects[i].hasChangedAny, !isSame(effects[i].image, *last));
                last = &effects[i].image;
            }
        }
        EXPECT_EQ(faults == 0, prepared.has_value());
        if (prepared)
        {
            EXPECT_TRUE(isSame(*last, prepared->image));
        }
    });
}

TEST(Trace, NamesTheStepThatFailsOrDoesNothing)
{
    const data::Image image({1, 8, 8}, std::vector<float>(64, 0.25F));
    const auto effects = trace({"", {FillNan{}, Cutout{.side = 9}, Stretch{}}}, image.view());
    EXPECT_FALSE(effects[0].hasChangedAny);
    EXPECT_TRUE(effects[0].isApplied);
    EXPECT_NE(effects[1].fault.find("9 x 9"), std::string::npos);
    EXPECT_FALSE(effects[2].isApplied);

    Random random(3);
    const data::Image noisy = randomImage(random, 20, 20);
    const auto empty = trace({"", {ClipNoise{.keepAboveSigma = 1000.0}, Resize{.side = 0}}}, noisy.view());
    EXPECT_TRUE(empty[0].leavesNothing);
    EXPECT_NE(empty[1].fault.find("side"), std::string::npos);
}

TEST(ReadyMade, RecipesAreValidUniqueAndPreparePlausibleImages)
{
    std::set<std::string> names;
    for (const ReadyMade &ready : readyMadeRecipes())
    {
        EXPECT_TRUE(validate(ready.recipe)) << ready.recipe.name;
        EXPECT_TRUE(names.insert(ready.recipe.name).second);
        EXPECT_FALSE(ready.purpose.empty());
        Random random(1);
        data::Image image = randomImage(random, 120, 120, 0.0, 3);
        for (std::size_t channel = 0; channel < 3; ++channel)
            for (std::size_t row = 56; row < 64; ++row)
                for (std::size_t column = 56; column < 66; ++column)
                    image.at(row, column, channel) = 20.0F + static_cast<float>(random.uniform());
        const auto prepared = apply(ready.recipe, image.view());
        ASSERT_TRUE(prepared) << prepared.error().message;
        EXPECT_EQ(prepared->image.rows(), 64U);
        const float largest =
            *std::max_element(prepared->image.pixels().begin(), prepared->image.pixels().end());
        EXPECT_GT(largest, 0.9F) << ready.recipe.name;
    }
}

} // namespace
} // namespace somnium::prepare
