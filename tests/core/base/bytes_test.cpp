// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"

#include <array>

#include <gtest/gtest.h>

namespace somnium
{
namespace
{

TEST(Bytes, CheckedProductRefusesOverflow)
{
    constexpr std::size_t kHuge = std::size_t{1} << 40U;
    EXPECT_EQ(checkedProduct(3, 4), 12U);
    EXPECT_EQ(checkedProduct(0, kHuge), 0U);
    EXPECT_EQ(checkedProduct(kHuge, 0), 0U);
    EXPECT_EQ(checkedProduct(kHuge, kHuge), std::nullopt);
}

TEST(Bytes, ReadAtStopsAtTheEnd)
{
    const std::array<std::byte, 5> bytes = {std::byte{1}, std::byte{2}, std::byte{0}, std::byte{0},
                                            std::byte{9}};
    EXPECT_EQ(readAt<std::int32_t>(bytes, 0), 513);
    EXPECT_EQ(readAt<std::int32_t>(bytes, 1), 2 + (9 << 24));
    EXPECT_EQ(readAt<std::int32_t>(bytes, 2), std::nullopt);
    EXPECT_EQ(readAt<std::int32_t>(bytes, static_cast<std::size_t>(-1)), std::nullopt);
}

TEST(Bytes, Fnv1aIsThePublishedFunction)
{
    const std::array<std::byte, 1> letterA = {std::byte{'a'}};
    EXPECT_EQ(fnv1a(letterA), 0xaf63dc4c8601ec8cULL);
}

} // namespace
} // namespace somnium
