// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses the backend: the only place that asks "CPU or GPU".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::compute
{

/// A backend and why it is this one, e.g. "CPU, since no CUDA library is installed": shown to the user.
struct ChosenBackend
{
    std::unique_ptr<Backend> backend;
    std::string reason;
};

/// `device`: "auto", "cpu" or "cuda". The environment variable SOMNIUM_BACKEND=cpu overrides "auto".
[[nodiscard]] Result<ChosenBackend> chooseBackend(std::string_view device = "auto");

/// Names of the backends that can run here.
[[nodiscard]] std::vector<std::string> availableBackends();

} // namespace somnium::compute
