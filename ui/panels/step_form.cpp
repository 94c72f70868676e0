// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/step_form.h"

#include <algorithm>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

/// Core's texts are static and untranslated; a translation, if there is one, is found by them.
QString translated(std::string_view text)
{
    const QByteArray utf8(text.data(), static_cast<qsizetype>(text.size()));
    return QCoreApplication::translate("RecipeStep", utf8.constData());
}

QString wordOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString toolTipOf(const prepare::Operation &operation, const prepare::Parameter &parameter)
{
    return StepForm::tr("%1\nIn a recipe's JSON: \"%2\" of step \"%3\"")
        .arg(translated(parameter.help), wordOf(parameter.name), wordOf(prepare::infoOf(operation).word));
}

QString channelsText(const std::vector<std::size_t> &channels)
{
    QStringList numbers;
    for (const std::size_t channel : channels)
        numbers << QString::number(channel + 1);
    return numbers.join(QStringLiteral(", "));
}

} // namespace

NumberBox::NumberBox(QWidget *parent) : QDoubleSpinBox(parent)
{
    setDecimals(12);
    setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    setKeyboardTracking(true);
}

QString NumberBox::textFromValue(double value) const
{
    return locale().toString(value, 'g', 8);
}

QString NumberBox::bare(const QString &text) const
{
    QString number = text;
    if (!suffix().isEmpty() && number.endsWith(suffix()))
        number.chop(suffix().size());
    return number.trimmed();
}

double NumberBox::valueFromText(const QString &text) const
{
    return locale().toDouble(bare(text));
}

QValidator::State NumberBox::validate(QString &text, int & /*position*/) const
{
    bool isNumber = false;
    const double value = locale().toDouble(bare(text), &isNumber);
    return isNumber && value >= minimum() && value <= maximum() ? QValidator::Acceptable
                                                                : QValidator::Intermediate;
}

QSize NumberBox::sizeHint() const
{
    // Of a usual number, not of the longest that the range allows.
    return {fontMetrics().horizontalAdvance(QStringLiteral("0.00000") + suffix()) + 5 * kGridStep,
            QDoubleSpinBox::sizeHint().height()};
}

StepForm::StepForm(QWidget *parent) : QWidget(parent), m_help(quietLabel({}))
{
    m_help->setObjectName(QStringLiteral("stepHelp"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_help);
    clear();
}

void StepForm::clear()
{
    m_hasStep = false;
    m_fields.clear();
    m_channels = nullptr;
    delete m_holder;
    m_holder = nullptr;
    m_help->setText(tr("Choose a step to see what it can do, or add one."));
}

void StepForm::setStep(const prepare::Step &step)
{
    const bool isSameKind = m_hasStep && m_step.operation.index() == step.operation.index();
    m_step = step;
    m_hasStep = true;
    if (!isSameKind)
        build();
    refresh();
}

void StepForm::build()
{
    m_fields.clear();
    m_channels = nullptr;
    delete m_holder;
    m_holder = new QWidget;
    m_layout = new QFormLayout(m_holder);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setVerticalSpacing(kGridStep / 2);
    m_layout->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    layout()->addWidget(m_holder);
    m_help->setText(translated(prepare::infoOf(m_step.operation).help));
    const auto parameters = prepare::parametersOf(m_step.operation);
    for (std::size_t i = 0; i < parameters.size(); ++i)
    {
        m_fields.push_back(makeField(parameters[i], static_cast<int>(i)));
        addRow(translated(parameters[i].label), toolTipOf(m_step.operation, parameters[i]), m_fields.back());
    }
    if (!prepare::infoOf(m_step.operation).isForAllChannels)
        addChannels();
}

void StepForm::addRow(const QString &label, const QString &toolTip, const Field &field)
{
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep / 2);
    layout->addWidget(field.editor);
    if (field.reset)
        layout->addWidget(field.reset);
    field.editor->setToolTip(toolTip);
    field.editor->setAccessibleName(label);
    auto *name = new QLabel(label);
    name->setToolTip(toolTip);
    name->setBuddy(field.editor);
    m_layout->addRow(name, row);
}

StepForm::Field StepForm::makeField(const prepare::Parameter &parameter, int index)
{
    Field field;
    field.editor = makeEditor(parameter, index);
    field.editor->setObjectName(QStringLiteral("step.") + wordOf(parameter.name));
    field.reset = new QToolButton;
    field.reset->setIcon(themeIcon(QStringLiteral("undo")));
    field.reset->setAutoRaise(true);
    field.reset->setObjectName(QStringLiteral("reset.") + wordOf(parameter.name));
    field.reset->setToolTip(tr("Reset to the default"));
    field.reset->setAccessibleName(tr("Reset %1").arg(translated(parameter.label)));
    connect(field.reset, &QToolButton::clicked, this,
            [this, index, initial = parameter.initial] { set(index, initial); });
    return field;
}

