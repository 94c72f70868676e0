// SPDX-License-Identifier: GPL-3.0-or-later
// What a file name may hold that a table calls its source by: the name with less and less around it, and the
// numbers in it ("MILES_res2.50_star_m0263V.fits" is star 263 of that library).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace somnium::sky
{

/// Without the folders before it.
[[nodiscard]] std::string_view withoutFolder(std::string_view name);
/// Without the endings of files of images, spectra, light curves, tables and compressed files, as many as
/// there are. Others stay: "J0910+0123_0093.36" ends in a number that is part of the name.
[[nodiscard]] std::string_view withoutEnding(std::string_view name);

/// The runs of digits in the name without folder and endings, from left to right; of one too long for 18
/// digits the last 18.
[[nodiscard]] std::vector<std::int64_t> numbersInFileName(std::string_view name);

} // namespace somnium::sky
