// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "tests/core/prepare/random_images.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

TEST(RecipeJson, ReadsBackWhatWasWritten)
{
    test::forAll(300, [](Random &random) {
        const Recipe recipe = randomRecipe(random);
        const auto read = recipeFromJson(toJson(recipe));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, recipe);
    });
}

TEST(RecipeJson, NamesEveryParameter)
{
    const std::string text = toJson(radioRecipe());
    for (const char *word : {"cutout", "\"side\":64", "\"pad\":false", "fill_nan", "\"with\":\"zero\"",
                             "clip_noise", "\"keep_above_sigma\":3.0", "normalise", "\"to\":\"maximum\"",
                             "stretch", "\"curve\":\"sqrt\"", "\"version\":1"})
        EXPECT_NE(text.find(word), std::string::npos) << word << " in " << text;
}

TEST(RecipeJson, TakesDefaultsForWhatIsAbsent)
{
    const auto read =
        recipeFromJson(R"({"steps": [{"step": "cutout"}, {"step": "stretch", "curve": "log"}]})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->steps, (std::vector<Step>{Cutout{}, Stretch{.curve = Stretch::Curve::Log}}));
}

// Where the prepared samples lie follows from this text: a change would make every session prepare again.
TEST(RecipeJson, OfFormerRecipesIsWhatItWas)
{
    EXPECT_EQ(toJson(radioRecipe()),
              R"({"format":"somnium-recipe","name":"radio","steps":[{"pad":false,"side":64,"step":"cutout"},)"
              R"({"step":"fill_nan","with":"zero"},{"clip_sigma":3.0,"iterations":5,"keep_above_sigma":3.0,)"
              R"("step":"clip_noise"},{"percentile":99.5,"step":"normalise","to":"maximum"},)"
              R"({"curve":"sqrt","scale":1000.0,"softening":0.1,"step":"stretch"}],"version":1})");
}

TEST(RecipeJson, CountsChannelsFromOne)
{
    const auto read = recipeFromJson(
        R"({"steps": [{"step": "stretch", "channels": [1, 3], "enabled": false}],
            "align": {"channels": ["a", "b"], "reference": "b", "values": "flux"}})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->steps[0].channels, (std::vector<std::size_t>{0, 2}));
    EXPECT_FALSE(read->steps[0].isEnabled);
    EXPECT_EQ(read->alignment.reference, 1U);
    EXPECT_EQ(read->alignment.values, Alignment::Values::Flux);
}

TEST(RecipeJson, ForPeopleReadsBackToo)
{
    test::forAll(100, [](Random &random) {
        const Recipe recipe = randomRecipe(random);
        const auto read = recipeFromJson(toReadableJson(recipe));
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(*read, recipe);
    });
}

TEST(RecipeJson, SaysWhatIsWrong)
{
    const std::vector<std::pair<std::string, std::string>> bad = {
        {"", "not JSON"},
        {"{", "not JSON"},
        {"[]", "\"steps\""},
        {"{}", "\"steps\""},
        {R"({"steps": {}})", "\"steps\""},
        {R"({"steps": [], "name": 3})", "\"name\""},
        {R"({"steps": [], "version": 2})", "\"version\": 1, found 2"},
        {R"({"steps": [], "format": "other"})", "somnium-recipe"},
        {R"({"steps": [5]})", "step 1: expected an object"},
        {R"({"steps": [{"step": "cutout"}, {"step": "blur"}]})", "step 2: unknown step 'blur'"},
        {R"({"steps": [{"step": "cutout", "side": "64"}]})", "side: expected a whole number, found \"64\""},
        {R"({"steps": [{"step": "cutout", "side": -1}]})", "side: expected a whole number, found -1"},
        {R"({"steps": [{"step": "cutout", "side": 64.5}]})", "side: expected a whole number"},
        {R"({"steps": [{"step": "cutout", "sides": 64}]})", "unknown parameter 'sides'"},
        {R"({"steps": [{"step": "cutout", "pad": 1}]})", "pad: expected true or false"},
        {R"({"steps": [{"step": "clip_noise", "iterations": 99999999999}]})", "iterations: expected"},
        {R"({"steps": [{"step": "normalise", "to": "sum"}]})", "to: expected one of \"maximum\""},
        {R"({"steps": [{"step": "stretch", "softening": null}]})", "softening: expected a number"},
        {R"({"steps": [{"step": "resize", "side": 0}]})", "side"},
        {R"({"steps": [{"step": "stretch", "channels": [0]}]})", "channels: expected"},
        {R"({"steps": [{"step": "stretch", "channels": "all"}]})", "channels: expected"},
        {R"({"steps": [{"step": "stretch", "enabled": 0}]})", "enabled: expected true or false, found 0"},
        {R"({"steps": [], "align": []})", "align: expected"},
        {R"({"steps": [], "align": {"channels": [3]}})", "align: expected names"},
        {R"({"steps": [], "align": {"channels": ["a"], "reference": "b"}})", "\"reference\", found \"b\""},
        {R"({"steps": [], "align": {"channels": ["a", "a"]}})", "a name of its own"},
        {R"({"steps": [], "align": {"channels": ["a"], "values": "counts"}})", "\"counts\""},
    };
    for (const auto &[text, message] : bad)
    {
        const auto read = recipeFromJson(text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(message), std::string::npos) << read.error().message;
    }
}

TEST(RecipeJson, SurvivesTruncationAndNoise)
{
    const std::string good = toJson(radioRecipe());
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(recipeFromJson(std::string_view(good).substr(0, length)));
    test::forAll(300, [&](Random &random) {
        std::string text = good;
        text[random.below(static_cast<std::uint32_t>(text.size()))] = static_cast<char>(random.below(256));
        static_cast<void>(recipeFromJson(text)); // an error or a recipe, no crash
    });
}

} // namespace
} // namespace somnium::prepare
