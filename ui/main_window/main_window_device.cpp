// SPDX-License-Identifier: GPL-3.0-or-later
// What computes: named in the status bar, chosen in a dialog, and what jobs give notice of, told.
#include "ui/main_window/main_window.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/device_dialog.h"
#include "ui/panels/message_bar.h"
#include "ui/views/training_view.h"

namespace somnium::ui
{

void MainWindow::connectDevice()
{
    connect(&m_bench.runner, &JobRunner::deviceChosen, this, &MainWindow::refreshDevice);
    connect(&m_bench.runner, &JobRunner::noticed, this, [this](const QString &text) {
        m_message->showNotice(text);
        m_trainingView->appendLog(text);
    });
    connect(&m_bench.devices, &DeviceController::troubled, m_message, &MessageBar::showTrouble);
    connect(m_status, &StatusLine::deviceActivated, this, &MainWindow::chooseDevice);
    refreshDevice();
}

void MainWindow::refreshDevice()
{
    m_status->setDevice(m_bench.runner.deviceName(), m_bench.runner.deviceReason());
}

void MainWindow::chooseDevice()
{
    DeviceController &devices = m_bench.devices;
    const JobRunner &runner = m_bench.runner;
    if (auto *open = findChild<DeviceDialog *>(); open != nullptr && open->isVisible())
    {
        open->raise();
        open->activateWindow();
        return;
    }
    auto *dialog = new DeviceDialog(this);
    dialog->setInUse(runner.deviceName(), runner.deviceReason());
    dialog->setChosen(devices.chosen());
    dialog->setStartedWith(devices.startedWith());
    connect(&runner, &JobRunner::deviceChosen, dialog,
            [dialog, &runner] { dialog->setInUse(runner.deviceName(), runner.deviceReason()); });
    connect(&devices, &DeviceController::listed, dialog, &DeviceDialog::setDevices);
    connect(dialog, &DeviceDialog::listRequested, &devices, &DeviceController::list);
    connect(dialog, &DeviceDialog::useRequested, this, [this](const QString &id) {
        if (m_bench.training.isTraining())
            m_message->showNews(tr("The compute device is exchanged when the training has ended."));
        m_bench.devices.use(id);
    });
    devices.list();
    dialog->show();
}

} // namespace somnium::ui
