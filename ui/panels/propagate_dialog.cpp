// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/propagate_dialog.h"

#include <algorithm>
#include <utility>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/session/counted.h"

namespace somnium::ui
{

namespace
{

constexpr int kLeastWidth = 340;

} // namespace

PropagateDialog::PropagateDialog(PrototypeMembers members, const QStringList &labels, QWidget *parent)
    : QDialog(parent), m_members(std::move(members))
{
    setObjectName(QStringLiteral("propagateDialog"));
    setWindowTitle(tr("Label prototype %1").arg(m_members.prototype));
    m_label = new QComboBox;
    m_label->setObjectName(QStringLiteral("propagateLabel"));
    m_label->setEditable(true);
    m_label->addItems(labels);
    m_limit = new QDoubleSpinBox;
    m_limit->setObjectName(QStringLiteral("propagateLimit"));
    m_limit->setDecimals(2);
    const float furthest = m_members.distances.empty() ? 1.0F : std::ranges::max(m_members.distances);
    m_limit->setRange(0.0, static_cast<double>(furthest) + 0.01);
    m_limit->setSingleStep(static_cast<double>(furthest) / 50.0);
    m_limit->setValue(m_limit->maximum());
    m_limit->setToolTip(tr("Sources further from their prototype get no label "
                           "(somnium-cli label --propagate --max-distance)"));
    m_unlabelled = new QCheckBox(tr("Only sources that nobody labelled"));
    m_unlabelled->setToolTip(tr("Not those with a label from a person or a catalogue; labels that came from "
                                "prototypes do not count"));
    m_count = quietLabel({});
    auto *form = new QFormLayout;
    form->addRow(tr("&Label"), m_label);
    form->addRow(tr("Up to &distance"), m_limit);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_apply = buttons->addButton(tr("Label them"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_limit, &QDoubleSpinBox::valueChanged, this, &PropagateDialog::refresh);
    connect(m_unlabelled, &QCheckBox::toggled, this, &PropagateDialog::refresh);
    connect(m_label, &QComboBox::currentTextChanged, this, &PropagateDialog::refresh);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_unlabelled);
    layout->addWidget(m_count);
    layout->addWidget(buttons);
    setMinimumWidth(kLeastWidth); // room for the title
    refresh();
}

QString PropagateDialog::label() const
{
    return m_label->currentText().trimmed();
}

std::vector<std::size_t> PropagateDialog::sources() const
{
    std::vector<std::size_t> sources;
    for (std::size_t i = 0; i < m_members.sources.size(); ++i)
        if (static_cast<double>(m_members.distances[i]) <= m_limit->value() &&
            !(m_unlabelled->isChecked() && m_members.isLabelled[i]))
            sources.push_back(m_members.sources[i]);
    return sources;
}

void PropagateDialog::refresh()
{
    m_count->setText(tr("The prototype gets the label, and %1 of its %2.")
                         .arg(counted(sources().size(), tr("%1 source"), tr("%1 sources")),
                              locale().toString(static_cast<qulonglong>(m_members.sources.size()))));
    m_apply->setEnabled(!label().isEmpty());
}

} // namespace somnium::ui
