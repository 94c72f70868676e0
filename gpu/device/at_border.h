// SPDX-License-Identifier: GPL-3.0-or-later
// Where exceptions of gpu/ end: what calls from core run in.
#pragma once

#include <exception>
#include <new>
#include <type_traits>

#include "core/base/result.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu
{

/// Calls `work`, which returns a Result; what it throws becomes the Error.
template <class Work> [[nodiscard]] std::invoke_result_t<Work> atBorder(const Work &work) noexcept
{
    try
    {
        return work();
    }
    catch (const DeviceError &problem)
    {
        return failure(problem.error());
    }
    catch (const std::bad_alloc &)
    {
        return failure(ErrorKind::OutOfMemory, "not enough main memory for work on a GPU");
    }
    catch (const std::exception &problem)
    {
        return failure(ErrorKind::Internal, problem.what());
    }
}

} // namespace somnium::gpu
