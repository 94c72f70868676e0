// SPDX-License-Identifier: GPL-3.0-or-later
// A device library whose one device is the processor, and fails at the call that SOMNIUM_TEST_FAIL_AT names:
// for tests of the programs.
#include <cstdlib>
#include <memory>
#include <string>

#include "core/base/version.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/device_plugin.h"
#include "tests/support/faulty_backend.h"

namespace
{

using namespace somnium;

Result<std::vector<compute::DeviceDescription>> devices()
{
    constexpr std::size_t kGibibyte = std::size_t{1} << 30U;
    return std::vector<compute::DeviceDescription>{{"Faulty GPU", "sm_00", 2 * kGibibyte, kGibibyte}};
}

Result<std::unique_ptr<compute::Backend>> create(std::size_t)
{
    // It lives as long as the library: until the program ends.
    static const std::unique_ptr<compute::cpu::CpuBackend> processor =
        compute::cpu::CpuBackend::create().value();
    const char *const at = std::getenv("SOMNIUM_TEST_FAIL_AT"); // NOLINT(concurrency-mt-unsafe)
    test::Faults faults;
    faults.atCall = at != nullptr ? std::stoul(at) : 0;
    return std::make_unique<test::FaultyBackend>(*processor, faults, "cuda");
}

} // namespace

extern "C" const somnium::compute::DevicePlugin *somniumDevicePlugin();

extern "C" const somnium::compute::DevicePlugin *somniumDevicePlugin()
{
    static const somnium::compute::DevicePlugin shown = [] {
        compute::DevicePlugin plugin;
        plugin.programVersion = version().data();
        plugin.backendName = "cuda";
        plugin.devices = devices;
        plugin.create = create;
        return plugin;
    }();
    return &shown;
}
