// SPDX-License-Identifier: GPL-3.0-or-later
// What gpu/device/nvml.h asks of the driver's library, for three GPUs: one of 8 GiB, one of 24, and one that
// uses the processor's memory.
#include <cstring>

namespace
{

constexpr unsigned long long kGibibyte = 1ULL << 30U;

struct Memory
{
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
};
struct Gpu
{
    const char *address;
    Memory memory;
};
Gpu gpus[] = {{"0000:65:00.0", {8 * kGibibyte, 5 * kGibibyte, 3 * kGibibyte}},
              {"0000:B3:00.0", {24 * kGibibyte, kGibibyte, 23 * kGibibyte}},
              {"0000:C1:00.0", {0, 0, 0}}};
int users = 0;

constexpr int kUninitialised = 1;
constexpr int kNotSupported = 3;
constexpr int kNotFound = 6;

} // namespace

extern "C" {
int fakeNvmlUsers()
{
    return users;
}
int nvmlInit_v2()
{
    ++users;
    return 0;
}
int nvmlShutdown()
{
    return users-- > 0 ? 0 : kUninitialised;
}
int nvmlDeviceGetHandleByPciBusId_v2(const char *address, void **device)
{
    if (users == 0)
        return kUninitialised;
    for (Gpu &gpu : gpus)
        if (std::strcmp(gpu.address, address) == 0)
        {
            *device = &gpu;
            return 0;
        }
    return kNotFound;
}
int nvmlDeviceGetMemoryInfo(void *device, Memory *memory)
{
    *memory = static_cast<Gpu *>(device)->memory;
    return memory->total == 0 ? kNotSupported : 0;
}
}
