// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "core/base/atomic_file.h"
#include "core/base/bytes.h"
#include "core/io/fits_hdu_writer.h"

namespace somnium::io
{

namespace
{

constexpr std::size_t kCardLength = 80;
constexpr std::size_t kMaxAxes = 9;

Result<void> checked(int status)
{
    if (status != 0)
        return failure(ErrorKind::WriteFailed, "FITS: " + fitsReason(status));
    return {};
}

bool isKeyword(std::string_view keyword)
{
    return !keyword.empty() && keyword.size() <= 8 && std::all_of(keyword.begin(), keyword.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// A real number as FITS wants it: shortest digits that read back equal, with a point, exponent in capitals.
std::string realText(double value)
{
    std::array<char, 40> digits{};
    char *const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    std::string text(digits.data(), end);
    std::replace(text.begin(), text.end(), 'e', 'E');
    if (text.find_first_of(".E") == std::string::npos)
        text += ".0";
    return text;
}

std::string fixedCard(const std::string &keyword, const std::string &value, const std::string &comment)
{
    std::string card = keyword + std::string(8 - keyword.size(), ' ') + "= ";
    card += std::string(value.size() < 20 ? 20 - value.size() : 0, ' ') + value;
    if (!comment.empty())
        card += " / " + comment;
    card.resize(std::min(card.size(), kCardLength));
    return card;
}

Result<void> writeCard(fitsfile *file, const FitsCard &card)
{
    if (!isKeyword(card.keyword))
        return failure(ErrorKind::InvalidArgument,
                       "FITS keyword '" + card.keyword + "': expected 1 to 8 of A-Z 0-9 - _");
    const std::string comment = fitsText(card.comment);
    if (const auto *text = std::get_if<std::string>(&card.value))
        return writeTextCard(file, card.keyword, *text, comment);
    int status = 0;
    const auto *real = std::get_if<double>(&card.value);
    if (real != nullptr && !std::isfinite(*real))
        return {}; // FITS headers have no NaN, and a card without a value tells nothing
    std::string value;
    if (real != nullptr)
        value = realText(*real);
    else if (const auto *integer = std::get_if<std::int64_t>(&card.value))
        value = std::to_string(*integer);
    else
        value = std::get<bool>(card.value) ? "T" : "F";
    fits_write_record(file, fixedCard(card.keyword, value, comment).c_str(), &status);
    return checked(status);
}

/// Cards that describe the data of the file they were taken from, not those being written.
bool isStructural(std::string_view keyword)
{
    constexpr std::array<std::string_view, 18> kNames = {
        "SIMPLE", "BITPIX",   "EXTEND",  "END",      "BSCALE",  "BZERO",  "BLANK",   "BUNIT",  "PCOUNT",
        "GCOUNT", "XTENSION", "EXTNAME", "CHECKSUM", "DATASUM", "GROUPS", "TFIELDS", "ZIMAGE", ""};
    return keyword.starts_with("NAXIS") || std::find(kNames.begin(), kNames.end(), keyword) != kNames.end() ||
           keyword == "COMMENT" || keyword == "HISTORY" || keyword == "CONTINUE";
}

Result<void> writeWcsCards(fitsfile *file, std::string_view cards)
{
    int status = 0;
    for (std::size_t offset = 0; offset < cards.size() && status == 0; offset += kCardLength)
    {
        const std::string card = fitsText(cards.substr(offset, kCardLength));
        const std::string_view keyword =
            std::string_view(card).substr(0, std::min<std::size_t>(8, card.find(' ')));
        if (card.size() > 8 && card[8] == '=' && isKeyword(keyword) && !isStructural(keyword))
            fits_write_record(file, card.c_str(), &status);
    }
    return checked(status);
}

} // namespace

std::string fitsText(std::string_view utf8)
{
    std::string ascii;
    ascii.reserve(utf8.size());
    for (const char c : utf8)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 && byte < 0xC0)
            continue; // the rest of a character whose first byte became '?'
        if (byte >= 0x80)
            ascii += '?';
        else
            ascii += (byte < 0x20 || byte == 0x7F) ? ' ' : c;
    }
    return ascii;
}

Result<void> writeTextCard(fitsfile *file, const std::string &keyword, const std::string &value,
                           const std::string &comment)
{
    int status = 0;
    const std::string text = fitsText(value);
    constexpr std::size_t kLongestInOneCard = 68;
    const auto quotes = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\''));
    if (text.size() + quotes > kLongestInOneCard)
        fits_write_key_longwarn(file, &status);
    fits_write_key_longstr(file, keyword.c_str(), text.c_str(), comment.empty() ? nullptr : comment.c_str(),
                           &status);
    return checked(status);
}

