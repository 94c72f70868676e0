// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace somnium::sky
{

/// The cards of a FITS header (80 characters each) that say where its pixels are on the sky, and NAXIS; cards
/// whose value is not a whole text or number are left out, and all comments: wcslib's parser runs past the
/// end of a text without a closing quote. Alternative systems (CTYPE1A ...) are left out.
[[nodiscard]] std::string selectWcsCards(std::string_view cards);

} // namespace somnium::sky
