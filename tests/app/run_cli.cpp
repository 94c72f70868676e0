// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/run_cli.h"

#include <array>
#include <cstdio>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace somnium::test
{

Outcome runShell(const std::string &command)
{
    std::FILE *pipe = ::popen(command.c_str(), "r"); // NOLINT(cert-env33-c)
    EXPECT_NE(pipe, nullptr);
    Outcome outcome;
    std::array<char, 4096> buffer = {};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        outcome.output.append(buffer.data(), n);
    const int status = ::pclose(pipe);
    outcome.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

Outcome run(const std::string &arguments, bool withErrors)
{
    return runShell(std::string(SOMNIUM_CLI) + " " + arguments + (withErrors ? " 2>&1" : " 2>/dev/null"));
}

nlohmann::json runJson(const std::string &arguments)
{
    const Outcome outcome = run(arguments + " --json");
    EXPECT_EQ(outcome.exitCode, 0) << arguments << "\n" << run(arguments, true).output;
    return nlohmann::json::parse(outcome.output, nullptr, false);
}

} // namespace somnium::test
