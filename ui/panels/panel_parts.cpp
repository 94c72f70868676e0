// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/panel_parts.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include "ui/theme.h"

namespace somnium::ui
{

QLabel *pageHeading(const QString &text)
{
    auto *label = new QLabel(text);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 1.6);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

QLabel *sectionHeading(const QString &text)
{
    auto *label = new QLabel(text);
    label->setProperty("heading", true);
    return label;
}

QLabel *quietLabel(const QString &text)
{
    auto *label = new QLabel(text);
    label->setProperty("quiet", true);
    label->setWordWrap(true);
    return label;
}

QPushButton *namedButton(const QString &objectName, const QString &text)
{
    auto *button = new QPushButton(text);
    button->setObjectName(objectName);
    return button;
}

QHBoxLayout *buttonRow(std::initializer_list<QWidget *> buttons)
{
    auto *layout = new QHBoxLayout;
    layout->setSpacing(kGridStep);
    for (QWidget *button : buttons)
        layout->addWidget(button);
    layout->addStretch(1);
    return layout;
}

QHBoxLayout *fieldRow(QWidget *field, QWidget *button)
{
    auto *layout = new QHBoxLayout;
    layout->setSpacing(kGridStep);
    layout->addWidget(field, 1);
    layout->addWidget(button);
    return layout;
}

void alignFields(std::initializer_list<const QFormLayout *> forms)
{
    std::vector<QWidget *> labels;
    int widest = 0;
    for (const QFormLayout *form : forms)
        for (int row = 0; row < form->rowCount(); ++row)
            if (const QLayoutItem *item = form->itemAt(row, QFormLayout::LabelRole); item && item->widget())
            {
                labels.push_back(item->widget());
                widest = std::max(widest, item->widget()->sizeHint().width());
            }
    for (QWidget *label : labels)
        label->setMinimumWidth(widest);
}

SliderField::SliderField(double low, double high, double initial, double step, QWidget *parent)
    : QWidget(parent), m_step(step), m_initial(initial), m_slider(new QSlider(Qt::Horizontal)),
      m_box(new QDoubleSpinBox), m_reset(new QToolButton)
{
    m_slider->setRange(static_cast<int>(std::lround(low / step)), static_cast<int>(std::lround(high / step)));
    m_box->setRange(low, high);
    m_box->setSingleStep(step);
    m_box->setDecimals(step < 0.1 ? 2 : 1);
    m_reset->setIcon(themeIcon(QStringLiteral("undo")));
    m_reset->setToolTip(tr("Reset to the default"));
    m_reset->setAccessibleName(tr("Reset"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep / 2);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_box);
    layout->addWidget(m_reset);
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int position) { m_box->setValue(position * m_step); });
    connect(m_box, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        const QSignalBlocker blocker(m_slider);
        m_slider->setValue(static_cast<int>(std::lround(value / m_step)));
        Q_EMIT valueChanged(value);
    });
    connect(m_reset, &QToolButton::clicked, this, [this] { setValue(m_initial); });
    setValue(initial);
}

double SliderField::value() const
{
    return m_box->value();
}

void SliderField::setSliderRange(double low, double high)
{
    const QSignalBlocker blocker(m_slider);
    m_slider->setRange(static_cast<int>(std::lround(low / m_step)),
                       static_cast<int>(std::lround(high / m_step)));
}

void SliderField::setValue(double value)
{
    m_box->setValue(value);
}

} // namespace somnium::ui
