// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/job_indicator.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include "ui/theme.h"
#include "ui/views/elided_label.h"

namespace somnium::ui
{

namespace
{

constexpr int kBarWidth = 120;
constexpr int kBarHeight = 6;
constexpr int kBarSteps = 1000;
constexpr int kTitleCharacters = 20; ///< that are not cut for other texts of the status bar

} // namespace

QString timeLeftText(double seconds)
{
    if (seconds < 0.0 || !std::isfinite(seconds))
        return {};
    if (seconds < 90.0)
        return JobIndicator::tr("about %1 s").arg(std::max(1, static_cast<int>(std::ceil(seconds))));
    if (seconds < 5400.0)
        return JobIndicator::tr("about %1 min").arg(static_cast<int>(std::lround(seconds / 60.0)));
    return JobIndicator::tr("about %1 h").arg(static_cast<int>(std::lround(seconds / 3600.0)));
}

JobIndicator::JobIndicator(QWidget *parent)
    : QWidget(parent), m_title(new ElidedLabel), m_bar(new QProgressBar), m_left(new QLabel),
      m_cancel(new QToolButton)
{
    setObjectName(QStringLiteral("jobIndicator"));
    m_title->setObjectName(QStringLiteral("jobTitle"));
    m_bar->setFixedSize(kBarWidth, kBarHeight);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_left->setProperty("quiet", true);
    m_cancel->setObjectName(QStringLiteral("cancelJobButton"));
    m_cancel->setIcon(themeIcon(QStringLiteral("cancel")));
    m_cancel->setToolTip(tr("Stop this"));
    m_cancel->setAccessibleName(tr("Stop this"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    layout->addWidget(m_title);
    layout->addWidget(m_bar);
    layout->addWidget(m_left);
    layout->addWidget(m_cancel);
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        if (m_job)
            m_job->requestStop();
        m_cancel->setEnabled(false);
    });
    hide();
}

void JobIndicator::follow(Job *job)
{
    if (m_job)
        disconnect(m_job, nullptr, this, nullptr);
    m_job = job;
    m_cancel->setEnabled(true);
    connect(job, &Job::progressed, this, &JobIndicator::refresh);
    connect(job, &Job::pausedChanged, this, &JobIndicator::refresh);
    connect(job, &Job::ended, this, &QWidget::hide);
    refresh();
    show();
}

void JobIndicator::refresh()
{
    const JobProgress &progress = m_job->progress();
    const QString title = m_job->isPaused() ? tr("%1 (paused)").arg(m_job->title()) : m_job->title();
    m_title->setFullText(title);
    m_title->setMinimumWidth(
        std::min(m_title->sizeHint().width(), kTitleCharacters * m_title->fontMetrics().averageCharWidth()));
    if (!progress.stage.isEmpty())
        m_title->setToolTip(title + QLatin1Char('\n') + progress.stage);
    if (progress.total > 0)
    {
        m_bar->setRange(0, kBarSteps);
        m_bar->setValue(static_cast<int>(static_cast<double>(kBarSteps) * static_cast<double>(progress.done) /
                                         static_cast<double>(progress.total)));
    }
    else
        m_bar->setRange(0, 0);
    m_left->setText(m_job->isPaused() ? QString() : timeLeftText(progress.secondsLeft));
}

} // namespace somnium::ui
