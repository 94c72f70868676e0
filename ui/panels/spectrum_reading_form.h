// SPDX-License-Identifier: GPL-3.0-or-later
// "How to read": what a file of spectra does not say of itself.
#pragma once

#include <vector>

#include <QWidget>

#include "core/io/spectrum_reader.h"

class QComboBox;
class QFormLayout;
class QLineEdit;

namespace somnium::ui
{

class SpectrumReadingForm : public QWidget
{
    Q_OBJECT

public:
    explicit SpectrumReadingForm(QWidget *parent = nullptr);

    /// What has no field here (wavelengths, rule) stays as it was set.
    [[nodiscard]] const io::SpectrumReadOptions &options() const { return m_options; }
    void setOptions(const io::SpectrumReadOptions &options);

Q_SIGNALS:
    void edited();

private:
    struct Column
    {
        QLineEdit *edit = nullptr;
        std::string io::SpectrumReadOptions::*member = nullptr;
    };
    void addRow(QFormLayout &layout, const QString &label, const QString &toolTip, QWidget *field);
    void addColumn(QFormLayout &layout, const QString &objectName, const QString &label,
                   std::string io::SpectrumReadOptions::*member);
    void take();

    io::SpectrumReadOptions m_options;
    bool m_isFilling = false;
    QComboBox *m_unit = nullptr;
    QComboBox *m_medium = nullptr;
    QComboBox *m_arrangement = nullptr;
    std::vector<Column> m_columns;
};

} // namespace somnium::ui
