// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pink_writer.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/version.h"

namespace somnium::io
{

namespace
{

/// Gathers the bytes of numbers.
class PackedBytes
{
public:
    void append(std::span<const std::byte> bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }
    template <class T> void value(T value) { append(std::as_bytes(std::span(&value, 1))); }
    void integer(std::size_t number) { value(static_cast<std::int32_t>(number)); }
    /// "<layout> <ndim> <dims...>" of version 2; PINK marks hexagonal maps as 0, too.
    void dimensions(const std::vector<std::size_t> &lengths)
    {
        integer(0);
        integer(lengths.size());
        for (const std::size_t length : lengths)
            integer(length);
    }
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }

private:
    std::vector<std::byte> m_bytes;
};

bool hasCount(PinkKind kind)
{
    return kind != PinkKind::Map;
}

bool hasLayout(PinkKind kind)
{
    return kind != PinkKind::Images;
}

bool hasShape(PinkKind kind)
{
    return kind == PinkKind::Images || kind == PinkKind::Map;
}

PackedBytes headerOfVersion1(const PinkHeader &header)
{
    PackedBytes bytes;
    if (hasCount(header.kind))
        bytes.integer(header.count);
    if (hasShape(header.kind))
        bytes.integer(header.shape.channels);
    if (hasLayout(header.kind))
        for (const std::size_t side : {header.layout.width(), header.layout.height(), header.layout.depth()})
            bytes.integer(side);
    if (hasShape(header.kind))
        for (const std::size_t side : {header.shape.rows, header.shape.columns})
            bytes.integer(side);
    return bytes;
}

PackedBytes headerOfVersion2(const PinkHeader &header)
{
    PackedBytes bytes;
    const std::string text =
        "# written by Somnium " + std::string(somnium::version()) + "\n# END OF HEADER\n";
    bytes.append(std::as_bytes(std::span(text)));
    bytes.integer(2);
    bytes.integer(static_cast<std::size_t>(header.kind));
    if (header.kind != PinkKind::Transforms)
        bytes.integer(0); // float32
    if (hasCount(header.kind))
        bytes.integer(header.count);
    if (hasLayout(header.kind))
        bytes.dimensions(header.layout.sides());
    const data::ImageShape &shape = header.shape;
    if (hasShape(header.kind) && shape.channels == 1)
        bytes.dimensions({shape.rows, shape.columns});
    else if (hasShape(header.kind))
        bytes.dimensions({shape.channels, shape.rows, shape.columns});
    return bytes;
}

/// Values, or transforms, that follow a header.
std::size_t valueCount(const PinkHeader &header)
{
    const std::size_t count = hasCount(header.kind) ? header.count : 1;
    const std::size_t neurons = hasLayout(header.kind) ? header.layout.neuronCount() : 1;
    const std::size_t pixels = hasShape(header.kind) ? header.shape.size() : 1;
    return count * neurons * pixels;
}

template <class... Values> Result<void> writeWhole(const std::filesystem::path &path,
                                                   const PinkHeader &header, PinkVersion version,
                                                   std::span<const Values>... values)
{
    auto writer = PinkWriter::create(path, header, version);
    if (!writer)
        return failure(writer.error());
    if (auto done = writer->append(values...); !done)
        return done;
    return writer->finish();
}

} // namespace

PinkWriter::PinkWriter(const std::filesystem::path &path, const PinkHeader &header, PinkVersion version)
    : m_pending(path), m_file(m_pending.temporary(), std::ios::binary | std::ios::trunc), m_kind(header.kind),
      m_version(version), m_expected(valueCount(header))
{}

