// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/stand_in.h"

#include "core/compute/cpu/cpu_backend.h"

namespace somnium::compute
{

bool isDeviceFailure(const Error &error, const Backend &backend)
{
    return backend.name() != "cpu" &&
           (error.kind == ErrorKind::DeviceLost || error.kind == ErrorKind::OutOfMemory);
}

std::string deviceName(const Backend &backend)
{
    const std::string device = backend.device();
    return device.substr(0, device.find(", "));
}

std::string standInNotice(const Backend &backend, const Error &error)
{
    const bool isLost = error.kind == ErrorKind::DeviceLost;
    return deviceName(backend) + (isLost ? " was lost (" : " has too little memory (") + error.message +
           "): the processor goes on";
}

Result<std::unique_ptr<Backend>> standInFor(const Backend &backend, const Error &error,
                                            const std::function<void(const std::string &)> &tell)
{
    auto standIn = cpu::CpuBackend::create();
    if (!standIn)
        return failure(standIn.error());
    tell(standInNotice(backend, error));
    return std::unique_ptr<Backend>(std::move(*standIn));
}

} // namespace somnium::compute
