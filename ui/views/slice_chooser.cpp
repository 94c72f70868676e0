// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/slice_chooser.h"

#include <algorithm>

#include <QBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include "ui/theme.h"

namespace somnium::ui
{

SliceChooser::SliceChooser(QWidget *parent) : QWidget(parent)
{
    m_all = new QToolButton(this);
    m_all->setText(tr("All slices"));
    m_all->setCheckable(true);
    m_all->setObjectName(QStringLiteral("allSlices"));
    m_all->setToolTip(tr("Every slice of the map, side by side"));
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(QStringLiteral("sliceSlider"));
    m_slider->setAccessibleName(tr("Slice of the map"));
    m_slider->setToolTip(tr("The slice that is shown (PageUp, PageDown on the map)"));
    m_slider->setPageStep(1);
    m_slider->setMaximumWidth(240);
    m_text = new QLabel(this);
    m_text->setFont(tabularFont(font()));
    auto *label = new QLabel(tr("&Slice"), this);
    label->setBuddy(m_slider);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGridStep, 0, kGridStep, kGridStep / 2);
    layout->setSpacing(kGridStep);
    layout->addWidget(label);
    layout->addWidget(m_all);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_text);
    layout->addStretch();
    connect(m_all, &QToolButton::clicked, this, [this](bool isAll) {
        Q_EMIT sliceChosen(isAll ? std::nullopt : std::optional(static_cast<std::size_t>(m_slider->value())));
    });
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int value) { Q_EMIT sliceChosen(static_cast<std::size_t>(value)); });
    refresh();
}

void SliceChooser::setDepth(std::size_t depth)
{
    m_depth = std::max<std::size_t>(depth, 1);
    if (m_slice && *m_slice >= m_depth)
        m_slice.reset();
    refresh();
}

void SliceChooser::setSlice(std::optional<std::size_t> slice)
{
    m_slice = slice;
    refresh();
}

void SliceChooser::refresh()
{
    const QSignalBlocker blocker(m_slider);
    m_slider->setRange(0, static_cast<int>(m_depth) - 1);
    if (m_slice)
        m_slider->setValue(static_cast<int>(*m_slice));
    m_all->setChecked(!m_slice);
    m_text->setText(m_slice ? tr("z = %1 of 0 to %2").arg(*m_slice).arg(m_depth - 1)
                            : tr("%1 slices").arg(m_depth));
    setVisible(m_depth > 1);
}

} // namespace somnium::ui
