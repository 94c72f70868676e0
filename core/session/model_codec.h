// SPDX-License-Identifier: GPL-3.0-or-later
// Maps and mappings as JSON and blobs. Readers throw Failed.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/som/som.h"

namespace somnium::session
{

/// Everything of a map but its prototypes and spectra.
[[nodiscard]] std::string somToJson(const som::Som &som);
/// A map whose prototypes and spectra are still to come.
[[nodiscard]] som::Som somFromJson(const std::string &json);

/// Values in one blob: SQLite's limit is 10^9 bytes.
constexpr std::size_t kFloatsPerPart = std::size_t{1} << 24U;
constexpr std::size_t kMappedSourcesPerPart = std::size_t{1} << 20U;

[[nodiscard]] std::vector<std::byte> encodeFloats(std::span<const float> values);
/// Appends the values of the blob; fails if there are then more than `limit`.
void decodeFloats(std::span<const std::byte> blob, std::size_t limit, std::vector<float> &values);

/// Sources [first, first + count) of a mapping.
[[nodiscard]] std::vector<std::byte> encodeMapping(const som::Mapping &mapping, std::size_t first,
                                                   std::size_t count);
/// Appends the sources of the blob; fails on a neuron not below `neurons`.
void decodeMapping(std::span<const std::byte> blob, std::size_t neurons, som::Mapping &mapping);

} // namespace somnium::session
