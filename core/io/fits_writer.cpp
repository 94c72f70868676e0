// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/bytes.h"
#include "core/io/big_endian.h"
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

/// An error of CFITSIO, which does not say in which file.
Error naming(const std::filesystem::path &path, const Error &error)
{
    return {error.kind, path.string() + ": " + error.message};
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

// cite: FITS standard 4.0, appendix J.
std::uint32_t addChecksums(std::uint32_t a, std::uint32_t b)
{
    const std::uint32_t sum = a + b;
    return sum < a ? sum + 1 : sum;
}

namespace
{

/// Checksum of the current HDU's header, which must have its end.
Result<std::uint32_t> headerChecksum(fitsfile *file)
{
    int status = 0;
    LONGLONG begin = 0;
    LONGLONG end = 0;
    char *cards = nullptr;
    int count = 0;
    fits_get_hduaddrll(file, &begin, &end, nullptr, &status);
    fits_hdr2str(file, 0, nullptr, 0, &cards, &count, &status);
    if (auto done = checked(status); !done)
        return failure(done.error());
    std::string header(cards, static_cast<std::size_t>(count) * kCardLength);
    fits_free_memory(cards, &status);
    header.resize(static_cast<std::size_t>(end - begin), ' ');
    const auto bytes = std::as_bytes(std::span(header));
    std::uint32_t sum = 0;
    for (std::size_t offset = 0; offset < bytes.size(); offset += sizeof sum)
        sum = addChecksums(sum, bigEndianAt<std::uint32_t>(bytes, offset));
    return sum;
}

} // namespace

Result<void> reserveChecksums(fitsfile *file)
{
    int status = 0;
    fits_write_key_str(file, "DATASUM", "0", "checksum of the data", &status);
    fits_write_key_str(file, "CHECKSUM", "0000000000000000", "checksum of this HDU", &status);
    return checked(status);
}

// FITS standard 4.0, section 4.4.2.7 and appendix J: CHECKSUM makes the sum of the whole HDU minus zero.
Result<void> fillChecksums(fitsfile *file, std::uint32_t dataSum)
{
    int status = 0;
    fits_modify_key_str(file, "DATASUM", std::to_string(dataSum).c_str(), "&", &status);
    if (auto done = checked(status); !done)
        return done;
    const auto headerSum = headerChecksum(file);
    if (!headerSum)
        return failure(headerSum.error());
    std::array<char, 17> encoded{};
    fits_encode_chksum(addChecksums(dataSum, *headerSum), 1, encoded.data());
    fits_modify_key_str(file, "CHECKSUM", encoded.data(), "&", &status);
    return checked(status);
}

Result<void> writeChecksums(fitsfile *file)
{
    if (auto done = reserveChecksums(file); !done)
        return done;
    int status = 0;
    fits_flush_file(file, &status); // ends the header and pads the data, so that the sums are final
    unsigned long dataSum = 0;
    unsigned long hduSum = 0;
    fits_get_chksum(file, &dataSum, &hduSum, &status);
    if (auto done = checked(status); !done)
        return done;
    return fillChecksums(file, static_cast<std::uint32_t>(dataSum));
}

Result<FitsImageHduWriter> FitsImageHduWriter::begin(fitsfile *file, const std::vector<std::size_t> &axes,
                                                     const FitsHeader &header)
{
    std::optional<std::size_t> count = axes.empty() ? std::nullopt : std::optional<std::size_t>(1);
    for (const std::size_t axis : axes)
        count = count ? checkedProduct(*count, axis) : std::nullopt;
    if (!count || axes.size() > kMaxAxes)
        return failure(ErrorKind::InvalidArgument,
                       "FITS image: expected 1 to 9 axes and fewer than 2^64 pixels, found " +
                           std::to_string(axes.size()) + " axes");
    std::vector<LONGLONG> lengths(axes.begin(), axes.end());
    int status = 0;
    fits_create_imgll(file, FLOAT_IMG, static_cast<int>(lengths.size()), lengths.data(), &status);
    if (auto done = checked(status); !done)
        return failure(done.error());
    if (auto done = writeHeaderCards(file, header); !done)
        return failure(done.error());
    if (auto done = reserveChecksums(file); !done)
        return failure(done.error());
    return FitsImageHduWriter(file, *count);
}

tl::unexpected<Error> FitsImageHduWriter::wrongCount(std::size_t found) const
{
    return failure(ErrorKind::InvalidArgument, "FITS image: expected " + std::to_string(m_expected) +
                                                   " pixels for its axes, found " + std::to_string(found));
}

Result<void> FitsImageHduWriter::append(std::span<const float> pixels)
{
    if (pixels.size() > m_expected - m_count)
        return wrongCount(m_count + pixels.size());
    if (pixels.empty())
        return {};
    int status = 0;
    // CFITSIO takes a pointer to what may change, and does not change it.
    fits_write_img(m_file, TFLOAT, static_cast<LONGLONG>(m_count) + 1, static_cast<LONGLONG>(pixels.size()),
                   const_cast<float *>(pixels.data()), &status);
    for (const float pixel : pixels) // whose bits, most significant byte first, are a word of the file
        m_dataSum = addChecksums(m_dataSum, std::bit_cast<std::uint32_t>(pixel));
    m_count += pixels.size();
    return checked(status);
}

Result<void> FitsImageHduWriter::finish()
{
    if (m_count != m_expected)
        return wrongCount(m_count);
    int status = 0;
    fits_flush_file(m_file, &status); // ends the header and pads the data
    if (auto done = checked(status); !done)
        return done;
    return fillChecksums(m_file, m_dataSum);
}

Result<void> appendImageHdu(fitsfile *file, const FitsImageHdu &hdu)
{
    auto image = FitsImageHduWriter::begin(file, hdu.axes, hdu.header);
    if (!image)
        return failure(image.error());
    if (auto done = image->append(hdu.pixels); !done)
        return done;
    return image->finish();
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
            return failure(naming(path, done.error()));
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

struct FitsImageWriter::State
{
    PendingFile pending;
    FitsHandle file;
    FitsImageHduWriter image;
};

FitsImageWriter::FitsImageWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
FitsImageWriter::FitsImageWriter(FitsImageWriter &&) noexcept = default;
FitsImageWriter &FitsImageWriter::operator=(FitsImageWriter &&) noexcept = default;
FitsImageWriter::~FitsImageWriter() = default;

Result<FitsImageWriter> FitsImageWriter::create(const std::filesystem::path &path,
                                                const std::vector<std::size_t> &axes,
                                                const FitsHeader &header)
{
    PendingFile pending(path);
    auto file = FitsHandle::createFile(pending.temporary());
    if (!file)
        return failure(file.error());
    auto image = FitsImageHduWriter::begin(file->get(), axes, header);
    if (!image)
        return failure(naming(path, image.error()));
    return FitsImageWriter(std::make_unique<State>(State{std::move(pending), std::move(*file), *image}));
}

Result<void> FitsImageWriter::append(std::span<const float> pixels)
{
    if (auto done = m_state->image.append(pixels); !done)
        return failure(naming(m_state->pending.path(), done.error()));
    return {};
}

Result<void> FitsImageWriter::finish()
{
    auto done = m_state->image.finish();
    if (done)
        done = m_state->file.close();
    if (!done)
        return failure(naming(m_state->pending.path(), done.error()));
    return m_state->pending.commit();
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
