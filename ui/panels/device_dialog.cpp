// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/device_dialog.h"

#include <algorithm>

#include <QButtonGroup>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QMouseEvent>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr QSize kFirstSize{520, 420};
const auto kAutomatic = QStringLiteral("auto");

compute::DeviceChoice automaticChoice()
{
    return {.id = kAutomatic.toStdString(),
            .name = DeviceDialog::tr("Automatic").toStdString(),
            .detail = DeviceDialog::tr("the GPU with the most free memory, else the CPU").toStdString(),
            .isUsable = true,
            .reason = {}};
}

QString detailOf(const compute::DeviceChoice &device)
{
    const QString id = QString::fromStdString(device.id);
    if (!device.isUsable)
        return DeviceDialog::tr("cannot be used: %1").arg(QString::fromStdString(device.reason));
    const QString detail = QString::fromStdString(device.detail);
    return id == kAutomatic || detail.isEmpty() ? detail : DeviceDialog::tr("%1: %2").arg(id, detail);
}

QLabel *wrappedLabel(const QString &text = {}, bool isQuiet = false)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("quiet", isQuiet);
    return label;
}

} // namespace

DeviceDialog::DeviceDialog(QWidget *parent)
    : QDialog(parent), m_chosen(kAutomatic), m_inUse(wrappedLabel()), m_reason(wrappedLabel({}, true)),
      m_note(wrappedLabel({}, true)), m_area(new QScrollArea), m_group(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("deviceDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Compute device"));
    m_inUse->setObjectName(QStringLiteral("deviceInUse"));
    m_reason->setObjectName(QStringLiteral("deviceReason"));
    m_note->setObjectName(QStringLiteral("deviceNote"));
    m_note->hide();
    m_area->setObjectName(QStringLiteral("deviceList"));
    m_area->setWidgetResizable(true);
    m_area->setFocusPolicy(Qt::NoFocus);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_use = buttons->addButton(tr("Use"), QDialogButtonBox::AcceptRole);
    m_use->setObjectName(QStringLiteral("useDevice"));
    m_again = buttons->addButton(tr("Look again"), QDialogButtonBox::ActionRole);
    m_again->setObjectName(QStringLiteral("lookAgain"));
    connect(m_again, &QPushButton::clicked, this, [this] {
        waitForDevices();
        Q_EMIT listRequested();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        if (const QAbstractButton *checked = m_group->checkedButton())
            Q_EMIT useRequested(checked->objectName());
        accept();
    });
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(kGridStep);
    layout->addWidget(sectionHeading(tr("In use")));
    layout->addWidget(m_inUse);
    layout->addWidget(m_reason);
    layout->addSpacing(kGridStep);
    layout->addWidget(sectionHeading(tr("Use from the next computation on")));
    layout->addWidget(m_area, 1);
    layout->addWidget(m_note);
    layout->addWidget(buttons);
    m_use->setDefault(true); // counts only once the button is in the dialog
    resize(kFirstSize);
    waitForDevices();
}

void DeviceDialog::setInUse(const QString &name, const QString &reason)
{
    m_inUse->setText(name);
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
}

void DeviceDialog::setChosen(const QString &id)
{
    m_chosen = id;
    checkChosen();
}

void DeviceDialog::setStartedWith(const QString &what)
{
    m_note->setText(
        tr("Somnium was started with %1, which counts more than the choice kept from before. What "
           "you choose here counts from now on, and at the next start without it.")
            .arg(what));
    m_note->setVisible(!what.isEmpty());
}

void DeviceDialog::setDevices(const std::vector<compute::DeviceChoice> &devices)
{
    beginRows();
    addRow(automaticChoice());
    for (const compute::DeviceChoice &device : devices)
        addRow(device);
    showRows();
    m_again->setEnabled(true);
    m_use->setEnabled(true);
    checkChosen();
    if (QAbstractButton *checked = m_group->checkedButton())
        checked->setFocus();
}

void DeviceDialog::waitForDevices()
{
    beginRows();
    m_rows->addWidget(wrappedLabel(tr("Looking for devices\u2026"), true), 0, 1);
    showRows();
    m_again->setEnabled(false);
    m_use->setEnabled(false);
}

void DeviceDialog::beginRows()
{
    m_rows = new QGridLayout(new QWidget(this));
    m_rows->setContentsMargins(0, 0, kGridStep, 0);
    m_rows->setHorizontalSpacing(kGridStep);
    m_rows->setVerticalSpacing(kGridStep / 2);
    m_rows->setColumnStretch(1, 1);
}

// Those before go. The longest word has room: a path may not wrap.
void DeviceDialog::showRows()
{
    m_rows->setRowStretch(m_rows->rowCount(), 1);
    QWidget *content = m_rows->parentWidget();
    m_area->setWidget(content);
    content->show();
    m_area->setMinimumWidth(content->minimumSizeHint().width() +
                            m_area->verticalScrollBar()->sizeHint().width());
}

// The text of a radio button does not wrap, that of a label does.
void DeviceDialog::addRow(const compute::DeviceChoice &device)
{
    auto *button = new QRadioButton;
    button->setObjectName(QString::fromStdString(device.id));
    button->setAccessibleName(QString::fromStdString(device.name));
    button->setAccessibleDescription(detailOf(device));
    button->setToolTip(tr("--device %1").arg(button->objectName()));
    button->setEnabled(device.isUsable);
    m_group->addButton(button);
    const int row = m_rows->rowCount();
    m_rows->addWidget(button, row, 0, Qt::AlignTop);
    QLabel *name = wrappedLabel(button->accessibleName());
    name->setEnabled(device.isUsable);
    m_rows->addWidget(name, row, 1);
    QLabel *detail = wrappedLabel(detailOf(device), true);
    m_rows->addWidget(detail, row + 1, 1);
    for (QLabel *label : {name, detail})
    {
        label->setBuddy(button);
        label->installEventFilter(this);
    }
    // Nobody gets to a button that is off: the reason itself can be reached, and copied.
    if (!device.isUsable)
    {
        detail->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        detail->setFocusPolicy(Qt::StrongFocus);
    }
    m_rows->setRowMinimumHeight(row + 2, kGridStep / 2);
}

bool DeviceDialog::eventFilter(QObject *watched, QEvent *event)
{
    const auto *label = qobject_cast<QLabel *>(watched);
    if (label && event->type() == QEvent::MouseButtonRelease)
        if (auto *button = qobject_cast<QAbstractButton *>(label->buddy()); button && button->isEnabled())
            button->click();
    return QDialog::eventFilter(watched, event);
}

void DeviceDialog::checkChosen()
{
    const QList<QAbstractButton *> buttons = m_group->buttons();
    const auto named = [&buttons](const QString &id) {
        return std::find_if(buttons.begin(), buttons.end(), [&id](const QAbstractButton *button) {
            return button->objectName() == id && button->isEnabled();
        });
    };
    auto found = named(m_chosen);
    if (found == buttons.end())
        found = named(kAutomatic);
    if (found != buttons.end())
        (*found)->setChecked(true);
}

} // namespace somnium::ui
