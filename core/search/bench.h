// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a backend finds the nearest of many rows, beside the time in which as many bytes are read,
// measured in the same run. Printed by `somnium-cli bench nearest`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::search
{

struct NearestBenchParams
{
    std::size_t rows = 300000;
    std::size_t width = 129; ///< as of SpectralIndex
    std::size_t queries = 64;
    std::size_t neighbours = 600; ///< of each: what SpectralIndex asks for where 50 are wanted
    std::size_t repeats = 5;      ///< every figure is the median of so many
    std::uint64_t seed = 1;
};

struct NearestBenchReport
{
    std::string backend;
    std::string device;
    unsigned threads = 0;
    double keepSeconds = 0.0;      ///< the rows to where the backend keeps them
    std::size_t bytes = 0;         ///< of the rows: what one scan reads
    double queriesPerSecond = 0.0; ///< asked all at once
    double oneQueryMs = 0.0;       ///< asked alone
    double readGbytes = 0.0;       ///< compute::measureReadRate of as many bytes, 1e9 a second
    double scansPerSecond = 0.0;   ///< the bound: of all rows, at that rate
    double oneQueryShare = 0.0;    ///< of the bound, asked alone
    double queriesPerScan =
        0.0; ///< queriesPerSecond / scansPerSecond: above 1 where rows are read once for several
};

/// Random rows: the time does not depend on what they hold.
[[nodiscard]] Result<NearestBenchReport> benchNearest(const NearestBenchParams &params,
                                                      compute::Backend &backend, const JobContext &context);

} // namespace somnium::search
