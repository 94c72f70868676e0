// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/device/reused_memory.h"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "gpu/device/device_error.h"

namespace somnium::gpu
{
namespace
{

/// A driver with so many bytes, whose pieces are known by their numbers.
class ReusedMemoryTest : public ::testing::Test
{
protected:
    static constexpr std::size_t kMostKept = 100;

    [[nodiscard]] void *get(std::size_t bytes)
    {
        if (m_used + bytes > m_size)
            throw DeviceError(m_failure, "no memory");
        m_used += bytes;
        m_pieces.push_back(bytes);
        return reinterpret_cast<void *>(m_pieces.size());
    }
    void giveBack(void *memory)
    {
        std::size_t &bytes = m_pieces.at(reinterpret_cast<std::size_t>(memory) - 1);
        EXPECT_GT(bytes, 0U) << "twice";
        m_used -= bytes;
        bytes = 0;
    }

    std::size_t m_size = 1000;
    ErrorKind m_failure = ErrorKind::OutOfMemory;
    std::size_t m_used = 0;
    std::vector<std::size_t> m_pieces; ///< all that were ever got; 0: given back
    ReusedMemory m_memory{kMostKept, [this](std::size_t bytes) { return get(bytes); },
                          [this](void *memory) { giveBack(memory); }};
};

TEST_F(ReusedMemoryTest, IsGivenAgainToWhoWantsAsMuch)
{
    void *const first = m_memory.allocate(40);
    void *const second = m_memory.allocate(40);
    EXPECT_NE(first, second);
    m_memory.release(first);
    EXPECT_EQ(m_memory.keptBytes(), 40U);
    EXPECT_NE(m_memory.allocate(39), first) << "what goes beyond 39 bytes must be seen";
    EXPECT_EQ(m_memory.allocate(40), first);
    EXPECT_EQ(m_memory.keptBytes(), 0U);
    EXPECT_EQ(m_pieces.size(), 3U);
}

TEST_F(ReusedMemoryTest, TheOldestIsGivenBackWhereMoreIsKeptThanMayBe)
{
    void *const old = m_memory.allocate(40);
    void *const later = m_memory.allocate(50);
    void *const last = m_memory.allocate(20);
    void *const large = m_memory.allocate(101);
    for (void *const memory : {old, later, last, large, static_cast<void *>(nullptr)})
        m_memory.release(memory);
    EXPECT_EQ(m_pieces, (std::vector<std::size_t>{0, 50, 20, 0}));
    EXPECT_EQ(m_memory.keptBytes(), 70U);
    m_memory.giveBackKept();
    EXPECT_EQ(m_used, 0U);
    EXPECT_EQ(m_memory.keptBytes(), 0U);
}

TEST_F(ReusedMemoryTest, ManySmallPiecesAreNotKeptForEver)
{
    std::vector<void *> pieces(90);
    for (void *&piece : pieces)
        piece = m_memory.allocate(1);
    for (void *const piece : pieces)
        m_memory.release(piece);
    EXPECT_EQ(m_memory.keptBytes(), 64U);
    EXPECT_EQ(m_used, 64U);
}

TEST_F(ReusedMemoryTest, WhatIsKeptIsNoReasonForTooLittle)
{
    void *const kept = m_memory.allocate(80);
    m_memory.release(kept);
    EXPECT_NE(m_memory.allocate(1000), nullptr);
    EXPECT_EQ(m_pieces, (std::vector<std::size_t>{0, 1000}));
    EXPECT_THROW(static_cast<void>(m_memory.allocate(1)), DeviceError);
}

TEST_F(ReusedMemoryTest, ADeviceThatIsLostIsAskedOnce)
{
    m_memory.release(m_memory.allocate(80));
    m_failure = ErrorKind::DeviceLost;
    EXPECT_THROW(static_cast<void>(m_memory.allocate(1000)), DeviceError);
    EXPECT_EQ(m_memory.keptBytes(), 80U);
}

TEST_F(ReusedMemoryTest, AllIsGivenBackInTheEnd)
{
    {
        ReusedMemory memory(
            kMostKept, [this](std::size_t bytes) { return get(bytes); },
            [this](void *piece) { giveBack(piece); });
        memory.release(memory.allocate(10));
        EXPECT_EQ(m_used, 10U);
    }
    EXPECT_EQ(m_used, 0U);
}

} // namespace
} // namespace somnium::gpu
