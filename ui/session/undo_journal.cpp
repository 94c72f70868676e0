// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/undo_journal.h"

#include <algorithm>
#include <utility>

#include <QElapsedTimer>

#include "ui/jobs/job_runner.h"
#include "ui/session/counted.h"

namespace somnium::ui
{

namespace
{

/// Steps kept: what one remembers of a session, and little enough to be written at every step.
constexpr int kUndoLimit = 200;
/// Changes of the selection that follow each other faster belong to one gesture, such as a dragged threshold.
constexpr qint64 kGestureMs = 500;

QString describe(const LabelStep &step)
{
    if (step.changes.size() != 1)
        return UndoJournal::tr("Clear labels");
    const LabelChange &change = step.changes.front();
    const QString sources =
        counted(change.sources.size(), UndoJournal::tr("%1 source"), UndoJournal::tr("%1 sources"));
    return (change.isOn ? UndoJournal::tr("Label \u201c%1\u201d on %2")
                        : UndoJournal::tr("Label \u201c%1\u201d off %2"))
        .arg(change.text, sources);
}

QString describe(const SelectionStep &step)
{
    return step.after.empty() ? UndoJournal::tr("Clear selection")
                              : counted(step.after.size(), UndoJournal::tr("Select %1 source"),
                                        UndoJournal::tr("Select %1 sources"));
}

QString describe(const MarkStep &step)
{
    const auto isOff = [](const MarkChange &change) {
        return change.after.verdict == session::Verdict::None && !change.after.score;
    };
    const bool isClearing = std::all_of(step.changes.begin(), step.changes.end(), isOff);
    return isClearing ? counted(step.changes.size(), UndoJournal::tr("Mark off %1 source"),
                                UndoJournal::tr("Mark off %1 sources"))
                      : counted(step.changes.size(), UndoJournal::tr("Mark %1 source"),
                                UndoJournal::tr("Mark %1 sources"));
}

class StepCommand : public QUndoCommand
{
public:
    [[nodiscard]] virtual JournalStep step() const = 0;
};

class LabelCommand final : public StepCommand
{
public:
    LabelCommand(LabelStep step, LabelBook &labels, const UndoJournal &journal)
        : m_step(std::move(step)), m_labels(labels), m_journal(journal)
    {
        setText(describe(m_step));
    }
    [[nodiscard]] JournalStep step() const override { return m_step; }
    void redo() override
    {
        if (!m_journal.isQuiet())
            m_labels.write(m_step.changes);
    }
    void undo() override
    {
        if (m_journal.isQuiet())
            return;
        std::vector<LabelChange> inverse = m_step.changes;
        for (LabelChange &change : inverse)
            change.isOn = !change.isOn;
        m_labels.write(inverse);
    }

private:
    LabelStep m_step;
    LabelBook &m_labels;
    const UndoJournal &m_journal;
};

class MarkCommand final : public StepCommand
{
public:
    MarkCommand(MarkStep step, MarkBook &marks, const UndoJournal &journal)
        : m_step(std::move(step)), m_marks(marks), m_journal(journal)
    {
        setText(describe(m_step));
    }
    [[nodiscard]] JournalStep step() const override { return m_step; }
    void redo() override { write(&MarkChange::after); }
    void undo() override { write(&MarkChange::before); }

private:
    void write(session::Mark MarkChange::*which)
    {
        if (m_journal.isQuiet())
            return;
        std::vector<session::Mark> marks;
        for (const MarkChange &change : m_step.changes)
            marks.push_back(change.*which);
        m_marks.write(marks);
    }

    MarkStep m_step;
    MarkBook &m_marks;
    const UndoJournal &m_journal;
};

class SelectionCommand final : public StepCommand
{
public:
    SelectionCommand(SelectionStep step, SelectionModel &selection, UndoJournal &journal)
        : m_step(std::move(step)), m_selection(selection), m_journal(journal), m_isFresh(!journal.isQuiet())
    {
        setText(describe(m_step));
        m_age.start();
    }
    [[nodiscard]] JournalStep step() const override { return m_step; }
    [[nodiscard]] int id() const override { return 1; }
    bool mergeWith(const QUndoCommand *other) override
    {
        const auto &newer = dynamic_cast<const SelectionCommand &>(*other);
        if (!m_isFresh || m_age.elapsed() > kGestureMs)
            return false;
        m_step.after = newer.m_step.after;
        m_age.restart();
        setText(describe(m_step));
        setObsolete(m_step.after == m_step.before);
        return true;
    }
    // The selection has changed already when the command is pushed.
    void redo() override
    {
        if (std::exchange(m_isPushed, true))
            select(m_step.after);
    }
    void undo() override
    {
        m_isFresh = false;
        select(m_step.before);
    }

private:
    void select(const std::vector<std::size_t> &sources)
    {
        if (m_journal.isQuiet())
            return;
        const UndoJournal::Quiet quiet(m_journal);
        m_selection.select(sources, SelectionMode::New);
    }

