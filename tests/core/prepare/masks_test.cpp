// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "core/prepare/islands.h"
#include "core/prepare/steps.h"
#include "tests/core/prepare/random_images.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

data::Image applied(const Step &step, const data::Image &image)
{
    const auto prepared = apply({"one step", {step}}, image.view());
    EXPECT_TRUE(prepared.has_value()) << (prepared ? "" : prepared.error().message);
    return prepared ? prepared->image : data::Image{};
}

std::vector<float> values(const data::Image &image)
{
    return {image.pixels().begin(), image.pixels().end()};
}

/// The slow way: every pixel takes the smallest number of its neighbours until nothing changes. 0: none.
std::vector<std::size_t> naiveIslands(const data::Image &image, double threshold)
{
    const auto rows = static_cast<int>(image.rows());
    const auto columns = static_cast<int>(image.columns());
    std::vector<std::size_t> number(image.pixels().size(), 0);
    for (std::size_t i = 0; i < number.size(); ++i)
        number[i] = image.pixels()[i] > threshold ? i + 1 : 0; // false for NaN
    for (bool hasChanged = true; hasChanged;)
    {
        hasChanged = false;
        for (int r = 0; r < rows; ++r)
            for (int c = 0; c < columns; ++c)
                for (int dr = -1; dr <= 1; ++dr)
                    for (int dc = -1; dc <= 1; ++dc)
                    {
                        if (r + dr < 0 || r + dr >= rows || c + dc < 0 || c + dc >= columns)
                            continue;
                        std::size_t &here = number[static_cast<std::size_t>(r * columns + c)];
                        const std::size_t there =
                            number[static_cast<std::size_t>((r + dr) * columns + c + dc)];
                        if (here != 0 && there != 0 && there < here)
                        {
                            here = there;
                            hasChanged = true;
                        }
                    }
    }
    return number;
}

data::Image blotches(Random &random, std::size_t rows, std::size_t columns)
{
    data::Image image({1, rows, columns});
    for (float &pixel : image.pixels())
        pixel = random.uniform() < 0.02 ? kNan : static_cast<float>(random.uniform());
    return image;
}

TEST(FindIslands, AgreesWithTheSlowWay)
{
    test::forAll(60, [](Random &random) {
        const data::Image image = blotches(random, 1 + random.below(25), 1 + random.below(25));
        const double threshold = random.uniform(0.4, 0.9);
        const std::size_t least = 1 + random.below(6);
        const auto expected = naiveIslands(image, threshold);
        std::vector<std::size_t> found(expected.size(), 0);
        for (const Island &island :
             findIslands(image.pixels(), image.rows(), image.columns(), threshold, least))
        {
            EXPECT_GE(island.pixels.size(), least);
            EXPECT_TRUE(std::is_sorted(island.pixels.begin(), island.pixels.end()));
            for (const std::size_t pixel : island.pixels)
                found[pixel] = island.pixels.front() + 1;
        }
        for (std::size_t i = 0; i < expected.size(); ++i)
        {
            const auto size = std::count(expected.begin(), expected.end(), expected[i]);
            const bool isSmall = static_cast<std::size_t>(size) < least;
            EXPECT_EQ(found[i], isSmall ? 0 : expected[i]) << i;
        }
    });
}

TEST(FindIslands, TellsTheEdgeAndTheDistanceToTheCentre)
{
    data::Image image({1, 9, 9});
    image.at(0, 3) = 1.0F;                  // on the border
    image.at(3, 3) = image.at(4, 4) = 1.0F; // diagonal neighbours, at the centre
    image.at(7, 7) = 1.0F;                  // beside an empty pixel
    image.at(7, 6) = kNan;
    image.at(2, 7) = 1.0F;
    const auto islands = findIslands(image.pixels(), 9, 9, 0.5, 1);
    ASSERT_EQ(islands.size(), 4U);
    EXPECT_TRUE(islands[0].isAtEdge);
    EXPECT_FALSE(islands[1].isAtEdge);
    EXPECT_DOUBLE_EQ(islands[1].centreDistance, std::hypot(2.0, 3.0));
    EXPECT_EQ(islands[2].pixels, (std::vector<std::size_t>{30, 40}));
    EXPECT_DOUBLE_EQ(islands[2].centreDistance, 0.0);
    EXPECT_TRUE(islands[3].isAtEdge);
}

