// SPDX-License-Identifier: GPL-3.0-or-later
// PNG and JPEG pictures as images: grey -> 1 channel, colour -> 3 channels red, green, blue, transparency
// left out; 8 and 16 bits as they are stored. The picture's last line becomes row 0 (image.h).
#pragma once

#include <cstddef>
#include <span>

#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::io
{

[[nodiscard]] bool isRaster(std::span<const std::byte> bytes);
/// Errors say "expected ..., found ...".
[[nodiscard]] Result<data::Image> readRaster(std::span<const std::byte> bytes);

} // namespace somnium::io
