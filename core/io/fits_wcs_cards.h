// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/io/fits_header.h"

namespace somnium::io
{

/// The cards of a header that say where its pixels are on the sky, 80 characters each, led by NAXIS and
/// NAXISn of the image; empty if there is no CTYPE1. See sky::selectWcsCards.
[[nodiscard]] std::string wcsCardsOf(const ParsedFitsHeader &header, const std::vector<std::size_t> &axes);

/// "NAXIS1  =                  150" padded to 80 characters.
[[nodiscard]] std::string integerCard(const std::string &keyword, std::int64_t value);

} // namespace somnium::io
