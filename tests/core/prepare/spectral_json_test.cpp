// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include <gtest/gtest.h>

#include "core/prepare/spectral_recipe.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

/// Every parameter at random, within its range.
SpectralRecipe randomRecipe(Random &random)
{
    SpectralRecipe recipe;
    recipe.name = "recipe \"" + std::to_string(random.below(1000)) + "\"";
    for (const SpectralStepInfo &step : spectralSteps(recipe))
    {
        const std::string word(step.word);
        if (step.canBeOff)
        {
            EXPECT_TRUE(setParameter(recipe, word + ".enabled", random.below(2) == 0));
        }
        for (const Parameter &one : step.parameters)
        {
            ParameterValue value = one.value;
            if (std::holds_alternative<bool>(value))
                value = random.below(2) == 0;
            else if (std::holds_alternative<double>(value))
                value = random.uniform(one.low, std::min(one.high, 1e4));
            else if (std::holds_alternative<std::int64_t>(value))
                value = static_cast<std::int64_t>(random.uniform(one.low, std::min(one.high, 100.0) + 1.0));
            else if (!one.choices.empty())
                value =
                    std::string(one.choices[random.below(static_cast<std::uint32_t>(one.choices.size()))]);
            else if (one.name == "column")
                value = std::string("Z_BEST");
            else
                value = toString(WavelengthWindows{
                    {random.uniform(3000.0, 4000.0), random.uniform(5000.0, 6000.0)}, {7000.0, 7000.5}});
            const auto set = setParameter(recipe, word + "." + std::string(one.name), value);
            EXPECT_TRUE(set) << set.error().message;
        }
    }
    return recipe;
}

TEST(SpectralJson, RoundTripsEveryParameter)
{
    somnium::test::forAll(100, [](Random &random) {
        SpectralRecipe recipe = randomRecipe(random);
        if (!validate(recipe))
            return; // first beyond last
        const auto back = spectralRecipeFromJson(toJson(recipe));
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(*back, recipe) << toJson(recipe);
    });
}

TEST(SpectralJson, ReadyMadeOnesAreValidAndRoundTripAndAreNamedApart)
{
    std::set<std::string> names;
    for (const ReadyMadeSpectral &ready : readyMadeSpectralRecipes())
    {
        EXPECT_TRUE(validate(ready.recipe));
        EXPECT_EQ(spectralRecipeFromJson(toJson(ready.recipe)).value(), ready.recipe);
        EXPECT_TRUE(names.insert(ready.recipe.name).second);
        EXPECT_TRUE(std::string(ready.purpose).ends_with("."));
        EXPECT_FALSE(describe(ready.recipe).empty());
    }
    EXPECT_EQ(names, (std::set<std::string>{"stars", "stars, continuum removed", "galaxies", "near-infrared",
                                            "as they are"}));
}

TEST(SpectralJson, IsReadWithDefaults)
{
    EXPECT_EQ(spectralRecipeFromJson("{}").value(), SpectralRecipe{});
    const auto recipe = spectralRecipeFromJson(
        R"({"name": "mine", "continuum": {"enabled": true, "quantile": 0.9}, "mask": {"windows": "4000-4010"}})");
    ASSERT_TRUE(recipe) << recipe.error().message;
    SpectralRecipe expected;
    expected.name = "mine";
    expected.continuum.isEnabled = true;
    expected.continuum.quantile = 0.9;
    expected.mask.own = {{4000.0, 4010.0}};
    EXPECT_EQ(*recipe, expected);
}

TEST(SpectralJson, NamesWhatItDoesNotKnow)
{
    const auto message = [](const char *json) {
        const auto recipe = spectralRecipeFromJson(json);
        EXPECT_FALSE(recipe) << json;
        return recipe ? std::string() : recipe.error().message;
    };
    EXPECT_EQ(message(R"({"continum": {}})"), "spectral recipe: unknown key 'continum'");
    EXPECT_EQ(message(R"({"continuum": {"quantil": 0.5}})"),
              "spectral recipe: unknown parameter 'continuum.quantil'");
    EXPECT_EQ(message(R"({"fill": {"enabled": true}})"), "spectral recipe: unknown parameter 'fill.enabled'");
    EXPECT_EQ(message(R"({"continuum": {"quantile": "high"}})"),
              "spectral recipe: continuum.quantile: expected a number, found \"high\"");
    EXPECT_EQ(message(R"({"continuum": {"quantile": 1.5}})"),
              "spectral recipe: continuum: expected quantile from 0 to 1, found 1.5");
    EXPECT_EQ(
        message(R"({"continuum": {"kind": "spline"}})"),
        "spectral recipe: continuum.kind: expected one of \"quantile\", \"polynomial\", found \"spline\"");
    EXPECT_EQ(
        message(R"({"mask": {"windows": "4000 to 4010"}})"),
        "spectral recipe: mask.windows: expected windows like \"5569-5586, 6293-6308\", found \"4000 to "
        "4010\"");
    EXPECT_EQ(message(R"({"mask": {"windows": "4010-4000"}})"),
              "spectral recipe: mask: expected windows with first <= last, found 4010-4000");
    EXPECT_EQ(message(R"({"mask": 3})"), "spectral recipe: mask: expected an object, found 3");
    EXPECT_EQ(message(R"({"mask": {"grow": [1]}})"),
              "spectral recipe: mask.grow: expected a number, a text, true or false, found [1]");
    EXPECT_EQ(message(R"({"grid": {"first": 5000, "last": 4000}})"),
              "spectral recipe: grid: expected first < last, found 5000 and 4000");
    EXPECT_EQ(message(R"({"format": "somnium-recipe"})"),
              "spectral recipe: expected \"format\": \"somnium-spectral-recipe\", found \"somnium-recipe\"");
    EXPECT_EQ(message(R"({"version": 2})"), "spectral recipe: expected \"version\": 1, found 2");
    EXPECT_EQ(message("[]"), "spectral recipe: expected a JSON object");
    EXPECT_NE(message("{").find("not JSON"), std::string::npos);
}