TEST(Grown, SetsEverythingWithinTheDistance)
{
    test::forAll(60, [](Random &random) {
        const std::size_t rows = 1 + random.below(20);
        const std::size_t columns = 1 + random.below(20);
        const std::size_t distance = random.below(7);
        PixelMask mask(rows * columns, 0);
        for (auto &flag : mask)
            flag = random.uniform() < 0.04 ? 1 : 0;
        const PixelMask result = grown(mask, rows, columns, distance);
        for (std::size_t i = 0; i < mask.size(); ++i)
        {
            bool isNear = false;
            for (std::size_t k = 0; k < mask.size(); ++k)
            {
                const double dr = static_cast<double>(i / columns) - static_cast<double>(k / columns);
                const double dc = static_cast<double>(i % columns) - static_cast<double>(k % columns);
                isNear =
                    isNear || (mask[k] != 0 && dr * dr + dc * dc <= static_cast<double>(distance * distance));
            }
            ASSERT_EQ(result[i] != 0, isNear) << i;
        }
    });
}

TEST(MaskCircle, TakesAwayWhatIsFurtherThanTheRadius)
{
    test::forAll(40, [](Random &random) {
        const std::size_t rows = 1 + random.below(30);
        const std::size_t columns = 1 + random.below(30);
        const double radius = random.below(3) == 0 ? 0.0 : random.uniform(0.3, 20.0);
        const auto keep = static_cast<MaskCircle::Keep>(random.below(2));
        const data::Image result =
            applied(MaskCircle{radius, keep, Masked::Nan}, data::Image({2, rows, columns}, 3.0F));
        const double used = radius > 0.0 ? radius : static_cast<double>(std::min(rows, columns)) / 2.0;
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t column = 0; column < columns; ++column)
            {
                const double distance =
                    std::hypot(static_cast<double>(row) - (static_cast<double>(rows) - 1.0) / 2.0,
                               static_cast<double>(column) - (static_cast<double>(columns) - 1.0) / 2.0);
                if (std::abs(distance - used) > 1e-9)
                {
                    ASSERT_EQ(std::isnan(result.at(row, column, 1)),
                              (distance > used) == (keep == MaskCircle::Keep::Inside));
                }
            }
    });
}

TEST(MaskRange, MasksByValue)
{
    using Drop = MaskRange::Drop;
    const data::Image image({1, 1, 5}, {-1.0F, 0.0F, 1.0F, 2.0F, kNan});
    const auto masked = [&](Drop drop) {
        return values(applied(MaskRange{.drop = drop, .low = 0.0, .high = 1.0, .to = Masked::Zero},
                              data::Image({1, 1, 4}, {-1.0F, 0.25F, 1.0F, 2.0F})));
    };
    EXPECT_EQ(masked(Drop::Below), (std::vector<float>{0, 0.25F, 1, 2}));
    EXPECT_EQ(masked(Drop::Above), (std::vector<float>{-1, 0.25F, 1, 0}));
    EXPECT_EQ(masked(Drop::Outside), (std::vector<float>{0, 0.25F, 1, 0}));
    EXPECT_EQ(masked(Drop::Inside), (std::vector<float>{-1, 0, 0, 2}));
    const data::Image result = applied(MaskRange{.to = Masked::Median}, image);
    EXPECT_EQ(result.at(0, 0), 1.0F); // the median of 0, 1, 2
    EXPECT_TRUE(std::isnan(result.at(0, 4)));
}

TEST(MaskRange, GrowsAndMasksByAnotherChannel)
{
    const data::Image image({2, 1, 6}, {1, 2, 3, 4, 5, 6, 0, 0, 0, 1, 0, kNan});
    const Step byMask =
        MaskRange{.drop = MaskRange::Drop::Above, .high = 0.5, .byChannel = 2, .to = Masked::Zero};
    EXPECT_EQ(values(applied(Step(byMask.operation, {0}), image))[3], 0.0F);
    const data::Image alone = applied(Step(byMask.operation, {0}), image);
    EXPECT_EQ(std::vector<float>(alone.channel(0).begin(), alone.channel(0).end()),
              (std::vector<float>{1, 2, 3, 0, 5, 0})); // NaN in the mask is masked
    EXPECT_EQ(alone.at(0, 3, 1), 1.0F);
    MaskRange wide = *byMask.as<MaskRange>();
    wide.grow = 1;
    const data::Image grownMask = applied(Step(wide, {0}), image);
    EXPECT_EQ(std::vector<float>(grownMask.channel(0).begin(), grownMask.channel(0).end()),
              (std::vector<float>{1, 2, 0, 0, 0, 0}));
}

