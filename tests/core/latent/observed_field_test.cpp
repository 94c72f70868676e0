// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/observed_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/latent/plane_points.h"
#include "tests/support/property.h"

namespace somnium::latent
{

namespace
{

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// What the header promises of one cell, from the points one by one; `reach` in sigma.
struct Local
{
    std::vector<std::pair<double, double>> valueAndWeight;
    double sum = 0.0;
    double squares = 0.0;

    Local(const OwnedPoints &points, const std::vector<double> &column, PlanePoint at, double sigma,
          double reach)
    {
        for (std::size_t i = 0; i < column.size(); ++i)
        {
            const double dx = (static_cast<double>(points.x[i]) - at.x) / sigma;
            const double dy = (static_cast<double>(points.y[i]) - at.y) / sigma;
            const double squared = dx * dx + dy * dy;
            if (!std::isfinite(squared) || !std::isfinite(column[i]) || squared > reach * reach)
                continue;
            valueAndWeight.emplace_back(column[i], std::exp(-0.5 * squared));
            sum += valueAndWeight.back().second;
            squares += valueAndWeight.back().second * valueAndWeight.back().second;
        }
        std::ranges::sort(valueAndWeight);
    }
    [[nodiscard]] double mean() const
    {
        double total = 0.0;
        for (const auto &[value, weight] : valueAndWeight)
            total += weight * value;
        return total / sum;
    }
    [[nodiscard]] double kish() const { return sum * sum / squares; }
    [[nodiscard]] double error() const
    {
        double total = 0.0;
        for (const auto &[value, weight] : valueAndWeight)
            total += weight * (value - mean()) * (value - mean());
        return std::sqrt(total / (sum - squares / sum) * squares) / sum;
    }
    [[nodiscard]] double quantile(double share) const
    {
        double below = 0.0;
        for (const auto &[value, weight] : valueAndWeight)
            if ((below += weight) >= (share - 1e-9) * sum)
                return value;
        return kNan;
    }
};

/// Points on the centres of cells, so that nothing is moved there.
OwnedPoints onCentres(Random &random, std::size_t count, const PlaneRect &rect, std::size_t side)
{
    OwnedPoints points;
    PlaneField grid;
    grid.rect = rect;
    grid.columns = grid.rows = side;
    for (std::size_t i = 0; i < count; ++i)
    {
        const PlanePoint centre = grid.centre(random.below(static_cast<std::uint32_t>(side)),
                                              random.below(static_cast<std::uint32_t>(side)));
        points.add(centre.x, centre.y);
    }
    return points;
}

PlaneField observed(const OwnedPoints &points, const std::vector<double> &column, const PlaneRect &rect,
                    const FieldParams &params, unsigned threads = 2)
{
    JobContext context;
    context.threads = threads;
    Result<PlaneField> field = observedField(points.view(), column, rect, params, context);
    EXPECT_TRUE(field.has_value()) << (field ? "" : field.error().message);
    return field ? *std::move(field) : PlaneField{};
}

/// NaN equals NaN.
void expectSame(const std::vector<float> &a, const std::vector<float> &b)
{
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        ASSERT_TRUE(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) << i;
}

} // namespace

TEST(ObservedField, MeanErrorAndSupportAreThoseOfTheSumsPointByPoint)
{
    test::forAll(15, [](Random &random) {
        const PlaneRect rect = {-2.0, 2.0, 1.0, 3.0};
        FieldParams params;
        params.side = 16 + random.below(24);
        params.bandwidth = random.uniform(0.7, 2.0);
        params.minimumPoints = random.uniform(0.5, 4.0);
        const OwnedPoints points = onCentres(random, 20 + random.below(300), rect, params.side);
        std::vector<double> column;
        for (std::size_t i = 0; i < points.x.size(); ++i)
            column.push_back(random.below(10) == 0 ? kNan : 5000.0 + 300.0 * random.normal());
        const PlaneField field = observed(points, column, rect, params);
        ASSERT_GT(field.bandwidth, 0.0);
        for (std::size_t row = 0; row < field.rows; row += 3)
            for (std::size_t col = 0; col < field.columns; col += 3)
            {
                const Local local(points, column, field.centre(row, col), field.bandwidth, 100.0);
                const std::size_t cell = row * field.columns + col;
                // Beyond 4 sigma the field has nothing: 3e-4 of a point each.
                ASSERT_NEAR(field.support[cell], local.sum, 0.01 * local.sum + 0.01);
                if (std::abs(local.sum - params.minimumPoints) < 0.05)
                    continue;
                ASSERT_EQ(std::isnan(field.value[cell]), local.sum < params.minimumPoints);
                if (local.sum < params.minimumPoints)
                    continue;
                ASSERT_NEAR(field.value[cell], local.mean(), 2.0);
                if (local.kish() <= 2.05)
                    continue;
                ASSERT_NEAR(field.error[cell], local.error(), 0.01 * local.error() + 0.5);
            }
    });
}

TEST(ObservedField, TheMedianIsThatOfThePointsInReach)
{
    test::forAll(10, [](Random &random) {
        const PlaneRect rect = {0.0, 1.0, 0.0, 1.0};
        FieldParams params;
        params.side = 32;
        params.bandwidth = random.uniform(0.7, 2.0);
        params.minimumPoints = 2.0;
        params.statistic = FieldParams::Statistic::Median;
        const OwnedPoints points = onCentres(random, 20 + random.below(600), rect, params.side);
        std::vector<double> column;
        for (std::size_t i = 0; i < points.x.size(); ++i)
            column.push_back(std::exp(3.0 * random.normal()) + points.x[i]);
        const PlaneField field = observed(points, column, rect, params);
        std::size_t compared = 0;
        for (std::size_t row = 0; row < 32; ++row)
            for (std::size_t col = 0; col < 32; ++col)
            {
                const std::size_t cell = row * 32 + col;
                if (std::isnan(field.value[cell]))
                    continue;
                const Local local(points, column, field.centre(row, col), field.bandwidth,
                                  FieldParams::kMedianReach);
                // A point on the rim itself may fall to either side: then the median lies between these.
                const Local inner(points, column, field.centre(row, col), field.bandwidth,
                                  FieldParams::kMedianReach * (1.0 - 1e-6));
                if (inner.valueAndWeight.size() != local.valueAndWeight.size())
                    continue;
                ++compared;
                const double wanted = local.quantile(0.5);
                ASSERT_NEAR(field.value[cell], wanted, 1e-5 * std::abs(wanted) + 1e-4);
            }
        EXPECT_GT(compared, 100U);
    });
}

TEST(ObservedField, AMedianDoesNotSeeAFewWildValuesAndAMeanDoes)
{
    Random random(8);
    OwnedPoints points;
    std::vector<double> column;
    for (int i = 0; i < 5000; ++i)
    {
        points.add(random.uniform(), random.uniform());
        column.push_back(i % 20 == 0 ? 1e6 : 1.0 + 0.1 * random.normal());
    }
    FieldParams params;
    params.side = 32;
    const PlaneField mean = observed(points, column, {0.0, 1.0, 0.0, 1.0}, params);
    params.statistic = FieldParams::Statistic::Median;
    const PlaneField median = observed(points, column, {0.0, 1.0, 0.0, 1.0}, params);
    EXPECT_GT(mean.valueAt({0.5, 0.5}), 1000.0);
    EXPECT_NEAR(median.valueAt({0.5, 0.5}), 1.0, 0.05);
    EXPECT_NEAR(rangeOf(median).high, 1.0, 0.2);
}

TEST(ObservedField, ErrorsAreWhatRepeatedObservationsScatterBy)
{
    Random random(21);
    OwnedPoints points;
    for (int i = 0; i < 2000; ++i)
        points.add(random.uniform(), random.uniform());
    for (const auto statistic : {FieldParams::Statistic::Mean, FieldParams::Statistic::Median})
    {
        FieldParams params;
        params.side = 16;
        params.statistic = statistic;
        double sum = 0.0;
        double squares = 0.0;
        double error = 0.0;
        constexpr int kTimes = 300;
        for (int time = 0; time < kTimes; ++time)
        {
            std::vector<double> column;
            for (std::size_t i = 0; i < points.x.size(); ++i)
                column.push_back(random.normal());
            const PlaneField field = observed(points, column, {0.0, 1.0, 0.0, 1.0}, params);
            const auto value = static_cast<double>(field.value[8 * 16 + 8]);
            sum += value;
            squares += value * value;
            error += static_cast<double>(field.error[8 * 16 + 8]) / kTimes;
        }
        const double scatter = std::sqrt(squares / kTimes - sum * sum / kTimes / kTimes);
        EXPECT_NEAR(error, scatter, 0.2 * scatter);
    }
}

TEST(ObservedField, SupportAmidEvenPointsIsTwoPiTimesTheSquareOfTheBandwidth)
{
    Random random(4);
    OwnedPoints points;
    for (int i = 0; i < 40'000; ++i)
        points.add(random.uniform(), random.uniform());
    FieldParams params;
    params.bandwidth = 3.0;
    const PlaneField field = observed(points, std::vector<double>(40'000, 7.0), {0.0, 1.0, 0.0, 1.0}, params);
    EXPECT_NEAR(field.bandwidth, 3.0 * 0.005, 0.0005);
    double mean = 0.0;
    for (std::size_t row = 64; row < 192; ++row)
        for (std::size_t column = 64; column < 192; ++column)
            mean += static_cast<double>(field.support[row * 256 + column]) / (128.0 * 128.0);
    EXPECT_NEAR(mean, 2.0 * 3.14159265 * 9.0, 3.0);
    EXPECT_FLOAT_EQ(field.value[128 * 256 + 128], 7.0F);
    EXPECT_NEAR(field.error[128 * 256 + 128], 0.0F, 1e-4F);
}

TEST(ObservedField, AFewFarOffPointsDoNotWidenTheBandwidth)
{
    Random random(4);
    OwnedPoints points;
    for (int i = 0; i < 20'000; ++i)
        points.add(random.uniform(), random.uniform());
    const PlaneRect near = {0.0, 1.0, 0.0, 1.0};
    const double alone = observed(points, std::vector<double>(20'000, 1.0), near, {}).bandwidth;
    for (int i = 0; i < 5; ++i)
        points.add(8.0 * random.uniform(), 8.0 * random.uniform());
    const double withStrays =
        observed(points, std::vector<double>(20'005, 1.0), {0.0, 8.0, 0.0, 8.0}, {}).bandwidth;
    EXPECT_NEAR(withStrays, alone, 0.3 * alone);
}

TEST(ObservedField, PointsOutsideTheRectangleCountAtItsBorder)
{
    OwnedPoints points;
    points.add(0.5, 0.5);
    points.add(1.01, 0.5); // just outside
    FieldParams params;
    params.side = 16;
    params.bandwidth = 0.2;
    params.minimumPoints = 0.1;
    const PlaneField field = observed(points, {1.0, 9.0}, {0.0, 1.0, 0.0, 1.0}, params);
    EXPECT_GT(field.valueAt({0.99, 0.5}), 7.0);
    EXPECT_LT(field.valueAt({0.5, 0.5}), 2.0);
}

TEST(ObservedField, TheFieldDoesNotDependOnTheNumberOfThreads)
{
    Random random(12);
    const OwnedPoints points = clumps(random, 60'000);
    std::vector<double> column;
    for (std::size_t i = 0; i < points.x.size(); ++i)
        column.push_back(random.normal());
    for (const auto statistic : {FieldParams::Statistic::Mean, FieldParams::Statistic::Median})
    {
        FieldParams params;
        params.side = 64;
        params.statistic = statistic;
        const PlaneField one = observed(points, column, {-1.0, 1.0, -1.0, 1.0}, params, 1);
        const PlaneField four = observed(points, column, {-1.0, 1.0, -1.0, 1.0}, params, 4);
        expectSame(one.value, four.value);
        expectSame(one.error, four.error);
        expectSame(one.support, four.support);
    }
}

TEST(ObservedField, NoPointsAndNoValuesGiveAFieldWithoutSupport)
{
    OwnedPoints points;
    for (const auto statistic : {FieldParams::Statistic::Mean, FieldParams::Statistic::Median})
    {
        FieldParams params;
        params.side = 8;
        params.statistic = statistic;
        for (int count = 0; count < 3; ++count)
        {
            const PlaneField field =
                observed(points, std::vector<double>(points.x.size(), kNan), {0.0, 1.0, 0.0, 1.0}, params);
            EXPECT_TRUE(std::isnan(rangeOf(field).low));
            EXPECT_EQ(field.support, std::vector<float>(64, 0.0F));
            points.add(0.5, 0.5);
        }
    }
}

TEST(ObservedField, OnePointIsItsOwnMeanWithoutAnError)
{
    OwnedPoints points;
    points.add(0.55, 0.55);
    FieldParams params;
    params.side = 10;
    params.minimumPoints = 0.9;
    params.bandwidth = 0.1;
    for (const auto statistic : {FieldParams::Statistic::Mean, FieldParams::Statistic::Median})
    {
        params.statistic = statistic;
        const PlaneField field = observed(points, {42.0}, {0.0, 1.0, 0.0, 1.0}, params);
        EXPECT_FLOAT_EQ(static_cast<float>(field.valueAt({0.55, 0.55})), 42.0F);
        EXPECT_TRUE(std::isnan(field.error[55]));
        EXPECT_TRUE(std::isnan(field.valueAt({0.05, 0.05})));
    }
}

TEST(ObservedField, RefusesWhatMakesNoSenseAndStopsWhenAsked)
{
    OwnedPoints points;
    points.add(0.5, 0.5);
    const std::vector<double> column = {1.0};
    const PlaneRect rect = {0.0, 1.0, 0.0, 1.0};
    const auto kindOf = [&](const PlaneRect &on, const FieldParams &params) {
        const Result<PlaneField> field = observedField(points.view(), column, on, params, {});
        return field ? std::optional<ErrorKind>() : field.error().kind;
    };
    FieldParams params;
    EXPECT_EQ(kindOf(rect, params), std::nullopt);
    EXPECT_EQ(kindOf({0.0, 0.0, 0.0, 1.0}, params), ErrorKind::InvalidArgument);
    params.side = 1;
    EXPECT_EQ(kindOf(rect, params), ErrorKind::InvalidArgument);
    params = {};
    params.bandwidth = 0.0;
    EXPECT_EQ(kindOf(rect, params), ErrorKind::InvalidArgument);
    EXPECT_EQ(observedField(points.view(), {}, rect, {}, {}).error().kind, ErrorKind::Mismatch);

    std::stop_source source;
    source.request_stop();
    JobContext context;
    context.stop = source.get_token();
    EXPECT_EQ(observedField(points.view(), column, rect, {}, context).error().kind, ErrorKind::Cancelled);
}

} // namespace somnium::latent
