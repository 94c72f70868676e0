// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/raster.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/base/bytes.h"
#include "core/io/crc32.h"

namespace somnium::io
{

namespace
{

constexpr std::array<std::uint8_t, 8> kPngMagic = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::array<std::uint8_t, 3> kJpegMagic = {0xFF, 0xD8, 0xFF};
/// Larger pictures are not cutouts of sources; OpenCV itself refuses above 2^30.
constexpr std::size_t kMaxPixels = std::size_t{1} << 28U;

template <std::size_t kSize>
bool startsWith(std::span<const std::byte> bytes, const std::array<std::uint8_t, kSize> &magic)
{
    if (bytes.size() < kSize)
        return false;
    for (std::size_t i = 0; i < kSize; ++i)
        if (std::to_integer<std::uint8_t>(bytes[i]) != magic[i])
            return false;
    return true;
}

std::size_t bigEndian(std::span<const std::byte> bytes, std::size_t offset, std::size_t count)
{
    std::size_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = (value << 8U) | std::to_integer<std::size_t>(bytes[offset + i]);
    return value;
}

using Size = std::pair<std::size_t, std::size_t>;

/// Width and height from the IHDR chunk, which must come first.
std::optional<Size> pngSize(std::span<const std::byte> bytes)
{
    constexpr std::size_t kWidthAt = 16;
    if (bytes.size() < kWidthAt + 8)
        return std::nullopt;
    return Size(bigEndian(bytes, kWidthAt, 4), bigEndian(bytes, kWidthAt + 4, 4));
}

/// Every chunk whole up to IEND. libpng, as OpenCV uses it, prints what is wrong with a damaged file; such
/// files do not get that far.
bool isWholePng(std::span<const std::byte> bytes)
{
    constexpr std::size_t kFrame = 12; // length, type, CRC
    std::size_t place = kPngMagic.size();
    while (bytes.size() - place >= kFrame)
    {
        const std::size_t length = bigEndian(bytes, place, 4);
        if (length > bytes.size() - place - kFrame)
            return false;
        if (crc32(bytes.subspan(place + 4, length + 4)) != bigEndian(bytes, place + 8 + length, 4))
            return false;
        constexpr std::size_t kEnd = 0x49454E44; // "IEND"
        if (bigEndian(bytes, place + 4, 4) == kEnd)
            return true;
        place += kFrame + length;
    }
    return false;
}

/// Width and height from the first start-of-frame segment.
std::optional<Size> jpegSize(std::span<const std::byte> bytes)
{
    std::size_t place = 2;
    while (place + 9 <= bytes.size())
    {
        if (bytes[place] != std::byte{0xFF})
            return std::nullopt;
        const auto marker = std::to_integer<unsigned>(bytes[place + 1]);
        const bool isFrame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (isFrame)
            return Size(bigEndian(bytes, place + 7, 2), bigEndian(bytes, place + 5, 2));
        const bool isFill = marker == 0xFF;
        place += isFill ? 1 : 2 + bigEndian(bytes, place + 2, 2);
    }
    return std::nullopt;
}

data::Image toImage(const cv::Mat &picture)
{
    const auto rows = static_cast<std::size_t>(picture.rows);
    const auto columns = static_cast<std::size_t>(picture.cols);
    const auto stored = static_cast<std::size_t>(picture.channels());
    const std::size_t channels = stored >= 3 ? 3 : 1;
    data::Image image(data::ImageShape{channels, rows, columns});
    for (std::size_t row = 0; row < rows; ++row)
    {
        const float *line = picture.ptr<float>(static_cast<int>(rows - 1 - row));
        for (std::size_t column = 0; column < columns; ++column)
            for (std::size_t channel = 0; channel < channels; ++channel)
                // OpenCV keeps blue first.
                image.at(row, column, channel) = line[column * stored + (channels - 1 - channel)];
    }
    return image;
}

} // namespace

bool isRaster(std::span<const std::byte> bytes)
{
    return startsWith(bytes, kPngMagic) || startsWith(bytes, kJpegMagic);
}

Result<data::Image> readRaster(std::span<const std::byte> bytes)
{
    const auto size = startsWith(bytes, kPngMagic) ? pngSize(bytes) : jpegSize(bytes);
    const auto pixels = size ? checkedProduct(size->first, size->second) : std::nullopt;
    const std::size_t kMaxBytes = std::numeric_limits<int>::max();
    if (!pixels || *pixels == 0 || *pixels > kMaxPixels || bytes.size() > kMaxBytes)
        return failure(
            ErrorKind::Malformed,
            "expected a picture of 1 to " + std::to_string(kMaxPixels) + " pixels, found " +
                (size ? std::to_string(size->first) + " x " + std::to_string(size->second) : "no size"));
    if (startsWith(bytes, kPngMagic) && !isWholePng(bytes))
        return failure(ErrorKind::Malformed, "expected a whole PNG file, found a cut or damaged one");
    try
    {
        const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1,
                              const_cast<std::byte *>(bytes.data())); // NOLINT: cv::Mat has no const view
        cv::Mat picture = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
        if (picture.empty())
            return failure(ErrorKind::Malformed, "expected a picture that decodes, found damaged data");
        picture.convertTo(picture, CV_32F);
        return toImage(picture);
    }
    catch (const cv::Exception &problem)
    {
        return failure(ErrorKind::Malformed, "expected a picture that decodes, found: " + problem.err);
    }
}

} // namespace somnium::io
