// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job.h"

#include <chrono>
#include <utility>

namespace somnium::ui
{

namespace
{

constexpr std::chrono::milliseconds kPollInterval{40};
/// A time left that is guessed from less than this share of the work jumps about too much to be shown.
constexpr double kLeastShareForEstimate = 0.02;

} // namespace

JobContext JobChannel::context(const std::shared_ptr<JobChannel> &self, unsigned threads) const
{
    JobContext context;
    context.stop = stop.get_token();
    context.pauseGate = pauseGate;
    context.threads = threads;
    context.onProgress = [self](const Progress &progress) { self->report(progress); };
    context.onNotice = [self](const std::string &text) { self->notice(text); };
    return context;
}

void JobChannel::report(const Progress &progress)
{
    const std::lock_guard lock(m_mutex);
    m_newest = progress;
}

std::optional<Progress> JobChannel::takeProgress()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_newest, std::nullopt);
}

void JobChannel::notice(const std::string &text)
{
    const std::lock_guard lock(m_mutex);
    m_notices.push_back(text);
}

void JobChannel::requestStop()
{
    stop.request_stop();
    pauseGate->resume();
}

std::vector<std::string> JobChannel::takeNotices()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_notices, {});
}

Job::Job(quint64 id, QString title, QObject *parent) : QObject(parent), m_id(id), m_title(std::move(title))
{
    m_stageClock.start();
    connect(&m_pollTimer, &QTimer::timeout, this, &Job::poll);
    m_pollTimer.start(kPollInterval);
}

Job::~Job()
{
    m_channel->requestStop();
}

void Job::requestStop()
{
    const bool wasPaused = isPaused();
    m_channel->requestStop();
    if (wasPaused)
        Q_EMIT pausedChanged(false);
}

void Job::pause()
{
    if (isPaused() || isStopRequested())
        return;
    m_channel->pauseGate->pause();
    Q_EMIT pausedChanged(true);
}

void Job::resume()
{
    if (!isPaused())
        return;
    m_channel->pauseGate->resume();
    Q_EMIT pausedChanged(false);
}

void Job::abandon()
{
    m_isAbandoned = true;
    requestStop();
}

void Job::conclude(const Error *error)
{
    m_pollTimer.stop();
    if (!m_isAbandoned && error)
        Q_EMIT failed(*error);
    else if (!m_isAbandoned)
        Q_EMIT finished();
    Q_EMIT ended();
    deleteLater();
}

void Job::poll()
{
    readNotices();
    if (m_isAbandoned)
        return;
    readProgress();
    deliverUpdates();
}

void Job::readNotices()
{
    for (const std::string &text : m_channel->takeNotices())
        Q_EMIT noticed(QString::fromStdString(text));
}

void Job::readProgress()
{
    const std::optional<Progress> newest = m_channel->takeProgress();
    if (!newest)
        return;
    if (newest->stage != m_stage)
    {
        m_stage = newest->stage;
        m_stageClock.restart();
    }
    m_progress.done = newest->done;
    m_progress.total = newest->total;
    m_progress.stage = QString::fromUtf8(m_stage.data(), static_cast<qsizetype>(m_stage.size()));
    m_progress.secondsLeft = -1.0;
    if (newest->total > 0)
    {
        const double share = static_cast<double>(newest->done) / static_cast<double>(newest->total);
        const double elapsedSeconds = static_cast<double>(m_stageClock.elapsed()) / 1000.0;
        if (share >= kLeastShareForEstimate && share <= 1.0)
            m_progress.secondsLeft = elapsedSeconds * (1.0 - share) / share;
    }
    Q_EMIT progressed();
}

} // namespace somnium::ui
