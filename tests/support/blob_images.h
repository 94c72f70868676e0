// SPDX-License-Identifier: GPL-3.0-or-later
// Small random images without symmetry, for tests of the invariant map.
#pragma once

#include <cstddef>

#include "core/base/random.h"
#include "core/data/image.h"
#include "core/data/sample_store.h"

namespace somnium::test
{

/// `blobs` Gaussians of random place, width and height within the disc, per channel; smooth on the pixel
/// scale.
[[nodiscard]] data::Image blobImage(const data::ImageShape &shape, std::size_t blobs, Random &random);

[[nodiscard]] data::MemorySamples blobSamples(const data::ImageShape &shape, std::size_t count,
                                              Random &random);

/// Turned by `quarters` x 90 degrees from the column axis towards the row axis, pixel by pixel (square
/// images).
[[nodiscard]] data::Image quarterTurned(const data::ImageView &image, unsigned quarters);
/// Rows reversed.
[[nodiscard]] data::Image rowsFlipped(const data::ImageView &image);

} // namespace somnium::test
