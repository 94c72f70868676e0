// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/file_ending.h"

#include <algorithm>
#include <array>

namespace somnium::io
{

std::string plainFileName(std::string_view name)
{
    constexpr std::array<std::string_view, 5> kCompressions = {".gz", ".bz2", ".xz", ".zst", ".z"};
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const std::string_view ending : kCompressions)
        if (lower.ends_with(ending))
            lower.resize(lower.size() - ending.size());
    return lower;
}

bool hasEnding(std::string_view name, std::span<const std::string_view> endings)
{
    const std::string plain = plainFileName(name);
    return std::any_of(endings.begin(), endings.end(),
                       [&plain](std::string_view ending) { return plain.ends_with(ending); });
}

} // namespace somnium::io
