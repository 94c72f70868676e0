// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/device_controller.h"

#include <utility>

#include <QSettings>

#include "ui/jobs/job_runner.h"

namespace somnium::ui
{

namespace
{

const auto kAutomatic = QStringLiteral("auto");
const auto kKey = QStringLiteral("device");
constexpr const char *kVariable = "SOMNIUM_BACKEND";

QString keptChoice()
{
    return QSettings().value(kKey, kAutomatic).toString();
}

QString startedWithIn(const DeviceSource &source)
{
    if (!source.asked.empty())
        return QStringLiteral("--device %1").arg(QString::fromStdString(source.asked));
    if (!qEnvironmentVariableIsEmpty(kVariable))
        return QStringLiteral("%1=%2").arg(QLatin1String(kVariable), qEnvironmentVariable(kVariable));
    return {};
}

/// "auto" leaves it to the environment variable, if that is set.
QString firstChoice(const DeviceSource &source)
{
    if (!source.asked.empty())
        return QString::fromStdString(source.asked);
    return startedWithIn(source).isEmpty() ? keptChoice() : kAutomatic;
}

} // namespace

BackendFactory firstDevice(const DeviceSource &source)
{
    const bool isKept = startedWithIn(source).isEmpty();
    return [make = source.make, id = firstChoice(source).toStdString(),
            isKept]() -> Result<compute::ChosenBackend> {
        auto chosen = make(id);
        if (chosen || !isKept || id == kAutomatic.toStdString())
            return chosen;
        auto instead = make(kAutomatic.toStdString());
        if (instead)
            instead->reason += "; " + chosen.error().message;
        return instead;
    };
}

DeviceController::DeviceController(JobRunner &runner, DeviceSource source, QObject *parent)
    : QObject(parent), m_runner(runner), m_source(std::move(source)), m_chosen(firstChoice(m_source)),
      m_startedWith(startedWithIn(m_source))
{
    connect(&m_runner, &JobRunner::deviceRefused, this, [this](const Error &error) {
        Q_EMIT troubled(tr("This compute device cannot be used: %1. In use is %2.")
                            .arg(QString::fromStdString(error.message), m_runner.deviceName()));
    });
}

void DeviceController::list()
{
    using Devices = std::vector<compute::DeviceChoice>;
    m_runner.start<Devices>(
        {tr("Looking for compute devices"), JobLane::Read}, this,
        [list = m_source.list](const JobContext &) -> Result<Devices> { return list(); },
        [this](Devices &&devices) { Q_EMIT listed(devices); });
}

void DeviceController::use(const QString &id)
{
    const Job *job =
        m_runner.useDevice([make = m_source.make, name = id.toStdString()] { return make(name); });
    connect(job, &Job::finished, this, [this, id] {
        m_chosen = id;
        QSettings().setValue(kKey, id);
        Q_EMIT changed();
    });
}

} // namespace somnium::ui
