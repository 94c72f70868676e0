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
    // The compute thread ends before this does, so it may post to it.
    m_computeDevice = std::make_shared<ComputeDevice>([this](const DeviceText &device) {
        QMetaObject::invokeMethod(
            this, [this, device] { adoptDevice(device); }, Qt::QueuedConnection);
    });
    m_writer.setMaxThreadCount(1);
    m_computer.setMaxThreadCount(1);
    // A CUDA context belongs to its thread: the thread must not end between two jobs.
    m_computer.setExpiryTimeout(-1);
    m_releaseTimer.setSingleShot(true);
    m_releaseTimer.setInterval(kReleaseAfter);
    connect(&m_releaseTimer, &QTimer::timeout, this,
            [this] { m_readers.start([] { releaseFreeMemory(); }); });
    useDevice(std::move(factory));
}

JobRunner::~JobRunner()
{
    shutDown();
}

Job *JobRunner::useDevice(BackendFactory factory)
{
    Job *job = start<DeviceText>(
        {tr("Choosing the compute device"), JobLane::Compute}, this,
        [device = m_computeDevice, factory = std::move(factory)](const JobContext &) {
            return device->use(factory);
        },
        [this](DeviceText &&device) { adoptDevice(device); });
    connect(job, &Job::failed, this, [this](const Error &error) {
        if (m_device.name.isEmpty())
            adoptDevice({tr("no compute device"), QString::fromStdString(error.message)});
        Q_EMIT deviceRefused(error);
    });
    return job;
}

void JobRunner::adoptDevice(const DeviceText &device)
{
    m_device = device;
    Q_EMIT deviceChosen();
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
    m_computer.start([device = m_computeDevice] { device->giveBack(); });
    m_computer.waitForDone();
    m_readers.waitForDone();
}

} // namespace somnium::ui
