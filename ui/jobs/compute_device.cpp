// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/compute_device.h"

#include <utility>
#include <vector>

#include <QCoreApplication>

namespace somnium::ui
{

namespace
{

constexpr data::ImageShape kTrifle{1, 16, 16};

DeviceText textOf(const compute::Backend &backend, const QString &reason)
{
    return {QString::fromStdString(backend.device()), reason};
}

} // namespace

Result<DeviceText> ComputeDevice::use(const BackendFactory &factory)
{
    Result<compute::ChosenBackend> chosen = factory();
    if (!chosen)
    {
        m_error = chosen.error();
        return failure(chosen.error());
    }
    m_backend = std::move(chosen->backend);
    return textOf(*m_backend, QString::fromStdString(chosen->reason));
}

JobContext ComputeDevice::Watch::over(const JobContext &context)
{
    JobContext watched = context;
    watched.onNotice = [this, tell = context.onNotice](const std::string &text) {
        hasNotice = true;
        if (tell)
            tell(text);
    };
    return watched;
}

bool ComputeDevice::answers()
{
    const auto grid = compute::polarGridFor(kTrifle, compute::MatchPrecision::Fast);
    if (!grid)
        return true;
    const std::vector<float> spectrum(grid->coefficientCount(), 1.0F);
    const auto isLost = [](const auto &result) {
        return !result && result.error().kind == ErrorKind::DeviceLost;
    };
    const auto there = m_backend->upload(spectrum, 1, *grid);
    if (!there)
        return !isLost(there);
    return !isLost(m_backend->download(**there));
}

void ComputeDevice::giveUp()
{
    const std::string lost = compute::deviceName(*m_backend);
    m_backend.reset();
    auto processor = compute::chooseBackend("cpu");
    if (!processor)
    {
        m_error = processor.error();
        return;
    }
    m_backend = std::move(processor->backend);
    m_onExchange(textOf(*m_backend, QCoreApplication::translate("ComputeDevice", "CPU, since %1 was lost")
                                        .arg(QString::fromStdString(lost))));
}

} // namespace somnium::ui