Result<void> writeHeaderCards(fitsfile *file, const FitsHeader &header)
{
    if (!header.extensionName.empty())
        if (auto done = writeTextCard(file, "EXTNAME", header.extensionName, "name of this HDU"); !done)
            return done;
    if (!header.unit.empty())
        if (auto done = writeTextCard(file, "BUNIT", header.unit, "unit of the pixels"); !done)
            return done;
    if (auto done = writeWcsCards(file, header.wcsCards); !done)
        return done;
    for (const FitsCard &card : header.cards)
        if (auto done = writeCard(file, card); !done)
            return done;
    int status = 0;
    for (const std::string &comment : header.comments)
        fits_write_comment(file, fitsText(comment).c_str(), &status);
    for (const std::string &line : header.history)
        fits_write_history(file, fitsText(line).c_str(), &status);
    return checked(status);
}

// FITS standard 4.0, section 4.4.2.7 and appendix J: CHECKSUM makes the sum of the whole HDU minus zero.
Result<void> writeChecksums(fitsfile *file)
{
    int status = 0;
    fits_write_key_str(file, "DATASUM", "0", "checksum of the data", &status);
    fits_write_key_str(file, "CHECKSUM", "0000000000000000", "checksum of this HDU", &status);
    fits_flush_file(file, &status); // ends the header and pads the data, so that the sums are final
    unsigned long dataSum = 0;
    unsigned long hduSum = 0;
    fits_get_chksum(file, &dataSum, &hduSum, &status);
    fits_modify_key_str(file, "DATASUM", std::to_string(dataSum).c_str(), "&", &status);
    fits_get_chksum(file, &dataSum, &hduSum, &status);
    std::array<char, 17> encoded{};
    fits_encode_chksum(hduSum, 1, encoded.data());
    fits_modify_key_str(file, "CHECKSUM", encoded.data(), "&", &status);
    return checked(status);
}

Result<void> appendImageHdu(fitsfile *file, const FitsImageHdu &hdu)
{
    std::optional<std::size_t> count = hdu.axes.empty() ? std::nullopt : std::optional<std::size_t>(1);
    for (const std::size_t axis : hdu.axes)
        count = count ? checkedProduct(*count, axis) : std::nullopt;
    if (!count || *count != hdu.pixels.size() || hdu.axes.size() > kMaxAxes)
        return failure(ErrorKind::InvalidArgument,
                       "FITS image: expected 1 to 9 axes whose product is the number of pixels, found " +
                           std::to_string(hdu.axes.size()) + " axes for " +
                           std::to_string(hdu.pixels.size()) + " pixels");
    std::vector<LONGLONG> axes(hdu.axes.begin(), hdu.axes.end());
    int status = 0;
    fits_create_imgll(file, FLOAT_IMG, static_cast<int>(axes.size()), axes.data(), &status);
    if (auto done = checked(status); !done)
        return done;
    if (auto done = writeHeaderCards(file, hdu.header); !done)
        return done;
    if (!hdu.pixels.empty()) // CFITSIO takes a pointer to what may change, and does not change it
        fits_write_img(file, TFLOAT, 1, static_cast<LONGLONG>(hdu.pixels.size()),
                       const_cast<float *>(hdu.pixels.data()), &status);
    if (auto done = checked(status); !done)
        return done;
    return writeChecksums(file);
}

namespace
{

Result<void> appendHdus(fitsfile *file, const std::vector<FitsHdu> &hdus)
{
    if (hdus.empty())
        return failure(ErrorKind::InvalidArgument, "a FITS file needs at least one HDU");
    for (const FitsHdu &hdu : hdus)
    {
        const auto *image = std::get_if<FitsImageHdu>(&hdu);
        if (auto done = image != nullptr ? appendImageHdu(file, *image)
                                         : appendTableHdu(file, std::get<FitsTableHdu>(hdu));
            !done)
            return done;
    }
    return {};
}

} // namespace

FitsImageHdu imageHdu(const data::ImageView &image, FitsHeader header)
{
    FitsImageHdu hdu{image.pixels(), {image.columns(), image.rows()}, std::move(header)};
    if (image.channels() != 1)
        hdu.axes.push_back(image.channels());
    return hdu;
}

Result<void> writeFitsFile(const std::filesystem::path &path, const std::vector<FitsHdu> &hdus)
{
    return replaceFile(path, [&hdus, &path](const std::filesystem::path &temporary) -> Result<void> {
        auto file = FitsHandle::createFile(temporary);
        if (!file)
            return failure(file.error());
        if (auto done = appendHdus(file->get(), hdus); !done)
            return failure(done.error().kind, path.string() + ": " + done.error().message);
        return file->close();
    });
}

Result<std::vector<std::byte>> fitsBytes(const std::vector<FitsHdu> &hdus)
{
    auto file = FitsHandle::createInMemory();
    if (!file)
        return failure(file.error());
    if (auto done = appendHdus(file->get(), hdus); !done)
        return failure(done.error());
    return file->takeBytes();
}

Result<void> writeFitsImage(const std::filesystem::path &path, const data::ImageView &image,
                            const FitsHeader &header)
{
    return writeFitsFile(path, {imageHdu(image, header)});
}

Result<std::vector<std::byte>> fitsImageBytes(const data::ImageView &image, const FitsHeader &header)
{
    return fitsBytes({imageHdu(image, header)});
}

} // namespace somnium::io
