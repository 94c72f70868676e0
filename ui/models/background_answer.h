// SPDX-License-Identifier: GPL-3.0-or-later
// A question that a model answers at once while its data are small, and on a pool thread when they are not;
// the answer to an older question is dropped.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <QFutureWatcher>
#include <QtConcurrentRun>

namespace somnium::ui
{

/// A member of the QObject that it is given as context. GUI thread only.
class BackgroundAnswer
{
public:
    /// Calls `deliver(question())` in the GUI thread: now if `isQuick`, else later. `question` runs
    /// elsewhere, so it captures values and shared pointers to const only.
    template <class Question, class Deliver>
    void ask(QObject *context, bool isQuick, Question question, Deliver deliver)
    {
        const auto number = ++*m_newest;
        if (isQuick)
        {
            deliver(question());
            return;
        }
        using Answer = std::invoke_result_t<Question>;
        auto *watcher = new QFutureWatcher<Answer>(context);
        QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                         [watcher, number, newest = m_newest, deliver = std::move(deliver)]() {
                             watcher->deleteLater();
                             if (number == *newest)
                                 deliver(watcher->result());
                         });
        watcher->setFuture(QtConcurrent::run(std::move(question)));
    }

    /// The answer that is still to come is no longer wanted.
    void forget() { ++*m_newest; }

private:
    std::shared_ptr<unsigned long long> m_newest = std::make_shared<unsigned long long>(0);
};

/// Up to here sorting takes less than a frame.
inline constexpr std::size_t kQuickSourceCount = 20'000;

} // namespace somnium::ui
