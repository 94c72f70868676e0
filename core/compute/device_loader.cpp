// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/device_loader.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "core/base/platform.h"
#include "core/base/version.h"

namespace somnium::compute
{

namespace
{

constexpr const char *kLibraryName = "somnium_cuda";

/// "a.so in /b, a.so in /c and ..." is too long: the files are named once where they are alike.
Error notFound(const std::vector<std::filesystem::path> &places)
{
    std::string looked;
    for (const std::filesystem::path &place : places)
    {
        if (!looked.empty())
            looked += &place == &places.back() ? " and " : ", ";
        const bool isBare = !place.has_parent_path();
        looked += isBare ? place.string() + " in the system's folders" : place.string();
    }
    return {ErrorKind::NotFound, "no GPU library was found: looked for " + looked};
}

tl::unexpected<Error> mismatch(const std::filesystem::path &path, const std::string &clause,
                               const std::string &expected, const std::string &found)
{
    return failure(ErrorKind::Mismatch, "the GPU library " + clause + ": " + path.string() + ": expected " +
                                            expected + ", found " + found);
}

std::string textOf(const char *text)
{
    return text != nullptr ? text : "nothing";
}

Result<const DevicePlugin *> checked(const DevicePlugin *plugin, const std::filesystem::path &path)
{
    if (plugin == nullptr)
        return failure(ErrorKind::Mismatch, "the GPU library shows nothing: " + path.string());
    // Of another interface, all members but the first may lie elsewhere.
    if (plugin->interfaceVersion != kDeviceInterfaceVersion)
        return mismatch(path, "is of another version of Somnium",
                        "interface " + std::to_string(kDeviceInterfaceVersion),
                        std::to_string(plugin->interfaceVersion));
    if (textOf(plugin->build) != kDeviceInterfaceBuild)
        return mismatch(path, "was built by another compiler", kDeviceInterfaceBuild, textOf(plugin->build));
    if (textOf(plugin->programVersion) != version())
        return mismatch(path, "is of another version of Somnium", std::string(version()),
                        textOf(plugin->programVersion));
    if (plugin->devices == nullptr || plugin->create == nullptr)
        return failure(ErrorKind::Mismatch, "the GPU library lacks functions: " + path.string());
    return plugin;
}

} // namespace

Result<const DevicePlugin *> DeviceLoader::load() const
{
    for (const std::filesystem::path &place : m_places)
    {
        const auto library = SharedLibrary::open(place);
        if (!library && library.error().kind == ErrorKind::NotFound)
            continue;
        if (!library)
            return failure(library.error().kind,
                           "the GPU library cannot be loaded: " + library.error().message);
        const auto symbol = library->symbol(kDevicePluginSymbol);
        if (!symbol)
            return failure(ErrorKind::Mismatch,
                           "the GPU library is none of Somnium's: " + symbol.error().message);
        const auto show = reinterpret_cast<DevicePluginFunction>(*symbol); // NOLINT: dlsym's way
        return checked(show(), place);
    }
    return failure(notFound(m_places));
}

Result<const DevicePlugin *> DeviceLoader::loadedPlugin()
{
    if (!m_plugin)
        m_plugin = load();
    return *m_plugin;
}

Result<const DevicePlugin *> DeviceLoader::plugin()
{
    const std::lock_guard lock(m_mutex);
    return loadedPlugin();
}

Result<std::vector<DeviceDescription>> DeviceLoader::devices()
{
    const std::lock_guard lock(m_mutex);
    const auto loaded = loadedPlugin();
    if (!loaded)
        return failure(loaded.error());
    if (m_refusal)
        return failure(*m_refusal);
    auto found = (*loaded)->devices();
    if (found && found->empty())
        found = failure(ErrorKind::Unsupported, "no GPU was found");
    if (!found)
        m_refusal = found.error();
    return found;
}

std::vector<std::filesystem::path> deviceLibraryPlaces()
{
    const char *const named = std::getenv("SOMNIUM_GPU_LIBRARY"); // NOLINT(concurrency-mt-unsafe)
    if (named != nullptr && *named != '\0')
    {
        std::error_code error;
        const std::filesystem::path path = std::filesystem::absolute(named, error); // no bare name
        return {error ? std::filesystem::path(named) : path};
    }
    const std::string file = sharedLibraryFile(kLibraryName);
    const std::filesystem::path folder = executableFolder();
    if (folder.empty())
        return {file};
    return {folder / file, (folder / ".." / "lib" / "somnium" / file).lexically_normal(), file};
}

DeviceLoader &deviceLoader()
{
    static DeviceLoader loader(deviceLibraryPlaces());
    return loader;
}

} // namespace somnium::compute
