// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/emulated/faulty_device.h"

#include <utility>

#include "gpu/device/device_error.h"

namespace somnium::gpu::emulated
{

FaultyDevice::FaultyDevice(std::unique_ptr<EmulatedDevice> device, const Fault &fault)
    : m_device(std::move(device)), m_fault(fault)
{}

void FaultyDevice::count()
{
    if (m_fault.kind != ErrorKind::DeviceLost)
        return;
    if (++m_calls < m_fault.call)
        return;
    m_hasFailed = true;
    m_device->dropWork();
    throw DeviceError(ErrorKind::DeviceLost, info().name + ": lost, as the test has it");
}

std::size_t FaultyDevice::freeBytes()
{
    count();
    return m_device->freeBytes();
}

void *FaultyDevice::allocate(std::size_t bytes)
{
    count();
    if (m_fault.kind == ErrorKind::OutOfMemory && ++m_calls >= m_fault.call && bytes > m_fault.leastBytes &&
        m_fault.refusals > 0)
    {
        --m_fault.refusals;
        m_hasFailed = true;
        throw DeviceError(ErrorKind::OutOfMemory, info().name + ": out of memory, as the test has it");
    }
    return m_device->allocate(bytes);
}

void *FaultyDevice::allocateHost(std::size_t bytes)
{
    count();
    return m_device->allocateHost(bytes);
}

bool FaultyDevice::lockHost(const void *memory, std::size_t bytes)
{
    count();
    return m_device->lockHost(memory, bytes);
}

void FaultyDevice::copyIn(Lane lane, void *to, const void *from, std::size_t bytes)
{
    count();
    m_device->copyIn(lane, to, from, bytes);
}

void FaultyDevice::copyOut(Lane lane, void *to, const void *from, std::size_t bytes)
{
    count();
    m_device->copyOut(lane, to, from, bytes);
}

void FaultyDevice::copyWithin(Lane lane, void *to, const void *from, std::size_t bytes)
{
    count();
    m_device->copyWithin(lane, to, from, bytes);
}

void FaultyDevice::clear(Lane lane, void *memory, std::size_t bytes)
{
    count();
    m_device->clear(lane, memory, bytes);
}

void FaultyDevice::launch(Lane lane, const AnyKernel &kernel)
{
    count();
    m_device->launch(lane, kernel);
}

void FaultyDevice::multiply(Lane lane, const MatrixProduct &product, Rounding rounding)
{
    count();
    m_device->multiply(lane, product, rounding);
}

void FaultyDevice::setMark(Lane lane, unsigned mark)
{
    count();
    m_device->setMark(lane, mark);
}

void FaultyDevice::waitForMark(Lane lane, unsigned mark)
{
    count();
    m_device->waitForMark(lane, mark);
}

void FaultyDevice::awaitMark(unsigned mark)
{
    count();
    m_device->awaitMark(mark);
}

void FaultyDevice::wait(Lane lane)
{
    count();
    m_device->wait(lane);
}

void FaultyDevice::record(const std::function<void()> &work)
{
    count();
    m_device->record(work);
}

} // namespace somnium::gpu::emulated
