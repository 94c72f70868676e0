// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/emulated/emulated_device.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>
#include <variant>

#include "core/base/check.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu::emulated
{

namespace
{

constexpr std::size_t kAlignment = 256;
constexpr int kGarbage = 0xFF; ///< floats and halves of such bytes are NaN

void *garbage(std::size_t bytes)
{
    void *const memory = ::operator new (std::max<std::size_t>(bytes, 1), std::align_val_t{kAlignment});
    std::memset(memory, kGarbage, bytes);
    return memory;
}

void letGo(void *memory)
{
    ::operator delete (memory, std::align_val_t{kAlignment});
}

/// As the units for it round: to so many bits after the first, ties to even.
float rounded(float value, unsigned bits)
{
    const unsigned cut = 23U - bits;
    auto word = std::bit_cast<std::uint32_t>(value);
    if ((word & 0x7F800000U) == 0x7F800000U)
        return value;
    word += (1U << (cut - 1U)) - 1U + ((word >> cut) & 1U);
    return std::bit_cast<float>(word & ~((1U << cut) - 1U));
}

float factorOf(float value, Rounding rounding)
{
    switch (rounding)
    {
    case Rounding::Float32: return value;
    case Rounding::Tf32: return rounded(value, 10);
    case Rounding::Bfloat16: return rounded(value, 7);
    }
    return value;
}

void multiplyHere(const MatrixProduct &p, Rounding rounding)
{
    for (std::size_t i = 0; i < p.m; ++i)
        for (std::size_t j = 0; j < p.n; ++j)
        {
            float sum = 0.0F;
            for (std::size_t q = 0; q < p.k; ++q)
            {
                const float a = p.transposeA ? p.a[q * p.aStride + i] : p.a[i * p.aStride + q];
                const float b = p.transposeB ? p.b[j * p.bStride + q] : p.b[q * p.bStride + j];
                sum += factorOf(a, rounding) * factorOf(b, rounding);
            }
            float &c = p.c[i * p.cStride + j];
            c = p.alpha * sum + (p.beta == 0.0F ? 0.0F : p.beta * c);
        }
}

} // namespace

EmulatedDevice::EmulatedDevice(const EmulatedOptions &options)
    : m_options(options), m_info{.name = "emulated device",
                                 .architecture = "emulated",
                                 .memoryBytes = options.memoryBytes,
                                 .sharedBytes = options.sharedBytes,
                                 .processors = 1,
                                 .operationsPerLaunch = options.operationsPerLaunch}
{}

EmulatedDevice::~EmulatedDevice()
{
    for (const auto &[memory, bytes] : m_sizes)
        letGo(memory);
}

void *EmulatedDevice::allocate(std::size_t bytes)
{
    if (bytes > freeBytes())
        throw DeviceError(ErrorKind::OutOfMemory, "emulated device: " + std::to_string(bytes) +
                                                      " bytes asked for, " + std::to_string(freeBytes()) +
                                                      " are free");
    void *const memory = garbage(bytes);
    m_sizes[memory] = bytes;
    m_usedBytes += bytes;
    return memory;
}

void EmulatedDevice::release(void *memory) noexcept
{
    wait(Lane::Copy);
    wait(Lane::Compute);
    m_usedBytes -= m_sizes.at(memory);
    m_sizes.erase(memory);
    letGo(memory);
}

void *EmulatedDevice::allocateHost(std::size_t bytes)
{
    return garbage(bytes);
}

void EmulatedDevice::releaseHost(void *memory) noexcept
{
    wait(Lane::Copy);
    wait(Lane::Compute);
    letGo(memory);
}

bool EmulatedDevice::lockHost(const void *memory, std::size_t bytes)
{
    // What is locked already is locked by somebody else, who will unlock it.
    return m_options.canLockHost && m_locked.emplace(memory, bytes).second;
}

void EmulatedDevice::unlockHost(const void *memory) noexcept
{
    CHECK(m_locked.erase(memory) == 1);
}

void EmulatedDevice::give(Lane lane, std::function<void()> work)
{
    queue(lane).work.push_back(std::move(work));
}

void EmulatedDevice::runUntil(Lane lane, std::size_t place)
{
    Queue &from = queue(lane);
    while (from.done < place)
    {
        const std::function<void()> next = std::move(from.work.front());
        from.work.pop_front();
        ++from.done;
        next();
    }
}

void EmulatedDevice::dropWork()
{
    for (Queue &each : m_queues)
    {
        each.done = each.given();
        each.work.clear();
    }
}

void EmulatedDevice::copyIn(Lane lane, void *to, const void *from, std::size_t bytes)
{
    CHECK(!m_isRecording);
    copyWithin(lane, to, from, bytes);
}

void EmulatedDevice::copyOut(Lane lane, void *to, const void *from, std::size_t bytes)
{
    CHECK(!m_isRecording);
    copyWithin(lane, to, from, bytes);
}

void EmulatedDevice::copyWithin(Lane lane, void *to, const void *from, std::size_t bytes)
{
    if (bytes > 0)
        give(lane, [=] { std::memmove(to, from, bytes); });
}

void EmulatedDevice::clear(Lane lane, void *memory, std::size_t bytes)
{
    if (bytes > 0)
        give(lane, [=] { std::memset(memory, 0, bytes); });
}

void EmulatedDevice::launch(Lane lane, const AnyKernel &kernel)
{
    const auto check = [this](const auto &one) {
        const Grid grid = one.grid();
        CHECK(grid.y < 65536 && grid.z < 65536 && grid.x < (std::size_t{1} << 31U));
        CHECK(one.threads() % 32 == 0 && one.threads() > 0 && one.threads() <= kMaxThreads);
        CHECK(one.sharedBytes() <= m_options.sharedBytes);
        static_assert(sizeof(one) <= 4096, "arguments of a kernel");
    };
    std::visit(check, kernel);
    give(lane, [this, kernel] {
        std::visit([this](const auto &one) { runKernel(one, m_options.order); }, kernel);
    });
}

void EmulatedDevice::multiply(Lane lane, const MatrixProduct &product, Rounding rounding)
{
    give(lane, [=] { multiplyHere(product, rounding); });
}

void EmulatedDevice::setMark(Lane lane, unsigned mark)
{
    m_marks.at(mark) = {lane, queue(lane).given()};
}

void EmulatedDevice::waitForMark(Lane lane, unsigned mark)
{
    const Mark reached = m_marks.at(mark);
    if (reached.lane != lane)
        give(lane, [this, reached] { runUntil(reached.lane, reached.place); });
}

void EmulatedDevice::awaitMark(unsigned mark)
{
    const Mark reached = m_marks.at(mark);
    runUntil(reached.lane, reached.place);
}

void EmulatedDevice::wait(Lane lane)
{
    runUntil(lane, queue(lane).given());
}

void EmulatedDevice::record(std::uint64_t /*name*/, const std::function<void()> &work)
{
    CHECK(!m_isRecording);
    m_isRecording = true;
    try
    {
        std::deque<std::function<void()>> &given = queue(Lane::Compute).work;
        const std::size_t before = given.size();
        work();
        if (!m_options.canRecord)
        {
            given.resize(before);
            work();
        }
    }
    catch (...)
    {
        m_isRecording = false;
        throw;
    }
    m_isRecording = false;
    m_recordings += m_options.canRecord ? 1 : 0;
}

} // namespace somnium::gpu::emulated
