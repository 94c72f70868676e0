// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory of a GPU is free, as the driver's management library (NVML) tells it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace somnium::gpu
{

/// Comes with every driver, but not into every container; loaded at run time, so that nothing needs it.
class Nvml
{
public:
    explicit Nvml(const std::filesystem::path &library = "libnvidia-ml.so.1");
    ~Nvml();
    Nvml(const Nvml &) = delete;
    Nvml &operator=(const Nvml &) = delete;

    /// Of the GPU at a PCI address ("0000:65:00.0") with `memoryBytes` of memory. None: the library is not
    /// there or does not know the GPU; or only a part of a GPU is meant (MIG), which it tells of the whole.
    [[nodiscard]] std::optional<std::size_t> freeBytes(const std::string &pciAddress,
                                                       std::size_t memoryBytes) const;

private:
    // cite: NVML API Reference, nvmlMemory_t.
    struct Memory
    {
        unsigned long long total = 0;
        unsigned long long free = 0;
        unsigned long long used = 0;
    };
    using Call = int (*)(); ///< nvmlInit_v2, nvmlShutdown; all return 0 for success
    using FindByPciAddress = int (*)(const char *, void **);
    using AskMemory = int (*)(void *, Memory *);

    Call m_shutDown = nullptr; ///< null: of no use
    FindByPciAddress m_find = nullptr;
    AskMemory m_ask = nullptr;
};

} // namespace somnium::gpu
