// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/star_population.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::simulate
{
namespace
{

TEST(StarPopulation, HasTheSun)
{
    const Star sun = starOf(1.0, 4.6, 0.0);
    EXPECT_FALSE(sun.isGiant);
    EXPECT_NEAR(sun.luminositySun, 1.0, 0.03);
    EXPECT_NEAR(sun.radiusSun, 1.0, 0.03);
    EXPECT_NEAR(sun.teffK, 5772.0, 80.0);
    EXPECT_NEAR(sun.loggCgs, 4.438, 0.03);
}

// About what models of zero age have: 0.70 and 5,600 times the light of the Sun at 1 and 10 solar masses.
TEST(StarPopulation, FollowsTheZeroAgeMainSequence)
{
    EXPECT_NEAR(std::log10(starOf(0.1, 0.0, 0.0).luminositySun), -3.0, 0.15);
    EXPECT_NEAR(std::log10(starOf(1.0, 0.0, 0.0).luminositySun), -0.156, 0.01);
    EXPECT_NEAR(std::log10(starOf(10.0, 0.0, 0.0).luminositySun), 3.75, 0.05);
    EXPECT_NEAR(starOf(1.0, 0.0, 0.0).radiusSun, 0.888, 0.005);
    EXPECT_NEAR(starOf(10.0, 0.0, 0.0).radiusSun, 3.94, 0.05);
}

TEST(StarPopulation, ObeysStefanBoltzmannAndGravity)
{
    const StarPopulation population;
    somnium::test::forAll(20, [&](Random &random) {
        for (int i = 0; i < 200; ++i)
        {
            const Star star = population.draw(random);
            const double luminosity = star.radiusSun * star.radiusSun * std::pow(star.teffK / 5772.0, 4.0);
            EXPECT_NEAR(luminosity / star.luminositySun, 1.0, 1e-9);
            EXPECT_NEAR(star.loggCgs, 4.438 + std::log10(star.massSun) - 2.0 * std::log10(star.radiusSun),
                        1e-9);
            EXPECT_GE(star.massSun, 0.119);
            EXPECT_LE(star.massSun, 12.01);
            EXPECT_LE(star.ageGyr, 13.0);
            EXPECT_GT(star.teffK, 2200.0);
            EXPECT_LT(star.teffK, 35000.0);
            EXPECT_EQ(star.isGiant, star.ageGyr >= mainSequenceGyr(star.massSun));
            EXPECT_LE(star.ageGyr, 1.121 * mainSequenceGyr(star.massSun)) << "a remnant";
        }
    });
}

TEST(StarPopulation, IsOfDwarfsAndGiantsOfAllKinds)
{
    const StarPopulation population;
    Random random(1);
    int giants = 0;
    int hot = 0;
    int cool = 0;
    int poor = 0;
    constexpr int kCount = 20000;
    for (int i = 0; i < kCount; ++i)
    {
        const Star star = population.draw(random);
        giants += star.isGiant ? 1 : 0;
        hot += star.teffK > 8000.0 ? 1 : 0;
        cool += star.teffK < 4000.0 && !star.isGiant ? 1 : 0;
        poor += star.feh < -1.0 ? 1 : 0;
        if (star.isGiant)
        {
            EXPECT_LT(star.loggCgs, 4.4);
        }
    }
    EXPECT_NEAR(giants, 0.17 * kCount, 0.08 * kCount);
    EXPECT_NEAR(hot, 0.11 * kCount, 0.06 * kCount);
    EXPECT_NEAR(cool, 0.25 * kCount, 0.15 * kCount);
    EXPECT_NEAR(poor, 0.03 * kCount, 0.02 * kCount);
}

TEST(StarPopulation, MetalPoorStarsAreHotterAtAMass)
{
    for (const double mass : {0.3, 0.8, 1.5})
        EXPECT_GT(starOf(mass, 1.0, -1.0).teffK, starOf(mass, 1.0, 0.0).teffK * 1.05);
    // Giants too, at a luminosity.
    EXPECT_GT(starOf(1.0, 11.0, -1.0).teffK, starOf(1.0, 11.0, 0.0).teffK);
}

TEST(StarPopulation, StarsBrightenAndGrowOnTheMainSequence)
{
    for (const double mass : {0.6, 1.0, 3.0, 8.0})
    {
        Star last = starOf(mass, 0.0, 0.0);
        for (int step = 1; step < 10; ++step)
        {
            const Star star = starOf(mass, 0.1 * step * mainSequenceGyr(mass), 0.0);
            EXPECT_GT(star.luminositySun, last.luminositySun);
            EXPECT_GT(star.radiusSun, last.radiusSun);
            last = star;
        }
    }
}

} // namespace
} // namespace somnium::simulate