/// Sky noise with squares of brightness 50: one at the centre, one cut by the border, one alone.
data::Image field(Random &random)
{
    data::Image image({1, 60, 60});
    for (float &pixel : image.pixels())
        pixel = 10.0F + static_cast<float>(random.normal());
    const auto square = [&](std::size_t row, std::size_t column, std::size_t side, float height) {
        for (std::size_t r = row; r < std::min<std::size_t>(row + side, 60); ++r)
            for (std::size_t c = column; c < std::min<std::size_t>(column + side, 60); ++c)
                image.at(r, c) += height;
    };
    square(27, 27, 6, 50.0F);
    square(10, 55, 7, 80.0F);
    square(45, 10, 4, 30.0F);
    return image;
}

TEST(KeepIslands, KeepsTheSourceAtTheCentre)
{
    Random random(8);
    const data::Image image = field(random);
    const KeepIslands above5 = {.aboveSigma = 5.0};
    const data::Image central = applied(above5, image);
    std::size_t kept = 0;
    for (std::size_t row = 0; row < 60; ++row)
        for (std::size_t column = 0; column < 60; ++column)
        {
            const bool isSource = row >= 27 && row < 33 && column >= 27 && column < 33;
            EXPECT_EQ(central.at(row, column), isSource ? image.at(row, column) : 0.0F);
            kept += isSource ? 1 : 0;
        }
    EXPECT_EQ(kept, 36U);
    KeepIslands all = above5;
    all.keep = KeepIslands::Keep::All;
    const data::Image every = applied(all, image);
    EXPECT_GT(every.at(12, 57), 0.0F);
    EXPECT_GT(every.at(46, 11), 0.0F);
    KeepIslands largest = above5;
    largest.keep = KeepIslands::Keep::Largest;
    EXPECT_EQ(applied(largest, image), central);
    KeepIslands wide = above5;
    wide.grow = 2;
    EXPECT_EQ(applied(wide, image).at(25, 30), image.at(25, 30));
    EXPECT_EQ(applied(wide, image).at(24, 30), 0.0F);
}

TEST(RemoveEdgeSources, TakesThoseThatTheBorderCuts)
{
    Random random(9);
    const data::Image image = field(random);
    const data::Image result = applied(RemoveEdgeSources{.aboveSigma = 5.0, .to = Masked::Zero}, image);
    for (std::size_t row = 0; row < 60; ++row)
        for (std::size_t column = 0; column < 60; ++column)
        {
            const bool isCut = row >= 10 && row < 17 && column >= 55;
            const bool isFar = row < 7 || row > 19 || column < 52;
            if (isCut || isFar)
            {
                EXPECT_EQ(result.at(row, column), isCut ? 0.0F : image.at(row, column))
                    << row << ' ' << column;
            }
        }
    // A source that fills the image is the source itself.
    data::Image broad = image;
    for (std::size_t row = 28; row < 32; ++row)
        for (std::size_t column = 0; column < 60; ++column)
            broad.at(row, column) = 100.0F;
    EXPECT_EQ(applied(RemoveEdgeSources{.aboveSigma = 5.0}, broad).at(30, 1), 100.0F);
}

// The definition, in double precision: cite Galvin et al. 2020.
TEST(ScaleIslands, ScalesEachIslandByItself)
{
    test::forAll(20, [](Random &random) {
        const data::Image image = field(random);
        const ScaleIslands step = {.aboveSigma = random.uniform(2.0, 5.0),
                                   .curve = static_cast<ScaleIslands::Curve>(random.below(3))};
        const data::Image result = applied(step, image);
        const NoiseLevel level = noiseLevel(image.pixels(), step.clipSigma, step.iterations);
        const auto number = naiveIslands(image, level.median + step.aboveSigma * level.sigma);
        const auto curve = [&](float value) {
            const double height = value - level.median;
            return step.curve == ScaleIslands::Curve::Log    ? std::log10(height)
                   : step.curve == ScaleIslands::Curve::Sqrt ? std::sqrt(height)
                                                             : height;
        };
        for (std::size_t i = 0; i < number.size(); ++i)
        {
            double low = std::numeric_limits<double>::infinity();
            double high = -low;
            int size = 0;
            for (std::size_t k = 0; number[i] != 0 && k < number.size(); ++k)
                if (number[k] == number[i])
                {
                    low = std::min(low, curve(image.pixels()[k]));
                    high = std::max(high, curve(image.pixels()[k]));
                    ++size;
                }
            const double expected =
                size < step.minimumPixels ? 0.0 : (curve(image.pixels()[i]) - low) / (high - low);
            ASSERT_NEAR(result.pixels()[i], expected, 1e-6) << i;
        }
    });
}

