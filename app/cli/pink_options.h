// SPDX-License-Identifier: GPL-3.0-or-later
// The options of verbs that read or write PINK's files.
#pragma once

#include <vector>

#include <CLI/CLI.hpp>

#include "core/workflow/export.h"
#include "core/workflow/import_model.h"

namespace somnium::cli
{

/// --pink-version.
void addPinkVersion(CLI::App &verb, io::PinkVersion &version);
/// --window and --window-side.
void addPinkWindow(CLI::App &verb, workflow::PinkOptions &options);
/// --periodic, --no-flips, --rotations, --channel-weights and --precision of a map read from a file.
struct MapFileFlags
{
    workflow::MapFileOptions options;
    bool noFlips = false;
    [[nodiscard]] workflow::MapFileOptions all() const
    {
        workflow::MapFileOptions whole = options;
        whole.useFlips = !noFlips;
        return whole;
    }
};
/// Returns the options, so that a verb may tie them to others.
std::vector<CLI::Option *> addMapFileOptions(CLI::App &verb, MapFileFlags &flags);

} // namespace somnium::cli
