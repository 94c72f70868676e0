// SPDX-License-Identifier: GPL-3.0-or-later
// The small parts that the panels are made of, so that they look alike.
#pragma once

#include <initializer_list>

#include <QLabel>
#include <QPushButton>
#include <QWidget>

class QDoubleSpinBox;
class QFormLayout;
class QHBoxLayout;
class QSlider;
class QToolButton;

namespace somnium::ui
{

[[nodiscard]] QLabel *pageHeading(const QString &text);
[[nodiscard]] QLabel *sectionHeading(const QString &text);
/// Wraps.
[[nodiscard]] QLabel *quietLabel(const QString &text);
[[nodiscard]] QPushButton *namedButton(const QString &objectName, const QString &text);
/// From the left, the rest empty.
[[nodiscard]] QHBoxLayout *buttonRow(std::initializer_list<QWidget *> buttons);
/// The field takes the room.
[[nodiscard]] QHBoxLayout *fieldRow(QWidget *field, QWidget *button);

/// Makes the fields of forms that lie below each other begin at one place. Once all rows are there.
void alignFields(std::initializer_list<const QFormLayout *> forms);

/// A slider with a typed value beside it and a reset; its tooltip names the option on the command line.
class SliderField : public QWidget
{
    Q_OBJECT

public:
    SliderField(double low, double high, double initial, double step, QWidget *parent = nullptr);

    [[nodiscard]] double value() const;
    void setValue(double value);
    void setInitial(double initial) { m_initial = initial; }
    /// Of the slider alone, for fields whose usual values are a small part of those that can be typed.
    void setSliderRange(double low, double high);
    [[nodiscard]] QDoubleSpinBox *box() const { return m_box; }

Q_SIGNALS:
    void valueChanged(double value);

private:
    double m_step = 0.1;
    double m_initial = 0.0;
    QSlider *m_slider = nullptr;
    QDoubleSpinBox *m_box = nullptr;
    QToolButton *m_reset = nullptr;
};

} // namespace somnium::ui