TEST(SpectralParameters, AreDescribedForAForm)
{
    const std::vector<SpectralStepInfo> steps = spectralSteps({});
    ASSERT_EQ(steps.size(), 8U);
    for (const SpectralStepInfo &step : steps)
    {
        EXPECT_FALSE(step.label.empty());
        EXPECT_TRUE(step.help.ends_with(".")) << step.help;
        std::set<std::string_view> names;
        for (const Parameter &one : step.parameters)
        {
            EXPECT_TRUE(names.insert(one.name).second);
            EXPECT_FALSE(one.label.empty());
            EXPECT_TRUE(one.help.ends_with(".")) << one.help;
            EXPECT_EQ(one.value, one.initial);
            EXPECT_EQ(one.choices.size(), one.choiceLabels.size());
        }
    }
    SpectralRecipe recipe;
    EXPECT_TRUE(setParameter(recipe, "continuum.quantile", 0.7));
    EXPECT_EQ(recipe.continuum.quantile, 0.7);
    EXPECT_TRUE(setParameter(recipe, "rest_frame.enabled", true));
    EXPECT_TRUE(recipe.restFrame.isEnabled);
    EXPECT_EQ(setParameter(recipe, "continuum", 1.0).error().message, "unknown parameter 'continuum'");
    EXPECT_TRUE(setParameter(recipe, "contnuum.quantile", 1.0)
                    .error()
                    .message.starts_with("unknown step 'contnuum', expected one of mask, snr, vacuum, "
                                         "rest_frame, continuum, grid, normalise, fill"));
    EXPECT_EQ(setParameter(recipe, "mask.grow", std::int64_t{-1}).error().message,
              "mask.grow: expected a whole number");
}

TEST(SpectralParameters, WindowsAreTexts)
{
    somnium::test::forAll(100, [](Random &random) {
        WavelengthWindows windows(random.below(5));
        for (WavelengthWindow &window : windows)
            window = {random.uniform(0.0, 1e5), random.uniform(0.0, 1e5)};
        EXPECT_EQ(windowsFromString(toString(windows)).value(), windows) << toString(windows);
    });
    EXPECT_EQ(windowsFromString("  5569 - 5586 ,6293-6308 ").value(),
              (WavelengthWindows{{5569.0, 5586.0}, {6293.0, 6308.0}}));
    EXPECT_TRUE(windowsFromString(" ").value().empty());
    for (const char *bad : {"5569", "5569-", "-", "5569-5586 6293-6308", "a-b", "1-2,,3-4"})
        EXPECT_FALSE(windowsFromString(bad)) << bad;
}

TEST(SpectralDescription, IsOneLineOfWhatIsOn)
{
    SpectralRecipe recipe;
    EXPECT_EQ(describe(recipe),
              "without bad pixels, sky lines, to vacuum, log grid, median to 1, gaps interpolated");
    recipe.continuum.isEnabled = true;
    recipe.snr.isEnabled = true;
    recipe.restFrame = {.isEnabled = true, .from = RestFrame::From::Velocity, .column = "RV"};
    recipe.grid = {.firstAngstrom = 3800.0, .lastAngstrom = 9200.0, .pixels = 4000};
    recipe.mask.isEnabled = false;
    EXPECT_EQ(describe(recipe),
              "signal-to-noise at least 3, to vacuum, rest frame by velocity RV, over quantile "
              "0.8 within 300 Angstrom, log grid from 3800 to 9200 of 4000 px, median to 1, gaps "
              "interpolated");
    recipe = readyMadeSpectralRecipes().back().recipe;
    EXPECT_EQ(describe(recipe), "without bad pixels, no grid, gaps interpolated");
}

} // namespace
} // namespace somnium::prepare
