// SPDX-License-Identifier: GPL-3.0-or-later
// FITS cards of simple WCS, for tests.
#pragma once

#include <string>

namespace somnium::test
{

/// One card of 80 characters. Text comes with its quotes.
[[nodiscard]] std::string wcsCard(const std::string &key, const std::string &value);
[[nodiscard]] std::string wcsCard(const std::string &key, double value);

/// A tangential projection about (RA 150, Dec -20) with the reference point in the middle of an image of
/// `side` pixels of this size.
[[nodiscard]] std::string tangentialCards(std::size_t side, double arcsecPerPixel);

} // namespace somnium::test
