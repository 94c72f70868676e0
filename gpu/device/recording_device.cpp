// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/device/recording_device.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "core/base/check.h"

namespace somnium::gpu
{

namespace
{

/// A training has one for each of its two staged batches, and those of a last, smaller batch.
constexpr std::size_t kMostSteps = 8;

/// Of kernels: on the same grid, whatever their arguments.
bool areAlike(const AnyKernel &a, const AnyKernel &b)
{
    return a.index() == b.index() &&
           std::visit(
               [&b](const auto &one) {
                   const auto &other = std::get<std::remove_cvref_t<decltype(one)>>(b);
                   return one.grid() == other.grid() && one.threads() == other.threads() &&
                          one.sharedBytes() == other.sharedBytes();
               },
               a);
}

/// Of all else: the same call.
template <class T> bool areAlike(const T &a, const T &b)
{
    return a == b;
}

/// Whether one may take the place of the other in a recording.
bool mayReplace(const Call &a, const Call &b)
{
    return a.index() == b.index() &&
           std::visit(
               [&b](const auto &one) {
                   return areAlike(one, std::get<std::remove_cvref_t<decltype(one)>>(b));
               },
               a);
}

/// Of kernels of one kind. What lies between their arguments may differ, too, which only costs a change.
bool haveSameArguments(const AnyKernel &a, const AnyKernel &b)
{
    return std::visit(
        [&b](const auto &one) {
            using Kernel = std::remove_cvref_t<decltype(one)>;
            static_assert(std::is_trivially_copyable_v<Kernel>);
            const void *const mine = &one;
            const void *const others = &std::get<Kernel>(b);
            return std::memcmp(mine, others, sizeof(Kernel)) == 0;
        },
        a);
}

bool isEmpty(const AnyKernel &kernel)
{
    const Grid grid = std::visit([](const auto &one) { return one.grid(); }, kernel);
    return grid.x * grid.y * grid.z == 0;
}

} // namespace

void RecordingDevice::take(Lane lane, const Call &call)
{
    if (!m_isRecording)
        return give(lane, call);
    CHECK(lane == Lane::Compute);
    m_calls.push_back(call);
}

void RecordingDevice::copyWithin(Lane lane, void *to, const void *from, std::size_t bytes)
{
    if (bytes > 0)
        take(lane, CopyCall{to, from, bytes});
}

void RecordingDevice::clear(Lane lane, void *memory, std::size_t bytes)
{
    if (bytes > 0)
        take(lane, ClearCall{memory, bytes});
}

void RecordingDevice::launch(Lane lane, const AnyKernel &kernel)
{
    if (!isEmpty(kernel))
        take(lane, kernel);
}

void RecordingDevice::multiply(Lane lane, const MatrixProduct &product, Rounding rounding)
{
    if (product.m > 0 && product.n > 0)
        take(lane, ProductCall{product, rounding});
}

std::vector<Call> RecordingDevice::callsOf(const std::function<void()> &work)
{
    CHECK(!m_isRecording);
    m_calls.clear();
    m_isRecording = true;
    try
    {
        work();
    }
    catch (...)
    {
        m_isRecording = false;
        throw;
    }
    m_isRecording = false;
    return std::exchange(m_calls, {});
}

void RecordingDevice::giveAll(const std::vector<Call> &calls)
{
    for (const Call &call : calls)
        give(Lane::Compute, call);
}

void RecordingDevice::record(const std::function<void()> &work)
{
    std::vector<Call> calls = callsOf(work);
    try
    {
        run(std::move(calls));
    }
    catch (...)
    {
        m_steps.clear();
        throw;
    }
}

void RecordingDevice::run(std::vector<Call> calls)
{
    if (!m_canRecord)
        return giveAll(calls);
    const auto known = std::ranges::find_if(
        m_steps, [&calls](const Step &step) { return std::ranges::equal(step.calls, calls, mayReplace); });
    if (known != m_steps.end())
        return runAgain(*known, calls);
    giveAll(calls);
    if (m_steps.size() == kMostSteps)
        m_steps.pop_front();
    m_steps.push_back({std::move(calls), nullptr});
}

void RecordingDevice::runAgain(Step &step, const std::vector<Call> &calls)
{
    if (!update(step, calls))
    {
        step.calls = calls;
        step.recording = makeRecording(calls);
    }
    if (step.recording != nullptr)
        return step.recording->start();
    m_canRecord = false;
    m_steps.clear();
    giveAll(calls);
}

bool RecordingDevice::update(Step &step, const std::vector<Call> &calls)
{
    if (step.recording == nullptr)
        return false;
    for (std::size_t i = 0; i < calls.size(); ++i)
    {
        const auto *const kernel = std::get_if<AnyKernel>(&calls[i]);
        if (kernel == nullptr || haveSameArguments(*kernel, std::get<AnyKernel>(step.calls[i])))
            continue;
        if (!step.recording->change(i, *kernel))
            return false;
        step.calls[i] = calls[i];
    }
    return true;
}

} // namespace somnium::gpu
