// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/step_form.h"

#include <algorithm>

#include <QFormLayout>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

QString toolTipOf(const prepare::Operation &operation, const prepare::Parameter &parameter)
{
    return StepForm::tr("%1\nIn a recipe's JSON: \"%2\" of step \"%3\"")
        .arg(translatedText(parameter.help), plainText(parameter.name),
             plainText(prepare::infoOf(operation).word));
}

QString channelsText(const std::vector<std::size_t> &channels)
{
    QStringList numbers;
    for (const std::size_t channel : channels)
        numbers << QString::number(channel + 1);
    return numbers.join(QStringLiteral(", "));
}

} // namespace

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
    m_help->setText(translatedText(prepare::infoOf(m_step.operation).help));
    const auto parameters = prepare::parametersOf(m_step.operation);
    for (std::size_t i = 0; i < parameters.size(); ++i)
    {
        m_fields.push_back(makeField(parameters[i], static_cast<int>(i)));
        addRow(translatedText(parameters[i].label), toolTipOf(m_step.operation, parameters[i]),
               m_fields.back());
    }
    if (!prepare::infoOf(m_step.operation).isForAllChannels)
        addChannels();
}

void StepForm::addRow(const QString &label, const QString &toolTip, const Field &field)
{
    field.editor->setToolTip(toolTip);
    field.editor->setAccessibleName(label);
    auto *name = new QLabel(label);
    name->setToolTip(toolTip);
    name->setBuddy(field.editor);
    m_layout->addRow(name, parameterRow(field.editor, field.reset));
}

StepForm::Field StepForm::makeField(const prepare::Parameter &parameter, int index)
{
    Field field;
    field.editor = makeParameterEditor(
        parameter, [this, index](const prepare::ParameterValue &value) { set(index, value); });
    field.editor->setObjectName(QStringLiteral("step.") + plainText(parameter.name));
    field.reset =
        makeParameterReset(parameter, [this, index, initial = parameter.initial] { set(index, initial); });
    field.reset->setObjectName(QStringLiteral("reset.") + plainText(parameter.name));
    return field;
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
        showParameter(*m_fields[i].editor, parameters[i]);
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
