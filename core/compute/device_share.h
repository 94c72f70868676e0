// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a device's memory is taken by what stays there.
#pragma once

#include <cstddef>

namespace somnium::compute
{

/// Bytes that rows or spectra may take which stay on a device for a whole training, where so many are free
/// (Backend::freeDeviceBytes): three quarters. The rest is for networks, results and sums, and for other
/// programs.
[[nodiscard]] constexpr std::size_t keepableBytes(std::size_t freeBytes)
{
    return freeBytes / 4 * 3;
}

} // namespace somnium::compute
