// SPDX-License-Identifier: GPL-3.0-or-later
// What a backend reaches at simple work, asked of its own tensor operations: the bounds that benchmarks stand
// beside, measured in the same run.
#pragma once

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::compute
{

/// Median of some copies of a matrix that no cache holds: bytes read and written, a second.
[[nodiscard]] Result<double> measureCopyRate(Backend &backend, const JobContext &context);

/// The same from main memory to where the backend computes, as TensorOps::bring does it. Infinite where both
/// are one.
[[nodiscard]] Result<double> measureBringRate(Backend &backend, const JobContext &context);

/// Operations (multiplications and additions) a second of a product of square matrices; they are made larger
/// until that stops to help.
[[nodiscard]] Result<double> measureProductRate(Backend &backend, ProductPrecision precision,
                                                const JobContext &context);

} // namespace somnium::compute
