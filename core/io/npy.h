// SPDX-License-Identifier: GPL-3.0-or-later
// NumPy's .npy arrays of integers, floats (2, 4 or 8 bytes) or booleans in either byte order, C or Fortran
// order; [h, w], [n, h, w] and [n, c, h, w] as images. Row 0 of the array is row 0 of the image.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::io
{

/// An array of any axes whose values are decoded one by one. Borrows the file's bytes.
class NpyArray
{
public:
    /// Errors say "expected ..., found ...".
    [[nodiscard]] static Result<NpyArray> open(std::span<const std::byte> bytes);

    [[nodiscard]] const std::vector<std::size_t> &shape() const { return m_shape; } ///< the slowest first
    /// Values of all axes together; 0 if one is empty.
    [[nodiscard]] std::size_t size() const { return m_size; }
    /// The value at a place counted with the last axis fastest, whatever the order in the file.
    [[nodiscard]] double at(std::size_t index) const;

private:
    friend class NpyImages;
    using Decode = double (*)(const std::byte *);

    std::span<const std::byte> m_values;
    std::vector<std::size_t> m_shape;
    std::size_t m_size = 0;
    std::size_t m_valueBytes = 0;
    bool m_isFortranOrder = false;
    Decode m_decode = nullptr;
};

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
    NpyArray m_array;
    std::size_t m_count = 0;
    data::ImageShape m_shape;
};

[[nodiscard]] bool isNpy(std::span<const std::byte> bytes);

} // namespace somnium::io
