// SPDX-License-Identifier: GPL-3.0-or-later
// Endings of file names, in any case, with or without that of a compressed file behind. Internal to core/io.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace somnium::io
{

/// In lower case, without .gz, .bz2, .xz, .zst, .z at its end.
[[nodiscard]] std::string plainFileName(std::string_view name);

/// True if plainFileName(name) ends with one of these.
[[nodiscard]] bool hasEnding(std::string_view name, std::span<const std::string_view> endings);

} // namespace somnium::io
