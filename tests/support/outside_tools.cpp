// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/outside_tools.h"

#include <array>
#include <cstdio>
#include <memory>

#include <sys/wait.h>

namespace somnium::test
{

namespace
{

constexpr const char *kPython = "/usr/bin/python3"; // Debian's: astropy is a Debian package

std::string quoted(const std::string &text)
{
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

} // namespace

CommandOutcome runCommand(const std::string &program, const std::vector<std::string> &arguments)
{
    std::string line = quoted(program);
    for (const std::string &argument : arguments)
        line += " " + quoted(argument);
    line += " 2>&1";
    CommandOutcome outcome;
    std::FILE *pipe = popen(line.c_str(), "r");
    if (pipe == nullptr)
        return outcome;
    std::array<char, 4096> block{};
    for (std::size_t read = 0; (read = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
        outcome.output.append(block.data(), read);
    const int status = pclose(pipe);
    outcome.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

bool hasProgram(const std::string &program)
{
    return runCommand("sh", {"-c", "command -v " + quoted(program)}).exitCode == 0;
}

bool hasAstropy()
{
    return runPython("import astropy.io.votable, astropy.io.fits", {}).exitCode == 0;
}

CommandOutcome runPython(const std::string &source, const std::vector<std::string> &arguments)
{
    std::vector<std::string> all = {"-c", source};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return runCommand(kPython, all);
}

std::string fitsverifyComplaints(const std::filesystem::path &path)
{
    const CommandOutcome outcome = runCommand("fitsverify", {path.string()});
    const bool isClean = outcome.output.find("0 warning(s) and 0 error(s)") != std::string::npos ||
                         outcome.output.find("0 warnings and 0 errors") != std::string::npos;
    return isClean ? std::string() : outcome.output;
}

} // namespace somnium::test
