// SPDX-License-Identifier: GPL-3.0-or-later
// CHECK(condition): a programmer's error ends the program with the place named, in every build type.
// Never for user input: that is a Result (core/base/result.h).
#pragma once

namespace somnium
{

[[noreturn]] void checkFailed(const char *condition, const char *file, int line) noexcept;

} // namespace somnium

#define CHECK(condition)                                                                                     \
    ((condition) ? static_cast<void>(0) : ::somnium::checkFailed(#condition, __FILE__, __LINE__))
