// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that are too small to be normal cost a processor many times what others cost.
#pragma once

#include <cstddef>

#include "core/base/parallel.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#elif defined(__aarch64__)
#include <cstdint>
#endif

namespace somnium::compute::cpu
{

/// As long as it lives, what this thread computes is 0 where it would be less than 2^-126 in size. Smooth
/// images without noise have spectra that fall off to such numbers. What is read is taken as it is.
class FlushTiny
{
public:
    FlushTiny() : m_before(mode()) { setMode(m_before | kFlushToZero); }
    FlushTiny(const FlushTiny &) = delete;
    FlushTiny &operator=(const FlushTiny &) = delete;
    ~FlushTiny() { setMode(m_before); }

private:
#if defined(__SSE__)
    using Mode = unsigned;
    static constexpr Mode kFlushToZero = 0x8000U;
    static Mode mode()
    {
        return _mm_getcsr();
    }
    static void setMode(Mode mode)
    {
        _mm_setcsr(mode);
    }
#elif defined(__aarch64__)
    using Mode = std::uint64_t;
    static constexpr Mode kFlushToZero = Mode{1} << 24U;
    static Mode mode()
    {
        Mode mode = 0;
        asm volatile("mrs %0, fpcr" : "=r"(mode));
        return mode;
    }
    static void setMode(Mode mode)
    {
        asm volatile("msr fpcr, %0" : : "r"(mode));
    }
#else
    using Mode = unsigned;
    static constexpr Mode kFlushToZero = 0;
    static Mode mode()
    {
        return 0;
    }
    static void setMode(Mode /*mode*/) {}
#endif
    Mode m_before;
};

/// As parallelFor, for kernels.
template <class Work> bool parallelKernels(std::size_t blocks, const JobContext &context, const Work &work)
{
    return parallelFor(blocks, context, [&work](std::size_t block) {
        const FlushTiny flush;
        work(block);
    });
}

} // namespace somnium::compute::cpu
