// SPDX-License-Identifier: GPL-3.0-or-later
// The processor's time of one thread; implemented with the rest of platform.h.
#pragma once

namespace somnium
{

/// Seconds that the processor has given to the thread that asks; 0 where the system does not tell.
[[nodiscard]] double threadCpuSeconds();

} // namespace somnium
