// SPDX-License-Identifier: GPL-3.0-or-later
// NumPy's .npy arrays as images: [h, w], [n, h, w] or [n, c, h, w] of integers, floats (2, 4 or 8 bytes) or
// booleans in either byte order, C or Fortran order. Row 0 of the array is row 0 of the image.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::io
{

/// An array of images that is decoded image by image. Borrows the file's bytes.
class NpyImages
{
public:
    /// Errors say "expected ..., found ...".
    [[nodiscard]] static Result<NpyImages> open(std::span<const std::byte> bytes);

    [[nodiscard]] std::size_t count() const { return m_count; }
    [[nodiscard]] data::ImageShape shape() const { return m_shape; }
    [[nodiscard]] data::Image image(std::size_t index) const;

private:
    using Decode = float (*)(const std::byte *);

    std::span<const std::byte> m_values;
    std::size_t m_count = 0;
    data::ImageShape m_shape;
    std::size_t m_valueBytes = 0;
    bool m_isFortranOrder = false;
    Decode m_decode = nullptr;
};

[[nodiscard]] bool isNpy(std::span<const std::byte> bytes);

} // namespace somnium::io
