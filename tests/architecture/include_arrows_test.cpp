// SPDX-License-Identifier: GPL-3.0-or-later
// The arrows of the README's picture, held against the include lines of every source file.
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace somnium
{
namespace
{

namespace fs = std::filesystem;

/// What each folder may include besides itself. "core" and "ui" stand for all that is below them.
const std::map<std::string, std::set<std::string>> &allowedArrows()
{
    static const std::map<std::string, std::set<std::string>> arrows = {
        {"core/base", {}},
        {"core/data", {"core/base"}},
        {"core/sky", {"core/base", "core/data"}},
        {"core/compute", {"core/base", "core/data"}},
        {"core/som", {"core/base", "core/data", "core/compute"}},
        {"core/prepare", {"core/base", "core/data"}},
        {"core/io", {"core/base", "core/data", "core/sky", "core/som"}},
        {"core/simulate", {"core/base", "core/data", "core/sky", "core/io"}},
        {"core/latent", {"core/base", "core/data", "core/compute"}},
        {"core/onnx", {"core/base", "core/data", "core/compute", "core/latent"}},
        {"core/search", {"core/base", "core/data", "core/compute", "core/latent", "core/som"}},
        {"core/session",
         {"core/base", "core/data", "core/compute", "core/latent", "core/prepare", "core/som"}},
        {"core/workflow", {"core"}},
        {"gpu", {"core/base", "core/data", "core/compute"}},
        {"ui/theme.h", {}},
        {"ui/theme.cpp", {"ui/theme.h"}},
        {"ui/models", {"core", "ui/theme.h"}},
        {"ui/views", {"core", "ui/models", "ui/theme.h"}},
        {"ui/jobs", {"core"}},
        {"ui/session", {"core", "ui/jobs", "ui/models"}},
        {"ui/panels", {"core", "ui/jobs", "ui/models", "ui/session", "ui/theme.h", "ui/views"}},
        {"ui/main_window", {"core", "ui"}},
        {"app", {"core", "gpu", "ui"}},
    };
    return arrows;
}

/// "core/som" for "core/som/trainer.h", "gpu" for "gpu/stream.h", "ui/theme.h" for itself.
std::string folderOf(const std::string &path)
{
    const std::size_t first = path.find('/');
    if (first == std::string::npos)
        return path;
    const std::string top = path.substr(0, first);
    if (top != "core" && top != "ui")
        return top;
    return path.substr(0, path.find('/', first + 1));
}

bool mayInclude(const std::string &from, const std::string &to)
{
    if (from == to)
        return true;
    const auto found = allowedArrows().find(from);
    if (found == allowedArrows().end())
        return false;
    return found->second.contains(to) || (to.starts_with("core/") && found->second.contains("core")) ||
           (to.starts_with("ui/") && found->second.contains("ui"));
}

bool isCudaHeader(const std::string &name)
{
    return name.starts_with("cuda") || name.starts_with("cublas") || name.starts_with("cufft");
}

/// Within gpu, what all devices share knows nothing of CUDA: its headers stand in gpu/cuda, and in the one
/// header that tells nvcc from other compilers.
bool mayKnowCuda(const std::string &path)
{
    return path.starts_with("gpu/cuda/") || path == "gpu/kernels/kernel.h";
}

/// What is wrong with one include line of a file in `folder`, if anything.
std::optional<std::string> faultOf(const std::string &folder, const std::string &line)
{
    std::istringstream words(line);
    std::string directive;
    std::string target;
    words >> directive >> target;
    if (directive != "#include" || target.size() < 3)
        return std::nullopt;
    const bool isQuoted = target.front() == '"';
    const std::string name = target.substr(1, target.size() - 2);
    if (isQuoted && name.find("../") != std::string::npos)
        return "includes by ../";
    if (isQuoted)
        return mayInclude(folder, folderOf(name)) ? std::nullopt : std::optional("may not include " + name);
    if (folder.starts_with("core") && name.starts_with("Q"))
        return "core includes Qt: " + name;
    if (folder != "gpu" && isCudaHeader(name))
        return "CUDA header outside gpu: " + name;
    return std::nullopt;
}

std::vector<std::string> faultsBelow(const fs::path &root)
{
    std::vector<std::string> faults;
    for (const std::string top : {"app", "core", "gpu", "ui"})
    {
        if (!fs::exists(root / top))
            continue;
        for (const auto &entry : fs::recursive_directory_iterator(root / top))
        {
            const std::string ending = entry.path().extension().string();
            if (ending != ".h" && ending != ".cpp" && ending != ".cu" && ending != ".cuh")
                continue;
            const std::string relative = fs::relative(entry.path(), root).generic_string();
            std::ifstream file(entry.path());
            std::string line;
            for (int number = 1; std::getline(file, line); ++number)
            {
                if (const auto fault = faultOf(folderOf(relative), line))
                    faults.push_back(relative + ":" + std::to_string(number) + ": " + *fault);
                const bool isCuda = line.starts_with("#include <") && isCudaHeader(line.substr(10));
                if (isCuda && !mayKnowCuda(relative))
                    faults.push_back(relative + ":" + std::to_string(number) + ": " + line);
            }
        }
    }
    return faults;
}

TEST(Architecture, IncludesFollowTheArrows)
{
    for (const std::string &fault : faultsBelow(SOMNIUM_SOURCE_DIR))
        ADD_FAILURE() << fault;
}

TEST(Architecture, EveryFolderOfCoreAndOfTheWindowIsInThePicture)
{
    for (const std::string top : {"core", "ui"})
        for (const auto &entry : fs::directory_iterator(fs::path(SOMNIUM_SOURCE_DIR) / top))
        {
            if (!entry.is_directory())
                continue;
            EXPECT_TRUE(allowedArrows().contains(top + "/" + entry.path().filename().string()))
                << entry.path();
        }
}

TEST(Architecture, EverySourceNamesItsLicence)
{
    for (const std::string top : {"app", "core", "gpu", "ui", "tests"})
    {
        if (!fs::exists(fs::path(SOMNIUM_SOURCE_DIR) / top))
            continue;
        for (const auto &entry : fs::recursive_directory_iterator(fs::path(SOMNIUM_SOURCE_DIR) / top))
        {
            const std::string ending = entry.path().extension().string();
            if (ending != ".h" && ending != ".cpp" && ending != ".cu" && ending != ".cuh" && ending != ".py")
                continue;
            std::ifstream file(entry.path());
            std::string first;
            std::string second;
            std::getline(file, first);
            std::getline(file, second);
            EXPECT_NE((first + second).find("SPDX-License-Identifier: GPL-3.0-or-later"), std::string::npos)
                << entry.path();
        }
    }
}

// The check itself must be able to fail.
TEST(Architecture, AForbiddenIncludeIsFound)
{
    EXPECT_TRUE(faultOf("core/base", "#include \"core/som/som.h\""));
    EXPECT_TRUE(faultOf("core/io", "#include <QString>"));
    EXPECT_TRUE(faultOf("core/compute", "#include <cuda_runtime.h>"));
    EXPECT_TRUE(faultOf("ui/panels", "#include \"gpu/stream.h\""));
    EXPECT_TRUE(faultOf("ui/session", "#include \"ui/views/map_view.h\""));
    EXPECT_TRUE(faultOf("ui/models", "#include \"ui/session/session_controller.h\""));
    EXPECT_TRUE(faultOf("ui/views", "#include \"ui/panels/start_page.h\""));
    EXPECT_TRUE(faultOf("core/som", "#include \"../base/result.h\""));
    EXPECT_FALSE(faultOf("core/som", "#include \"core/compute/backend.h\""));
    EXPECT_FALSE(faultOf("ui/session", "#include \"ui/models/survey_data.h\""));
    EXPECT_FALSE(faultOf("ui/views", "#include \"ui/theme.h\""));
    EXPECT_FALSE(faultOf("ui/main_window", "#include \"ui/views/map_view.h\""));
    EXPECT_FALSE(faultOf("app", "#include \"ui/main_window/main_window.h\""));
    EXPECT_FALSE(faultOf("ui/models", "#include <QString>"));
}

} // namespace
} // namespace somnium
