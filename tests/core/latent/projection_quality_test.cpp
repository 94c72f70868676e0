// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/projection_quality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "tests/support/property.h"

namespace somnium::latent
{
namespace
{

std::vector<float> randomRows(std::size_t count, std::size_t width, Random &random)
{
    std::vector<float> values(count * width);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    return values;
}

/// Order of all other rows by distance, in double.
std::vector<std::size_t> naiveOrder(std::span<const float> rows, std::size_t width, std::size_t row)
{
    const std::size_t count = rows.size() / width;
    std::vector<double> distance(count);
    for (std::size_t j = 0; j < count; ++j)
        for (std::size_t p = 0; p < width; ++p)
            distance[j] += std::pow(double{rows[row * width + p]} - double{rows[j * width + p]}, 2.0);
    std::vector<std::size_t> order;
    for (std::size_t j = 0; j < count; ++j)
        if (j != row)
            order.push_back(j);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return distance[a] < distance[b]; });
    return order;
}

/// The formula of Venna & Kaski as it stands, of the k nearest in `near` against the ranks in `other`.
double naiveTrust(std::span<const float> other, std::size_t otherWidth, std::span<const float> near,
                  std::size_t nearWidth, std::size_t k)
{
    const std::size_t n = near.size() / nearWidth;
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i)
    {
        const auto nearOrder = naiveOrder(near, nearWidth, i);
        const auto otherOrder = naiveOrder(other, otherWidth, i);
        for (std::size_t place = 0; place < k; ++place)
        {
            const auto rank =
                std::find(otherOrder.begin(), otherOrder.end(), nearOrder[place]) - otherOrder.begin() + 1;
            if (static_cast<std::size_t>(rank) > k)
                sum += static_cast<double>(rank) - static_cast<double>(k);
        }
    }
    const auto nd = static_cast<double>(n);
    const auto kd = static_cast<double>(k);
    return 1.0 - 2.0 / (nd * kd * (2.0 * nd - 3.0 * kd - 1.0)) * sum;
}

TEST(ProjectionQuality, IsTheFormulaOfVennaAndKaski)
{
    test::forAll(10, [](Random &random) {
        const std::size_t count = 30 + random.below(60);
        const std::vector<float> full = randomRows(count, 7, random);
        std::vector<float> latent; // two of the seven: some neighbours are kept
        for (std::size_t i = 0; i < count; ++i)
            latent.insert(latent.end(), {full[i * 7], full[i * 7 + 3]});
        const std::size_t k = 1 + random.below(12);
        const auto quality = neighbourhoodQuality(rowsOf(full, 7), rowsOf(latent, 2), {.neighbours = k}, {});
        ASSERT_TRUE(quality) << quality.error().message;
        EXPECT_NEAR(quality->trustworthiness, naiveTrust(full, 7, latent, 2, k), 1e-12);
        EXPECT_NEAR(quality->continuity, naiveTrust(latent, 2, full, 7, k), 1e-12);
        EXPECT_EQ(quality->rows, count);
        EXPECT_EQ(quality->neighbours, k);
    });
}

TEST(ProjectionQuality, OfTheSameRowsIsOneAndOfUnrelatedOnesAHalf)
{
    Random random(5);
    const std::vector<float> rows = randomRows(1000, 20, random);
    const auto same = neighbourhoodQuality(rowsOf(rows, 20), rowsOf(rows, 20), {}, {});
    EXPECT_EQ(same->trustworthiness, 1.0);
    EXPECT_EQ(same->continuity, 1.0);
    const std::vector<float> noise = randomRows(1000, 2, random);
    const auto unrelated = neighbourhoodQuality(rowsOf(rows, 20), rowsOf(noise, 2), {}, {});
    EXPECT_LT(unrelated->trustworthiness, 0.6);
    EXPECT_LT(unrelated->continuity, 0.6);
    EXPECT_GT(unrelated->trustworthiness, 0.4);
}

