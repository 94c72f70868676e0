// SPDX-License-Identifier: GPL-3.0-or-later
// The suite of backends over every SIMD path that runs here.
#include "tests/support/backend_suite.h"

#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/cpu/kernel_choice.h"

namespace somnium::compute
{
namespace
{

std::vector<BackendCandidate> candidates()
{
    std::vector<BackendCandidate> all;
    for (const cpu::Kernels *kernels : cpu::usableKernels())
        all.push_back({std::string("cpu_") + kernels->name,
                       [kernels] { return std::make_unique<cpu::CpuBackend>(*kernels); }});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Cpu, BackendTest, ::testing::ValuesIn(candidates()), candidateName);

} // namespace
} // namespace somnium::compute
