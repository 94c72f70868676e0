// SPDX-License-Identifier: GPL-3.0-or-later
// Writes FITS files: images and cubes of floats, tables, with units, WCS, HISTORY and checksums. The same
// input gives the same bytes (no dates). What it writes passes fitsverify without a warning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/data/image.h"

namespace somnium::io
{

/// One header card. The keyword has at most 8 of A-Z 0-9 - _; a text longer than a card is
/// continued over several; a number that is not finite is left out.
struct FitsCard
{
    std::string keyword;
    std::variant<bool, std::int64_t, double, std::string> value;
    std::string comment; ///< units go here in brackets: "[arcsec] beam"
};

/// What a header says besides the shape of its data. Texts lose characters outside ASCII (written as '?').
struct FitsHeader
{
    std::string extensionName; ///< EXTNAME, empty: none
    std::string unit;          ///< BUNIT of an image, empty: none
    std::string wcsCards;      ///< cards of 80 characters each, as in data::Source::wcsCards
    std::vector<FitsCard> cards;
    std::vector<std::string> history;  ///< HISTORY, wrapped at 72 characters
    std::vector<std::string> comments; ///< COMMENT, likewise
};

/// A float image of 1 to 9 axes; axes[0] is NAXIS1, the fastest. `pixels` is borrowed until written.
struct FitsImageHdu
{
    std::span<const float> pixels;
    std::vector<std::size_t> axes;
    FitsHeader header;
};

/// A binary table.
struct FitsTableHdu
{
    data::Catalogue table;
    FitsHeader header; ///< an empty extensionName becomes the table's name
};

using FitsHdu = std::variant<FitsImageHdu, FitsTableHdu>;

/// The HDU of an image: 2-D, or 3-D with the channels as the third axis if there are several.
[[nodiscard]] FitsImageHdu imageHdu(const data::ImageView &image, FitsHeader header = {});

/// Writes the HDUs in this order, all in one file that replaces `path`. If the first is a table, an empty
/// primary HDU comes before it.
[[nodiscard]] Result<void> writeFitsFile(const std::filesystem::path &path, const std::vector<FitsHdu> &hdus);
/// The bytes of the same file.
[[nodiscard]] Result<std::vector<std::byte>> fitsBytes(const std::vector<FitsHdu> &hdus);

/// Writes a file of one image front to back, for images that are made, or read, in parts: memory does not
/// grow with the image. The file is that of writeFitsFile, byte for byte. `path` is replaced by `finish`;
/// without it nothing is left.
class FitsImageWriter
{
public:
    /// Axes as in FitsImageHdu.
    [[nodiscard]] static Result<FitsImageWriter>
    create(const std::filesystem::path &path, const std::vector<std::size_t> &axes, const FitsHeader &header);
    FitsImageWriter(FitsImageWriter &&) noexcept;
    FitsImageWriter &operator=(FitsImageWriter &&) noexcept;
    FitsImageWriter(const FitsImageWriter &) = delete;
    FitsImageWriter &operator=(const FitsImageWriter &) = delete;
    ~FitsImageWriter();

    /// The next pixels, any number of them.
    [[nodiscard]] Result<void> append(std::span<const float> pixels);
    /// Fails (InvalidArgument) unless the axes' number of pixels was appended.
    [[nodiscard]] Result<void> finish();

private:
    struct State;
    explicit FitsImageWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// One image as a file, or as the bytes of one (to be put into an archive).
[[nodiscard]] Result<void> writeFitsImage(const std::filesystem::path &path, const data::ImageView &image,
                                          const FitsHeader &header = {});
[[nodiscard]] Result<std::vector<std::byte>> fitsImageBytes(const data::ImageView &image,
                                                            const FitsHeader &header = {});

} // namespace somnium::io
