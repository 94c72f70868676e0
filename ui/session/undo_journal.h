// SPDX-License-Identifier: GPL-3.0-or-later
// Undo for labels and selections. Every step is written into the session's journal, so that closing and
// opening a session brings the steps back.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <QObject>
#include <QUndoStack>

#include "core/session/session.h"
#include "ui/models/selection_model.h"
#include "ui/session/journal_format.h"
#include "ui/session/label_book.h"
#include "ui/session/latest_writer.h"
#include "ui/session/mark_book.h"

namespace somnium::ui
{

class UndoJournal : public QObject
{
    Q_OBJECT

public:
    /// Watches `selection`: each of its changes becomes a step; changes within a moment become one.
    UndoJournal(SelectionModel &selection, LabelBook &labels, MarkBook &marks, JobRunner &runner,
                QObject *parent = nullptr);
    ~UndoJournal() override;

    [[nodiscard]] QUndoStack &stack() { return m_stack; }

    /// Another collection of `sourceCount` sources with the steps that were kept of it. The selection must be
    /// restored already. A step that cannot be read ends the list: those before it are lost to undo.
    void reset(std::shared_ptr<session::Session> session, session::CollectionId collection,
               const session::Session::Journal &journal, std::size_t sourceCount);

    /// Puts the label on `sources`, or takes it off if all of them carry it.
    void toggleLabel(const QString &text, const std::vector<std::size_t> &sources);
    void setLabel(const QString &text, const std::vector<std::size_t> &sources, bool isOn,
                  session::LabelOrigin origin = session::LabelOrigin::Hand);
    void clearLabels(const std::vector<std::size_t> &sources);
    /// Marks sources; a mark of neither verdict nor score takes it off.
    void setMarks(const std::vector<session::Mark> &marks);

    /// While it lives, changes of the selection are no steps: a session is being opened.
    class Quiet
    {
    public:
        explicit Quiet(UndoJournal &journal) : m_journal(journal) { ++m_journal.m_quiet; }
        Quiet(const Quiet &) = delete;
        Quiet &operator=(const Quiet &) = delete;
        ~Quiet();

    private:
        UndoJournal &m_journal;
    };

    [[nodiscard]] bool isQuiet() const { return m_quiet > 0; }
    void flush() { m_writer.flush(); }

Q_SIGNALS:
    void writeFailed(const somnium::Error &error);

private:
    void noteSelection();
    void push(JournalStep step);
    void persist();

    SelectionModel &m_selection;
    LabelBook &m_labels;
    MarkBook &m_marks;
    QUndoStack m_stack;
    LatestWriter m_writer;
    std::shared_ptr<session::Session> m_session;
    session::CollectionId m_collection{};
    std::vector<std::size_t> m_lastSelection;
    int m_quiet = 0;
};

} // namespace somnium::ui