// A sheet folded onto itself lies about neighbours but loses none; a torn one the other way round.
TEST(ProjectionQuality, TellsFoldedFromTorn)
{
    Random random(6);
    std::vector<float> sheet;
    std::vector<float> folded;
    for (std::size_t i = 0; i < 800; ++i)
    {
        const auto x = static_cast<float>(random.uniform(-1.0, 1.0));
        const auto y = static_cast<float>(random.uniform(-1.0, 1.0));
        sheet.insert(sheet.end(), {x, y});
        folded.insert(folded.end(), {std::abs(x), y});
    }
    const auto fold = neighbourhoodQuality(rowsOf(sheet, 2), rowsOf(folded, 2), {}, {}).value();
    const auto tear = neighbourhoodQuality(rowsOf(folded, 2), rowsOf(sheet, 2), {}, {}).value();
    EXPECT_LT(fold.trustworthiness, 0.9);
    EXPECT_GT(fold.continuity, 0.98);
    EXPECT_EQ(fold.trustworthiness, tear.continuity);
    EXPECT_EQ(fold.continuity, tear.trustworthiness);
}

TEST(ProjectionQuality, LeavesOutRowsThatAreNotOnThePlaneAndTellsHowManyItUsed)
{
    Random random(7);
    std::vector<float> full = randomRows(300, 5, random);
    std::vector<float> latent = full;
    for (std::size_t i = 0; i < 100; ++i)
        latent[i * 5 + 1] = std::numeric_limits<float>::quiet_NaN();
    full[299 * 5] = std::numeric_limits<float>::infinity();
    EXPECT_EQ(neighbourhoodQuality(rowsOf(full, 5), rowsOf(latent, 5), {}, {})->rows, 199U);
    EXPECT_EQ(neighbourhoodQuality(rowsOf(full, 5), rowsOf(latent, 5), {.mostRows = 60}, {})->rows, 60U);
}

TEST(ProjectionQuality, OfASubsetIsSeededAndNearThatOfAll)
{
    Random random(8);
    const std::vector<float> full = randomRows(1500, 3, random);
    std::vector<float> latent;
    for (std::size_t i = 0; i < 1500; ++i)
        latent.insert(latent.end(), {full[i * 3], full[i * 3 + 1]});
    const auto of = [&](std::size_t most, std::uint64_t seed, unsigned threads) {
        JobContext context;
        context.threads = threads;
        return neighbourhoodQuality(rowsOf(full, 3), rowsOf(latent, 2), {.mostRows = most, .seed = seed},
                                    context)
            .value();
    };
    EXPECT_EQ(of(500, 1, 1), of(500, 1, 2));
    EXPECT_NE(of(500, 1, 2), of(500, 2, 2));
    EXPECT_NEAR(of(500, 1, 2).trustworthiness, of(1500, 1, 2).trustworthiness, 0.03);
}

TEST(ProjectionQuality, SaysWhatItNeeds)
{
    const std::vector<float> rows(40);
    const auto error = [&](std::size_t fullWidth, std::size_t latentWidth, std::size_t k) {
        const auto quality =
            neighbourhoodQuality(rowsOf(rows, fullWidth), rowsOf(rows, latentWidth), {.neighbours = k}, {});
        return quality ? "none" : quality.error().message;
    };
    EXPECT_EQ(error(2, 4, 3), "expected as many rows on the plane as in the full space, 20, found 10");
    EXPECT_EQ(error(2, 2, 12), "12 neighbours: expected at least 1 and less than half of the rows, 20");
    EXPECT_EQ(error(0, 0, 3), "expected rows of at least one number, found none");
    std::stop_source source;
    source.request_stop();
    JobContext stopped;
    stopped.stop = source.get_token();
    EXPECT_EQ(neighbourhoodQuality(rowsOf(rows, 1), rowsOf(rows, 1), {}, stopped).error().kind,
              ErrorKind::Cancelled);
}

/// The mean of the k nearest labelled rows, by the definition.
double naiveR2(std::span<const float> rows, std::size_t width, std::span<const double> labels, std::size_t k)
{
    std::vector<float> labelled;
    std::vector<double> values;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (!std::isnan(labels[i]))
        {
            const auto row = rows.subspan(i * width, width);
            labelled.insert(labelled.end(), row.begin(), row.end());
            values.push_back(labels[i]);
        }
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    double left = 0.0;
    double whole = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        const auto order = naiveOrder(labelled, width, i);
        double estimate = 0.0;
        for (std::size_t place = 0; place < k; ++place)
            estimate += values[order[place]] / static_cast<double>(k);
        left += std::pow(values[i] - estimate, 2.0);
        whole += std::pow(values[i] - mean, 2.0);
    }
    return 1.0 - left / whole;
}

