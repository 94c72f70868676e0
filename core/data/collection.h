// SPDX-License-Identifier: GPL-3.0-or-later
// A collection: sources, where each came from, where it is on the sky, its catalogue row, and what could not
// be read.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/data/catalogue.h"
#include "core/data/header_cards.h"
#include "core/data/image.h"

namespace somnium::data
{

/// The place of one image among the files: enough to read it again.
struct SourceOrigin
{
    std::string file;      ///< absolute path of the file or archive, '/' between folders
    std::string member;    ///< name inside the archive; empty: `file` is the image file itself
    int hdu = 0;           ///< FITS HDU, 1 = primary; 0: not a FITS file
    std::size_t index = 0; ///< position in a file of many images (.npy, PINK), else 0

    friend bool operator==(const SourceOrigin &, const SourceOrigin &) = default;
};

/// "file[member], HDU 2": the place in words, for messages.
[[nodiscard]] std::string toString(const SourceOrigin &origin);

/// One source: an image and what is known of it.
struct Source
{
    std::string id; ///< unique within its collection
    SourceOrigin origin;
    ImageShape originalShape;
    double raDeg = std::numeric_limits<double>::quiet_NaN(); ///< ICRS, of the image's centre or the catalogue
    double decDeg = std::numeric_limits<double>::quiet_NaN();
    HeaderCards wcsCards; ///< of the original image's WCS; empty: none
    /// Of an original whose channels come out of several files: where each channel is from, `origin` being
    /// that of the one whose grid they share (prepare::Alignment). Empty: one image has all channels.
    std::vector<SourceOrigin> channelOrigins;

    [[nodiscard]] bool hasPosition() const { return std::isfinite(raDeg) && std::isfinite(decDeg); }
    // No operator==: NaN positions would make a source unequal to itself.
};

/// Why one image or file is not in the collection.
struct ImportProblem
{
    SourceOrigin origin;
    std::string expected; ///< e.g. "a 2-D image of at least 2 x 2 pixels"
    std::string found;    ///< e.g. "NAXIS = 0"

    friend bool operator==(const ImportProblem &, const ImportProblem &) = default;
};
[[nodiscard]] std::string toString(const ImportProblem &problem);

/// A collection without its pixels: those are in a SampleStore, in the same order as `sources`.
struct Collection
{
    std::string name;
    std::vector<Source> sources;
    Catalogue catalogue; ///< row i belongs to source i; no columns if there was no catalogue
    std::vector<ImportProblem> problems;
    std::uint64_t fingerprint =
        0; ///< of names, sizes and pixels of all originals: equal inputs, equal numbers
};

} // namespace somnium::data
