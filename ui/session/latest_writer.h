// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the newest state of something off the window's thread: while one write is under way, only the newest
// of those that follow is kept. For the journal and the views, where an older state is of no use.
#pragma once

#include <functional>
#include <optional>

#include <QObject>

#include "core/base/result.h"

namespace somnium::ui
{

class JobRunner;

class LatestWriter : public QObject
{
    Q_OBJECT

public:
    /// Runs on the writer's thread: captures values and shared pointers only.
    using Write = std::function<Result<void>()>;

    explicit LatestWriter(JobRunner &runner, QObject *parent = nullptr);
    void write(Write write);
    /// Hands a waiting write to the writer now: before a shutdown, or before another file is opened.
    void flush();

Q_SIGNALS:
    void failed(const somnium::Error &error);

private:
    void begin(Write write);
    void proceed();

    JobRunner &m_runner;
    bool m_isWriting = false;
    std::optional<Write> m_waiting;
};

} // namespace somnium::ui
