// SPDX-License-Identifier: GPL-3.0-or-later
// Sources and catalogue columns as blobs of many rows, and the paths of originals seen from the session.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/collection.h"

namespace somnium::session
{

/// How files are named in a session that lies in `folder`: relative when they are in or below that folder or
/// one beside it, so that session and data can move together; absolute otherwise.
class OriginalPaths
{
public:
    explicit OriginalPaths(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    [[nodiscard]] std::string toStored(const std::string &file) const;
    [[nodiscard]] std::string fromStored(std::string_view stored) const;

private:
    std::filesystem::path m_folder;
};

/// Sources per block: some hundred kB, so that one page of the table costs one read.
constexpr std::size_t kSourcesPerBlock = 4096;

[[nodiscard]] std::vector<std::byte> encodeSources(std::span<const data::Source> sources,
                                                   const OriginalPaths &paths);
/// Appends the `count` sources of the blob. Throws Failed.
void decodeSources(std::span<const std::byte> blob, std::size_t count, const OriginalPaths &paths,
                   std::vector<data::Source> &sources);

/// Rows of this column that one part should hold.
[[nodiscard]] std::size_t rowsPerPart(const data::Column &column);
/// Rows [first, first + count) of a column.
[[nodiscard]] std::vector<std::byte> encodeRows(const data::Column &column, std::size_t first,
                                                std::size_t count);
/// Appends the `count` rows of the blob to a column whose type, width and nulls (`hasNulls`) are known.
void decodeRows(std::span<const std::byte> blob, std::size_t count, bool hasNulls, data::Column &column);

/// Name, unit, UCD, description, type, width and whether there are nulls.
[[nodiscard]] std::string columnToJson(const data::Column &column);
struct ColumnHead
{
    data::Column column; ///< without rows
    bool hasNulls = false;
};
[[nodiscard]] ColumnHead columnFromJson(const std::string &json);

} // namespace somnium::session
