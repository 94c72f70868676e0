// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace somnium::io
{

/// CRC-32 of IEEE 802.3, as gzip (RFC 1952) and PNG (annex D) have it.
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> bytes);

} // namespace somnium::io
