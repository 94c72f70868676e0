// SPDX-License-Identifier: GPL-3.0-or-later
// Runs core functions off the window's thread: a pool of readers, one writer (so that what is written keeps
// its order) and one compute thread that lives as long as the program and owns the backend.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <variant>

#include <QFutureWatcher>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <QtConcurrent/QtConcurrentRun>

#include "ui/jobs/compute_device.h"
#include "ui/jobs/job.h"

namespace somnium::ui
{

enum class JobLane
{
    Read,    ///< many at a time
    Write,   ///< one after the other, in the order they were started
    Compute, ///< one after the other, on the thread that owns the backend
};

struct JobSpec
{
    QString title; ///< for the status bar, e.g. "Importing images"
    JobLane lane = JobLane::Read;
    unsigned threads = 0; ///< as JobContext::threads
};

/// No updates besides progress.
using NoUpdate = std::monostate;

/// Calls `work` so that nothing leaves it but a Result.
template <class Value, class Work> Result<Value> guarded(const Work &work)
{
    try
    {
        return work();
    }
    catch (const std::bad_alloc &)
    {
        return failure(ErrorKind::OutOfMemory, "not enough memory for this job");
    }
    catch (const std::exception &exception)
    {
        return failure(ErrorKind::Internal, exception.what());
    }
    catch (...)
    {
        return failure(ErrorKind::Internal, "an unknown failure inside a job");
    }
}

template <class Value> struct ValueHandler
{
    using Type = std::function<void(Value &&)>;
};
template <> struct ValueHandler<void>
{
    using Type = std::function<void()>;
};

/// A job with the type of its result. The handlers run in the GUI thread, and only while `receiver` lives.
template <class Value, class Update> class TypedJob final : public Job
{
public:
    using Outcome = std::shared_ptr<Result<Value>>;
    using OnValue = typename ValueHandler<Value>::Type;
    using OnUpdate = std::function<void(Update)>;

    TypedJob(quint64 jobId, QString jobTitle, QObject *parent, QObject *receiver, OnValue onValue,
             OnUpdate onUpdate)
        : Job(jobId, std::move(jobTitle), parent), m_receiver(receiver), m_onValue(std::move(onValue)),
          m_onUpdate(std::move(onUpdate))
    {}

    template <class Work> void start(QThreadPool &pool, unsigned threads, Work work)
    {
        connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] { take(); });
        m_watcher.setFuture(QtConcurrent::run(
            &pool, [shared = channel(), mailbox = m_mailbox, threads, work = std::move(work)]() -> Outcome {
                const JobContext context = shared->context(shared, threads);
                const auto publish = [mailbox](Update update) { mailbox->put(std::move(update)); };
                return std::make_shared<Result<Value>>(
                    guarded<Value>([&]() -> Result<Value> { return work(context, publish); }));
            }));
    }

private:
    void take()
    {
        poll();
        const Outcome outcome = m_watcher.result();
        const bool isWanted = m_receiver && !isAbandoned();
        if (!outcome->has_value())
            return conclude(&outcome->error());
        if (isWanted && m_onValue)
        {
            if constexpr (std::is_void_v<Value>)
                m_onValue();
            else
                m_onValue(std::move(**outcome));
        }
        conclude(nullptr);
    }

    void deliverUpdates() override
    {
        std::optional<Update> update = m_mailbox->take();
        if (update && m_onUpdate && m_receiver)
            m_onUpdate(std::move(*update));
    }

    QFutureWatcher<Outcome> m_watcher;
    std::shared_ptr<Mailbox<Update>> m_mailbox = std::make_shared<Mailbox<Update>>();
    QPointer<QObject> m_receiver;
    OnValue m_onValue;
    OnUpdate m_onUpdate;
};

/// Owns the threads. Work must capture values and shared pointers to const only, never a QObject.
class JobRunner : public QObject
{
    Q_OBJECT

public:
    /// `factory` makes the first backend.
    explicit JobRunner(BackendFactory factory, QObject *parent = nullptr);
    ~JobRunner() override;

