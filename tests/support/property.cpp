// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/property.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace somnium::test
{

void forAll(std::size_t count, const std::function<void(Random &)> &property)
{
    const char *chosen = std::getenv("SOMNIUM_TEST_SEED"); // NOLINT(concurrency-mt-unsafe)
    const std::uint64_t first = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 20260101U;
    for (std::uint64_t seed = first; seed < first + count; ++seed)
    {
        SCOPED_TRACE("SOMNIUM_TEST_SEED=" + std::to_string(seed));
        Random random(seed);
        property(random);
        if (::testing::Test::HasFailure())
            return;
    }
}

} // namespace somnium::test
