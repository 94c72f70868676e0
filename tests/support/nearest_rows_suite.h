// SPDX-License-Identifier: GPL-3.0-or-later
// What every compute::NearestRows must do, against sums in double precision. A test program instantiates it
// with the ways it has to make one.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <ostream>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/nearest_rows.h"
#include "tests/support/property.h"

namespace somnium::test
{

/// One way to make a NearestRows; `made` keeps what it needs alive, e.g. a device.
struct NearestRowsMaker
{
    std::string name;
    std::function<std::shared_ptr<compute::NearestRows>(std::shared_ptr<const compute::HalfRows>)> make;
    /// Why there is none here, which skips the tests; empty: there is.
    std::function<std::string()> whyNot = [] { return std::string(); };
    friend std::ostream &operator<<(std::ostream &out, const NearestRowsMaker &maker)
    {
        return out << maker.name;
    }
};

struct SomeRows
{
    std::shared_ptr<compute::HalfRows> rows;
    std::vector<float> values; ///< as they are in half precision, [count][width]

    SomeRows(std::size_t count, std::size_t width)
        : rows(std::make_shared<compute::HalfRows>(count, width)), values(count * width)
    {}
    void set(std::size_t row, std::span<const float> given)
    {
        rows->set(row, given);
        rows->get(row, std::span(values).subspan(row * rows->width(), rows->width()));
    }
    [[nodiscard]] double squaredDistance(std::span<const float> query, std::size_t row) const
    {
        double sum = 0.0;
        for (std::size_t c = 0; c < query.size(); ++c)
        {
            const double difference =
                static_cast<double>(query[c]) - static_cast<double>(values[row * query.size() + c]);
            sum += difference * difference;
        }
        return sum;
    }
};

inline std::vector<float> normals(std::size_t count, Random &random)
{
    std::vector<float> values(count);
    std::generate(values.begin(), values.end(), [&] { return static_cast<float>(random.normal()); });
    return values;
}

inline SomeRows randomRows(std::size_t count, std::size_t width, Random &random)
{
    SomeRows made(count, width);
    for (std::size_t row = 0; row < count; ++row)
        made.set(row, normals(width, random));
    return made;
}

/// Of small whole numbers, whose distances are exact: many are equal.
inline SomeRows rowsOfSmallNumbers(std::size_t count, std::size_t width, Random &random)
{
    SomeRows made(count, width);
    std::vector<float> row(width);
    for (std::size_t i = 0; i < count; ++i)
    {
        std::generate(row.begin(), row.end(), [&] { return static_cast<float>(random.below(3)); });
        made.set(i, row);
    }
    return made;
}

/// All rows in the order of the contract, by distances in double precision.
inline std::vector<std::size_t> orderOfRows(const SomeRows &rows, std::span<const float> query)
{
    std::vector<double> distances(rows.rows->count());
    for (std::size_t row = 0; row < distances.size(); ++row)
    {
        const double squared = rows.squaredDistance(query, row);
        distances[row] = std::isfinite(squared) ? squared : std::numeric_limits<double>::infinity();
    }
    std::vector<std::size_t> order(distances.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
    return order;
}

class NearestRowsSuite : public testing::TestWithParam<NearestRowsMaker>
{
protected:
    void SetUp() override
    {
        if (const std::string reason = GetParam().whyNot(); !reason.empty())
            GTEST_SKIP() << reason;
    }
    [[nodiscard]] static std::shared_ptr<compute::NearestRows> keep(const SomeRows &rows)
    {
        return GetParam().make(rows.rows);
    }
    /// Exactly the rows of the oracle.
    static void expectExact(const SomeRows &rows, std::span<const float> query, std::size_t count)
    {
        const auto found = keep(rows)->nearest(query, count, {});
        ASSERT_TRUE(found) << found.error().message;
        const std::vector<std::size_t> order = orderOfRows(rows, query);
        ASSERT_EQ(found->size(), std::min(count, order.size()));
        for (std::size_t i = 0; i < found->size(); ++i)
        {
            ASSERT_EQ((*found)[i].row, order[i]) << "rank " << i << " of " << count;
            const double expected = rows.squaredDistance(query, order[i]);
            if (std::isfinite(expected))
                ASSERT_EQ(static_cast<double>((*found)[i].squaredDistance), expected);
            else
                ASSERT_FALSE(std::isfinite((*found)[i].squaredDistance));
        }
    }
};

TEST_P(NearestRowsSuite, AreThoseOfSumsInDoublePrecision)
{
    forAll(12, [](Random &random) {
        const std::size_t width = 1 + random.below(300);
        const std::size_t count = 1 + random.below(200);
        const SomeRows rows = randomRows(count, width, random);
        const std::size_t queries = 1 + random.below(11);
        const std::vector<float> asked = normals(queries * width, random);
        const std::size_t kept = 1 + random.below(static_cast<std::uint32_t>(count));
        const auto found = keep(rows)->nearest(asked, kept, {});
        ASSERT_TRUE(found) << found.error().message;
        ASSERT_EQ(found->size(), queries * kept);
        // A difference, its square and each addition are rounded.
        const double tolerance = static_cast<double>(width + 3) * std::ldexp(1.0, -24);
        for (std::size_t q = 0; q < queries; ++q)
        {
            const auto query = std::span(asked).subspan(q * width, width);
            const std::vector<std::size_t> order = orderOfRows(rows, query);
            for (std::size_t i = 0; i < kept; ++i)
            {
                const compute::NearRow &near = (*found)[q * kept + i];
                ASSERT_LT(near.row, count);
                const double itself = rows.squaredDistance(query, near.row);
                const double ofRank = rows.squaredDistance(query, order[i]);
                ASSERT_NEAR(static_cast<double>(near.squaredDistance), itself, tolerance * itself);
                ASSERT_NEAR(itself, ofRank, 2.0 * tolerance * ofRank);
                const compute::NearRow &before = (*found)[q * kept + (i > 0 ? i - 1 : 0)];
                ASSERT_LE(before.squaredDistance, near.squaredDistance);
            }
        }
    });
}

TEST_P(NearestRowsSuite, OfEqualDistancesTheLowestRowComesFirst)
{
    Random random(4);
    for (const std::size_t count : {1U, 31U, 32U, 33U, 64U, 95U, 500U})
        for (const std::size_t width : {1U, 3U, 8U, 17U})
        {
            const SomeRows rows = rowsOfSmallNumbers(count, width, random);
            std::vector<float> query(width);
            std::generate(query.begin(), query.end(), [&] { return static_cast<float>(random.below(3)); });
            for (const std::size_t kept :
                 {std::size_t{1}, std::size_t{2}, std::size_t{33}, count - 1, count, count + 7})
                expectExact(rows, query, kept);
        }
}

TEST_P(NearestRowsSuite, AllEqualRowsComeInTheirOrder)
{
    const SomeRows rows(300, 5);
    for (const std::size_t kept : {1U, 40U, 299U, 300U})
        expectExact(rows, std::vector<float>(5, 2.0F), kept);
}

TEST_P(NearestRowsSuite, RowsThatAreNoNumbersComeLast)
{
    Random random(5);
    SomeRows rows = rowsOfSmallNumbers(100, 4, random);
    const std::vector<float> bad = {1.0F, std::numeric_limits<float>::quiet_NaN(), 0.0F, 0.0F};
    for (const std::size_t row : {0U, 31U, 32U, 77U, 99U})
        rows.set(row, bad);
    for (std::size_t row = 64; row < 96; ++row) // a whole block
        rows.set(row, bad);
    for (const std::size_t kept : {3U, 50U, 64U, 70U, 100U})
        expectExact(rows, std::vector<float>(4, 1.0F), kept);
}

TEST_P(NearestRowsSuite, AQueryThatIsNoNumberIsAtNoDistanceFromAny)
{
    Random random(6);
    const SomeRows rows = rowsOfSmallNumbers(70, 3, random);
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 3e38F})
        for (const std::size_t kept : {1U, 40U, 70U})
        {
            const std::vector<float> query = {0.0F, bad, 1.0F};
            const auto found = keep(rows)->nearest(query, kept, {});
            ASSERT_TRUE(found) << found.error().message;
            ASSERT_EQ(found->size(), kept);
            for (std::size_t i = 0; i < kept; ++i)
            {
                EXPECT_EQ((*found)[i].row, i);
                EXPECT_FALSE(std::isfinite((*found)[i].squaredDistance));
            }
        }
}

