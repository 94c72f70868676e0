// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gpu/kernels/kernel.h"

namespace somnium::gpu
{

/// values[i] = value.
struct FillKernel
{
    float *values = nullptr;
    std::size_t count = 0;
    float value = 0.0F;

    [[nodiscard]] Grid grid() const { return {ceilDivide(count, kMaxThreads)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        block.forThreads([&](unsigned thread) {
            const std::size_t i = block.x() * kMaxThreads + thread;
            if (i < count)
                values[i] = value;
        });
    }
};

} // namespace somnium::gpu
