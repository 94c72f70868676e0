// SPDX-License-Identifier: GPL-3.0-or-later
// Checkers of other people: fitsverify, STILTS, astropy. Tests that need one skip, saying so, where it is
// missing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace somnium::test
{

/// What a command printed (both streams) and how it ended.
struct CommandOutcome
{
    int exitCode = -1;
    std::string output;
};
/// Runs a program with these arguments, through the shell, arguments quoted.
[[nodiscard]] CommandOutcome runCommand(const std::string &program,
                                        const std::vector<std::string> &arguments);

[[nodiscard]] bool hasProgram(const std::string &program);
[[nodiscard]] bool hasAstropy();
/// Runs Python source with Debian's interpreter; `arguments` are sys.argv[1:].
[[nodiscard]] CommandOutcome runPython(const std::string &source, const std::vector<std::string> &arguments);

/// What fitsverify said of a file, or nothing if it found neither a warning nor an error.
[[nodiscard]] std::string fitsverifyComplaints(const std::filesystem::path &path);

} // namespace somnium::test

#define SOMNIUM_REQUIRE_PROGRAM(program)                                                                     \
    if (!::somnium::test::hasProgram(program))                                                               \
    GTEST_SKIP() << (program) << " is not installed"
#define SOMNIUM_REQUIRE_ASTROPY()                                                                            \
    if (!::somnium::test::hasAstropy())                                                                      \
    GTEST_SKIP() << "python3-astropy is not installed"
