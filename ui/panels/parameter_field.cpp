// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/parameter_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>

#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

using OnEdited = std::function<void(const prepare::ParameterValue &)>;

QComboBox *makeChoice(const prepare::Parameter &parameter, const OnEdited &onEdited)
{
    auto *box = new QComboBox;
    for (std::size_t i = 0; i < parameter.choices.size(); ++i)
        box->addItem(translatedText(parameter.choiceLabels[i]), plainText(parameter.choices[i]));
    QObject::connect(box, &QComboBox::currentIndexChanged, box,
                     [box, onEdited] { onEdited(box->currentData().toString().toStdString()); });
    return box;
}

QLineEdit *makeText(const prepare::Parameter &parameter, const OnEdited &onEdited)
{
    auto *edit = new QLineEdit;
    edit->setPlaceholderText(translatedText(parameter.unit));
    QObject::connect(edit, &QLineEdit::textChanged, edit,
                     [onEdited](const QString &text) { onEdited(text.trimmed().toStdString()); });
    return edit;
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

QString translatedText(std::string_view text)
{
    const QByteArray utf8(text.data(), static_cast<qsizetype>(text.size()));
    return QCoreApplication::translate("RecipeStep", utf8.constData());
}

QString plainText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QWidget *makeParameterEditor(const prepare::Parameter &parameter, const OnEdited &onEdited)
{
    const QString unit =
        parameter.unit.empty() ? QString() : QStringLiteral(" ") + translatedText(parameter.unit);
    if (std::holds_alternative<bool>(parameter.value))
    {
        auto *box = new QCheckBox;
        QObject::connect(box, &QCheckBox::toggled, box, [onEdited](bool isOn) { onEdited(isOn); });
        return box;
    }
    if (!parameter.choices.empty())
        return makeChoice(parameter, onEdited);
    if (std::holds_alternative<std::string>(parameter.value))
        return makeText(parameter, onEdited);
    if (std::holds_alternative<std::int64_t>(parameter.value))
    {
        auto *box = new QSpinBox;
        box->setRange(static_cast<int>(parameter.low), static_cast<int>(parameter.high));
        box->setSuffix(unit);
        QObject::connect(box, &QSpinBox::valueChanged, box,
                         [onEdited](int value) { onEdited(static_cast<std::int64_t>(value)); });
        return box;
    }
    auto *box = new NumberBox;
    box->setRange(parameter.low, parameter.high);
    box->setSuffix(unit);
    QObject::connect(box, &QDoubleSpinBox::valueChanged, box, [onEdited](double value) { onEdited(value); });
    return box;
}

void showParameter(QWidget &editor, const prepare::Parameter &parameter)
{
    if (auto *check = qobject_cast<QCheckBox *>(&editor))
        check->setChecked(std::get<bool>(parameter.value));
    else if (auto *choice = qobject_cast<QComboBox *>(&editor))
        choice->setCurrentIndex(
            choice->findData(QString::fromStdString(std::get<std::string>(parameter.value))));
    else if (auto *text = qobject_cast<QLineEdit *>(&editor))
    {
        text->setText(QString::fromStdString(std::get<std::string>(parameter.value)));
        text->setCursorPosition(0); // its beginning is what is seen
    }
    else if (auto *whole = qobject_cast<QSpinBox *>(&editor))
        whole->setValue(static_cast<int>(std::get<std::int64_t>(parameter.value)));
    else if (auto *number = qobject_cast<NumberBox *>(&editor);
             number && number->value() != std::get<double>(parameter.value))
        number->setValue(std::get<double>(parameter.value));
    editor.setEnabled(parameter.isRelevant);
}

QToolButton *makeParameterReset(const prepare::Parameter &parameter, const std::function<void()> &onClicked)
{
    auto *button = new QToolButton;
    button->setIcon(themeIcon(QStringLiteral("undo")));
    button->setAutoRaise(true);
    button->setToolTip(QCoreApplication::translate("ParameterField", "Reset to the default"));
    button->setAccessibleName(
        QCoreApplication::translate("ParameterField", "Reset %1").arg(translatedText(parameter.label)));
    QObject::connect(button, &QToolButton::clicked, button, [onClicked] { onClicked(); });
    return button;
}

QWidget *parameterRow(QWidget *editor, QToolButton *reset)
{
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep / 2);
    layout->addWidget(editor);
    if (reset)
        layout->addWidget(reset);
    return row;
}

} // namespace somnium::ui
