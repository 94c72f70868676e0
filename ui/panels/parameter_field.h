// SPDX-License-Identifier: GPL-3.0-or-later
// The field of one parameter of core/prepare, whatever its type: what the forms of recipes are made of.
#pragma once

#include <functional>
#include <string_view>

#include <QDoubleSpinBox>

#include "core/prepare/parameters.h"

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

/// Core's texts are static and untranslated; a translation, if there is one, is found by them.
[[nodiscard]] QString translatedText(std::string_view text);
/// Of words and names, which are not translated.
[[nodiscard]] QString plainText(std::string_view text);

/// A box, chooser, number or text with unit, range and choices of the parameter, not yet its value.
/// `onEdited` is called for each change, also those of showParameter.
[[nodiscard]] QWidget *
makeParameterEditor(const prepare::Parameter &parameter,
                    const std::function<void(const prepare::ParameterValue &)> &onEdited);
/// Puts the value in, and switches the field off where it has no effect.
void showParameter(QWidget &editor, const prepare::Parameter &parameter);
/// A button that calls `onClicked`: back to the default.
[[nodiscard]] QToolButton *makeParameterReset(const prepare::Parameter &parameter,
                                              const std::function<void()> &onClicked);
/// The field with its reset button beside it, as one row of a form.
[[nodiscard]] QWidget *parameterRow(QWidget *editor, QToolButton *reset);

} // namespace somnium::ui
