// SPDX-License-Identifier: GPL-3.0-or-later
// Which device computes: what there is, what was chosen and why it counts or does not, and exchanging it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <QObject>
#include <QString>

#include "core/compute/backend_factory.h"
#include "ui/jobs/compute_device.h"

namespace somnium::ui
{

class JobRunner;

/// Where devices come from; tests put in their own.
struct DeviceSource
{
    std::string asked; ///< by --device; empty: nothing was
    std::function<std::vector<compute::DeviceChoice>()> list = [] { return compute::listDevices(); };
    std::function<Result<compute::ChosenBackend>(const std::string &)> make = [](const std::string &id) {
        return compute::chooseBackend(id);
    };
};

/// What the window starts on: --device, else SOMNIUM_BACKEND, else what was kept of the last choice. A kept
/// one that is not there any more gives way to "auto", and the reason says so.
[[nodiscard]] BackendFactory firstDevice(const DeviceSource &source);

class DeviceController : public QObject
{
    Q_OBJECT

public:
    DeviceController(JobRunner &runner, DeviceSource source, QObject *parent = nullptr);

    /// What was asked for, as --device takes it: "auto", "cpu", "cuda:0".
    [[nodiscard]] const QString &chosen() const { return m_chosen; }
    /// "--device cpu" or "SOMNIUM_BACKEND=cpu": what counted more than the kept choice when the program was
    /// started; empty: nothing.
    [[nodiscard]] const QString &startedWith() const { return m_startedWith; }

    /// Asks for all devices, which may take a second; `listed` answers.
    void list();
    /// Exchanges the device, once what is computed now is done, and keeps the choice. `changed` or `troubled`
    /// answers.
    void use(const QString &id);

Q_SIGNALS:
    void listed(const std::vector<somnium::compute::DeviceChoice> &devices);
    void changed();
    void troubled(const QString &message);

private:
    JobRunner &m_runner;
    DeviceSource m_source;
    QString m_chosen;
    QString m_startedWith;
};

} // namespace somnium::ui
