// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/mark_book.h"

#include "ui/jobs/job_runner.h"

namespace somnium::ui
{

MarkBook::MarkBook(JobRunner &runner, QObject *parent) : QObject(parent), m_runner(runner) {}

void MarkBook::reset(std::shared_ptr<session::Session> session, session::CollectionId collection,
                     const std::vector<session::Mark> &marks)
{
    m_session = std::move(session);
    m_collection = collection;
    m_intended.clear();
    applyTo(m_intended, marks);
    m_shown = std::make_shared<Marks>(m_intended);
    ++m_generation;
    Q_EMIT marksChanged();
}

std::vector<MarkChange> MarkBook::changesFor(const std::vector<session::Mark> &marks) const
{
    std::vector<MarkChange> changes;
    for (const session::Mark &mark : marks)
    {
        const auto found = m_intended.find(mark.source);
        const session::Mark before = found != m_intended.end()
                                         ? found->second
                                         : session::Mark{mark.source, session::Verdict::None, std::nullopt};
        if (before != mark)
            changes.push_back({before, mark});
    }
    return changes;
}

void MarkBook::write(const std::vector<session::Mark> &marks)
{
    if (!m_session || marks.empty())
        return;
    applyTo(m_intended, marks);
    const quint64 generation = m_generation;
    Job *job = m_runner.start<void>(
        {tr("Saving marks"), JobLane::Write}, this,
        [session = m_session, collection = m_collection, marks](const JobContext &) {
            return session->annotations().setMarks(collection, marks);
        },
        [this, generation, marks] {
            if (generation != m_generation)
                return;
            auto shown = std::make_shared<Marks>(*m_shown);
            applyTo(*shown, marks);
            m_shown = std::move(shown);
            Q_EMIT marksChanged();
        });
    connect(job, &Job::failed, this, [this, generation](const Error &error) {
        if (generation == m_generation)
            m_intended = *m_shown;
        Q_EMIT writeFailed(error);
    });
}

void MarkBook::applyTo(Marks &book, const std::vector<session::Mark> &marks)
{
    for (const session::Mark &mark : marks)
    {
        if (mark.verdict == session::Verdict::None && !mark.score)
            book.erase(mark.source);
        else
            book[mark.source] = mark;
    }
}

} // namespace somnium::ui
