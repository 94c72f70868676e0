// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/device/nvml.h"

#include "core/base/platform.h"

namespace somnium::gpu
{

namespace
{

/// What CUDA counts of a whole GPU's memory: a little less than NVML, which counts what the driver keeps too.
constexpr double kWholeFrom = 0.9;

/// Null if there is none.
template <class Function> Function functionOf(const SharedLibrary &library, const char *name)
{
    const auto symbol = library.symbol(name);
    return symbol ? reinterpret_cast<Function>(*symbol) : nullptr; // NOLINT: dlsym's way
}

} // namespace

Nvml::Nvml(const std::filesystem::path &library)
{
    const auto opened = SharedLibrary::open(library);
    if (!opened)
        return;
    const auto init = functionOf<Call>(*opened, "nvmlInit_v2");
    const auto shutDown = functionOf<Call>(*opened, "nvmlShutdown");
    m_find = functionOf<FindByPciAddress>(*opened, "nvmlDeviceGetHandleByPciBusId_v2");
    m_ask = functionOf<AskMemory>(*opened, "nvmlDeviceGetMemoryInfo");
    const bool isWhole = init != nullptr && shutDown != nullptr && m_find != nullptr && m_ask != nullptr;
    if (isWhole && init() == 0)
        m_shutDown = shutDown;
}

Nvml::~Nvml()
{
    if (m_shutDown != nullptr)
        static_cast<void>(m_shutDown());
}

std::optional<std::size_t> Nvml::freeBytes(const std::string &pciAddress, std::size_t memoryBytes) const
{
    void *device = nullptr;
    Memory memory;
    if (m_shutDown == nullptr || m_find(pciAddress.c_str(), &device) != 0 || m_ask(device, &memory) != 0)
        return std::nullopt;
    if (static_cast<double>(memoryBytes) < kWholeFrom * static_cast<double>(memory.total))
        return std::nullopt;
    return static_cast<std::size_t>(memory.free);
}

} // namespace somnium::gpu
