// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/pixel_scale.h"

#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "core/sky/wcs.h"
#include "tests/support/wcs_cards.h"

namespace somnium::workflow
{
namespace
{

data::Collection collectionOf(std::size_t count, std::size_t side, double arcsecPerPixel)
{
    data::Collection collection;
    for (std::size_t i = 0; i < count; ++i)
    {
        data::Source source;
        source.id = std::to_string(i);
        source.originalShape = {1, side, side};
        source.wcsCards = test::tangentialCards(side, arcsecPerPixel);
        collection.sources.push_back(source);
    }
    return collection;
}

TEST(PixelScale, IsTheSeparationOnTheSkyOfPreparedPixels)
{
    using namespace prepare;
    struct Case
    {
        std::vector<Step> steps;
        double enlargement;
    };
    for (const auto &[steps, enlargement] :
         {Case{{Cutout{64, true}}, 1.0}, Case{{Cutout{96, true}, Resize{48}}, 2.0}, Case{{Resize{300}}, 0.5}})
    {
        const data::Collection collection = collectionOf(200, 150, 1.8);
        Recipe recipe;
        recipe.steps = steps;
        const auto scale = preparedPixelScale(collection, recipe);
        ASSERT_TRUE(scale);
        // By the sky itself: two original pixels near the middle.
        const auto wcs = sky::Wcs::fromCards(collection.sources[0].wcsCards.text());
        ASSERT_TRUE(wcs);
        const auto a = wcs->toSky({74.0, 70.0});
        const auto b = wcs->toSky({74.0, 80.0});
        ASSERT_TRUE(a && b);
        const double original = 3600.0 * sky::separationDeg(*a, *b) / 10.0;
        EXPECT_NEAR(original, 1.8, 1e-4);
        EXPECT_NEAR(*scale, enlargement * original, 0.011 * enlargement);
    }
}

TEST(PixelScale, IsUnknownWithoutWcsOrWhereSourcesDiffer)
{
    const prepare::Recipe recipe = prepare::radioRecipe(64);
    EXPECT_FALSE(preparedPixelScale({}, recipe));
    data::Collection one = collectionOf(3, 100, 5.0);
    EXPECT_TRUE(preparedPixelScale(one, recipe));
    one.sources[1].wcsCards = {};
    EXPECT_FALSE(preparedPixelScale(one, recipe));
    one.sources[1].wcsCards = test::tangentialCards(100, 5.2);
    EXPECT_FALSE(preparedPixelScale(one, recipe)) << "no scale is that of all";
    one.sources[1].wcsCards = test::tangentialCards(100, 5.01);
    EXPECT_NEAR(preparedPixelScale(one, recipe).value_or(0.0), 5.005, 0.001);
}

} // namespace
} // namespace somnium::workflow
