// SPDX-License-Identifier: GPL-3.0-or-later
// A device library whose devices are the processor; SOMNIUM_TEST_LIBRARY says in what it is wrong, if in
// anything.
#include <string_view>
#include <utility>

#include "core/base/version.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/device_plugin.h"
#include "tests/support/faulty_backend.h"

namespace
{

using namespace somnium;

constexpr std::string_view kName = SOMNIUM_TEST_LIBRARY;

Result<std::vector<compute::DeviceDescription>> devices()
{
    static int asked = 0;
    ++asked;
    // The question, counted, shows whether a refusal is asked for again.
    if (kName == "no_driver")
        return failure(ErrorKind::Unsupported,
                       "no NVIDIA driver is installed: asked " + std::to_string(asked) + " times");
    if (kName == "no_device")
        return std::vector<compute::DeviceDescription>();
    constexpr std::size_t kGibibyte = std::size_t{1} << 30U;
    if (kName == "only_one")
        return std::vector<compute::DeviceDescription>{{"Toy GPU", "sm_00", 2 * kGibibyte, kGibibyte}};
    return std::vector<compute::DeviceDescription>{{"Toy GPU", "sm_00", 2 * kGibibyte, kGibibyte / 2},
                                                   {"Toy GPU XL", "sm_00", 4 * kGibibyte, kGibibyte}};
}

Result<std::unique_ptr<compute::Backend>> create(std::size_t device)
{
    if (kName == "refuses" || (kName == "one_refuses" && device == 1))
        return failure(ErrorKind::OutOfMemory, "its memory is full: 0 of 1 GiB are free");
    // It lives as long as the library: until the program ends.
    static const std::unique_ptr<compute::cpu::CpuBackend> processor =
        compute::cpu::CpuBackend::create().value();
    return std::make_unique<test::FaultyBackend>(*processor, test::Faults{}, "cuda");
}

compute::DevicePlugin plugin()
{
    compute::DevicePlugin shown;
    shown.programVersion = version().data();
    shown.backendName = "cuda";
    shown.devices = devices;
    shown.create = create;
    if (kName == "other_interface")
        shown.interfaceVersion = compute::kDeviceInterfaceVersion + 1;
    if (kName == "other_build")
        shown.build = "another compiler 1.0";
    if (kName == "other_program")
        shown.programVersion = "99.0.0";
    return shown;
}

} // namespace

extern "C" const somnium::compute::DevicePlugin *somniumDevicePlugin();

extern "C" const somnium::compute::DevicePlugin *somniumDevicePlugin()
{
    static const somnium::compute::DevicePlugin shown = plugin();
    return kName == "shows_nothing" ? nullptr : &shown;
}