    /// Work: Result<Value>(const JobContext &). `onValue` runs in the GUI thread while `receiver` lives;
    /// failures arrive by Job::failed.
    template <class Value, class Work> Job *start(const JobSpec &spec, QObject *receiver, Work work,
                                                  typename TypedJob<Value, NoUpdate>::OnValue onValue)
    {
        auto withoutUpdates = [work = std::move(work)](const JobContext &context, const auto &) {
            return work(context);
        };
        return launch<Value, NoUpdate>(spec, receiver, std::move(withoutUpdates), std::move(onValue), {});
    }

    /// Work: Result<Value>(compute::Backend &, const JobContext &), on the compute thread. It may be called a
    /// second time, with the processor, if the device fails.
    template <class Value, class Work> Job *compute(const QString &title, QObject *receiver, Work work,
                                                    typename TypedJob<Value, NoUpdate>::OnValue onValue)
    {
        auto withoutUpdates = [work = std::move(work)](compute::Backend &backend, const JobContext &context,
                                                       const auto &) { return work(backend, context); };
        return computeWithUpdates<Value, NoUpdate>(title, receiver, std::move(withoutUpdates),
                                                   std::move(onValue), {});
    }

    /// The same with updates while it runs. Work: Result<Value>(Backend &, const JobContext &, publish),
    /// where publish(Update) may be called as often as is cheap: the newest is delivered, 25 times a second
    /// at most.
    template <class Value, class Update, class Work>
    Job *computeWithUpdates(const QString &title, QObject *receiver, Work work,
                            typename TypedJob<Value, Update>::OnValue onValue,
                            std::function<void(Update)> onUpdate)
    {
        auto onBackend = [device = m_computeDevice, work = std::move(work)](
                             const JobContext &context, const auto &publish) -> Result<Value> {
            return device->run<Value>(
                context, [&](compute::Backend &backend, const JobContext &watched) -> Result<Value> {
                    return work(backend, watched, publish);
                });
        };
        return launch<Value, Update>({title, JobLane::Compute}, receiver, std::move(onBackend),
                                     std::move(onValue), std::move(onUpdate));
    }

    /// Computes on another device from the first job that has not begun on: this never disturbs one that
    /// runs. Answered by deviceChosen() or deviceRefused().
    Job *useDevice(BackendFactory factory);
    /// "AMD EPYC, AVX2, 2 threads" and why; empty until the compute thread has chosen.
    [[nodiscard]] const QString &deviceName() const { return m_device.name; }
    [[nodiscard]] const QString &deviceReason() const { return m_device.reason; }

    /// Asks everything to stop, waits until it has, and gives the backend back on its own thread. Writes that
    /// were started are finished first. After it nothing is started any more.
    void shutDown();

Q_SIGNALS:
    /// Also when the processor has taken the place of a device that was lost.
    void deviceChosen();
    /// A device could not be had: the one before is kept, if there was one.
    void deviceRefused(const somnium::Error &error);
    /// Job::noticed of every job.
    void noticed(const QString &text);
    void jobStarted(somnium::ui::Job *job);

private:
    template <class Value, class Update, class Work>
    Job *launch(const JobSpec &spec, QObject *receiver, Work work,
                typename TypedJob<Value, Update>::OnValue onValue, std::function<void(Update)> onUpdate)
    {
        auto *job = new TypedJob<Value, Update>(++m_lastId, spec.title, this, receiver, std::move(onValue),
                                                std::move(onUpdate));
        if (m_isShutDown)
        {
            job->abandon();
            return job;
        }
        connect(job, &Job::ended, this, &JobRunner::releaseMemorySoon);
        connect(job, &Job::noticed, this, &JobRunner::noticed);
        Q_EMIT jobStarted(job);
        job->start(pool(spec.lane), spec.threads, std::move(work));
        return job;
    }
    [[nodiscard]] QThreadPool &pool(JobLane lane);
    void adoptDevice(const DeviceText &device);
    /// What jobs have freed would otherwise stay with the program, a little more after every training.
    void releaseMemorySoon();

    QThreadPool m_readers;
    QThreadPool m_writer;
    QThreadPool m_computer;
    std::shared_ptr<ComputeDevice> m_computeDevice;
    DeviceText m_device;
    quint64 m_lastId = 0;
    QTimer m_releaseTimer;
    bool m_isShutDown = false;
};

} // namespace somnium::ui
