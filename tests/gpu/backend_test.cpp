// SPDX-License-Identifier: GPL-3.0-or-later
// The suite of backends over the twin on the emulated device: threads in every order, little shared memory
// and much.
#include "tests/support/backend_suite.h"

#include "gpu/emulated/emulated_device.h"
#include "gpu/gpu_backend.h"

namespace somnium::compute
{
namespace
{

using gpu::emulated::EmulatedDevice;
using gpu::emulated::EmulatedOptions;
using gpu::emulated::ThreadOrder;

BackendCandidate emulated(const std::string &name, const EmulatedOptions &options)
{
    return {name,
            [options] { return gpu::makeBackend(std::make_unique<EmulatedDevice>(options), "emulated"); }};
}

std::vector<BackendCandidate> candidates()
{
    return {
        emulated("rising", {}),
        emulated("falling", {.order = ThreadOrder::Falling, .sharedBytes = std::size_t{227} << 10U}),
        emulated("interleaved", {.order = ThreadOrder::Interleaved, .sharedBytes = std::size_t{25} << 10U})};
}

INSTANTIATE_TEST_SUITE_P(Emulated, BackendTest, ::testing::ValuesIn(candidates()), candidateName);

} // namespace
} // namespace somnium::compute
