// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace somnium
{

/// "0.1.0", as in the top CMakeLists.txt: written into everything that leaves the program.
[[nodiscard]] std::string_view version();

} // namespace somnium
