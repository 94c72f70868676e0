// SPDX-License-Identifier: GPL-3.0-or-later
// The map's suites on the GPU that is here, as the program finds it.
#include <utility>

#include "core/compute/backend_factory.h"
#include "tests/support/backend_suite.h"
#include "tests/support/twin_training_suite.h"

namespace somnium
{
namespace
{

Result<std::unique_ptr<compute::Backend>> gpuBackend()
{
    auto chosen = compute::chooseBackend("cuda");
    if (!chosen)
        return failure(chosen.error());
    return std::move(chosen->backend);
}

} // namespace

namespace compute
{
namespace
{

INSTANTIATE_TEST_SUITE_P(Gpu, BackendTest, ::testing::Values(BackendCandidate{"cuda", gpuBackend}),
                         candidateName);

} // namespace
} // namespace compute

namespace test
{
namespace
{

INSTANTIATE_TEST_SUITE_P(Gpu, TwinTraining, ::testing::Values(TwinCandidate{"cuda", gpuBackend, 20000}));

} // namespace
} // namespace test
} // namespace somnium
