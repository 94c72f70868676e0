// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of one step of a recipe: a field each, made from core/prepare's list of them, with unit,
// reset and a tooltip that names it as JSON does.
#pragma once

#include <vector>

#include <QWidget>

#include "core/prepare/parameters.h"
#include "core/prepare/recipe.h"
#include "ui/panels/parameter_field.h"

class QFormLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace somnium::ui
{

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
