// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_runner.h"

#include <chrono>
#include <utility>

#include "core/base/platform.h"

namespace somnium::ui
{

namespace
{

constexpr std::chrono::milliseconds kReleaseAfter{1000}; ///< many jobs end together

} // namespace

JobRunner::JobRunner(BackendFactory factory, QObject *parent) : QObject(parent)
{
    m_writer.setMaxThreadCount(1);
    m_computer.setMaxThreadCount(1);
    // A CUDA context belongs to its thread: the thread must not end between two jobs.
    m_computer.setExpiryTimeout(-1);
    m_releaseTimer.setSingleShot(true);
    m_releaseTimer.setInterval(kReleaseAfter);
    connect(&m_releaseTimer, &QTimer::timeout, this,
            [this] { m_readers.start([] { releaseFreeMemory(); }); });
    chooseDevice(std::move(factory));
}

JobRunner::~JobRunner()
{
    shutDown();
}

void JobRunner::chooseDevice(BackendFactory factory)
{
    struct Choice
    {
        QString name;
        QString reason;
    };
    start<Choice>(
        {tr("Choosing the compute device"), JobLane::Compute}, this,
        [holder = m_device, factory = std::move(factory)](const JobContext &) -> Result<Choice> {
            Result<compute::ChosenBackend> chosen = factory();
            if (!chosen)
            {
                holder->error = chosen.error();
                return Choice{tr("no compute device"), QString::fromStdString(chosen.error().message)};
            }
            holder->backend = std::move(chosen->backend);
            return Choice{QString::fromStdString(holder->backend->device()),
                          QString::fromStdString(chosen->reason)};
        },
        [this](Choice &&choice) {
            m_deviceName = choice.name;
            m_deviceReason = choice.reason;
            Q_EMIT deviceChosen();
        });
}

QThreadPool &JobRunner::pool(JobLane lane)
{
    if (lane == JobLane::Read)
        return m_readers;
    return lane == JobLane::Write ? m_writer : m_computer;
}

void JobRunner::releaseMemorySoon()
{
    if (!m_isShutDown && !m_releaseTimer.isActive())
        m_releaseTimer.start();
}

void JobRunner::shutDown()
{
    if (std::exchange(m_isShutDown, true))
        return;
    m_releaseTimer.stop();
    // A write is what the user has been promised: it is short, and is let through.
    m_writer.waitForDone();
    const auto jobs = findChildren<Job *>(QString(), Qt::FindDirectChildrenOnly);
    for (Job *job : jobs)
        job->requestStop();
    m_computer.start([holder = m_device] { holder->backend.reset(); });
    m_computer.waitForDone();
    m_readers.waitForDone();
}

} // namespace somnium::ui
