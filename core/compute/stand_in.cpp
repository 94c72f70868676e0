// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/stand_in.h"

#include "core/compute/cpu/cpu_backend.h"

namespace somnium::compute
{

bool isProcessor(const Backend &backend)
{
    return backend.name() == "cpu";
}

bool isDeviceFailure(const Error &error, const Backend &backend)
{
    return !isProcessor(backend) &&
           (error.kind == ErrorKind::DeviceLost || error.kind == ErrorKind::OutOfMemory);
}

std::string deviceName(const Backend &backend)
{
    const std::string device = backend.device();
    return device.substr(0, device.find(", "));
}

std::string failureNotice(const Backend &backend, const Error &error, const std::string &remedy)
{
    const bool isLost = error.kind == ErrorKind::DeviceLost;
    return deviceName(backend) + (isLost ? " was lost (" : " has too little memory (") + error.message +
           "): " + remedy;
}

void DeviceOfJob::tell(const Error &error, const std::string &remedy)
{
    m_notices.push_back(failureNotice(*m_backend, error, remedy));
    m_context.notice(m_notices.back());
}

bool DeviceOfJob::giveUp(const Error &error)
{
    auto standIn = cpu::CpuBackend::create();
    if (!standIn)
        return false;
    tell(error, "the processor goes on");
    m_standIn = std::move(*standIn);
    m_backend = m_standIn.get();
    return true;
}

} // namespace somnium::compute
