// SPDX-License-Identifier: GPL-3.0-or-later
// The device that the compute thread works on: made, used, exchanged and given back there, and only there.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <QString>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend_factory.h"
#include "core/compute/stand_in.h"

namespace somnium::ui
{

/// Makes a backend, e.g. compute::chooseBackend; called on the compute thread.
using BackendFactory = std::function<Result<compute::ChosenBackend>()>;

/// A device as the window names it.
struct DeviceText
{
    QString name;   ///< "AMD EPYC 7R13, AVX2, 2 threads"
    QString reason; ///< untranslated where core gave it: "CPU, since no NVIDIA driver is installed"
};

class ComputeDevice
{
public:
    /// `onExchange` is called on the compute thread after the processor has taken the place of a lost device.
    explicit ComputeDevice(std::function<void(const DeviceText &)> onExchange)
        : m_onExchange(std::move(onExchange))
    {}

    /// Makes another device, then gives the one before back. If it cannot be made, that one stays.
    [[nodiscard]] Result<DeviceText> use(const BackendFactory &factory);
    void giveBack() { m_backend.reset(); }

    /// What `work`, a Result<Value>(compute::Backend &, const JobContext &), makes; on the processor where
    /// the device fails. A device that was lost meanwhile is given up for good, also if the work went on by
    /// itself.
    template <class Value, class Work> Result<Value> run(const JobContext &context, const Work &work)
    {
        if (!m_backend)
            return failure(m_error);
        Watch watch;
        const JobContext watched = watch.over(context);
        auto result = compute::runWithStandIn(*m_backend, watched, [&](compute::Backend &backend) {
            Result<Value> outcome = work(backend, watched);
            if (!outcome && &backend == m_backend.get())
                watch.isLost = watch.isLost || outcome.error().kind == ErrorKind::DeviceLost;
            return outcome;
        });
        if (watch.isLost || (watch.hasNotice && !answers()))
            giveUp();
        return result;
    }

private:
    /// Whether a job tells that something is wrong: then the device is asked.
    struct Watch
    {
        bool isLost = false;
        bool hasNotice = false;
        [[nodiscard]] JobContext over(const JobContext &context);
    };

    /// Whether a trifle can still be computed. One that has too little memory for a job answers.
    [[nodiscard]] bool answers();
    void giveUp();

    std::unique_ptr<compute::Backend> m_backend;
    Error m_error{ErrorKind::Internal, "no compute device was chosen"};
    std::function<void(const DeviceText &)> m_onExchange;
};

} // namespace somnium::ui
