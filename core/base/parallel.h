// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a function over fixed blocks on several threads. The blocks do not depend on the number of threads, so
// a result built per block and combined in block order has the same bits for any number of threads.
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/job.h"

namespace somnium
{

/// Calls `work(block)` once for every block in [0, blocks), on up to `context.threadCount()` threads (the
/// caller's and those of the one pool of this process), blocks handed out in ascending order. Returns false
/// if `context` asked to stop before all blocks were handed out (those handed out have finished). An
/// exception in `work` ends the remaining blocks and is rethrown here.
bool parallelFor(std::size_t blocks, const JobContext &context,
                 const std::function<void(std::size_t block)> &work);

} // namespace somnium
