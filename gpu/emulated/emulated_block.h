// SPDX-License-Identifier: GPL-3.0-or-later
// A block of threads on the processor: the threads of a phase run one after the other, in an order that is
// asked for. A kernel that is right gives the same bits in every order.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "gpu/kernels/kernel.h"

namespace somnium::gpu::emulated
{

enum class ThreadOrder
{
    Rising,
    Falling,
    Interleaved, ///< odd ones first
};

template <class T> class PerThread
{
public:
    explicit PerThread(unsigned threads) : m_values(threads) {}
    [[nodiscard]] T &operator[](unsigned thread) { return m_values[thread]; }

private:
    std::vector<T> m_values;
};

class EmulatedBlock
{
public:
    EmulatedBlock(Grid place, unsigned threads, std::size_t sharedBytes, ThreadOrder order)
        : m_place(place), m_threads(threads), m_shared(sharedBytes / sizeof(float) + 1, garbage()),
          m_order(order)
    {}

    [[nodiscard]] std::size_t x() const { return m_place.x; }
    [[nodiscard]] std::size_t y() const { return m_place.y; }
    [[nodiscard]] std::size_t z() const { return m_place.z; }
    [[nodiscard]] unsigned threads() const { return m_threads; }

    template <class T> [[nodiscard]] T *shared(std::size_t byteOffset = 0)
    {
        return reinterpret_cast<T *>(reinterpret_cast<std::byte *>(m_shared.data()) + byteOffset);
    }
    template <class T> [[nodiscard]] PerThread<T> perThread() const { return PerThread<T>(m_threads); }

    template <class F> void forThreads(const F &f) const
    {
        for (unsigned i = 0; i < m_threads; ++i)
            f(threadAt(i));
    }
    template <class F> [[nodiscard]] bool anyThread(const F &f) const
    {
        bool isAny = false;
        for (unsigned i = 0; i < m_threads; ++i)
            isAny = f(threadAt(i)) || isAny;
        return isAny;
    }
    /// As the device adds: halves of each 32, then these.
    [[nodiscard]] float sum(PerThread<float> &values) const
    {
        return combined(values, [](float a, float b) { return a + b; });
    }
    [[nodiscard]] float largest(PerThread<float> &values) const
    {
        return combined(values, [](float a, float b) { return a >= b || std::isnan(a) ? a : b; });
    }

private:
    static constexpr unsigned kWarp = 32;
    static float garbage() { return std::numeric_limits<float>::signaling_NaN(); }

    [[nodiscard]] unsigned threadAt(unsigned i) const
    {
        if (m_order == ThreadOrder::Rising)
            return i;
        if (m_order == ThreadOrder::Falling)
            return m_threads - 1 - i;
        const unsigned odd = m_threads / 2;
        return i < odd ? 2 * i + 1 : 2 * (i - odd);
    }
    template <class F> [[nodiscard]] float combined(PerThread<float> &values, const F &f) const
    {
        std::vector<float> warps;
        for (unsigned first = 0; first < m_threads; first += kWarp)
        {
            std::vector<float> lanes;
            for (unsigned lane = 0; lane < kWarp; ++lane)
                lanes.push_back(values[first + lane]);
            for (unsigned step = kWarp / 2; step > 0; step /= 2)
                for (unsigned lane = 0; lane < step; ++lane)
                    lanes[lane] = f(lanes[lane], lanes[lane + step]);
            warps.push_back(lanes[0]);
        }
        float all = warps[0];
        for (std::size_t warp = 1; warp < warps.size(); ++warp)
            all = f(all, warps[warp]);
        return all;
    }

    Grid m_place;
    unsigned m_threads;
    std::vector<float> m_shared;
    ThreadOrder m_order;
};

/// All blocks, the first to the last or the other way round.
template <class Kernel> void runKernel(const Kernel &kernel, ThreadOrder order)
{
    const Grid grid = kernel.grid();
    const std::size_t blocks = grid.x * grid.y * grid.z;
    for (std::size_t i = 0; i < blocks; ++i)
    {
        const std::size_t at = order == ThreadOrder::Rising ? i : blocks - 1 - i;
        EmulatedBlock block({at % grid.x, at / grid.x % grid.y, at / grid.x / grid.y}, kernel.threads(),
                            kernel.sharedBytes(), order);
        kernel.run(block);
    }
}

} // namespace somnium::gpu::emulated
