// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/device/reused_memory.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/check.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu
{

ReusedMemory::ReusedMemory(std::size_t mostKept, Get get, GiveBack giveBack)
    : m_mostKept(mostKept), m_get(std::move(get)), m_giveBack(std::move(giveBack))
{
    m_kept.reserve(kMostPieces);
}

void *ReusedMemory::allocate(std::size_t bytes)
{
    const auto found = std::find_if(m_kept.rbegin(), m_kept.rend(),
                                    [bytes](const Piece &piece) { return piece.bytes == bytes; });
    void *memory = nullptr;
    if (found == m_kept.rend())
        memory = fresh(bytes);
    else
    {
        memory = found->memory;
        m_keptBytes -= bytes;
        m_kept.erase(std::next(found).base());
    }
    m_used.emplace(memory, bytes);
    return memory;
}

void *ReusedMemory::fresh(std::size_t bytes)
{
    try
    {
        return m_get(bytes);
    }
    catch (const DeviceError &problem)
    {
        if (problem.error().kind != ErrorKind::OutOfMemory || m_kept.empty())
            throw;
    }
    giveBackKept();
    return m_get(bytes);
}

void ReusedMemory::release(void *memory) noexcept
{
    if (memory == nullptr)
        return;
    const auto used = m_used.find(memory);
    CHECK(used != m_used.end());
    const std::size_t bytes = used->second;
    m_used.erase(used);
    if (bytes > m_mostKept)
        return m_giveBack(memory);
    while (m_kept.size() == kMostPieces || m_keptBytes > m_mostKept - bytes)
        giveBackOldest();
    m_kept.push_back({memory, bytes});
    m_keptBytes += bytes;
}

void ReusedMemory::giveBackKept() noexcept
{
    while (!m_kept.empty())
        giveBackOldest();
}

void ReusedMemory::giveBackOldest() noexcept
{
    m_giveBack(m_kept.front().memory);
    m_keptBytes -= m_kept.front().bytes;
    m_kept.erase(m_kept.begin());
}

} // namespace somnium::gpu
