// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/nearest_rows_suite.h"

namespace somnium::test
{
namespace
{

INSTANTIATE_TEST_SUITE_P(Processor, NearestRowsSuite,
                         testing::Values(NearestRowsMaker{
                             "processor", [](std::shared_ptr<const compute::HalfRows> rows) {
                                 return std::shared_ptr(
                                     compute::nearestRowsOnProcessor(std::move(rows)).value());
                             }}));

TEST(ProcessorRows, AreFoundAmongMoreThanASampleOfThem)
{
    Random random(2);
    const SomeRows rows = rowsOfSmallNumbers(20000, 6, random);
    const auto kept = compute::nearestRowsOnProcessor(rows.rows).value();
    const std::vector<float> query(6, 1.0F);
    const std::vector<std::size_t> order = orderOfRows(rows, query);
    for (const std::size_t count : {1U, 100U, 5000U, 19999U})
    {
        const auto found = kept->nearest(query, count, {}).value();
        ASSERT_EQ(found.size(), count);
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_EQ(found[i].row, order[i]) << i << " of " << count;
    }
}

} // namespace
} // namespace somnium::test
