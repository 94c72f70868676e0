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

Result<std::unique_ptr<Backend>> standInFor(const Backend &backend, const Error &error,
                                            const std::function<void(const std::string &)> &tell)
{
    auto standIn = cpu::CpuBackend::create();
    if (!standIn)
        return failure(standIn.error());
    tell(failureNotice(backend, error, "the processor goes on"));
    return std::unique_ptr<Backend>(std::move(*standIn));
}

} // namespace somnium::compute
