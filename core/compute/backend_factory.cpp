// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/backend_factory.h"

#include <cstdlib>

#include "core/compute/cpu/cpu_backend.h"

namespace somnium::compute
{

Result<ChosenBackend> chooseBackend(std::string_view device)
{
    std::string wanted(device);
    const char *const forced = std::getenv("SOMNIUM_BACKEND"); // NOLINT(concurrency-mt-unsafe)
    const bool isForced = wanted == "auto" && forced != nullptr && *forced != '\0';
    if (isForced)
        wanted = forced;
    if (wanted != "auto" && wanted != "cpu" && wanted != "cuda")
        return failure(ErrorKind::InvalidArgument, "device \"" + wanted + "\": expected auto, cpu or cuda");
    if (wanted == "cuda")
        return failure(ErrorKind::Unsupported, "device cuda: this program was built without a CUDA backend");

    auto backend = cpu::CpuBackend::create();
    if (!backend)
        return failure(backend.error());
    std::string reason = "CPU, the only backend in this program";
    if (isForced)
        reason = "CPU, since SOMNIUM_BACKEND says so";
    else if (wanted == "cpu")
        reason = "CPU, as asked for";
    return ChosenBackend{std::move(*backend), reason};
}

std::vector<std::string> availableBackends()
{
    return {"cpu"};
}

} // namespace somnium::compute
