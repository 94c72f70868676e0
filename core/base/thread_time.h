// SPDX-License-Identifier: GPL-3.0-or-later
// How a thread has spent its time; implemented with the rest of platform.h.
#pragma once

namespace somnium
{

/// Of the thread that asks, since it began; 0 where the system does not tell.
struct ThreadTimes
{
    double workedSeconds = 0.0; ///< on a processor
    double queuedSeconds = 0.0; ///< ready to work, but every processor was taken by others
};
[[nodiscard]] ThreadTimes threadTimes();

} // namespace somnium
