// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of writing one HDU, shared by the writers of images, models and tables. Internal to core/io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_handle.h"
#include "core/io/fits_writer.h"

namespace somnium::io
{

/// ASCII of a UTF-8 text, as FITS allows: each other character becomes '?', each control character a blank.
[[nodiscard]] std::string fitsText(std::string_view utf8);

/// Appends the cards of `header` to the current HDU: EXTNAME, BUNIT, WCS, cards, COMMENT, HISTORY.
[[nodiscard]] Result<void> writeHeaderCards(fitsfile *file, const FitsHeader &header);
/// One card with a text value, continued over several if it is long.
[[nodiscard]] Result<void> writeTextCard(fitsfile *file, const std::string &keyword, const std::string &value,
                                         const std::string &comment);
/// DATASUM and CHECKSUM of the current HDU, which must be complete; without the date that CFITSIO would add.
/// Reads the data back.
[[nodiscard]] Result<void> writeChecksums(fitsfile *file);

// The same for data that come in parts, whose sum is kept while they are written: nothing is read back.

/// Room for the checksums. Taken before the data are written, which a longer header would have to move.
[[nodiscard]] Result<void> reserveChecksums(fitsfile *file);
/// Adds as checksums are added: what runs over at the top comes in below.
[[nodiscard]] std::uint32_t addChecksums(std::uint32_t a, std::uint32_t b);
/// The header must be final but for these, the file flushed.
[[nodiscard]] Result<void> fillChecksums(fitsfile *file, std::uint32_t dataSum);

/// Appends an image HDU whose pixels come in parts. Nothing is read back: its checksums are kept while it is
/// written. Borrows the file.
class FitsImageHduWriter
{
public:
    /// Writes the header; axes as in FitsImageHdu.
    [[nodiscard]] static Result<FitsImageHduWriter>
    begin(fitsfile *file, const std::vector<std::size_t> &axes, const FitsHeader &header);
    [[nodiscard]] Result<void> append(std::span<const float> pixels);
    /// Fails (InvalidArgument) unless all pixels were appended.
    [[nodiscard]] Result<void> finish();

private:
    FitsImageHduWriter(fitsfile *file, std::size_t expected) : m_file(file), m_expected(expected) {}
    [[nodiscard]] tl::unexpected<Error> wrongCount(std::size_t found) const;

    fitsfile *m_file = nullptr;
    std::size_t m_expected = 0; ///< pixels
    std::size_t m_count = 0;
    std::uint32_t m_dataSum = 0;
};

[[nodiscard]] Result<void> appendImageHdu(fitsfile *file, const FitsImageHdu &hdu);
/// Also writes the empty primary HDU before it if the file has none.
[[nodiscard]] Result<void> appendTableHdu(fitsfile *file, const FitsTableHdu &hdu);

} // namespace somnium::io
