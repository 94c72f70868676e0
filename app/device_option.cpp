// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/device_option.h"

#include <algorithm>
#include <map>
#include <string_view>

#include <CLI/CLI.hpp>

#include "core/compute/backend_factory.h"

namespace somnium::app
{

namespace
{

bool isNumberedGpu(std::string_view device)
{
    constexpr std::string_view kPrefix = "cuda:";
    if (!device.starts_with(kPrefix) || device.size() == kPrefix.size())
        return false;
    device.remove_prefix(kPrefix.size());
    return std::ranges::all_of(device, [](char c) { return c >= '0' && c <= '9'; });
}

/// The trouble with a device of this name, in the words of who chooses it; empty if it may exist. Starts no
/// driver.
std::string troubleWith(const std::string &device)
{
    if (device == "auto" || device == "cpu" || device == "cuda" || isNumberedGpu(device))
        return {};
    const auto chosen = compute::chooseBackend(device);
    return chosen ? std::string() : chosen.error().message;
}

} // namespace

CLI::Option *addDeviceOption(CLI::App &commandLine, std::string &device)
{
    return commandLine
        .add_option("--device", device,
                    "What computes: auto, cpu, cuda (the best GPU) or cuda:N; somnium-cli devices lists them")
        ->type_name("DEVICE")
        ->capture_default_str()
        ->check(CLI::Validator(troubleWith, "", "device"));
}

CLI::Option *addPrecisionOption(CLI::App &commandLine, compute::ProductPrecision &precision)
{
    static const std::map<std::string, compute::ProductPrecision> names = {
        {"float32", compute::ProductPrecision::Float32},
        {"tf32", compute::ProductPrecision::Tf32},
        {"bf16", compute::ProductPrecision::Bfloat16}};
    return commandLine
        .add_option("--precision", precision,
                    "Of products of matrices on a GPU that has units for it: float32, tf32, bf16; the "
                    "parameters stay float32")
        ->transform(CLI::CheckedTransformer(names, CLI::ignore_case).description(""))
        ->default_str("float32");
}

} // namespace somnium::app
