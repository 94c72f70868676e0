// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/spectrum_reading_form.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

QComboBox *chooser(const QString &objectName, const std::vector<QString> &texts)
{
    auto *box = new QComboBox;
    box->setObjectName(objectName);
    for (const QString &text : texts)
        box->addItem(text);
    return box;
}

} // namespace

SpectrumReadingForm::SpectrumReadingForm(QWidget *parent) : QWidget(parent)
{
    auto *layout = new QFormLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setVerticalSpacing(kGridStep / 2);
    layout->addRow(quietLabel(tr("Only for what the files do not say themselves.")));
    m_unit = chooser(QStringLiteral("reading.unit"), {tr("as it looks")});
    for (const char *unit : {"Angstrom", "nm", "um", "m", "Hz", "eV", "cm-1"})
        m_unit->addItem(QString::fromLatin1(unit), QString::fromLatin1(unit));
    addRow(*layout, tr("Unit"),
           tr("Of wavelengths without a unit. As it looks: below 100 micrometres, 200 to 2600 nanometres,\n"
              "else Angstrom. Command line: --wavelength-unit"),
           m_unit);
    m_medium = chooser(QStringLiteral("reading.medium"), {tr("not known"), tr("air"), tr("vacuum")});
    addRow(*layout, tr("Measured in"),
           tr("Of wavelengths that do not say whether they are in air or in vacuum; if it is not known,\n"
              "the step \"To vacuum\" decides. Command line: --medium"),
           m_medium);
    m_arrangement =
        chooser(QStringLiteral("reading.layout"), {tr("as it looks"), tr("a row each pixel"),
                                                   tr("a row each spectrum"), tr("a row each band")});
    addRow(*layout, tr("Arrangement"),
           tr("A row each pixel: columns wavelength, flux, error, mask. A row each spectrum: a table or\n"
              "array of many. A row each band: rows of an array are wavelength, flux, error, mask.\n"
              "Command line: --layout"),
           m_arrangement);
    using Options = io::SpectrumReadOptions;
    addColumn(*layout, QStringLiteral("wavelength"), tr("Wavelength column"), &Options::wavelengthColumn);
    addColumn(*layout, QStringLiteral("flux"), tr("Flux column"), &Options::fluxColumn);
    addColumn(*layout, QStringLiteral("error"), tr("Error column"), &Options::errorColumn);
    addColumn(*layout, QStringLiteral("ivar"), tr("Inverse variance"), &Options::ivarColumn);
    addColumn(*layout, QStringLiteral("mask"), tr("Mask column"), &Options::maskColumn);
    addColumn(*layout, QStringLiteral("name"), tr("Name column"), &Options::nameColumn);
    for (QComboBox *box : {m_unit, m_medium, m_arrangement})
        connect(box, &QComboBox::currentIndexChanged, this, &SpectrumReadingForm::take);
}

void SpectrumReadingForm::addRow(QFormLayout &layout, const QString &label, const QString &toolTip,
                                 QWidget *field)
{
    auto *name = new QLabel(label);
    name->setToolTip(toolTip);
    name->setBuddy(field);
    field->setToolTip(toolTip);
    field->setAccessibleName(label);
    layout.addRow(name, field);
}

void SpectrumReadingForm::addColumn(QFormLayout &layout, const QString &objectName, const QString &label,
                                    std::string io::SpectrumReadOptions::*member)
{
    auto *edit = new QLineEdit;
    edit->setObjectName(QStringLiteral("reading.") + objectName);
    edit->setPlaceholderText(tr("found by its name"));
    edit->setClearButtonEnabled(true);
    addRow(layout, label,
           tr("Of a table, by its name. Empty: found by name, UCD and shape.\nCommand line: --%1-column")
               .arg(objectName),
           edit);
    // Each change reads the files again: not while a name is typed.
    connect(edit, &QLineEdit::editingFinished, this, &SpectrumReadingForm::take);
    connect(edit, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty())
            take();
    });
    m_columns.push_back({edit, member});
}

void SpectrumReadingForm::setOptions(const io::SpectrumReadOptions &options)
{
    m_isFilling = true;
    m_options = options;
    const QString unit = QString::fromStdString(options.wavelengthUnit);
    if (m_unit->findData(unit) < 0 && !unit.isEmpty())
        m_unit->addItem(unit, unit);
    m_unit->setCurrentIndex(unit.isEmpty() ? 0 : m_unit->findData(unit));
    m_medium->setCurrentIndex(static_cast<int>(options.medium));
    m_arrangement->setCurrentIndex(static_cast<int>(options.layout));
    for (const Column &column : m_columns)
        column.edit->setText(QString::fromStdString(options.*column.member));
    m_isFilling = false;
}

void SpectrumReadingForm::take()
{
    if (m_isFilling)
        return;
    io::SpectrumReadOptions options = m_options;
    options.wavelengthUnit = m_unit->currentData().toString().toStdString();
    options.medium = static_cast<data::WavelengthMedium>(m_medium->currentIndex());
    options.layout = static_cast<io::SpectrumLayout>(m_arrangement->currentIndex());
    for (const Column &column : m_columns)
        options.*column.member = column.edit->text().trimmed().toStdString();
    if (options == m_options)
        return;
    m_options = std::move(options);
    Q_EMIT edited();
}

} // namespace somnium::ui
