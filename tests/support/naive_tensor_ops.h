// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation of compute::TensorOps again, naive and in double precision: the oracle of the backends'
// tests, and what gradients of whole networks are checked with.
#pragma once

#include <memory>
#include <span>

#include "core/compute/backend.h"
#include "core/compute/tensor_ops.h"

namespace somnium::test
{

[[nodiscard]] std::unique_ptr<compute::TensorOps> naiveTensorOps();

/// The numbers of a tensor of naiveTensorOps, to be read and changed.
[[nodiscard]] std::span<double> numbersOf(compute::Tensor &tensor);
[[nodiscard]] std::span<const double> numbersOf(const compute::ConstMatrixView &view);

} // namespace somnium::test
