// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/undo_journal.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
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
    if (step.changes.empty())
        return UndoJournal::tr("Clear labels");
    const LabelChange &change = step.changes.front();
    std::size_t count = 0;
    for (const LabelChange &other : step.changes) // one for each origin
    {
        if (other.text != change.text || other.isOn != change.isOn)
            return UndoJournal::tr("Clear labels");
        count += other.sources.size();
    }
    const QString sources = counted(count, UndoJournal::tr("%1 source"), UndoJournal::tr("%1 sources"));
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

/// A step and its JSON, which the writer's thread makes once: a step may name a million sources, and every
/// step of the journal is written again with each new one.
class WrittenStep
{
public:
    explicit WrittenStep(JournalStep step) : m_step(std::move(step)) {}
    [[nodiscard]] const JournalStep &step() const { return m_step; }
    /// Thread-safe.
    [[nodiscard]] const std::string &json() const
    {
        std::call_once(m_once, [this] { m_json = toJson(m_step); });
        return m_json;
    }

private:
    JournalStep m_step;
    mutable std::once_flag m_once;
    mutable std::string m_json;
};
using WrittenStepPointer = std::shared_ptr<const WrittenStep>;

class StepCommand : public QUndoCommand
{
public:
    explicit StepCommand(JournalStep step) : m_written(std::make_shared<const WrittenStep>(std::move(step)))
    {}
    [[nodiscard]] const WrittenStepPointer &written() const { return m_written; }

protected:
    template <class Step> [[nodiscard]] const Step &step() const { return std::get<Step>(m_written->step()); }
    void setStep(JournalStep step) { m_written = std::make_shared<const WrittenStep>(std::move(step)); }

private:
    WrittenStepPointer m_written;
};

class LabelCommand final : public StepCommand
{
public:
    LabelCommand(LabelStep step, LabelBook &labels, const UndoJournal &journal)
        : StepCommand(std::move(step)), m_labels(labels), m_journal(journal)
    {
        setText(describe(changes()));
    }
    void redo() override
    {
        if (!m_journal.isQuiet())
            m_labels.write(changes().changes);
    }
    void undo() override
    {
        if (m_journal.isQuiet())
            return;
        std::vector<LabelChange> inverse = changes().changes;
        for (LabelChange &change : inverse)
            change.isOn = !change.isOn;
        m_labels.write(inverse);
    }

private:
    [[nodiscard]] const LabelStep &changes() const { return step<LabelStep>(); }

    LabelBook &m_labels;
    const UndoJournal &m_journal;
};

class MarkCommand final : public StepCommand
{
public:
    MarkCommand(MarkStep step, MarkBook &marks, const UndoJournal &journal)
        : StepCommand(std::move(step)), m_marks(marks), m_journal(journal)
    {
        setText(describe(changes()));
    }
    void redo() override { write(&MarkChange::after); }
    void undo() override { write(&MarkChange::before); }

private:
    [[nodiscard]] const MarkStep &changes() const { return step<MarkStep>(); }
    void write(session::Mark MarkChange::*which)
    {
        if (m_journal.isQuiet())
            return;
        std::vector<session::Mark> marks;
        for (const MarkChange &change : changes().changes)
            marks.push_back(change.*which);
        m_marks.write(marks);
    }

    MarkBook &m_marks;
    const UndoJournal &m_journal;
};

class SelectionCommand final : public StepCommand
{
public:
    SelectionCommand(SelectionStep step, SelectionModel &selection, UndoJournal &journal)
        : StepCommand(std::move(step)), m_selection(selection), m_journal(journal),
          m_isFresh(!journal.isQuiet())
    {
        setText(describe(change()));
        m_age.start();
    }
    [[nodiscard]] int id() const override { return 1; }
    bool mergeWith(const QUndoCommand *other) override
    {
        const auto &newer = dynamic_cast<const SelectionCommand &>(*other);
        if (!m_isFresh || m_age.elapsed() > kGestureMs)
            return false;
        setStep(SelectionStep{change().before, newer.change().after});
        m_age.restart();
        setText(describe(change()));
        setObsolete(change().after == change().before);
        return true;
    }
    // The selection has changed already when the command is pushed.
    void redo() override
    {
        if (std::exchange(m_isPushed, true))
            select(change().after);
    }
    void undo() override
    {
        m_isFresh = false;
        select(change().before);
    }

private:
    [[nodiscard]] const SelectionStep &change() const { return step<SelectionStep>(); }
    void select(const std::vector<std::size_t> &sources)
    {
        if (m_journal.isQuiet())
            return;
        const UndoJournal::Quiet quiet(m_journal);
        m_selection.select(sources, SelectionMode::New);
    }

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
    const bool isOnAll = m_labels.changesFor(text, sources, true).empty();
    setLabel(text, sources, !isOnAll);
}

void UndoJournal::setLabel(const QString &text, const std::vector<std::size_t> &sources, bool isOn,
                           session::LabelOrigin origin)
{
    std::vector<LabelChange> changes = m_labels.changesFor(text, sources, isOn, origin);
    if (m_session && !changes.empty())
        push(LabelStep{std::move(changes)});
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
    std::vector<WrittenStepPointer> steps;
    for (int i = 0; i < m_stack.count(); ++i)
        if (const auto *command = dynamic_cast<const StepCommand *>(m_stack.command(i)))
            steps.push_back(command->written());
    m_writer.write([session = m_session, collection = m_collection, steps = std::move(steps),
                    position = static_cast<std::size_t>(m_stack.index())] {
        session::Session::Journal journal;
        for (const WrittenStepPointer &step : steps)
            journal.entries.push_back(step->json());
        journal.position = position;
        return session->saveJournal(collection, journal);
    });
}

} // namespace somnium::ui
