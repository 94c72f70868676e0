// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <gtest/gtest.h>

#include "core/prepare/steps.h"
#include "tests/core/prepare/random_images.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

using Kind = SubtractBackground::Kind;

data::Image without(const SubtractBackground &step, const data::Image &image)
{
    const auto prepared = apply({"", {step}}, image.view());
    EXPECT_TRUE(prepared.has_value());
    return prepared ? prepared->image : data::Image{};
}

/// Noise of sigma 1 on a background, with a source in the middle.
template <class Background>
data::Image observed(Random &random, std::size_t rows, std::size_t columns, const Background &background)
{
    data::Image image({1, rows, columns});
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
        {
            const double dr = static_cast<double>(row) - static_cast<double>(rows) / 2.0;
            const double dc = static_cast<double>(column) - static_cast<double>(columns) / 2.0;
            const double source = 300.0 * std::exp(-(dr * dr + dc * dc) / (2.0 * 9.0));
            image.at(row, column) = static_cast<float>(background(dr, dc) + source + random.normal());
        }
    return image;
}

double meanOf(const data::Image &image, std::size_t row0, std::size_t row1, std::size_t column0,
              std::size_t column1)
{
    double sum = 0.0;
    for (std::size_t row = row0; row < row1; ++row)
        for (std::size_t column = column0; column < column1; ++column)
            sum += image.at(row, column);
    return sum / static_cast<double>((row1 - row0) * (column1 - column0));
}

TEST(SubtractBackground, MedianIsThatOfTheClippedPixels)
{
    test::forAll(20, [](Random &random) {
        const data::Image image = randomImage(random, 30, 40, 0.05);
        const data::Image result = without({}, image);
        const double expected = noiseLevel(image.pixels(), 3.0, 5).median;
        for (std::size_t i = 0; i < image.pixels().size(); ++i)
            if (std::isfinite(image.pixels()[i]))
            {
                ASSERT_NEAR(result.pixels()[i], image.pixels()[i] - expected, 1e-5);
            }
            else
                ASSERT_TRUE(std::isnan(result.pixels()[i]));
    });
}

TEST(SubtractBackground, PlaneAndMeshRemoveATilt)
{
    test::forAll(10, [](Random &random) {
        const double level = random.uniform(-500.0, 500.0);
        const double perRow = random.uniform(-0.5, 0.5);
        const double perColumn = random.uniform(-0.5, 0.5);
        const std::size_t rows = 128 + random.below(9);
        const std::size_t columns = 128 + random.below(30);
        const data::Image image = observed(random, rows, columns, [&](double dr, double dc) {
            return level + perRow * dr + perColumn * dc;
        });
        for (const Kind kind : {Kind::Plane, Kind::Mesh})
        {
            const data::Image result = without({.kind = kind}, image);
            for (const std::size_t row : {std::size_t{0}, rows - 12})
                for (const std::size_t column : {std::size_t{0}, columns - 12})
                    EXPECT_NEAR(meanOf(result, row, row + 12, column, column + 12), 0.0,
                                kind == Kind::Plane ? 0.5 : 2.0)
                        << static_cast<int>(kind);
            // The source, 300 high at sigma 3, is no background.
            EXPECT_NEAR(result.at(rows / 2, columns / 2), 300.0, 12.0) << static_cast<int>(kind);
        }
    });
}

TEST(SubtractBackground, OnlyTheMeshFollowsACurvedBackground)
{
    Random random(4);
    const auto bowl = [](double dr, double dc) { return 0.005 * (dr * dr + dc * dc); };
    const data::Image image = observed(random, 256, 256, bowl);
    const data::Image byMesh = without({.kind = Kind::Mesh}, image);
    const data::Image byPlane = without({.kind = Kind::Plane}, image);
    for (const std::size_t row : {0U, 60U, 120U})
    {
        const double left = std::abs(meanOf(byPlane, row, row + 16, 0, 16));
        EXPECT_GT(left, 10.0);
        EXPECT_LT(std::abs(meanOf(byMesh, row, row + 16, 0, 16)), 0.25 * left);
    }
}

TEST(SubtractBackground, AddingAConstantChangesNothing)
{
    test::forAll(20, [](Random &random) {
        const data::Image image = randomImage(random, 20 + random.below(60), 20 + random.below(60), 0.02);
        data::Image raised = image;
        for (float &pixel : raised.pixels())
            pixel += 64.0F;
        for (const Kind kind : {Kind::Median, Kind::Plane, Kind::Mesh})
        {
            const data::Image a = without({.kind = kind, .boxSide = 16}, image);
            const data::Image b = without({.kind = kind, .boxSide = 16}, raised);
            for (std::size_t i = 0; i < a.pixels().size(); ++i)
                if (std::isfinite(a.pixels()[i]))
                {
                    ASSERT_NEAR(a.pixels()[i], b.pixels()[i], 1e-3) << static_cast<int>(kind);
                }
        }
    });
}

TEST(SubtractBackground, SurvivesImagesWithoutABackground)
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    for (const data::ImageShape shape :
         {data::ImageShape{1, 1, 1}, data::ImageShape{1, 1, 9}, data::ImageShape{1, 7, 2}})
        for (const float value : {0.0F, 5.0F, kNan})
            for (const Kind kind : {Kind::Median, Kind::Plane, Kind::Mesh})
            {
                const data::Image result = without({.kind = kind, .boxSide = 4}, data::Image(shape, value));
                for (const float pixel : result.pixels())
                    EXPECT_TRUE(std::isnan(value) ? std::isnan(pixel) : std::abs(pixel) < 1e-5F);
            }
}

} // namespace
} // namespace somnium::prepare
