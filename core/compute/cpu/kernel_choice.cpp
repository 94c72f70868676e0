// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/kernel_choice.h"

#include <array>
#include <cstdlib>
#include <cstring>

#include "core/base/check.h"

#if defined(SOMNIUM_X86_KERNELS)
#include <cpuid.h>
#endif

namespace somnium::compute::cpu
{

namespace
{

#if defined(SOMNIUM_X86_KERNELS)
/// F16C, which gcc 12 and clang 14 do not both know by name.
bool hasHalfFloats()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    constexpr unsigned kF16c = 1U << 29U;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & kF16c) != 0;
}
#endif

} // namespace

std::vector<const Kernels *> usableKernels()
{
    std::vector<const Kernels *> usable;
#if defined(SOMNIUM_X86_KERNELS)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        usable.push_back(&kAvx512Kernels);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && hasHalfFloats())
        usable.push_back(&kAvx2Kernels);
#endif
    usable.push_back(&kPlainKernels);
    return usable;
}

Result<const Kernels *> chooseKernels()
{
    const std::vector<const Kernels *> usable = usableKernels();
    const char *const wanted = std::getenv("SOMNIUM_SIMD"); // NOLINT(concurrency-mt-unsafe)
    if (wanted == nullptr || *wanted == '\0')
        return usable.front();
    std::string names;
    for (const Kernels *kernels : usable)
    {
        if (std::strcmp(kernels->name, wanted) == 0)
            return kernels;
        names += names.empty() ? kernels->name : std::string(", ") + kernels->name;
    }
    return failure(ErrorKind::Unsupported, "SOMNIUM_SIMD=" + std::string(wanted) +
                                               " does not run on this processor: expected one of " + names);
}

const TensorKernels &tensorKernelsFor(const Kernels &kernels)
{
#if defined(SOMNIUM_X86_KERNELS)
    for (const TensorKernels *same : {&kAvx512TensorKernels, &kAvx2TensorKernels})
        if (std::strcmp(same->name, kernels.name) == 0)
            return *same;
#endif
    CHECK(std::strcmp(kPlainTensorKernels.name, kernels.name) == 0);
    return kPlainTensorKernels;
}

std::string processorName()
{
#if defined(SOMNIUM_X86_KERNELS)
    std::array<unsigned, 12> words = {};
    constexpr unsigned kBrand = 0x80000002U;
    for (unsigned part = 0; part < 3; ++part)
    {
        unsigned *const w = words.data() + static_cast<std::size_t>(4 * part);
        if (__get_cpuid(kBrand + part, w, w + 1, w + 2, w + 3) == 0)
            return "processor";
    }
    std::array<char, sizeof(words) + 1> text = {};
    std::memcpy(text.data(), words.data(), sizeof(words));
    std::string name = text.data();
    while (!name.empty() && name.back() == ' ')
        name.pop_back();
    if (!name.empty())
        return name.substr(name.find_first_not_of(' '));
#endif
    return "processor";
}

} // namespace somnium::compute::cpu
