// SPDX-License-Identifier: GPL-3.0-or-later
// FITS cards of simple WCS, for tests.
#pragma once

#include <string>

namespace somnium::test
{

/// A tangential projection about (RA 150, Dec -20) with the reference point in the middle of an image of
/// `side` pixels of this size.
[[nodiscard]] std::string tangentialCards(std::size_t side, double arcsecPerPixel);

} // namespace somnium::test
