// SPDX-License-Identifier: GPL-3.0-or-later
// The tensor operations of the CPU, for tests of what is built on them.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/tensor_ops.h"

namespace somnium::test
{

/// A backend with its operations.
struct CpuTensorOps
{
    explicit CpuTensorOps(unsigned threads = 0) : backend(compute::cpu::CpuBackend::create().value())
    {
        auto made = backend->tensorOps(threads);
        if (!made)
            ADD_FAILURE() << made.error().message;
        else
            ops = std::move(*made);
    }
    compute::TensorOps &operator*() const { return *ops; }

    std::unique_ptr<compute::Backend> backend;
    std::unique_ptr<compute::TensorOps> ops;
};

} // namespace somnium::test
