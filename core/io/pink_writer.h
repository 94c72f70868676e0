// SPDX-License-Identifier: GPL-3.0-or-later
// Writes PINK's binary files, versions 1 and 2 (SOM.md section 8). Little-endian, packed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>

#include "core/base/atomic_file.h"
#include "core/base/result.h"
#include "core/data/image.h"
#include "core/io/pink.h"
#include "core/som/layout.h"

namespace somnium::io
{

enum class PinkVersion
{
    One, ///< of PINK before 2.0; holds at least one image or source
    Two,
};

/// What stands before the values of a PINK file.
struct PinkHeader
{
    PinkKind kind = PinkKind::Images;
    std::size_t count = 0;  ///< images or sources; not of a map
    som::MapLayout layout;  ///< not of images
    data::ImageShape shape; ///< of an image or a neuron; not of mappings and transforms
};

/// Writes a PINK file front to back, for values that are made, or read, in parts: memory does not grow with
/// the file. `path` is replaced by `finish`; without it nothing is left. Errors name `path`.
class PinkWriter
{
public:
    [[nodiscard]] static Result<PinkWriter> create(const std::filesystem::path &path,
                                                   const PinkHeader &header,
                                                   PinkVersion version = PinkVersion::Two);

    /// The next values, any number of them: pixels, or distances as PinkMapping has them.
    [[nodiscard]] Result<void> append(std::span<const float> values);
    /// The next transforms, as PinkTransforms has them.
    [[nodiscard]] Result<void> append(std::span<const std::uint8_t> flip, std::span<const float> angleRad);
    /// Fails (InvalidArgument) unless the header's number of values was appended.
    [[nodiscard]] Result<void> finish();

private:
    PinkWriter(const std::filesystem::path &path, const PinkHeader &header, PinkVersion version);
    [[nodiscard]] Result<void> write(std::span<const std::byte> bytes, std::size_t values);
    [[nodiscard]] Result<void> checkFile() const;
    [[nodiscard]] tl::unexpected<Error> wrongCount(std::size_t found) const;

    PendingFile m_pending;
    std::ofstream m_file;
    PinkKind m_kind = PinkKind::Images;
    PinkVersion m_version = PinkVersion::Two;
    std::size_t m_expected = 0; ///< values, or transforms
    std::size_t m_count = 0;
};

/// Whole files. What is written reads back equal, but for the periodic edges of a layout, which no file
/// holds, and in version 1 for sides of 1 at its end.
[[nodiscard]] Result<void> writePink(const std::filesystem::path &path, const PinkImages &images,
                                     PinkVersion version = PinkVersion::Two);
[[nodiscard]] Result<void> writePink(const std::filesystem::path &path, const PinkMap &map,
                                     PinkVersion version = PinkVersion::Two);
[[nodiscard]] Result<void> writePink(const std::filesystem::path &path, const PinkMapping &mapping,
                                     PinkVersion version = PinkVersion::Two);
[[nodiscard]] Result<void> writePink(const std::filesystem::path &path, const PinkTransforms &transforms,
                                     PinkVersion version = PinkVersion::Two);

} // namespace somnium::io
