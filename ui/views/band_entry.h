// SPDX-License-Identifier: GPL-3.0-or-later
// Asks for a band of wavelengths, a ratio or a line, to be measured on decoded spectra.
#pragma once

#include <functional>

#include <QDialog>

#include "ui/models/iso_layers.h"

class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace somnium::ui
{

class BandEntry : public QDialog
{
    Q_OBJECT

public:
    using Find = std::function<Result<DecodedParameter>(const QString &text)>;
    /// What is typed is looked up at every key; only what is found can be accepted.
    explicit BandEntry(Find find, QWidget *parent = nullptr);

    /// Name of what was found last; empty: nothing.
    [[nodiscard]] const QString &parameter() const { return m_parameter; }

private:
    void look();

    Find m_find;
    QString m_parameter;
    QLineEdit *m_edit = nullptr;
    QLabel *m_answer = nullptr;
    QDialogButtonBox *m_buttons = nullptr;
};

} // namespace somnium::ui
