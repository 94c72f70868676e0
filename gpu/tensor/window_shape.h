// SPDX-License-Identifier: GPL-3.0-or-later
// compute::ConvolutionShape as kernels take it.
#pragma once

#include <cstdint>
#include <limits>

#include "core/base/check.h"
#include "core/compute/tensor_ops.h"
#include "gpu/kernels/tensor_windows.h"

namespace somnium::gpu
{

[[nodiscard]] inline std::uint32_t narrow(std::size_t size)
{
    CHECK(size <= std::numeric_limits<std::uint32_t>::max() / 2);
    return static_cast<std::uint32_t>(size);
}

/// `channelsOfOne`: how many an element of the kernel has.
[[nodiscard]] inline WindowShape windowShapeOf(const compute::ConvolutionShape &shape,
                                               std::size_t channelsOfOne)
{
    CHECK(shape.strideRows > 0 && shape.strideColumns > 0 && shape.mapSize() > 0 && shape.windows() > 0 &&
          shape.windowSize() > 0);
    static_cast<void>(narrow(shape.mapSize()));
    static_cast<void>(narrow(shape.windows() * shape.windowSize()));
    return {.channels = narrow(shape.channels / channelsOfOne),
            .rows = narrow(shape.rows),
            .columns = narrow(shape.columns),
            .windowRows = narrow(shape.windowRows),
            .windowColumns = narrow(shape.windowColumns),
            .kernelRows = narrow(shape.kernelRows),
            .kernelColumns = narrow(shape.kernelColumns),
            .strideRows = narrow(shape.strideRows),
            .strideColumns = narrow(shape.strideColumns),
            .padRows = narrow(shape.padRows),
            .padColumns = narrow(shape.padColumns)};
}

inline void checkWindows(const compute::ConvolutionShape &shape, const compute::ConstMatrixView &map,
                         const compute::ConstMatrixView &windows)
{
    CHECK(map.columns == shape.mapSize() && windows.columns == shape.windowSize() &&
          windows.rows == map.rows * shape.windows());
}

} // namespace somnium::gpu
