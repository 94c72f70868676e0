// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

#include "core/compute/backend_factory.h"

namespace somnium::test
{

/// The best GPU of this machine, as the program finds it, or why there is none.
inline Result<std::unique_ptr<compute::Backend>> gpuHere()
{
    auto chosen = compute::chooseBackend("cuda");
    if (!chosen)
        return failure(chosen.error());
    return std::move(chosen->backend);
}

} // namespace somnium::test