TEST(ColumnQuality, IsThatOfTheMeanOfTheNearestLabelledRows)
{
    test::forAll(10, [](Random &random) {
        const std::size_t count = 60 + random.below(60);
        const std::vector<float> full = randomRows(count, 4, random);
        std::vector<float> latent;
        std::vector<double> smooth(count, std::numeric_limits<double>::quiet_NaN());
        std::vector<double> noise = smooth;
        std::vector<double> whole(count);
        for (std::size_t i = 0; i < count; ++i)
        {
            latent.insert(latent.end(), {full[i * 4], full[i * 4 + 2]});
            whole[i] = double{full[i * 4]};
            if (random.below(3) == 0)
                continue;
            smooth[i] = double{full[i * 4]} + 0.3 * double{full[i * 4 + 1]};
            noise[i] = random.normal();
        }
        const std::size_t k = 1 + random.below(12);
        const std::vector<LabelledColumn> columns = {{"smooth", smooth}, {"whole", whole}, {"noise", noise}};
        const auto found =
            columnQualities(rowsOf(full, 4), rowsOf(latent, 2), columns, {.neighbours = k}, {});
        ASSERT_TRUE(found) << found.error().message;
        for (std::size_t c = 0; c < columns.size(); ++c)
        {
            EXPECT_EQ((*found)[c].name, columns[c].name);
            EXPECT_NEAR((*found)[c].fullR2, naiveR2(full, 4, columns[c].values, k), 1e-9);
            EXPECT_NEAR((*found)[c].latentR2, naiveR2(latent, 2, columns[c].values, k), 1e-9);
        }
        EXPECT_EQ((*found)[1].rows, count);
        EXPECT_LT((*found)[0].rows, count);
    });
}

TEST(ColumnQuality, IsAboutOneWhereThePlaneTellsAndAboutNoneWhereItDoesNot)
{
    Random random(9);
    const std::size_t count = 3000;
    std::vector<float> full;
    std::vector<float> latent;
    std::vector<double> told(count);
    std::vector<double> lost(count);
    std::vector<double> noise(count);
    for (std::size_t i = 0; i < count; ++i)
    {
        std::vector<double> z(3);
        for (double &value : z)
            value = random.uniform();
        for (const double value : z)
            full.push_back(static_cast<float>(value));
        latent.insert(latent.end(), {static_cast<float>(z[0]), static_cast<float>(z[1])});
        told[i] = 3.0 * z[0] - z[1] + 100.0;
        lost[i] = z[2];
        noise[i] = random.normal();
    }
    const std::vector<double> constant(count, 0.1);
    const std::vector<LabelledColumn> columns = {
        {"told", told}, {"lost", lost}, {"noise", noise}, {"constant", constant}};
    const auto found = columnQualities(rowsOf(full, 3), rowsOf(latent, 2), columns, {}, {}).value();
    EXPECT_GT(found[0].latentR2, 0.99);
    EXPECT_GT(found[0].fullR2, 0.97);
    EXPECT_LT(found[1].latentR2, 0.1);
    EXPECT_GT(found[1].fullR2, 0.95);
    EXPECT_LT(found[2].latentR2, 0.1);
    EXPECT_LT(found[2].fullR2, 0.1);
    EXPECT_TRUE(std::isnan(found[3].latentR2) && std::isnan(found[3].fullR2));
    EXPECT_EQ(found[3].rows, count);
}

TEST(ColumnQuality, OfFewLabelsIsNotDefinedAndOfAForeignColumnAnError)
{
    Random random(10);
    const std::vector<float> rows = randomRows(50, 2, random);
    std::vector<double> few(50, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < 13; ++i)
        few[3 * i] = static_cast<double>(i);
    const std::vector<double> none(50, std::numeric_limits<double>::quiet_NaN());
    const auto found = columnQualities(rowsOf(rows, 2), rowsOf(rows, 2),
                                       std::vector<LabelledColumn>{{"few", few}, {"none", none}}, {}, {})
                           .value();
    EXPECT_EQ(found[0].rows, 13U);
    EXPECT_TRUE(std::isnan(found[0].latentR2) && std::isnan(found[0].fullR2));
    EXPECT_EQ(found[1].rows, 0U);
    const std::vector<double> shorter(49);
    const auto wrong = columnQualities(rowsOf(rows, 2), rowsOf(rows, 2),
                                       std::vector<LabelledColumn>{{"mass", shorter}}, {}, {});
    EXPECT_EQ(wrong.error().message, "column mass: expected 50 values, found 49");
}

} // namespace
} // namespace somnium::latent
