// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/procrustes.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace somnium::latent
{
namespace
{

std::vector<float> cloud(std::size_t count, std::size_t z, std::uint64_t seed)
{
    Random random(seed);
    std::vector<float> points(count * z);
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i] = static_cast<float>((1.0 + static_cast<double>(i % z)) * random.normal());
    return points;
}

double squaredDistance(std::span<const float> a, std::span<const float> b)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::pow(double{a[i]} - double{b[i]}, 2.0);
    return sum;
}

void expectOrthogonal(const Alignment &alignment)
{
    const std::size_t z = alignment.size();
    for (std::size_t i = 0; i < z; ++i)
        for (std::size_t j = 0; j < z; ++j)
        {
            double dot = 0.0;
            for (std::size_t k = 0; k < z; ++k)
                dot += alignment.rotation[i * z + k] * alignment.rotation[j * z + k];
            EXPECT_NEAR(dot, i == j ? 1.0 : 0.0, 1e-9);
        }
}

TEST(EngineProcrustes, ATurnedAndReflectedCloudComesBack)
{
    for (const std::size_t z : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{64}})
    {
        const std::vector<float> target = cloud(200, z, 3);
        // Any orthogonal matrix: the one that aligns two unrelated clouds; then reflected along one axis.
        Alignment turn = alignmentTo(cloud(200, z, 4), cloud(200, z, 5), z);
        for (std::size_t j = 0; j < z; ++j)
            turn.rotation[j] = -turn.rotation[j];
        std::fill(turn.centre.begin(), turn.centre.end(), 0.0);
        std::vector<float> points = target;
        turn.apply(points);
        if (z > 1) // one number may have been turned twice
        {
            EXPECT_GT(squaredDistance(target, points), 1.0);
        }
        const Alignment found = alignmentTo(target, points, z);
        expectOrthogonal(found);
        found.apply(points);
        // About its own mean: the cloud's centre stays where it is.
        std::vector<double> shift(z);
        for (std::size_t i = 0; i < points.size(); ++i)
            shift[i % z] += (double{points[i]} - double{target[i]}) / 200.0;
        for (std::size_t i = 0; i < points.size(); ++i)
            ASSERT_NEAR(points[i] - shift[i % z], target[i], 1e-4);
    }
}

TEST(EngineProcrustes, NoOtherTurnIsNearer)
{
    const std::vector<float> target = cloud(100, 2, 1);
    std::vector<float> points = cloud(100, 2, 2);
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i] = 0.5F * points[i] + target[i ^ 1U];
    const Alignment best = alignmentTo(target, points, 2);
    std::vector<float> aligned = points;
    best.apply(aligned);
    const double least = squaredDistance(target, aligned);
    for (int step = 0; step < 360; ++step)
        for (const double flip : {1.0, -1.0})
        {
            const double angle = step * std::acos(-1.0) / 180.0;
            Alignment other = best;
            other.rotation = {std::cos(angle), -flip * std::sin(angle), std::sin(angle),
                              flip * std::cos(angle)};
            std::vector<float> turned = points;
            other.apply(turned);
            EXPECT_GE(squaredDistance(target, turned), least * (1.0 - 1e-6));
        }
}

TEST(EngineProcrustes, PointsOnALineAndASinglePlaceHaveAnAnswer)
{
    std::vector<float> line(30, 0.0F);
    for (std::size_t i = 0; i < 10; ++i)
        line[3 * i + 1] = static_cast<float>(i);
    std::vector<float> other(30, 0.0F);
    for (std::size_t i = 0; i < 10; ++i)
        other[3 * i] = static_cast<float>(i);
    const Alignment alignment = alignmentTo(line, other, 3);
    expectOrthogonal(alignment);
    alignment.apply(other);
    for (std::size_t i = 0; i < 9; ++i)
        EXPECT_NEAR(other[3 * i + 4] - other[3 * i + 1], 1.0F, 1e-5F);
    const std::vector<float> place(30, 2.0F);
    EXPECT_EQ(alignmentTo(place, place, 3).rotation, identityAlignment(3).rotation);
}

TEST(EngineProcrustes, PointsThatAreNotFiniteDoNotCount)
{
    const std::vector<float> target = cloud(50, 2, 1);
    std::vector<float> points = target;
    const Alignment expected = alignmentTo(std::span(target).subspan(2), std::span(points).subspan(2), 2);
    points[0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(alignmentTo(target, points, 2), expected);
    const std::vector<float> none(4, std::numeric_limits<float>::infinity());
    EXPECT_EQ(alignmentTo(none, none, 2), identityAlignment(2));
}

} // namespace
} // namespace somnium::latent
