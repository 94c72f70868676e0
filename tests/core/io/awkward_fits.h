// SPDX-License-Identifier: GPL-3.0-or-later
// Images and headers that are hard to write as FITS, for the tests of the writer and of what it wrote.
#pragma once

#include <limits>
#include <string>

#include "core/base/random.h"
#include "core/io/fits_writer.h"

namespace somnium::io
{

inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

inline data::Image randomImage(data::ImageShape shape, Random &random)
{
    data::Image image(shape);
    for (float &pixel : image.pixels())
        pixel = random.below(20) == 0 ? kNaN : static_cast<float>(random.normal());
    return image;
}

inline std::string card(const std::string &text)
{
    return text + std::string(80 - text.size(), ' ');
}

/// A header with everything that is hard to write: long texts, units, a card with a TAB, a number without a
/// value.
inline FitsHeader fullHeader()
{
    FitsHeader header;
    header.extensionName = "CUTOUT";
    header.unit = "mJy/beam";
    header.wcsCards = card("CTYPE1  = 'RA---TAN'") + card("CTYPE2  = 'DEC--TAN'") +
                      card("CRVAL1  = 160.450958") + card("CRVAL2  = -9.284194") + card("CRPIX1  = 32.5") +
                      card("CRPIX2  = 32.5") + card("CDELT1  = -0.0005") + card("CDELT2  = 0.0005") +
                      card("NAXIS1  = 7") + card("COMMENT with a\ttab");
    header.cards = {{"OBJECT",
                     std::string("O'Neill's object, a name that is much longer than one card can hold, "
                                 "and therefore goes on and on"),
                     "name"},
                    {"SIMULAT", true, "simulated"},
                    {"BMAJ", 5.4 / 3600.0, "[deg] beam"},
                    {"SEED", std::int64_t{20260101}, "seed"},
                    {"NOVALUE", std::numeric_limits<double>::quiet_NaN(), "unknown"},
                    {"BIG", 1e22, ""}};
    header.history = {"recipe: " + std::string(200, 'x'), "caf\u00e9"};
    header.comments = {"a remark"};
    return header;
}

} // namespace somnium::io
