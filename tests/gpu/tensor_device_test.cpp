// SPDX-License-Identifier: GPL-3.0-or-later
// Tensor operations and trainings of autoencoders on the GPU that is here, as the program finds it.
#include <memory>
#include <string>
#include <utility>

#include "tests/gpu/gpu_here.h"
#include "tests/support/tensor_ops_suite.h"
#include "tests/support/twin_autoencoder_suite.h"

namespace somnium::test
{
namespace
{

Result<MadeTensorOps> madeOnGpu()
{
    auto made = gpuHere();
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
INSTANTIATE_TEST_SUITE_P(Gpu, TwinAutoencoder, testing::Values(AutoencoderDevice{"cuda", gpuHere}),
                         nameOfDevice);

} // namespace
} // namespace somnium::test
