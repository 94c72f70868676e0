// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_distances.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/half.h"
#include "core/compute/cpu/kernel_choice.h"
#include "tests/support/property.h"

namespace somnium::compute
{
namespace
{

std::vector<float> randomFloats(std::size_t count, Random &random)
{
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    return values;
}

double naive(std::span<const float> a, std::span<const float> b)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += (static_cast<double>(a[i]) - static_cast<double>(b[i])) *
               (static_cast<double>(a[i]) - static_cast<double>(b[i]));
    return sum;
}

TEST(RowDistances, OfAllKernelsAreThoseOfAPlainSum)
{
    test::forAll(20, [](Random &random) {
        const std::size_t width = 1 + random.below(90);
        const std::size_t count = random.below(12);
        const std::vector<float> row = randomFloats(width, random);
        const std::vector<float> rows = randomFloats(count * width, random);
        for (const cpu::Kernels *kernels : cpu::usableKernels())
        {
            std::vector<float> found(count + 1, -7.0F);
            kernels->rowDistances({row.data(), width, rows.data(), count, found.data()});
            for (std::size_t i = 0; i < count; ++i)
            {
                const double expected = naive(row, std::span(rows).subspan(i * width, width));
                ASSERT_NEAR(found[i], expected, 1e-5 * expected) << kernels->name;
            }
            EXPECT_EQ(found[count], -7.0F) << kernels->name;
        }
    });
}

TEST(RowDistances, DoNotDependOnPlaceOrOrder)
{
    Random random(3);
    const std::size_t width = 53;
    const std::vector<float> rows = randomFloats(11 * width, random);
    const auto row = [&](std::size_t i) { return std::span(rows).subspan(i * width, width); };
    for (std::size_t i = 0; i < 11; ++i)
    {
        std::vector<float> all(11);
        squaredDistances(row(i), rows, all);
        EXPECT_EQ(all[i], 0.0F);
        for (std::size_t j = 0; j < 11; ++j)
        {
            float one = 0.0F;
            squaredDistances(row(j), row(i), std::span(&one, 1));
            EXPECT_EQ(all[j], one);
        }
    }
}

TEST(WeightedDifference, OfAllKernelsIsTheSumOverWhatBothHave)
{
    test::forAll(20, [](Random &random) {
        const std::size_t width = 1 + random.below(90);
        const std::vector<float> a = randomFloats(width, random);
        const std::vector<float> b = randomFloats(width, random);
        std::vector<float> weightA(width);
        std::vector<float> weightB(width);
        double squares = 0.0;
        double weight = 0.0;
        std::size_t pixels = 0;
        for (std::size_t i = 0; i < width; ++i)
        {
            weightA[i] = random.below(4) == 0 ? 0.0F : static_cast<float>(random.uniform(0.1, 9.0));
            weightB[i] = random.below(4) == 0 ? 0.0F : static_cast<float>(random.uniform(0.1, 9.0));
            if (weightA[i] == 0.0F || weightB[i] == 0.0F)
                continue;
            const double w = 1.0 / (1.0 / double{weightA[i]} + 1.0 / double{weightB[i]});
            squares += w * std::pow(double{a[i]} - double{b[i]}, 2.0);
            weight += w;
            ++pixels;
        }
        for (const cpu::Kernels *kernels : cpu::usableKernels())
        {
            cpu::WeightedDifferenceSums sums;
            kernels->weightedDifference({a.data(), b.data(), weightA.data(), weightB.data(), width}, sums);
            EXPECT_NEAR(sums.squares, squares, 1e-5 * squares) << kernels->name;
            EXPECT_NEAR(sums.weight, weight, 1e-5 * weight) << kernels->name;
            EXPECT_EQ(static_cast<std::size_t>(sums.pixels), pixels) << kernels->name;
            kernels->weightedDifference({a.data(), b.data(), nullptr, nullptr, width}, sums);
            EXPECT_NEAR(sums.squares, naive(a, b), 1e-5 * naive(a, b)) << kernels->name;
            EXPECT_EQ(static_cast<std::size_t>(sums.weight), width) << kernels->name;
            EXPECT_EQ(static_cast<std::size_t>(sums.pixels), width) << kernels->name;
        }
        const WeightedDifference found = weightedDifference(a, weightA, b, weightB);
        EXPECT_NEAR(found.squares, squares, 1e-5 * squares);
        EXPECT_EQ(found.pixels, pixels);
    });
}

TEST(HalfRows, KeepRowsToElevenBitsAndNothingElse)
{
    Random random(4);
    HalfRows rows(70, 5);
    EXPECT_EQ(rows.blockCount(), 3U);
    std::vector<float> values = randomFloats(5, random);
    rows.set(69, values);
    std::vector<float> back(5);
    rows.get(69, back);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(back[i], fromHalf(toHalf(values[i])));
    for (const std::size_t other : {0U, 5U, 64U, 68U})
    {
        rows.get(other, back);
        EXPECT_EQ(back, std::vector<float>(5));
    }
    values = {1e9F, -1e9F, 0.0F, 1.0F, -1.0F};
    rows.set(0, values);
    rows.get(0, back);
    EXPECT_EQ(back, (std::vector<float>{kMaxHalf, -kMaxHalf, 0.0F, 1.0F, -1.0F}));
}

TEST(HalfRows, DistancesOfAllKernelsAreThoseOfTheRoundedRows)
{
    test::forAll(10, [](Random &random) {
        const std::size_t width = 1 + random.below(40);
        const std::size_t count = 1 + random.below(100);
        HalfRows rows(count, width);
        for (std::size_t i = 0; i < count; ++i)
            rows.set(i, randomFloats(width, random));
        const std::vector<float> row = randomFloats(width, random);
        const std::size_t padded = rows.blockCount() * HalfRows::kBlockRows;
        std::vector<float> found(padded);
        rows.squaredDistances(row, 0, found);
        std::vector<float> rounded(width);
        for (const cpu::Kernels *kernels : cpu::usableKernels())
        {
            std::vector<float> own(padded);
            kernels->halfDistances({row.data(), width, rows.halves().data(), rows.blockCount(), own.data()});
            for (std::size_t i = 0; i < count; ++i)
            {
                rows.get(i, rounded);
                const double expected = naive(row, rounded);
                ASSERT_NEAR(own[i], expected, 1e-5 * expected) << kernels->name;
                ASSERT_NEAR(found[i], expected, 1e-5 * expected);
            }
        }
        std::vector<float> last(HalfRows::kBlockRows);
        rows.squaredDistances(row, rows.blockCount() - 1, last);
        EXPECT_TRUE(std::equal(last.begin(), last.end(), found.end() - HalfRows::kBlockRows));
    });
}

} // namespace
} // namespace somnium::compute