    SelectionStep m_step;
    SelectionModel &m_selection;
    UndoJournal &m_journal;
    QElapsedTimer m_age;
    bool m_isFresh = false;
    bool m_isPushed = false;
};

} // namespace

UndoJournal::Quiet::~Quiet()
{
    if (--m_journal.m_quiet == 0)
        m_journal.m_lastSelection = m_journal.m_selection.selected();
}

UndoJournal::UndoJournal(SelectionModel &selection, LabelBook &labels, MarkBook &marks, JobRunner &runner,
                         QObject *parent)
    : QObject(parent), m_selection(selection), m_labels(labels), m_marks(marks), m_writer(runner)
{
    m_stack.setUndoLimit(kUndoLimit);
    connect(&m_selection, &SelectionModel::selectionChanged, this, &UndoJournal::noteSelection);
    connect(&m_stack, &QUndoStack::indexChanged, this, &UndoJournal::persist);
    connect(&m_writer, &LatestWriter::failed, this, &UndoJournal::writeFailed);
}

// The stack empties itself when it is destroyed: that is no change of the journal.
UndoJournal::~UndoJournal()
{
    disconnect(&m_stack, nullptr, this, nullptr);
}

void UndoJournal::reset(std::shared_ptr<session::Session> session, session::CollectionId collection,
                        const session::Session::Journal &journal, std::size_t sourceCount)
{
    m_writer.flush();
    const Quiet quiet(*this);
    m_session = std::move(session);
    m_collection = collection;
    m_stack.clear();
    std::size_t dropped = 0;
    for (std::size_t i = 0; i < journal.entries.size(); ++i)
    {
        std::optional<JournalStep> step = stepFromJson(journal.entries[i], sourceCount);
        if (step)
        {
            push(std::move(*step));
            continue;
        }
        m_stack.clear();
        dropped = i + 1;
    }
    const std::size_t position = journal.position > dropped ? journal.position - dropped : 0;
    m_stack.setIndex(static_cast<int>(std::min(position, static_cast<std::size_t>(m_stack.count()))));
}

void UndoJournal::toggleLabel(const QString &text, const std::vector<std::size_t> &sources)
{
    const bool isOnAll = m_labels.changeFor(text, sources, true).sources.empty();
    setLabel(text, sources, !isOnAll);
}

void UndoJournal::setLabel(const QString &text, const std::vector<std::size_t> &sources, bool isOn)
{
    LabelChange change = m_labels.changeFor(text, sources, isOn);
    if (m_session && !change.sources.empty())
        push(LabelStep{{std::move(change)}});
}

void UndoJournal::clearLabels(const std::vector<std::size_t> &sources)
{
    std::vector<LabelChange> changes = m_labels.clearingOf(sources);
    if (m_session && !changes.empty())
        push(LabelStep{std::move(changes)});
}

void UndoJournal::setMarks(const std::vector<session::Mark> &marks)
{
    std::vector<MarkChange> changes = m_marks.changesFor(marks);
    if (m_session && !changes.empty())
        push(MarkStep{std::move(changes)});
}

void UndoJournal::noteSelection()
{
    if (isQuiet())
        return;
    std::vector<std::size_t> before = std::exchange(m_lastSelection, m_selection.selected());
    if (m_session && before != m_lastSelection)
        push(SelectionStep{std::move(before), m_lastSelection});
}

void UndoJournal::push(JournalStep step)
{
    if (auto *labels = std::get_if<LabelStep>(&step))
        m_stack.push(new LabelCommand(std::move(*labels), m_labels, *this));
    else if (auto *marks = std::get_if<MarkStep>(&step))
        m_stack.push(new MarkCommand(std::move(*marks), m_marks, *this));
    else
        m_stack.push(new SelectionCommand(std::move(std::get<SelectionStep>(step)), m_selection, *this));
}

void UndoJournal::persist()
{
    if (isQuiet() || !m_session)
        return;
    session::Session::Journal journal;
    for (int i = 0; i < m_stack.count(); ++i)
        if (const auto *command = dynamic_cast<const StepCommand *>(m_stack.command(i)))
            journal.entries.push_back(toJson(command->step()));
    journal.position = static_cast<std::size_t>(m_stack.index());
    m_writer.write([session = m_session, collection = m_collection, journal = std::move(journal)] {
        return session->saveJournal(collection, journal);
    });
}

} // namespace somnium::ui
