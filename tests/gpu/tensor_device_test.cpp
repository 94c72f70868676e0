// SPDX-License-Identifier: GPL-3.0-or-later
// Tensor operations on the GPU that is here, as the program finds it.
#include <memory>
#include <string>
#include <utility>

#include "core/compute/backend_factory.h"
#include "tests/support/tensor_ops_suite.h"

namespace somnium::test
{
namespace
{

Result<MadeTensorOps> madeOnGpu()
{
    auto chosen = compute::chooseBackend("cuda");
    if (!chosen)
        return failure(chosen.error());
    const std::shared_ptr<compute::Backend> backend = std::move(chosen->backend);
    auto ops = backend->tensorOps();
    if (!ops)
        return failure(ErrorKind::Internal, ops.error().message); // a GPU that is here must offer them
    return MadeTensorOps{backend, std::move(*ops)};
}

INSTANTIATE_TEST_SUITE_P(Gpu, TensorOpsSuite,
                         testing::Values(TensorOpsCandidate{"cuda", {{"chosen", madeOnGpu}}, true}), nameOf);

} // namespace
} // namespace somnium::test
