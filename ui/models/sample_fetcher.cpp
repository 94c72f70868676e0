// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sample_fetcher.h"

#include <utility>

namespace somnium::ui
{

void SampleFetcher::turnTo(std::shared_ptr<const void> rows, std::function<void(std::size_t)> bringIn)
{
    m_rows = std::move(rows);
    m_bringIn = std::move(bringIn);
    m_wanted.clear();
    m_fetched.clear();
}

bool SampleFetcher::want(std::size_t index)
{
    m_wanted.insert(index);
    if (!std::exchange(m_isFetching, true)) // once all that are drawn now have been asked for
        QMetaObject::invokeMethod(this, &SampleFetcher::fetch, Qt::QueuedConnection);
    return false;
}

void SampleFetcher::fetch()
{
    const auto bringIn = [rows = m_rows, bringOneIn = m_bringIn, wanted = m_wanted] {
        for (const std::size_t index : wanted)
            bringOneIn(index);
        return rows;
    };
    m_answer.ask(this, false, bringIn,
                 [this, wanted = std::exchange(m_wanted, {})](const std::shared_ptr<const void> &of) {
                     m_isFetching = false;
                     m_fetched = of == m_rows ? wanted : QSet<std::size_t>();
                     Q_EMIT fetched();
                 });
}

} // namespace somnium::ui
