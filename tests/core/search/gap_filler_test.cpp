// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gap_filler.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace somnium::search
{
namespace
{

/// Orthonormal axes [number][component], and shares of noise.
struct Axes
{
    std::size_t numbers;
    std::size_t components;
    std::vector<float> axes;
    std::vector<float> noiseShare;

    Axes(std::size_t theNumbers, std::size_t theComponents, Random &random)
        : numbers(theNumbers), components(theComponents), axes(numbers * components), noiseShare(components)
    {
        std::vector<std::vector<double>> made;
        for (std::size_t k = 0; k < components; ++k)
        {
            std::vector<double> axis(numbers);
            for (double &value : axis)
                value = random.normal();
            for (const auto &before : made)
                addScaled(axis, -dot(axis, before), before);
            const double length = std::sqrt(dot(axis, axis));
            for (double &value : axis)
                value /= length;
            for (std::size_t i = 0; i < numbers; ++i)
                axes[i * components + k] = static_cast<float>(axis[i]);
            noiseShare[k] = static_cast<float>(std::pow(10.0, random.uniform(-6.0, 0.0)));
            made.push_back(std::move(axis));
        }
    }
    static double dot(const std::vector<double> &a, const std::vector<double> &b)
    {
        double sum = 0.0;
        for (std::size_t i = 0; i < a.size(); ++i)
            sum += a[i] * b[i];
        return sum;
    }
    static void addScaled(std::vector<double> &to, double factor, const std::vector<double> &from)
    {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] += factor * from[i];
    }
    [[nodiscard]] double at(std::size_t number, std::size_t k) const
    {
        return static_cast<double>(axes[number * components + k]);
    }
    [[nodiscard]] std::vector<float> project(const std::vector<float> &row) const
    {
        std::vector<float> result;
        for (std::size_t k = 0; k < components; ++k)
        {
            double sum = 0.0;
            for (std::size_t i = 0; i < numbers; ++i)
                sum += at(i, k) * static_cast<double>(row[i]);
            result.push_back(static_cast<float>(sum));
        }
        return result;
    }
    /// A row of components alone.
    [[nodiscard]] std::vector<float> rowOf(const std::vector<double> &c) const
    {
        std::vector<float> row;
        for (std::size_t i = 0; i < numbers; ++i)
        {
            double sum = 0.0;
            for (std::size_t k = 0; k < components; ++k)
                sum += at(i, k) * c[k];
            row.push_back(static_cast<float>(sum));
        }
        return row;
    }
};

/// One run of missing numbers, and single ones elsewhere.
std::vector<std::uint8_t> gapsOf(std::size_t numbers, double runShare, double singleShare, Random &random)
{
    std::vector<std::uint8_t> isMissing(numbers);
    const auto run = static_cast<std::size_t>(runShare * static_cast<double>(numbers));
    const std::size_t first = random.below(static_cast<std::uint32_t>(numbers - run));
    for (std::size_t i = 0; i < numbers; ++i)
        isMissing[i] = (i >= first && i < first + run) || random.uniform() < singleShare ? 1 : 0;
    return isMissing;
}

TEST(GapFiller, BringsBackARowOfComponentsAlone)
{
    Random random(1);
    Axes axes(200, 21, random);
    std::fill(axes.noiseShare.begin(), axes.noiseShare.end(), 1e-7F);
    for (int trial = 0; trial < 20; ++trial)
    {
        std::vector<double> wanted;
        for (std::size_t k = 0; k < axes.components; ++k)
            wanted.push_back(random.normal());
        const std::vector<float> whole = axes.rowOf(wanted);
        const auto isMissing = gapsOf(200, 0.3, 0.1, random);
        std::vector<float> row = whole;
        for (std::size_t i = 0; i < row.size(); ++i)
            row[i] = isMissing[i] != 0 ? 0.0F : row[i];
        std::vector<float> components = axes.project(row);
        GapFiller(axes.axes, axes.noiseShare).fill(isMissing, row, components);
        for (std::size_t i = 0; i < row.size(); ++i)
            EXPECT_NEAR(row[i], whole[i], 2e-3);
        for (std::size_t k = 0; k < axes.components; ++k)
            EXPECT_NEAR(components[k], wanted[k], 2e-3);
    }
}

TEST(GapFiller, EndsWhereFillingAgainAndAgainEnds)
{
    // x_m = A_m^T c and c = (A x) / (1 + share), again and again: slow, but it needs no equation to be
    // solved.
    Random random(2);
    const Axes axes(120, 13, random);
    std::vector<float> row(120);
    for (float &value : row)
        value = static_cast<float>(random.normal());
    const auto isMissing = gapsOf(120, 0.25, 0.05, random);
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = isMissing[i] != 0 ? 0.0F : row[i];
    std::vector<float> expected = row;
    for (int round = 0; round < 3000; ++round)
    {
        const std::vector<float> projection = axes.project(expected);
        std::vector<double> c;
        for (std::size_t k = 0; k < axes.components; ++k)
            c.push_back(static_cast<double>(projection[k]) / (1.0 + static_cast<double>(axes.noiseShare[k])));
        const std::vector<float> rebuilt = axes.rowOf(c);
        for (std::size_t i = 0; i < row.size(); ++i)
            expected[i] = isMissing[i] != 0 ? rebuilt[i] : expected[i];
    }
    std::vector<float> components = axes.project(row);
    GapFiller(axes.axes, axes.noiseShare).fill(isMissing, row, components);
    const std::vector<float> projected = axes.project(row);
    for (std::size_t i = 0; i < row.size(); ++i)
        EXPECT_NEAR(row[i], expected[i], 1e-3) << i;
    for (std::size_t k = 0; k < axes.components; ++k)
        EXPECT_NEAR(components[k], projected[k], 1e-4) << k;
}

TEST(GapFiller, LeavesRowsWithoutGapsAloneAndEmptyOnesEmpty)
{
    Random random(3);
    const Axes axes(50, 5, random);
    std::vector<float> row(50, 1.5F);
    std::vector<float> components = axes.project(row);
    const std::vector<float> before = components;
    const GapFiller filler(axes.axes, axes.noiseShare);
    filler.fill(std::vector<std::uint8_t>(50, 0), row, components);
    EXPECT_EQ(row, std::vector<float>(50, 1.5F));
    EXPECT_EQ(components, before);
    std::vector<float> nothing(50, 0.0F);
    std::vector<float> none(5, 0.0F);
    filler.fill(std::vector<std::uint8_t>(50, 1), nothing, none);
    EXPECT_EQ(nothing, std::vector<float>(50, 0.0F));
    EXPECT_EQ(none, std::vector<float>(5, 0.0F));
}

} // namespace
} // namespace somnium::search
