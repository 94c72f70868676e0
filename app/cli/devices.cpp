// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/cli/console.h"
#include "core/compute/backend_factory.h"

namespace somnium::cli
{

namespace
{

Result<void> run(Console &console)
{
    const std::vector<compute::DeviceChoice> devices = compute::listDevices();
    std::size_t width = 0;
    for (const compute::DeviceChoice &device : devices)
        width = std::max(width, device.id.size());
    std::string text;
    nlohmann::json list = nlohmann::json::array();
    for (const compute::DeviceChoice &device : devices)
    {
        text += (text.empty() ? "" : "\n") + device.id + std::string(width - device.id.size() + 2, ' ') +
                device.name + (device.detail.empty() ? "" : ", " + device.detail);
        if (!device.isUsable)
            text += "; cannot be used: " + device.reason;
        list.push_back({{"id", device.id},
                        {"name", device.name},
                        {"detail", device.detail},
                        {"usable", device.isUsable},
                        {"reason", device.reason}});
    }
    console.print(text, {{"devices", list}});
    return {};
}

} // namespace

void addDevices(CLI::App &app, Action &action)
{
    CLI::App *devices =
        app.add_subcommand("devices", "List what --device can be here, or why a GPU cannot be used");
    devices->callback([&action] { action = run; });
}

} // namespace somnium::cli
