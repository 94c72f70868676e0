// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/real_data.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace somnium::test
{

namespace
{

std::filesystem::path folderFromTool(const std::string &pack)
{
    const std::filesystem::path tool = SOMNIUM_UNPACK_DATA;
    if (!std::filesystem::exists(tool))
        return {};
    const std::string command = "'" + tool.string() + "' " + pack + " 2>/dev/null";
    const auto close = [](std::FILE *stream) { ::pclose(stream); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(::popen(command.c_str(), "r"),
                                                           close); // NOLINT(cert-env33-c)
    if (!pipe)
        return {};
    std::string folder;
    std::array<char, 512> buffer = {};
    while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr)
        folder += buffer.data();
    while (!folder.empty() && folder.back() == '\n')
        folder.pop_back();
    return folder;
}

} // namespace

std::optional<std::filesystem::path> realData(std::string_view set)
{
    std::filesystem::path root;
    if (const char *chosen = std::getenv("SOMNIUM_DATA");
        chosen != nullptr && *chosen != '\0') // NOLINT(concurrency-mt-unsafe)
        root = chosen;
    else
        root = folderFromTool(std::string(set.substr(0, set.find('/'))));
    if (root.empty() || !std::filesystem::exists(root / set))
        return std::nullopt;
    return root / set;
}

} // namespace somnium::test
