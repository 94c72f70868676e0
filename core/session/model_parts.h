// SPDX-License-Identifier: GPL-3.0-or-later
// The blobs of a model, in parts that SQLite can hold. Internal to this folder. All throw Failed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/session/database.h"
#include "core/session/ids.h"

namespace somnium::session
{

void writePart(Database &database, std::int64_t model, std::string_view kind, std::size_t part,
               const std::vector<std::byte> &blob);
/// Calls `use(blob)` for every part of that kind, in order.
void forParts(Database &database, std::int64_t model, std::string_view kind,
              const std::function<void(std::span<const std::byte>)> &use);

void writeFloats(Database &database, std::int64_t model, std::string_view kind,
                 std::span<const float> values);
[[nodiscard]] std::vector<float> readFloats(Database &database, std::int64_t model, std::string_view kind,
                                            std::size_t count);

void writeBytes(Database &database, std::int64_t model, std::string_view kind,
                std::span<const std::byte> bytes);
/// Empty if there are none.
[[nodiscard]] std::vector<std::byte> readBytes(Database &database, std::int64_t model, std::string_view kind);

/// Fails (InvalidArgument) if the collection has a model of that name that is of another kind.
void checkKind(Database &database, CollectionId collection, std::string_view name, std::string_view kind);

} // namespace somnium::session
