// SPDX-License-Identifier: GPL-3.0-or-later
// The window's first hour without a window: import, train, outliers, and every view as a figure.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"

namespace somnium::app
{

/// Puts session, outlier catalogue and figures into `folder` (made if missing). `paths` are what to import;
/// none: the simulated sample survey, whose images go to `folder`/sample. A session that is there already is
/// shown again, not made again. `device`: as compute::chooseBackend takes it; where it fails, the processor
/// stands in. Needs a QApplication, with any platform plugin. Prints what it does on stdout.
[[nodiscard]] Result<void> runHeadless(const std::filesystem::path &folder,
                                       const std::vector<std::filesystem::path> &paths,
                                       const std::string &device, const JobContext &context);

} // namespace somnium::app
