// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the library of the device twin, and says why it cannot be used.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/compute/device_plugin.h"

namespace somnium::compute
{

/// Looks in some places for a library and keeps what came of it. The messages of its refusals are sentences
/// whose first clause, up to the first ": ", says enough for a status bar ("no GPU library was found: looked
/// for ..."). Thread-safe. The library stays loaded until the program ends.
class DeviceLoader
{
public:
    /// Files, in the order of search, as SharedLibrary::open takes them: the first that is there counts.
    explicit DeviceLoader(std::vector<std::filesystem::path> places) : m_places(std::move(places)) {}

    /// Loaded and looked at on the first call. NotFound: nothing lies at any of the places. Unreadable: what
    /// lies there cannot be loaded. Mismatch: it is no library of this program, or one of another version or
    /// compiler.
    [[nodiscard]] Result<const DevicePlugin *> plugin();

    /// The devices that can be used, with the memory that is free now; or why there are none (as `plugin`, or
    /// Unsupported: no driver, no device, all too old), which is asked once.
    [[nodiscard]] Result<std::vector<DeviceDescription>> devices();

private:
    [[nodiscard]] Result<const DevicePlugin *> load() const;
    [[nodiscard]] Result<const DevicePlugin *> loadedPlugin();

    std::vector<std::filesystem::path> m_places;
    std::mutex m_mutex;
    std::optional<Result<const DevicePlugin *>> m_plugin;
    std::optional<Error> m_refusal; ///< by the plugin's devices()
};

/// Where the program looks: the file that the environment variable SOMNIUM_GPU_LIBRARY names, and nowhere
/// else; without it, libsomnium_cuda.so beside the executable, in ../lib/somnium from there, and where the
/// system looks for libraries.
[[nodiscard]] std::vector<std::filesystem::path> deviceLibraryPlaces();

/// The program's own.
[[nodiscard]] DeviceLoader &deviceLoader();

} // namespace somnium::compute
