// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plain pixels are converted here: they are a byte swap and a scaling. CFITSIO, which would do it too, keeps
// global tables behind one lock and is not safe on hostile headers; it decodes the tile-compressed images,
// behind the checks of fits_tile_repacker.cpp.
#include "core/io/fits_image.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/bytes.h"
#include "core/io/big_endian.h"
#include "core/io/fits_header.h"
#include "core/io/fits_tiles.h"
#include "core/io/fits_wcs_cards.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

constexpr float kNoValue = std::numeric_limits<float>::quiet_NaN();

std::string describe(const std::vector<std::size_t> &axes)
{
    std::string text;
    for (const std::size_t length : axes)
        text += (text.empty() ? "" : " x ") + std::to_string(length);
    return text;
}

/// Which axes of the file become columns, rows and channels.
struct AxisChoice
{
    data::ImageShape shape;
    bool isFirstTwo = true; ///< columns and rows are the file's axes 1 and 2
};

Result<AxisChoice> chooseAxes(const std::vector<std::size_t> &axes)
{
    const auto refuse = [&axes](const std::string &found) {
        return failure(ErrorKind::Unsupported,
                       "expected a 2-D image, or up to " + std::to_string(kMaxChannels) +
                           " of them along a third axis, found " + found + " (" + describe(axes) + ")");
    };
    if (std::find(axes.begin(), axes.end(), std::size_t{0}) != axes.end())
        return refuse("an axis without pixels");
    // Radio images come with axes of length 1 for frequency and Stokes; drop them, the last ones first.
    std::vector<std::size_t> kept(axes.size());
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    for (std::size_t i = axes.size(); i-- > 0 && kept.size() > 2;)
        if (axes[i] == 1)
            kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
    if (kept.size() < 2)
        return refuse("one axis");
    if (kept.size() > 3 || (kept.size() == 3 && axes[kept[2]] > kMaxChannels))
        return refuse(kept.size() > 3 ? "more than three axes" : "a cube");

    AxisChoice choice;
    choice.shape = {kept.size() == 3 ? axes[kept[2]] : 1, axes[kept[1]], axes[kept[0]]};
    choice.isFirstTwo = kept[0] == 0 && kept[1] == 1;
    return choice;
}

struct Scaling
{
    double scale = 1.0;
    double zero = 0.0;
    std::optional<std::int64_t> blank; ///< integers only
};

float finiteOrNoValue(double value)
{
    const auto narrowed = static_cast<float>(value);
    return std::isfinite(narrowed) ? narrowed : kNoValue;
}

template <class T>
void convert(std::span<const std::byte> data, const Scaling &scaling, std::vector<float> &pixels)
{
    for (std::size_t i = 0; i < pixels.size(); ++i)
    {
        const T stored = bigEndianAt<T>(data, i * sizeof(T));
        if constexpr (std::is_integral_v<T>)
        {
            if (scaling.blank && static_cast<std::int64_t>(stored) == *scaling.blank)
            {
                pixels[i] = kNoValue;
                continue;
            }
        }
        pixels[i] = finiteOrNoValue(static_cast<double>(stored) * scaling.scale + scaling.zero);
    }
}

Result<std::vector<float>> readPlainImage(const ParsedFitsHdu &hdu)
{
    const std::int64_t bitpix = hdu.header.integer("BITPIX").value_or(0);
    if (hdu.isTruncated())
        return failure(ErrorKind::Malformed, "expected " + std::to_string(hdu.dataBytes) +
                                                 " bytes of pixels, found " +
                                                 std::to_string(hdu.data.size()));
    std::size_t count = 1; // does not overflow: the data are there
    for (const std::size_t length : hdu.axes)
        count *= length;
    Scaling scaling;
    scaling.scale = hdu.header.number("BSCALE").value_or(1.0);
    scaling.zero = hdu.header.number("BZERO").value_or(0.0);
    scaling.blank = hdu.header.integer("BLANK");

    std::vector<float> pixels(count);
    switch (bitpix)
    {
    case 8: convert<std::uint8_t>(hdu.data, scaling, pixels); break;
    case 16: convert<std::int16_t>(hdu.data, scaling, pixels); break;
    case 32: convert<std::int32_t>(hdu.data, scaling, pixels); break;
    case 64: convert<std::int64_t>(hdu.data, scaling, pixels); break;
    case -32: convert<float>(hdu.data, scaling, pixels); break;
    default: convert<double>(hdu.data, scaling, pixels); break;
    }
    return pixels;
}

