// SPDX-License-Identifier: GPL-3.0-or-later
// The options of verbs that read maps from files or write PINK's files.
#pragma once

#include <vector>

#include <CLI/CLI.hpp>

#include "core/workflow/export.h"
#include "core/workflow/map_file.h"

namespace somnium::cli
{

/// --pink-version.
void addPinkVersion(CLI::App &verb, io::PinkVersion &version);
/// --window and --window-side.
void addPinkWindow(CLI::App &verb, workflow::PinkOptions &options);
/// --periodic, --no-flips, --rotations, --channel-weights and --precision of a map read from a file.
struct MapFileFlags
{
    bool isPeriodic = false;
    bool noFlips = false;
    std::size_t rotations = 0;
    CLI::Option *rotationsOption = nullptr;
    std::vector<float> channelWeights;
    compute::MatchPrecision precision = compute::MatchPrecision::Standard;
    CLI::Option *precisionOption = nullptr;

    /// Those that were given.
    [[nodiscard]] workflow::MapFileOptions given() const;
};
/// Returns the options, so that a verb may tie them to others.
std::vector<CLI::Option *> addMapFileOptions(CLI::App &verb, MapFileFlags &flags);

} // namespace somnium::cli
