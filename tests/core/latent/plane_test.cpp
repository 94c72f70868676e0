// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/plane.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace somnium::latent
{

TEST(Plane, BoundsHoldEveryPlacedPoint)
{
    const float none = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> x = {1.0F, -3.0F, none, 500.0F};
    const std::vector<float> y = {2.0F, 4.0F, 900.0F, none};
    EXPECT_EQ(boundsOf({x, y}, 0.25), (PlaneRect{-4.0, 2.0, 1.5, 4.5}));
}

TEST(Plane, BoundsOfOnePlaceAndOfNoneAreASquare)
{
    const std::vector<float> x = {3.0F, 3.0F};
    EXPECT_EQ(boundsOf({x, x}), (PlaneRect{2.5, 3.5, 2.5, 3.5}));
    EXPECT_EQ(boundsOf({}), (PlaneRect{-0.5, 0.5, -0.5, 0.5}));
}

TEST(Plane, PixelsRunDownWhereThePlaneRunsUp)
{
    const PlaneWindow window = {{-1.0, 1.0, 0.0, 10.0}, 200, 100};
    EXPECT_EQ(window.toPixel({-1.0, 10.0}), (PlanePoint{0.0, 0.0}));
    EXPECT_EQ(window.toPixel({0.0, 0.0}), (PlanePoint{100.0, 100.0}));
    EXPECT_EQ(window.toPlane(window.toPixel({0.5, 2.5})), (PlanePoint{0.5, 2.5}));
}

} // namespace somnium::latent
