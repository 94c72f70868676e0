// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/latest_writer.h"

#include <utility>

#include "ui/jobs/job_runner.h"

namespace somnium::ui
{

LatestWriter::LatestWriter(JobRunner &runner, QObject *parent) : QObject(parent), m_runner(runner) {}

void LatestWriter::write(Write write)
{
    if (m_isWriting)
        m_waiting = std::move(write);
    else
        begin(std::move(write));
}

void LatestWriter::flush()
{
    if (m_waiting)
        begin(std::move(*std::exchange(m_waiting, std::nullopt)));
}

void LatestWriter::begin(Write write)
{
    m_isWriting = true;
    Job *job = m_runner.start<void>({tr("Saving"), JobLane::Write}, this,
                                    [write = std::move(write)](const JobContext &) { return write(); }, {});
    connect(job, &Job::failed, this, &LatestWriter::failed);
    connect(job, &Job::ended, this, &LatestWriter::proceed);
}

void LatestWriter::proceed()
{
    m_isWriting = false;
    flush();
}

} // namespace somnium::ui
