// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sample_fetcher.h"

#include <utility>

namespace somnium::ui
{

bool SampleFetcher::has(const std::shared_ptr<const data::Samples> &samples, std::size_t index)
{
    if (samples != m_samples)
    {
        m_samples = samples;
        m_wanted.clear();
        m_fetched.clear();
    }
    if (m_fetched.contains(index) || samples->isAtHand(index))
        return true;
    m_wanted.insert(index);
    if (!std::exchange(m_isFetching, true)) // once all that are drawn now have been asked for
        QMetaObject::invokeMethod(this, &SampleFetcher::fetch, Qt::QueuedConnection);
    return false;
}

void SampleFetcher::fetch()
{
    const auto bringIn = [samples = m_samples, wanted = m_wanted] {
        for (const std::size_t index : wanted)
            samples->bringIn(index);
        return samples;
    };
    m_answer.ask(
        this, false, bringIn,
        [this, wanted = std::exchange(m_wanted, {})](const std::shared_ptr<const data::Samples> &of) {
            m_isFetching = false;
            m_fetched = of == m_samples ? wanted : QSet<std::size_t>();
            Q_EMIT fetched();
        });
}

} // namespace somnium::ui