Result<PinkWriter> PinkWriter::create(const std::filesystem::path &path, const PinkHeader &header,
                                      PinkVersion version)
{
    if (hasCount(header.kind) && header.count == 0 && version == PinkVersion::One)
        return failure(ErrorKind::InvalidArgument,
                       path.string() + ": expected at least one image in a PINK file of version 1");
    if (header.count > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        return failure(ErrorKind::InvalidArgument,
                       path.string() + ": expected at most 2^31 - 1 images in a PINK file, found " +
                           std::to_string(header.count));
    PinkWriter writer(path, header, version);
    const PackedBytes bytes =
        version == PinkVersion::One ? headerOfVersion1(header) : headerOfVersion2(header);
    if (auto done = writer.write(bytes.bytes(), 0); !done)
        return failure(done.error());
    return writer;
}

Result<void> PinkWriter::append(std::span<const float> values)
{
    CHECK(m_kind != PinkKind::Transforms);
    if (m_kind != PinkKind::Mapping || m_version == PinkVersion::Two)
        return write(std::as_bytes(values), values.size());
    std::vector<float> squares(values.begin(), values.end()); // what version 1 has for distances
    for (float &value : squares)
        value *= value;
    return write(std::as_bytes(std::span(squares)), squares.size());
}

Result<void> PinkWriter::append(std::span<const std::uint8_t> flip, std::span<const float> angleRad)
{
    CHECK(m_kind == PinkKind::Transforms);
    if (flip.size() != angleRad.size())
        return failure(ErrorKind::InvalidArgument,
                       m_pending.path().string() + ": expected as many flips as " +
                           std::to_string(angleRad.size()) + " angles, found " + std::to_string(flip.size()));
    PackedBytes bytes;
    for (std::size_t i = 0; i < flip.size(); ++i)
    {
        bytes.value(flip[i]);
        bytes.value(angleRad[i]);
    }
    return write(bytes.bytes(), flip.size());
}

Result<void> PinkWriter::finish()
{
    if (m_count != m_expected)
        return wrongCount(m_count);
    m_file.close();
    if (auto done = checkFile(); !done)
        return done;
    return m_pending.commit();
}

Result<void> PinkWriter::write(std::span<const std::byte> bytes, std::size_t values)
{
    if (values > m_expected - m_count)
        return wrongCount(m_count + values);
    m_file.write(reinterpret_cast<const char *>(bytes.data()), // NOLINT: bytes as chars
                 static_cast<std::streamsize>(bytes.size()));
    m_count += values;
    return checkFile();
}

Result<void> PinkWriter::checkFile() const
{
    if (m_file)
        return {};
    return failure(ErrorKind::WriteFailed,
                   m_pending.path().string() + ": cannot write (disk full or folder read-only?)");
}

tl::unexpected<Error> PinkWriter::wrongCount(std::size_t found) const
{
    return failure(ErrorKind::InvalidArgument, m_pending.path().string() + ": expected " +
                                                   std::to_string(m_expected) +
                                                   " values for the shape, found " + std::to_string(found));
}

Result<void> writePink(const std::filesystem::path &path, const PinkImages &images, PinkVersion version)
{
    return writeWhole(path, {PinkKind::Images, images.count, {}, images.shape}, version,
                      std::span<const float>(images.values));
}

Result<void> writePink(const std::filesystem::path &path, const PinkMap &map, PinkVersion version)
{
    return writeWhole(path, {PinkKind::Map, 0, map.layout, map.shape}, version,
                      std::span<const float>(map.prototypes));
}

Result<void> writePink(const std::filesystem::path &path, const PinkMapping &mapping, PinkVersion version)
{
    return writeWhole(path, {PinkKind::Mapping, mapping.sources, mapping.layout, {}}, version,
                      std::span<const float>(mapping.distances));
}

Result<void> writePink(const std::filesystem::path &path, const PinkTransforms &transforms,
                       PinkVersion version)
{
    return writeWhole(path, {PinkKind::Transforms, transforms.sources, transforms.layout, {}}, version,
                      std::span<const std::uint8_t>(transforms.flip),
                      std::span<const float>(transforms.angleRad));
}

} // namespace somnium::io
