// SPDX-License-Identifier: GPL-3.0-or-later
// Small good files of every format that Somnium reads, written by its own writers where it has one: to be
// damaged (damage_test.cpp) and as first inputs of the fuzzer (tests/fuzz).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace somnium::test
{

struct GoodFile
{
    std::string name;   ///< with the format's ending
    std::string reader; ///< byteReader() that takes it; empty: it is read as a file (archives, sessions)
    std::vector<std::byte> bytes;
};

/// The same bytes every time, but for the sessions.
[[nodiscard]] std::vector<GoodFile> goodFiles();

} // namespace somnium::test