TEST(Taper, FadesFromTheCentreToTheRim)
{
    const data::Image result = applied(Taper{.inner = 0.5}, data::Image({1, 41, 41}, 2.0F));
    EXPECT_EQ(result.at(20, 20), 2.0F);
    EXPECT_EQ(result.at(20, 30), 2.0F);
    EXPECT_NEAR(result.at(20, 35),
                2.0 * std::pow(std::cos(std::acos(-1.0) * 0.5 * (15.0 - 10.25) / 10.25), 2), 1e-6);
    EXPECT_EQ(result.at(0, 0), 0.0F);
    for (std::size_t column = 21; column < 41; ++column)
        EXPECT_LE(result.at(20, column), result.at(20, column - 1));
    EXPECT_EQ(applied(Taper{.inner = 1.0}, data::Image({1, 41, 41}, 2.0F)).at(20, 40), 2.0F);
}

TEST(ClipPercentiles, LimitsToThem)
{
    test::forAll(40, [](Random &random) {
        const data::Image image = randomImage(random, 20, 20, 0.05);
        const ClipPercentiles step = {random.uniform(0.0, 40.0), random.uniform(60.0, 100.0)};
        const data::Image result = applied(step, image);
        std::vector<float> all = finiteValues(image.pixels());
        const double low = percentile(all, step.low);
        const double high = percentile(all, step.high);
        for (std::size_t i = 0; i < image.pixels().size(); ++i)
            if (std::isfinite(image.pixels()[i]))
            {
                ASSERT_EQ(result.pixels()[i],
                          static_cast<float>(std::clamp(static_cast<double>(image.pixels()[i]), low, high)));
            }
    });
}

TEST(ColourStretch, KeepsTheRatiosOfTheChannels)
{
    test::forAll(40, [](Random &random) {
        data::Image image({3, 4, 4});
        for (float &pixel : image.pixels())
            pixel = static_cast<float>(random.uniform(0.0, 0.9));
        const double softening = random.uniform(0.01, 1.0);
        const data::Image result = applied(ColourStretch{softening}, image);
        for (std::size_t i = 0; i < 16; ++i)
        {
            const double mean = (image.channel(0)[i] + image.channel(1)[i] + image.channel(2)[i]) / 3.0;
            double factor = std::asinh(mean / softening) / std::asinh(1.0 / softening) / mean;
            const double largest = std::max({image.channel(0)[i], image.channel(1)[i], image.channel(2)[i]});
            factor = std::min(factor, 1.0 / largest);
            for (std::size_t channel = 0; channel < 3; ++channel)
                ASSERT_NEAR(result.channel(channel)[i], factor * image.channel(channel)[i], 1e-6);
        }
    });
}

TEST(Normalise, TogetherUsesOneScale)
{
    const data::Image image({2, 1, 2}, {1.0F, 2.0F, 4.0F, 8.0F});
    EXPECT_EQ(values(applied(Normalise{.together = true}, image)),
              (std::vector<float>{0.125F, 0.25F, 0.5F, 1.0F}));
    EXPECT_EQ(values(applied(Normalise{}, image)), (std::vector<float>{0.5F, 1.0F, 0.5F, 1.0F}));
}

TEST(KeepChannels, KeepsTheNamedOnesInOrder)
{
    const data::Image image({3, 1, 1}, {1.0F, 2.0F, 3.0F});
    EXPECT_EQ(applied(Step(KeepChannels{}, {0, 2}), image), data::Image({2, 1, 1}, {1.0F, 3.0F}));
}

TEST(Multiply, MultipliesThenAdds)
{
    EXPECT_EQ(values(applied(Multiply{2.0, 1.0}, data::Image({1, 1, 2}, {3.0F, -1.0F}))),
              (std::vector<float>{7.0F, -1.0F}));
}

} // namespace
} // namespace somnium::prepare
