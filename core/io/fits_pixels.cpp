// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_pixels.h"

#include <cmath>
#include <limits>
#include <utility>

#include "core/io/big_endian.h"
#include "core/io/fits_tiles.h"
#include "core/io/problem.h"

namespace somnium::io
{

bool isFitsImage(const ParsedFitsHdu &hdu)
{
    const std::string kind = hdu.kind();
    const bool isPlain = kind == "PRIMARY" || kind == "IMAGE" || kind == "IUEIMAGE";
    return isCompressedImage(hdu) || (isPlain && !hdu.axes.empty());
}

Result<FitsPixels> FitsPixels::open(const ParsedFitsHdu &hdu)
{
    FitsPixels pixels;
    if (isCompressedImage(hdu))
    {
        auto axes = compressedAxes(hdu);
        if (!axes)
            return failure(axes.error());
        auto unpacked = readCompressedImage(hdu);
        if (!unpacked)
            return failure(unpacked.error());
        pixels.m_axes = std::move(*axes);
        pixels.m_unpacked = std::move(*unpacked);
        pixels.m_size = pixels.m_unpacked.size();
        return pixels;
    }
    if (!isFitsImage(hdu))
        return failure(ErrorKind::Unsupported,
                       "expected an image, found " + (hdu.axes.empty() ? "NAXIS = 0" : hdu.kind()));
    if (hdu.header.isTrue("GROUPS") && hdu.axes.size() > 1 && hdu.axes.front() == 0)
        return failure(ErrorKind::Unsupported, "expected an image, found random groups (visibilities)");
    if (hdu.header.integer("GCOUNT").value_or(1) != 1)
        return expectedButFound("GCOUNT = 1", hdu.header.raw("GCOUNT"));
    if (hdu.isTruncated())
        return expectedButFound(std::to_string(hdu.dataBytes) + " bytes of pixels",
                                std::to_string(hdu.data.size()));
    pixels.m_bytes = hdu.data;
    pixels.m_axes = hdu.axes;
    pixels.m_size = 1; // does not overflow: the data are there
    for (const std::size_t length : hdu.axes)
        pixels.m_size *= length;
    pixels.m_bitpix = hdu.header.integer("BITPIX").value_or(0);
    pixels.m_scale = hdu.header.number("BSCALE").value_or(1.0);
    pixels.m_zero = hdu.header.number("BZERO").value_or(0.0);
    if (pixels.m_bitpix > 0)
        pixels.m_blank = hdu.header.integer("BLANK");
    return pixels;
}

double FitsPixels::at(std::size_t index) const
{
    std::int64_t stored = 0;
    switch (m_bitpix)
    {
    case 0: return static_cast<double>(m_unpacked[index]);
    case -32: return static_cast<double>(bigEndianAt<float>(m_bytes, 4 * index)) * m_scale + m_zero;
    case -64: return bigEndianAt<double>(m_bytes, 8 * index) * m_scale + m_zero;
    case 8: stored = std::to_integer<std::int64_t>(m_bytes[index]); break;
    case 16: stored = bigEndianAt<std::int16_t>(m_bytes, 2 * index); break;
    case 32: stored = bigEndianAt<std::int32_t>(m_bytes, 4 * index); break;
    default: stored = bigEndianAt<std::int64_t>(m_bytes, 8 * index); break;
    }
    if (m_blank && stored == *m_blank)
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(stored) * m_scale + m_zero;
}

} // namespace somnium::io
