// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/status_line.h"

#include <initializer_list>

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>

#include "ui/panels/job_indicator.h"
#include "ui/theme.h"
#include "ui/views/elided_button.h"

namespace somnium::ui
{

namespace
{

constexpr int kDeviceWidth = 640; // half of a small window: name and reason of a processor

} // namespace

StatusLine::StatusLine(QWidget *parent)
    : QStatusBar(parent), m_hover(new QLabel), m_counts(new QLabel), m_device(new ElidedButton),
      m_job(new JobIndicator)
{
    setObjectName(QStringLiteral("statusLine"));
    setSizeGripEnabled(false);
    setContentsMargins(kGridStep, 0, kGridStep, 0);
    m_hover->setObjectName(QStringLiteral("hoverText"));
    m_counts->setObjectName(QStringLiteral("countsText"));
    m_device->setObjectName(QStringLiteral("deviceButton"));
    m_device->setProperty("quiet", true);
    m_device->setMostWidth(kDeviceWidth);
    m_device->hide();
    connect(m_device, &ElidedButton::clicked, this, &StatusLine::deviceActivated);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_hover, m_counts, m_device})
        widget->setFont(tabularFont(widget->font()));
    // Long texts are cut rather than let the window grow.
    m_hover->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    addWidget(m_hover, 1);
    addPermanentWidget(m_job);
    addPermanentWidget(m_counts);
    addPermanentWidget(m_device);
}

void StatusLine::setHoverText(const QString &text)
{
    m_hover->setText(text);
}

void StatusLine::setCounts(std::size_t selected, std::size_t shown, std::size_t total)
{
    const auto number = [this](std::size_t value) {
        return locale().toString(static_cast<qulonglong>(value));
    };
    m_counts->setText(tr("%1 selected / %2 shown / %3").arg(number(selected), number(shown), number(total)));
}

void StatusLine::clearCounts()
{
    m_counts->clear();
}

void StatusLine::setDevice(const QString &device, const QString &reason)
{
    const QString text = reason.isEmpty() ? device : tr("%1 (%2)").arg(device, reason);
    m_device->setText(text);
    m_device->setToolTip(tr("Computes: %1").arg(text));
    m_device->setAccessibleName(tr("Compute device: %1").arg(text));
    m_device->setVisible(!device.isEmpty());
}

void StatusLine::follow(Job *job)
{
    m_job->follow(job);
}

} // namespace somnium::ui
