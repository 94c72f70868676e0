// SPDX-License-Identifier: GPL-3.0-or-later
// The labels of the open collection. A change is written off the window's thread and shown once it is on
// disk.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include <QObject>
#include <QStringList>

#include "core/base/result.h"
#include "core/session/session.h"
#include "ui/models/source_labels.h"
#include "ui/session/journal_format.h"

namespace somnium::ui
{

class JobRunner;

class LabelBook : public QObject
{
    Q_OBJECT

public:
    explicit LabelBook(JobRunner &runner, QObject *parent = nullptr);

    /// Another collection. A null session: no labels, and none can be written.
    void reset(std::shared_ptr<session::Session> session, session::CollectionId collection,
               const std::vector<session::Label> &labels);

    /// What is on disk; never null.
    [[nodiscard]] const LabelsPointer &labels() const { return m_shown; }
    /// What puts `text` on those of `sources` that do not carry it, out of `origin`, or takes it off those
    /// that do, by the origin they have it from; counting what is being written. Empty: nothing would change.
    [[nodiscard]] std::vector<LabelChange>
    changesFor(const QString &text, const std::vector<std::size_t> &sources, bool isOn,
               session::LabelOrigin origin = session::LabelOrigin::Hand) const;
    /// What takes every label off `sources`, counting what is being written.
    [[nodiscard]] std::vector<LabelChange> clearingOf(const std::vector<std::size_t> &sources) const;
    /// Sources of [0, count) without any label, ascending.
    [[nodiscard]] std::vector<std::size_t> unlabelled(std::size_t count) const;

    void write(const std::vector<LabelChange> &changes);
    /// No labels for a moment, while views change to another survey; then those on disk again.
    void hide();
    void show();

Q_SIGNALS:
    void labelsChanged();
    /// The labels shown are again those on disk.
    void writeFailed(const somnium::Error &error);

private:
    using LabelSet = std::set<session::Label>; ///< a text once for each source
    static LabelSet::const_iterator find(const LabelSet &labels, std::size_t source, const std::string &text);
    static void applyTo(LabelSet &labels, const std::vector<LabelChange> &changes);

    JobRunner &m_runner;
    std::shared_ptr<session::Session> m_session;
    session::CollectionId m_collection{};
    LabelSet m_onDisk;
    LabelSet m_intended; ///< m_onDisk and all changes under way
    LabelsPointer m_shown = std::make_shared<SourceLabels>();
    quint64 m_generation = 0; ///< of the collection: answers for an older one are stale
};

} // namespace somnium::ui
