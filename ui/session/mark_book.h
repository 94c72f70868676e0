// SPDX-License-Identifier: GPL-3.0-or-later
// The marks of the open collection: interesting, boring, artefact. A change is written off the window's
// thread and shown once it is on disk.
#pragma once

#include <memory>
#include <vector>

#include <QObject>

#include "core/base/result.h"
#include "core/session/session.h"
#include "ui/models/oddity_data.h"
#include "ui/session/journal_format.h"

namespace somnium::ui
{

class JobRunner;

class MarkBook : public QObject
{
    Q_OBJECT

public:
    explicit MarkBook(JobRunner &runner, QObject *parent = nullptr);

    /// Another collection. A null session: no marks, and none can be written.
    void reset(std::shared_ptr<session::Session> session, session::CollectionId collection,
               const std::vector<session::Mark> &marks);

    /// What is on disk; never null.
    [[nodiscard]] const MarksPointer &marks() const { return m_shown; }
    /// Counting what is being written.
    [[nodiscard]] bool isMarked(std::size_t source) const { return m_intended.contains(source); }
    /// The changes that make the sources of `marks` so; none for those that are so already.
    [[nodiscard]] std::vector<MarkChange> changesFor(const std::vector<session::Mark> &marks) const;
    void write(const std::vector<session::Mark> &marks);

Q_SIGNALS:
    void marksChanged();
    /// The marks shown are again those on disk.
    void writeFailed(const somnium::Error &error);

private:
    static void applyTo(Marks &book, const std::vector<session::Mark> &marks);

    JobRunner &m_runner;
    std::shared_ptr<session::Session> m_session;
    session::CollectionId m_collection{};
    Marks m_intended; ///< those on disk and all changes under way
    MarksPointer m_shown = std::make_shared<Marks>();
    quint64 m_generation = 0; ///< of the collection: answers for an older one are stale
};

} // namespace somnium::ui
