// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of a FITS image of any axes, one at a time and in double precision: wavelengths keep their digits,
// and of a cube only those pixels are decoded that are asked for. Internal to core/io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_header.h"

namespace somnium::io
{

class FitsPixels
{
public:
    /// Borrows the bytes of `hdu`; a tile-compressed image is unpacked whole. Errors say "expected ...,
    /// found ...".
    [[nodiscard]] static Result<FitsPixels> open(const ParsedFitsHdu &hdu);

    [[nodiscard]] const std::vector<std::size_t> &axes() const { return m_axes; } ///< the fastest first
    [[nodiscard]] std::size_t size() const { return m_size; }
    /// Scaled; NaN if undefined.
    [[nodiscard]] double at(std::size_t index) const;

private:
    std::span<const std::byte> m_bytes;
    std::vector<float> m_unpacked;
    std::vector<std::size_t> m_axes;
    std::size_t m_size = 0;
    std::int64_t m_bitpix = 0; ///< 0: unpacked
    double m_scale = 1.0;
    double m_zero = 0.0;
    std::optional<std::int64_t> m_blank;
};

/// True for an HDU that holds an image, plain or compressed, of at least one pixel's claim.
[[nodiscard]] bool isFitsImage(const ParsedFitsHdu &hdu);

} // namespace somnium::io
