// SPDX-License-Identifier: GPL-3.0-or-later
// The processor stands in for a device that fails while it works: no work is lost because a graphics card is
// full or gone, and the user is told.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

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

/// What a long job computes on: a device, and the processor once that has failed. The user is told of it, and
/// what was said is kept.
class DeviceOfJob
{
public:
    /// Both must outlive it.
    DeviceOfJob(Backend &backend, const JobContext &context) : m_backend(&backend), m_context(context) {}

    [[nodiscard]] Backend &backend() const { return *m_backend; }
    [[nodiscard]] bool isFailure(const Error &error) const { return isDeviceFailure(error, *m_backend); }
    /// Tells that the device failed, and what is done about it (failureNotice).
    void tell(const Error &error, const std::string &remedy);
    /// From now on it is the processor. False: it cannot be had.
    [[nodiscard]] bool giveUp(const Error &error);

    [[nodiscard]] const std::vector<std::string> &notices() const { return m_notices; }
    /// The processor, if the device was given up: to be used by what follows in the same job. Else null.
    [[nodiscard]] const std::shared_ptr<Backend> &standIn() const { return m_standIn; }

private:
    Backend *m_backend;
    const JobContext &m_context;
    std::shared_ptr<Backend> m_standIn;
    std::vector<std::string> m_notices;
};

/// `work(backend)`; after a failure of the device the same on the processor, told by `context.onNotice`.
/// `work` is called with a compute::Backend & and returns a Result; it must be able to begin anew, so it
/// keeps nothing of its first attempt, and what it returns holds nothing that a backend has made. For whole
/// jobs: trainings inside them go on from their last epoch by themselves. A lost device stays lost, and
/// every later job on it says so again; `backend` is left as it is, since things that it made may still be
/// held.
template <class Work> [[nodiscard]] std::invoke_result_t<const Work &, Backend &>
runWithStandIn(Backend &backend, const JobContext &context, const Work &work)
{
    DeviceOfJob device(backend, context);
    auto result = work(backend);
    if (result || !device.isFailure(result.error()) || !device.giveUp(result.error()))
        return result;
    return work(device.backend());
}

} // namespace somnium::compute
