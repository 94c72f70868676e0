// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses what computes: automatic, the CPU, one of the GPUs; of what cannot be used it tells why. Does not
// block the window.
#pragma once

#include <vector>

#include <QDialog>
#include <QString>

#include "core/compute/backend_factory.h"

class QButtonGroup;
class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;

namespace somnium::ui
{

class DeviceDialog : public QDialog
{
    Q_OBJECT

public:
    explicit DeviceDialog(QWidget *parent = nullptr);

    void setInUse(const QString &name, const QString &reason);
    /// What was asked for, as --device takes it. One that is not listed counts as "auto".
    void setChosen(const QString &id);
    /// "--device cpu": what counted more than the kept choice; empty: nothing.
    void setStartedWith(const QString &what);
    /// Until then it says that devices are looked for.
    void setDevices(const std::vector<compute::DeviceChoice> &devices);

Q_SIGNALS:
    void useRequested(const QString &id);
    void listRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void waitForDevices();
    void beginRows();
    void showRows();
    void addRow(const compute::DeviceChoice &device);
    void checkChosen();

    QString m_chosen;
    QLabel *m_inUse = nullptr;
    QLabel *m_reason = nullptr;
    QLabel *m_note = nullptr;
    QScrollArea *m_area = nullptr;
    QGridLayout *m_rows = nullptr;
    QButtonGroup *m_group = nullptr;
    QPushButton *m_use = nullptr;
    QPushButton *m_again = nullptr;
};

} // namespace somnium::ui
