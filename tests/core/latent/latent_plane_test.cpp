// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/latent_plane.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::latent
{
namespace
{

std::vector<float> randomPlaces(std::size_t count, std::size_t dimensions, Random &random)
{
    std::vector<float> places(count * dimensions);
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = static_cast<float>(static_cast<double>(1 + i % dimensions) * random.normal() + 2.0);
    return places;
}

} // namespace

TEST(LatentPlane, OfTwoDimensionsIsTheSpaceItself)
{
    const std::vector<float> places = {1.0F, 2.0F, -3.0F, 4.5F};
    const LatentPlane plane = coordinatePlane(places, 2, 0, 1);
    EXPECT_EQ(plane.xOf(places), (std::vector<float>{1.0F, -3.0F}));
    EXPECT_EQ(plane.yOf(places), (std::vector<float>{2.0F, 4.5F}));
    std::vector<float> latent(2);
    plane.latentAt({0.25, -7.0}, latent);
    EXPECT_EQ(latent, (std::vector<float>{0.25F, -7.0F}));
}

TEST(LatentPlane, APointOfThePlaneIsSeenWhereItIs)
{
    test::forAll(20, [](Random &random) {
        const std::size_t dimensions = 2 + random.below(10);
        const auto places = randomPlaces(30, dimensions, random);
        for (const LatentPlane &plane :
             {principalPlane(places, dimensions), coordinatePlane(places, dimensions, 1, 0)})
        {
            std::vector<float> latent(dimensions);
            const PlanePoint point = {random.normal(), random.normal()};
            plane.latentAt(point, latent);
            EXPECT_NEAR(plane.xOf(latent).front(), point.x, 1e-5);
            EXPECT_NEAR(plane.yOf(latent).front(), point.y, 1e-5);
        }
    });
}

TEST(LatentPlane, ThePrincipalOneShowsTheMostVariance)
{
    Random random(4);
    const auto places = randomPlaces(4000, 5, random);
    const LatentPlane plane = principalPlane(places, 5);
    EXPECT_GT(plane.right[4], 0.99); // the standard deviations rise with the coordinate
    EXPECT_GT(plane.up[3], 0.99);
}

TEST(LatentPlane, OfOneDimensionIsALine)
{
    const std::vector<float> places = {1.0F, 2.0F, 5.0F};
    for (const LatentPlane &plane : {principalPlane(places, 1), coordinatePlane(places, 1, 0, 1)})
    {
        EXPECT_EQ(plane.xOf(places), places);
        EXPECT_EQ(plane.yOf(places), std::vector<float>(3, 0.0F));
    }
}

} // namespace somnium::latent
