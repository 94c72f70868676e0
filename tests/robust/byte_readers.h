// SPDX-License-Identifier: GPL-3.0-or-later
// The functions that take bytes of strangers, each with all that is done to what it gives: for damaged files
// (damage_test.cpp), for libFuzzer (tests/fuzz) and for the inputs it has found (findings_test.cpp).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace somnium::test
{

struct ByteReader
{
    std::string_view name;
    /// Reads and forgets. What it read must be consistent in itself, or the program ends (CHECK).
    void (*read)(std::span<const std::byte> bytes);
};

[[nodiscard]] std::span<const ByteReader> byteReaders();
/// Ends the program on a name that is none of them.
[[nodiscard]] const ByteReader &byteReader(std::string_view name);

} // namespace somnium::test