QWidget *StepForm::makeEditor(const prepare::Parameter &parameter, int index)
{
    const QString unit =
        parameter.unit.empty() ? QString() : QStringLiteral(" ") + translated(parameter.unit);
    if (std::holds_alternative<bool>(parameter.value))
    {
        auto *box = new QCheckBox;
        connect(box, &QCheckBox::toggled, this, [this, index](bool isOn) { set(index, isOn); });
        return box;
    }
    if (!parameter.choices.empty())
    {
        auto *box = new QComboBox;
        for (std::size_t i = 0; i < parameter.choices.size(); ++i)
            box->addItem(translated(parameter.choiceLabels[i]), wordOf(parameter.choices[i]));
        connect(box, &QComboBox::currentIndexChanged, this,
                [this, index, box] { set(index, box->currentData().toString().toStdString()); });
        return box;
    }
    if (std::holds_alternative<std::int64_t>(parameter.value))
    {
        auto *box = new QSpinBox;
        box->setRange(static_cast<int>(parameter.low), static_cast<int>(parameter.high));
        box->setSuffix(unit);
        connect(box, &QSpinBox::valueChanged, this,
                [this, index](int value) { set(index, static_cast<std::int64_t>(value)); });
        return box;
    }
    auto *box = new NumberBox;
    box->setRange(parameter.low, parameter.high);
    box->setSuffix(unit);
    connect(box, &QDoubleSpinBox::valueChanged, this, [this, index](double value) { set(index, value); });
    return box;
}

void StepForm::addChannels()
{
    m_channels = new QLineEdit;
    m_channels->setObjectName(QStringLiteral("step.channels"));
    m_channels->setPlaceholderText(tr("all"));
    m_channels->setMaximumWidth(16 * kGridStep);
    connect(m_channels, &QLineEdit::editingFinished, this, [this] { setChannels(m_channels->text()); });
    addRow(tr("Channels"),
           tr("Numbers from 1, with commas: the step changes these only.\nIn a recipe's JSON: \"channels\""),
           {m_channels, nullptr});
}

void StepForm::refresh()
{
    m_isFilling = true;
    const auto parameters = prepare::parametersOf(m_step.operation);
    for (std::size_t i = 0; i < parameters.size(); ++i)
    {
        QWidget *editor = m_fields[i].editor;
        if (auto *check = qobject_cast<QCheckBox *>(editor))
            check->setChecked(std::get<bool>(parameters[i].value));
        else if (auto *choice = qobject_cast<QComboBox *>(editor))
            choice->setCurrentIndex(
                choice->findData(QString::fromStdString(std::get<std::string>(parameters[i].value))));
        else if (auto *whole = qobject_cast<QSpinBox *>(editor))
            whole->setValue(static_cast<int>(std::get<std::int64_t>(parameters[i].value)));
        else if (auto *number = qobject_cast<NumberBox *>(editor);
                 number && number->value() != std::get<double>(parameters[i].value))
            number->setValue(std::get<double>(parameters[i].value));
        editor->setEnabled(parameters[i].isRelevant);
        m_fields[i].reset->setEnabled(parameters[i].isRelevant &&
                                      parameters[i].value != parameters[i].initial);
    }
    if (m_channels)
        m_channels->setText(channelsText(m_step.channels));
    m_isFilling = false;
}

void StepForm::set(int index, const prepare::ParameterValue &value)
{
    if (m_isFilling)
        return;
    const auto parameters = prepare::parametersOf(m_step.operation);
    if (!prepare::setParameter(m_step.operation, parameters[static_cast<std::size_t>(index)].name, value))
        return;
    refresh();
    Q_EMIT edited(m_step, index);
}

void StepForm::setChannels(const QString &text)
{
    std::vector<std::size_t> channels;
    bool areNumbers = true;
    for (const QString &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
    {
        bool isNumber = false;
        const uint number = part.trimmed().toUInt(&isNumber);
        areNumbers = areNumbers && isNumber && number >= 1 && number <= 1024;
        if (areNumbers)
            channels.push_back(number - 1);
    }
    std::sort(channels.begin(), channels.end());
    channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
    if (!areNumbers || channels == m_step.channels)
        return refresh(); // what cannot be understood is taken back
    m_step.channels = std::move(channels);
    refresh();
    Q_EMIT edited(m_step, static_cast<int>(m_fields.size()));
}

} // namespace somnium::ui
