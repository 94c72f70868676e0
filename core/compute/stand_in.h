// SPDX-License-Identifier: GPL-3.0-or-later
// The processor stands in for a device that fails while it works: no work is lost because a graphics card is
// full or gone, and the user is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::compute
{

/// Whether it is the CPU twin, which cannot be lost.
[[nodiscard]] bool isProcessor(const Backend &backend);

/// Whether the device failed, not the work: it was lost, or has not enough memory. A processor has nobody to
/// stand in for it.
[[nodiscard]] bool isDeviceFailure(const Error &error, const Backend &backend);

/// "NVIDIA H200": what Backend::device() says before its first comma.
[[nodiscard]] std::string deviceName(const Backend &backend);

/// "NVIDIA H200 was lost (unspecified launch failure): " and what is done about it.
[[nodiscard]] std::string failureNotice(const Backend &backend, const Error &error,
                                        const std::string &remedy);

/// The processor, in place of `backend`, which failed by `error`. `tell` is given the notice.
[[nodiscard]] Result<std::unique_ptr<Backend>>
standInFor(const Backend &backend, const Error &error, const std::function<void(const std::string &)> &tell);

/// `work(backend)`; after a failure of the device the same on the processor, told by `context.onNotice`.
/// `work` is called with a compute::Backend & and returns a Result; it must be able to begin anew, so it
/// keeps nothing of its first attempt, and what it returns holds nothing that a backend has made. For whole
/// jobs: trainings inside them go on from their last epoch by
/// themselves. A lost device stays lost, and every later job on it says so again; `backend` is left as it
/// is, since things that it made may still be held.
template <class Work> [[nodiscard]] std::invoke_result_t<const Work &, Backend &>
runWithStandIn(Backend &backend, const JobContext &context, const Work &work)
{
    auto result = work(backend);
    if (result || !isDeviceFailure(result.error(), backend))
        return result;
    const auto standIn = standInFor(backend, result.error(),
                                    [&context](const std::string &notice) { context.notice(notice); });
    if (!standIn)
        return result;
    return work(**standIn);
}

} // namespace somnium::compute
