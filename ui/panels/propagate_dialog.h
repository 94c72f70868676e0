// SPDX-License-Identifier: GPL-3.0-or-later
// Asks which label a prototype gets, and which of its sources.
#pragma once

#include <cstddef>
#include <vector>

#include <QDialog>
#include <QStringList>

#include "core/workflow/labeling.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;

namespace somnium::ui
{

/// The sources of the prototype that is to be labelled.
struct PrototypeMembers
{
    QString prototype; ///< "(5, 3)"
    std::vector<std::size_t> sources;
    std::vector<float> distances; ///< of `sources` to the prototype
    std::vector<bool> isLabelled; ///< of `sources`: by a person or a catalogue
};

class PropagateDialog : public QDialog
{
    Q_OBJECT

public:
    PropagateDialog(PrototypeMembers members, const QStringList &labels, QWidget *parent = nullptr);

    [[nodiscard]] QString label() const;
    /// Those of the members that get it.
    [[nodiscard]] std::vector<std::size_t> sources() const;

private:
    void refresh();

    PrototypeMembers m_members;
    QComboBox *m_label = nullptr;
    QDoubleSpinBox *m_limit = nullptr;
    QCheckBox *m_unlabelled = nullptr;
    QLabel *m_count = nullptr;
    QPushButton *m_apply = nullptr;
};

} // namespace somnium::ui
