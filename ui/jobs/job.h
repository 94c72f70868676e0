// SPDX-License-Identifier: GPL-3.0-or-later
// One piece of work that runs off the window's thread, as the window sees it. Made by JobRunner only.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include "core/base/job.h"
#include "core/base/result.h"

namespace somnium::ui
{

/// How far a job is. `total` = 0: unknown. `secondsLeft` < 0: unknown.
struct JobProgress
{
    qulonglong done = 0;
    qulonglong total = 0;
    QString stage; ///< untranslated
    double secondsLeft = -1.0;
};

/// What a worker thread and the window share about one job. Thread-safe; outlives whichever ends first.
class JobChannel
{
public:
    [[nodiscard]] JobContext context(const std::shared_ptr<JobChannel> &self, unsigned threads) const;
    void report(const Progress &progress);
    /// The newest report, if there was one since the last call.
    [[nodiscard]] std::optional<Progress> takeProgress();
    void notice(const std::string &text);
    /// Also of work that is paused: what it still does, such as placing sources on a map that is kept, is
    /// not.
    void requestStop();
    /// All since the last call, in their order.
    [[nodiscard]] std::vector<std::string> takeNotices();

    std::stop_source stop;
    const std::shared_ptr<PauseGate> pauseGate = std::make_shared<PauseGate>();

private:
    std::mutex m_mutex;
    std::optional<Progress> m_newest;
    std::vector<std::string> m_notices;
};

/// Lives in the GUI thread, and so do its signals. Progress is thinned to 25 reports a second. Exactly one of
/// `finished` and `failed` is emitted, last; neither after `abandon()`. Deletes itself after that; deleting
/// it earlier asks the work to stop and drops its result.
class Job : public QObject
{
    Q_OBJECT

public:
    ~Job() override;

    /// Unique within the program; rises with every job started.
    [[nodiscard]] quint64 id() const { return m_id; }
    [[nodiscard]] const QString &title() const { return m_title; }
    [[nodiscard]] bool isPaused() const { return m_channel->pauseGate->isPaused(); }
    [[nodiscard]] bool isStopRequested() const { return m_channel->stop.stop_requested(); }
    [[nodiscard]] const JobProgress &progress() const { return m_progress; }

    void requestStop(); ///< and goes on, if it is paused, to its end
    void pause();
    void resume();
    /// Asks to stop and drops the result: for an answer that nobody waits for any more.
    void abandon();

Q_SIGNALS:
    void progressed();
    void pausedChanged(bool isPaused);
    /// The work goes on, but the user should know (JobContext::onNotice); untranslated. Before `finished` and
    /// `failed`, and also after `abandon()`: it may be of concern to more than this job.
    void noticed(const QString &text);
    void finished();
    void failed(const somnium::Error &error);
    /// After `finished`, `failed` or `abandon()`, when the work has really ended.
    void ended();

protected:
    Job(quint64 id, QString title, QObject *parent);

    [[nodiscard]] const std::shared_ptr<JobChannel> &channel() const { return m_channel; }
    [[nodiscard]] bool isAbandoned() const { return m_isAbandoned; }
    /// Called by the typed job when its future is done; `error` is null on success.
    void conclude(const Error *error);
    /// Hands on what the work published meanwhile.
    virtual void deliverUpdates() = 0;
    void poll();

private:
    void readProgress();
    void readNotices();

    quint64 m_id = 0;
    QString m_title;
    std::shared_ptr<JobChannel> m_channel = std::make_shared<JobChannel>();
    JobProgress m_progress;
    std::string_view m_stage;
    QElapsedTimer m_stageClock;
    QTimer m_pollTimer;
    bool m_isAbandoned = false;
};

/// The newest value that a worker published; older ones that nobody took are dropped. Thread-safe.
template <class Value> class Mailbox
{
public:
    void put(Value value)
    {
        const std::lock_guard lock(m_mutex);
        m_value = std::move(value);
    }
    [[nodiscard]] std::optional<Value> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_value, std::nullopt);
    }

private:
    std::mutex m_mutex;
    std::optional<Value> m_value;
};

} // namespace somnium::ui
