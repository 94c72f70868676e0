// SPDX-License-Identifier: GPL-3.0-or-later
// Real radio galaxies as prepared samples, for tests of the map on them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/sample_store.h"

namespace somnium::test
{

struct RadioSamples
{
    std::shared_ptr<const data::MemorySamples> samples;
    std::vector<std::string> names; ///< file names; for an array "0", "1", ...
};

/// Reads every image below `paths` and prepares it by the radio recipe to side x side. Of the images found,
/// in their fixed order, every `step`-th is taken.
[[nodiscard]] Result<RadioSamples> radioSamples(const std::vector<std::filesystem::path> &paths,
                                                std::size_t side, std::size_t step,
                                                const JobContext &context);

} // namespace somnium::test