bool isPlainImage(const ParsedFitsHdu &hdu)
{
    const std::string kind = hdu.kind();
    return kind == "PRIMARY" || kind == "IMAGE" || kind == "IUEIMAGE";
}

Result<void> checkNoGroups(const ParsedFitsHdu &hdu)
{
    if (hdu.header.isTrue("GROUPS") && hdu.axes.size() > 1 && hdu.axes.front() == 0)
        return failure(ErrorKind::Unsupported, "expected an image, found random groups (visibilities)");
    if (hdu.header.integer("GCOUNT").value_or(1) != 1)
        return failure(ErrorKind::Malformed, "expected GCOUNT = 1, found " + hdu.header.raw("GCOUNT"));
    return {};
}

Result<LoadedImage> readHduImage(const ParsedFitsHdu &hdu, const data::SourceOrigin &origin)
{
    if (const auto whole = checkNoGroups(hdu); !whole)
        return failure(whole.error());
    const bool isCompressed = isCompressedImage(hdu);
    const auto axes = isCompressed ? compressedAxes(hdu) : hdu.axes;
    if (!axes)
        return failure(axes.error());
    const auto choice = chooseAxes(*axes);
    if (!choice)
        return failure(choice.error());
    auto pixels = isCompressed ? readCompressedImage(hdu) : readPlainImage(hdu);
    if (!pixels)
        return failure(pixels.error());

    LoadedImage loaded;
    loaded.origin = origin;
    loaded.image = data::Image(choice->shape, std::move(*pixels));
    if (choice->isFirstTwo)
        loaded.wcsCards = wcsCardsOf(hdu.header, *axes);
    loaded.objectName = hdu.header.text("OBJECT").value_or("");
    return loaded;
}

/// What the HDUs of a file without images are, for the message.
std::string contentsOf(const FitsStructure &structure)
{
    std::string text;
    for (const ParsedFitsHdu &hdu : structure.hdus)
        text += (text.empty() ? "" : "; ") + (hdu.axes.empty()
                                                  ? "HDU " + std::to_string(hdu.number) + ": NAXIS = 0"
                                                  : "HDU " + std::to_string(hdu.number) + ": " + hdu.kind());
    return text.empty() ? "no HDU" : text;
}

} // namespace

Result<std::vector<float>> readFitsPixels(const ParsedFitsHdu &hdu)
{
    if (!isPlainImage(hdu) || hdu.axes.empty())
        return failure(ErrorKind::Unsupported,
                       "expected a plain image, found " + (hdu.axes.empty() ? "NAXIS = 0" : hdu.kind()));
    if (const auto whole = checkNoGroups(hdu); !whole)
        return failure(whole.error());
    const bool isBare =
        hdu.header.integer("BITPIX") == -32 && !hdu.header.has("BSCALE") && !hdu.header.has("BZERO");
    if (!isBare || hdu.isTruncated())
        return readPlainImage(hdu);
    std::vector<float> pixels(hdu.data.size() / sizeof(float));
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = bigEndianAt<float>(hdu.data, i * sizeof(float));
    return pixels;
}

void visitFitsImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                     const ImageReceiver &receiver, int onlyHdu)
{
    const FitsStructure structure = readFitsStructure(bytes);
    bool isSilent = true;
    for (const ParsedFitsHdu &hdu : structure.hdus)
    {
        const bool isImage = isCompressedImage(hdu) || (isPlainImage(hdu) && !hdu.axes.empty());
        if (!isImage || (onlyHdu != 0 && hdu.number != onlyHdu))
            continue;
        isSilent = false;
        data::SourceOrigin place = origin;
        place.hdu = hdu.number;
        auto loaded = readHduImage(hdu, place);
        if (!loaded)
            receiver.onProblem(problemAt(place, loaded.error().message));
        else if (!receiver.onImage(std::move(*loaded)))
            return;
    }
    data::SourceOrigin place = origin;
    if (structure.end && onlyHdu == 0)
    {
        place.hdu = structure.endHdu;
        receiver.onProblem(problemAt(place, structure.end->message));
    }
    else if (isSilent)
        receiver.onProblem({origin, "at least one image", contentsOf(structure)});
}

} // namespace somnium::io
