// SPDX-License-Identifier: GPL-3.0-or-later
// What a backend reaches at simple work, asked of its own tensor operations: the bounds that benchmarks stand
// beside, measured in the same run.
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::compute
{

/// Median of some copies of a matrix that no cache holds: bytes read and written, a second.
[[nodiscard]] Result<double> measureCopyRate(Backend &backend, const JobContext &context);

/// The rate at which a backend goes over `bytes` of its memory again and again, bytes a second: a bound of
/// all scans of as many, since a cache holds the same part of them. The larger of two medians: of sums of
/// squared differences, which read and hardly write (sums over columns are slower on the CPU), and of copies
/// of one half to the other, bytes read and written, which some memory does faster. Fewer than 16 MiB are
/// taken for 16 MiB, where calls would cost more than memory, and more than 1 GiB for 1 GiB, of which no
/// cache holds much.
[[nodiscard]] Result<double> measureReadRate(Backend &backend, std::size_t bytes, const JobContext &context);

/// The same as measureCopyRate from main memory to where the backend computes, as TensorOps::bring does it.
/// Infinite where both are one.
[[nodiscard]] Result<double> measureBringRate(Backend &backend, const JobContext &context);

/// Operations (multiplications and additions) a second of a product of square matrices, of 512 to 8,192 rows;
/// they are made larger until that stops to help or would take long.
[[nodiscard]] Result<double> measureProductRate(Backend &backend, ProductPrecision precision,
                                                const JobContext &context);

/// The same, where `secondsOfProduct(side)` says how long one of side x side matrices takes. Where a product
/// should take over 0.3 s, judged by that of half the side, none is tried: on a busy machine rates may seem
/// to grow for ever, while the work becomes eight times as much each time.
[[nodiscard]] Result<double>
bestProductRate(const std::function<Result<double>(std::size_t side)> &secondsOfProduct);

} // namespace somnium::compute
