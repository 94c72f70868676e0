// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/model_parts.h"

#include <algorithm>
#include <string>

#include "core/session/blob.h"
#include "core/session/model_codec.h"

namespace somnium::session
{

namespace
{

constexpr std::size_t kBytesPerPart = std::size_t{1} << 26U;

} // namespace

void writePart(Database &database, std::int64_t model, std::string_view kind, std::size_t part,
               const std::vector<std::byte> &blob)
{
    Statement insert =
        database.prepare("INSERT INTO model_part(model, kind, part, data) VALUES (?1, ?2, ?3, ?4)");
    insert.bind(model, kind, part, std::span<const std::byte>(blob)).run();
}

void writeFloats(Database &database, std::int64_t model, std::string_view kind, std::span<const float> values)
{
    for (std::size_t part = 0; part * kFloatsPerPart < values.size(); ++part)
    {
        const std::size_t first = part * kFloatsPerPart;
        writePart(database, model, kind, part,
                  encodeFloats(values.subspan(first, std::min(kFloatsPerPart, values.size() - first))));
    }
}

void forParts(Database &database, std::int64_t model, std::string_view kind,
              const std::function<void(std::span<const std::byte>)> &use)
{
    Statement rows =
        database.prepare("SELECT part, data FROM model_part WHERE model = ?1 AND kind = ?2 ORDER BY part");
    rows.bind(model, kind);
    for (std::int64_t expected = 0; rows.step(); ++expected)
    {
        if (rows.integer(0) != expected)
            fail(ErrorKind::Malformed, "damaged: part " + std::to_string(expected) + " of the " +
                                           std::string(kind) + " of a model is missing");
        use(rows.blob(1));
    }
}

std::vector<float> readFloats(Database &database, std::int64_t model, std::string_view kind,
                              std::size_t count)
{
    std::vector<float> values;
    forParts(database, model, kind,
             [&](std::span<const std::byte> blob) { decodeFloats(blob, count, values); });
    if (values.size() != count)
        fail(ErrorKind::Malformed, "damaged: expected " + std::to_string(count) + " numbers in the " +
                                       std::string(kind) + " of a model, found " +
                                       std::to_string(values.size()));
    return values;
}

void writeBytes(Database &database, std::int64_t model, std::string_view kind,
                std::span<const std::byte> bytes)
{
    for (std::size_t part = 0; part * kBytesPerPart < bytes.size(); ++part)
    {
        const auto some = bytes.subspan(part * kBytesPerPart)
                              .first(std::min(kBytesPerPart, bytes.size() - part * kBytesPerPart));
        BlobWriter writer(BlobKind::Bytes);
        writer.put(std::uint64_t{some.size()});
        writer.putAll(some);
        writePart(database, model, kind, part, writer.finish());
    }
}

std::vector<std::byte> readBytes(Database &database, std::int64_t model, std::string_view kind)
{
    std::vector<std::byte> bytes;
    forParts(database, model, kind, [&bytes](std::span<const std::byte> blob) {
        BlobReader reader(blob, BlobKind::Bytes);
        const auto count = static_cast<std::size_t>(reader.get<std::uint64_t>());
        const auto some = reader.getAll<std::byte>(count);
        reader.finish();
        bytes.insert(bytes.end(), some.begin(), some.end());
    });
    return bytes;
}

void checkKind(Database &database, CollectionId collection, std::string_view name, std::string_view kind)
{
    Statement row = database.prepare("SELECT kind FROM model WHERE collection = ?1 AND name = ?2");
    row.bind(static_cast<std::int64_t>(collection), name);
    if (!row.step() || row.text(0) == kind)
        return;
    const bool isMap = row.text(0) == "map";
    fail(ErrorKind::InvalidArgument, "'" + std::string(name) + "' is " +
                                         (isMap ? "a map" : "a latent space") +
                                         " of this collection: expected another name");
}

} // namespace somnium::session
