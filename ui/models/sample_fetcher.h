// SPDX-License-Identifier: GPL-3.0-or-later
// Brings samples in from the disk for views. Of a million samples few are in memory, and the window's thread
// waits for no file: what is not at hand yet is drawn a moment later.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <QObject>
#include <QSet>

#include "core/data/sample_store.h"
#include "core/data/spectrum_store.h"
#include "ui/models/background_answer.h"

namespace somnium::ui
{

class SampleFetcher : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// True if the sample can be looked at now; if not it is being brought in, and `fetched` will tell.
    [[nodiscard]] bool has(const std::shared_ptr<const data::Samples> &samples, std::size_t index)
    {
        return hasIn(samples, index);
    }
    [[nodiscard]] bool has(const std::shared_ptr<const data::Spectra> &spectra, std::size_t index)
    {
        return hasIn(spectra, index);
    }

Q_SIGNALS:
    /// What was asked for until then is there.
    void fetched();

private:
    template <class Rows> bool hasIn(const std::shared_ptr<const Rows> &rows, std::size_t index)
    {
        if (rows != m_rows)
            turnTo(rows, [all = rows.get()](std::size_t wanted) { all->bringIn(wanted); });
        return m_fetched.contains(index) || rows->isAtHand(index) || want(index);
    }
    void turnTo(std::shared_ptr<const void> rows, std::function<void(std::size_t)> bringIn);
    bool want(std::size_t index); ///< false
    void fetch();

    std::shared_ptr<const void> m_rows;
    std::function<void(std::size_t)> m_bringIn; ///< of m_rows
    QSet<std::size_t> m_wanted;
    QSet<std::size_t> m_fetched; ///< just now: to be looked at whatever the system says of them
    bool m_isFetching = false;
    BackgroundAnswer m_answer;
};

} // namespace somnium::ui
