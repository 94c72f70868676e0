// SPDX-License-Identifier: GPL-3.0-or-later
// Where the real astronomical data sets are, for tests labelled `real`.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace somnium::test
{

/// The folder of a data set ("radio/mirabest"), if it is on this machine: below $SOMNIUM_DATA, else unpacked
/// by the tool named at configure time (shared/tools/unpack-data beside the checkout).
[[nodiscard]] std::optional<std::filesystem::path> realData(std::string_view set);

} // namespace somnium::test

/// Skips the test, saying so, where the data are not.
#define SOMNIUM_REQUIRE_REAL_DATA(variable, set)                                                             \
    const auto variable##Found = ::somnium::test::realData(set);                                             \
    if (!variable##Found)                                                                                    \
        GTEST_SKIP() << "real data set " << (set) << " not found: set SOMNIUM_DATA to its parent folder";    \
    const std::filesystem::path &variable = *variable##Found
