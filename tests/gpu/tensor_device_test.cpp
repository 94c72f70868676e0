// SPDX-License-Identifier: GPL-3.0-or-later
// Tensor operations and trainings of autoencoders on the GPU that is here, as the program finds it.
#include <memory>
#include <string>
#include <utility>

#include "core/compute/backend_factory.h"
#include "tests/support/tensor_ops_suite.h"
#include "tests/support/twin_autoencoder_suite.h"

namespace somnium::test
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

Result<MadeTensorOps> madeOnGpu()
{
    auto made = gpuBackend();
    if (!made)
        return failure(made.error());
    const std::shared_ptr<compute::Backend> backend = std::move(*made);
    auto ops = backend->tensorOps();
    if (!ops)
        return failure(ErrorKind::Internal, ops.error().message); // a GPU that is here must offer them
    return MadeTensorOps{backend, std::move(*ops)};
}

INSTANTIATE_TEST_SUITE_P(Gpu, TensorOpsSuite,
                         testing::Values(TensorOpsCandidate{"cuda", {{"chosen", madeOnGpu}}, true}), nameOf);
INSTANTIATE_TEST_SUITE_P(Gpu, TwinAutoencoder, testing::Values(AutoencoderDevice{"cuda", gpuBackend}),
                         nameOfDevice);

} // namespace
} // namespace somnium::test
