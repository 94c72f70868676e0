// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that was given back, kept for the next who wants as much: work goes block by block with buffers of
// the same sizes each time, and CUDA's guides advise against asking a driver each time, for page-locked
// memory above all.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <vector>

namespace somnium::gpu
{

/// One thread at a time.
class ReusedMemory
{
public:
    /// Where it comes from: throws DeviceError, OutOfMemory if there is not enough.
    using Get = std::function<void *(std::size_t bytes)>;
    /// Does not throw.
    using GiveBack = std::function<void(void *memory)>;

    /// Keeps what was released last, `mostKept` bytes in all.
    ReusedMemory(std::size_t mostKept, Get get, GiveBack giveBack);
    ReusedMemory(const ReusedMemory &) = delete;
    ReusedMemory &operator=(const ReusedMemory &) = delete;
    /// All that is allocated must have been released.
    ~ReusedMemory() { giveBackKept(); }

    /// A piece of exactly so many bytes, so that tools which watch memory see what goes beyond it. Where
    /// there is not enough, all that is kept is given back first. Throws what `get` throws.
    [[nodiscard]] void *allocate(std::size_t bytes);
    /// Nothing may still be working on it. Null: nothing happens.
    void release(void *memory) noexcept;

    [[nodiscard]] std::size_t keptBytes() const { return m_keptBytes; }
    void giveBackKept() noexcept;

private:
    struct Piece
    {
        void *memory = nullptr;
        std::size_t bytes = 0;
    };
    static constexpr std::size_t kMostPieces = 64;
    [[nodiscard]] void *fresh(std::size_t bytes);
    void giveBackOldest() noexcept;

    std::size_t m_mostKept;
    Get m_get;
    GiveBack m_giveBack;
    std::unordered_map<void *, std::size_t> m_used; ///< bytes of each
    std::vector<Piece> m_kept;                      ///< the oldest first; never grows
    std::size_t m_keptBytes = 0;
};

} // namespace somnium::gpu
