// SPDX-License-Identifier: GPL-3.0-or-later
// The map's suites on the GPU that is here, as the program finds it.
#include "tests/gpu/gpu_here.h"
#include "tests/support/backend_suite.h"
#include "tests/support/twin_training_suite.h"

namespace somnium
{
namespace compute
{
namespace
{

INSTANTIATE_TEST_SUITE_P(Gpu, BackendTest, ::testing::Values(BackendCandidate{"cuda", test::gpuHere}),
                         candidateName);

} // namespace
} // namespace compute

namespace test
{
namespace
{

INSTANTIATE_TEST_SUITE_P(Gpu, TwinTraining, ::testing::Values(TwinCandidate{"cuda", gpuHere, 20000}));

} // namespace
} // namespace test
} // namespace somnium
