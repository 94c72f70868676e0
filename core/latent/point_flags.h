// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of each point besides its place; a byte a point, the bits may be combined.
#pragma once

#include <cstdint>

namespace somnium::latent
{

inline constexpr std::uint8_t kHidden = 1;   ///< filtered away: neither drawn nor found
inline constexpr std::uint8_t kSelected = 2; ///< drawn on top, in the colour of the selection

} // namespace somnium::latent
