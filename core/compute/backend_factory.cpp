// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/backend_factory.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <utility>

#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/stand_in.h"

namespace somnium::compute
{

namespace
{

constexpr std::string_view kDevices = "cuda";

/// What was asked for.
struct Wish
{
    enum class Kind
    {
        Auto,
        Cpu,
        Device,
    };
    Kind kind = Kind::Auto;
    std::optional<std::size_t> number; ///< of a device; none: the best one
};

std::optional<Wish> wishFrom(std::string_view text)
{
    if (text == "auto")
        return Wish{};
    if (text == "cpu")
        return Wish{Wish::Kind::Cpu, {}};
    if (!text.starts_with(kDevices))
        return std::nullopt;
    text.remove_prefix(kDevices.size());
    if (text.empty())
        return Wish{Wish::Kind::Device, {}};
    std::size_t number = 0;
    const char *const end = text.data() + text.size();
    if (text[0] != ':' || text.size() == 1)
        return std::nullopt;
    const auto [stop, error] = std::from_chars(text.data() + 1, end, number);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return Wish{Wish::Kind::Device, number};
}

Result<ChosenBackend> chooseProcessor(std::string reason)
{
    auto backend = cpu::CpuBackend::create();
    if (!backend)
        return failure(backend.error());
    return ChosenBackend{std::move(*backend), std::move(reason)};
}

/// The first clause: what a status bar has room for.
std::string shortened(const std::string &message)
{
    return message.substr(0, message.find(": "));
}

/// Those with the most free memory first.
std::vector<std::size_t> byFreeMemory(const std::vector<DeviceDescription> &devices)
{
    std::vector<std::size_t> order(devices.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return devices[a].freeBytes > devices[b].freeBytes;
    });
    return order;
}

/// A device that does not refuse.
struct Pick
{
    std::unique_ptr<Backend> backend;
    std::size_t number = 0;
    std::size_t count = 1; ///< of the devices it is one of

    /// Which one it is, where there is more than one: they may have equal names.
    [[nodiscard]] std::string title() const
    {
        return count == 1 ? "GPU" : std::string(kDevices) + ":" + std::to_string(number);
    }
};

/// The best device that does not refuse, or why the best one does.
Result<Pick> chooseBest(DeviceLoader &loader)
{
    const auto devices = loader.devices();
    if (!devices)
        return failure(devices.error());
    std::optional<Error> refusal;
    for (const std::size_t number : byFreeMemory(*devices))
    {
        auto backend = (*loader.plugin())->create(number);
        if (!backend && !refusal)
            refusal = Error{backend.error().kind,
                            (*devices)[number].name + " cannot be used, " + backend.error().message};
        if (!backend)
            continue;
        return Pick{std::move(*backend), number, devices->size()};
    }
    return failure(*refusal);
}

Result<Pick> chooseNumber(DeviceLoader &loader, std::size_t number)
{
    const auto devices = loader.devices();
    if (!devices)
        return failure(devices.error());
    if (number >= devices->size())
        return failure(ErrorKind::NotFound,
                       devices->size() == 1 ? "there is 1, cuda:0"
                                            : "there are " + std::to_string(devices->size()) +
                                                  ", cuda:0 to cuda:" + std::to_string(devices->size() - 1));
    auto backend = (*loader.plugin())->create(number);
    if (!backend)
        return failure(backend.error().kind,
                       (*devices)[number].name + " cannot be used, " + backend.error().message);
    return Pick{std::move(*backend), number, devices->size()};
}

std::string whyBest(std::size_t count)
{
    return count == 1 ? ", the only one here"
                      : ", of " + std::to_string(count) + " the one with the most free memory";
}

std::string gibibytes(std::size_t bytes)
{
    const auto tenths = static_cast<std::size_t>(static_cast<double>(bytes) / (1U << 30U) * 10.0 + 0.5);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

DeviceChoice processorChoice()
{
    const auto backend = cpu::CpuBackend::create();
    if (!backend)
        return {"cpu", "CPU", "", false, backend.error().message};
    const std::string whole = (*backend)->device();
    const std::string name = deviceName(**backend);
    return {"cpu", name, whole.size() > name.size() ? whole.substr(name.size() + 2) : "", true, ""};
}

} // namespace

Result<ChosenBackend> chooseBackend(std::string_view device, DeviceLoader &loader)
{
    const char *const forced = std::getenv("SOMNIUM_BACKEND"); // NOLINT(concurrency-mt-unsafe)
    const bool isForced = device == "auto" && forced != nullptr && *forced != '\0';
    const std::string asked = isForced ? forced : std::string(device);
    const auto wish = wishFrom(asked);
    if (!wish)
        return failure(ErrorKind::InvalidArgument, (isForced ? "SOMNIUM_BACKEND: " : "") +
                                                       ("device \"" + asked) +
                                                       "\": expected auto, cpu, cuda or cuda:0, cuda:1, ...");
    const std::string why = isForced ? ", since SOMNIUM_BACKEND says so" : ", as asked for";
    if (wish->kind == Wish::Kind::Cpu)
        return chooseProcessor("CPU" + why);
    auto pick = wish->number ? chooseNumber(loader, *wish->number) : chooseBest(loader);
    const bool isAuto = wish->kind == Wish::Kind::Auto;
    if (!pick && isAuto)
        return chooseProcessor("CPU, since " + shortened(pick.error().message));
    if (!pick)
        return failure(pick.error().kind, "device " + asked + ": " + pick.error().message);
    const std::string reason = pick->title() + (isAuto ? whyBest(pick->count) : why);
    return ChosenBackend{std::move(pick->backend), reason};
}

std::vector<DeviceChoice> listDevices(DeviceLoader &loader)
{
    std::vector<DeviceChoice> choices = {processorChoice()};
    const auto devices = loader.devices();
    if (!devices)
    {
        choices.push_back({std::string(kDevices), "GPU", "", false, devices.error().message});
        return choices;
    }
    for (std::size_t i = 0; i < devices->size(); ++i)
    {
        const DeviceDescription &one = (*devices)[i];
        choices.push_back(
            {std::string(kDevices) + ":" + std::to_string(i), one.name,
             one.architecture + ", " + gibibytes(one.memoryBytes) + ", " + gibibytes(one.freeBytes) + " free",
             true, ""});
    }
    return choices;
}

std::vector<std::string> availableBackends(DeviceLoader &loader)
{
    std::vector<std::string> names = {"cpu"};
    if (loader.devices())
        names.emplace_back(kDevices);
    return names;
}

} // namespace somnium::compute
