// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of one step of a recipe: a field each, made from core/prepare's list of them, with unit,
// reset and a tooltip that names it as JSON does.
#pragma once

#include <vector>

#include <QDoubleSpinBox>
#include <QWidget>

#include "core/prepare/parameters.h"
#include "core/prepare/recipe.h"

class QFormLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace somnium::ui
{

/// A number of any size in its shortest form: 0.0001, 3, 1e+12.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit NumberBox(QWidget *parent = nullptr);
    [[nodiscard]] QString textFromValue(double value) const override;
    [[nodiscard]] double valueFromText(const QString &text) const override;
    [[nodiscard]] QValidator::State validate(QString &text, int &position) const override;
    [[nodiscard]] QSize sizeHint() const override;

private:
    [[nodiscard]] QString bare(const QString &text) const;
};

class StepForm : public QWidget
{
    Q_OBJECT

public:
    explicit StepForm(QWidget *parent = nullptr);

    /// Fields are made anew only for another kind of step, so that typing goes on undisturbed.
    void setStep(const prepare::Step &step);
    void clear();

Q_SIGNALS:
    /// `index`: of the parameter; the channels have one beyond the last.
    void edited(const somnium::prepare::Step &step, int index);

private:
    struct Field
    {
        QWidget *editor = nullptr;
        QToolButton *reset = nullptr;
    };
    void build();
    void refresh();
    void addRow(const QString &label, const QString &toolTip, const Field &field);
    [[nodiscard]] Field makeField(const prepare::Parameter &parameter, int index);
    [[nodiscard]] QWidget *makeEditor(const prepare::Parameter &parameter, int index);
    void addChannels();
    void set(int index, const prepare::ParameterValue &value);
    void setChannels(const QString &text);

    prepare::Step m_step;
    bool m_hasStep = false;
    bool m_isFilling = false;
    QLabel *m_help = nullptr;
    QWidget *m_holder = nullptr;
    QFormLayout *m_layout = nullptr;
    std::vector<Field> m_fields;
    QLineEdit *m_channels = nullptr;
};

} // namespace somnium::ui