TEST_P(NearestRowsSuite, QueriesAreAnsweredAloneAsTogether)
{
    Random random(7);
    const SomeRows rows = randomRows(777, 65, random);
    const auto kept = keep(rows);
    const std::vector<float> queries = normals(std::size_t{19} * 65, random);
    const auto together = kept->nearest(queries, 21, {});
    ASSERT_TRUE(together) << together.error().message;
    for (std::size_t q = 0; q < 19; ++q)
    {
        const auto alone = kept->nearest(std::span(queries).subspan(q * 65, 65), 21, {});
        ASSERT_TRUE(alone) << alone.error().message;
        EXPECT_TRUE(std::equal(alone->begin(), alone->end(),
                               together->begin() + static_cast<std::ptrdiff_t>(q * 21)));
    }
}

TEST_P(NearestRowsSuite, NothingAskedIsNothingFound)
{
    Random random(8);
    const SomeRows rows = randomRows(40, 6, random);
    const std::vector<float> query(6);
    EXPECT_TRUE(keep(rows)->nearest(query, 0, {}).value().empty());
    EXPECT_TRUE(keep(rows)->nearest({}, 3, {}).value().empty());
    EXPECT_TRUE(keep(SomeRows(0, 6))->nearest(query, 3, {}).value().empty());
}

TEST_P(NearestRowsSuite, QueriesOfAnotherWidthAreRefused)
{
    const SomeRows rows(40, 6);
    EXPECT_EQ(keep(rows)->nearest(std::vector<float>(7), 1, {}).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(keep(SomeRows(0, 0))->nearest(std::vector<float>(1), 1, {}).error().kind, ErrorKind::Mismatch);
}

TEST_P(NearestRowsSuite, StopsWhenAsked)
{
    std::stop_source source;
    source.request_stop();
    JobContext context;
    context.stop = source.get_token();
    const SomeRows rows(40, 6);
    EXPECT_EQ(keep(rows)->nearest(std::vector<float>(6), 1, context).error().kind, ErrorKind::Cancelled);
}

} // namespace somnium::test
