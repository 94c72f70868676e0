// SPDX-License-Identifier: GPL-3.0-or-later
// Runs somnium-cli as a user's shell does.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace somnium::test
{

struct Outcome
{
    int exitCode = -1;
    std::string output; ///< stdout
};

[[nodiscard]] Outcome runShell(const std::string &command);
/// Runs somnium-cli; stderr is added to the output where `withErrors`.
[[nodiscard]] Outcome run(const std::string &arguments, bool withErrors = false);
/// With --json; a failed run is a failed test.
nlohmann::json runJson(const std::string &arguments);

} // namespace somnium::test
