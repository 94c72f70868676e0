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

void EmulatedDevice::push(Lane lane, std::function<void()> work)
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
    CHECK(!isRecording());
    copyWithin(lane, to, from, bytes);
}

void EmulatedDevice::copyOut(Lane lane, void *to, const void *from, std::size_t bytes)
{
    CHECK(!isRecording());
    copyWithin(lane, to, from, bytes);
}

void EmulatedDevice::check(const AnyKernel &kernel) const
{
    const auto checkOne = [this](const auto &one) {
        const Grid grid = one.grid();
        CHECK(grid.y < 65536 && grid.z < 65536 && grid.x < (std::size_t{1} << 31U));
        CHECK(one.threads() % 32 == 0 && one.threads() > 0 && one.threads() <= kMaxThreads);
        CHECK(one.sharedBytes() <= m_options.sharedBytes);
        static_assert(sizeof(one) <= 4096, "arguments of a kernel");
    };
    std::visit(checkOne, kernel);
}

void EmulatedDevice::give(Lane lane, const Call &call)
{
    if (const auto *const kernel = std::get_if<AnyKernel>(&call))
    {
        check(*kernel);
        push(lane, [this, one = *kernel] {
            std::visit([this](const auto &it) { runKernel(it, m_options.order); }, one);
        });
    }
    else if (const auto *const product = std::get_if<ProductCall>(&call))
        push(lane, [one = *product] { multiplyHere(one.product, one.rounding); });
    else if (const auto *const copy = std::get_if<CopyCall>(&call))
        push(lane, [one = *copy] { std::memmove(one.to, one.from, one.bytes); });
    else
        push(lane, [one = std::get<ClearCall>(call)] { std::memset(one.memory, 0, one.bytes); });
}

/// The calls themselves.
class EmulatedDevice::CallsRecording final : public Recording
{
public:
    CallsRecording(EmulatedDevice &device, std::vector<Call> calls)
        : m_device(device), m_calls(std::move(calls))
    {
        ++device.m_recordings.made;
    }
    [[nodiscard]] bool change(std::size_t call, const AnyKernel &kernel) override
    {
        ++m_device.m_recordings.changes;
        m_calls.at(call) = kernel;
        return true;
    }
    void start() override
    {
        ++m_device.m_recordings.starts;
        for (const Call &call : m_calls)
            m_device.give(Lane::Compute, call);
    }

private:
    EmulatedDevice &m_device;
    std::vector<Call> m_calls;
};

std::unique_ptr<Recording> EmulatedDevice::makeRecording(const std::vector<Call> &calls)
{
    return m_options.canRecord ? std::make_unique<CallsRecording>(*this, calls) : nullptr;
}

void EmulatedDevice::setMark(Lane lane, unsigned mark)
{
    m_marks.at(mark) = {lane, queue(lane).given()};
}

void EmulatedDevice::waitForMark(Lane lane, unsigned mark)
{
    const Mark reached = m_marks.at(mark);
    if (reached.lane != lane)
        push(lane, [this, reached] { runUntil(reached.lane, reached.place); });
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

} // namespace somnium::gpu::emulated
