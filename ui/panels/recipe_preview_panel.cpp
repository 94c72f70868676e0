// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/recipe_preview_panel.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCheckBox>
#include <QGridLayout>
#include <QLocale>
#include <QRandomGenerator>
#include <QVBoxLayout>

#include "ui/models/image_renderer.h"
#include "ui/panels/panel_parts.h"
#include "ui/session/counted.h"
#include "ui/theme.h"
#include "ui/views/image_pane.h"

namespace somnium::ui
{

namespace
{

QString shapeText(const data::ImageShape &shape)
{
    const QString sides = RecipePreviewPanel::tr("%1 \u00d7 %2").arg(shape.columns).arg(shape.rows);
    return shape.channels > 1 ? RecipePreviewPanel::tr("%1, %2 channels").arg(sides).arg(shape.channels)
                              : sides;
}

/// "64 x 64, 0 to 1, 12 empty".
QString numbersText(const data::Image &image)
{
    float low = std::numeric_limits<float>::infinity();
    float high = -low;
    std::size_t empty = 0;
    for (const float pixel : image.pixels())
    {
        if (!std::isfinite(pixel))
        {
            ++empty;
            continue;
        }
        low = std::min(low, pixel);
        high = std::max(high, pixel);
    }
    const QLocale locale;
    QString text = shapeText(image.shape());
    if (low <= high)
        text += RecipePreviewPanel::tr(", %1 to %2")
                    .arg(locale.toString(low, 'g', 3), locale.toString(high, 'g', 3));
    if (empty > 0)
        text += RecipePreviewPanel::tr(", %L1 empty").arg(empty);
    return text;
}

} // namespace

RecipePreviewPanel::RecipePreviewPanel(QWidget *parent) : QWidget(parent)
{
    m_before = new ImagePane(tr("original"));
    m_after = new ImagePane(tr("prepared"));
    m_beforeNumbers = quietLabel({});
    m_afterNumbers = quietLabel({});
    m_afterNumbers->setObjectName(QStringLiteral("afterNumbers"));
    m_text = quietLabel(tr("The first image appears here."));
    m_text->setObjectName(QStringLiteral("previewText"));
    m_isAfterStep = new QCheckBox(tr("after the chosen step"));
    m_isAfterStep->setObjectName(QStringLiteral("afterStepBox"));
    m_isAfterStep->setToolTip(
        tr("Shows what the recipe has made of the source after the step chosen in the list."));
    m_previous = namedButton(QStringLiteral("previousPreviewButton"), tr("Previous"));
    m_next = namedButton(QStringLiteral("nextPreviewButton"), tr("Next"));
    m_random = namedButton(QStringLiteral("randomPreviewButton"), tr("Random"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    // Side by side: panes are square, and one above the other would push the page's buttons off a laptop's
    // screen.
    auto *panes = new QGridLayout;
    panes->setColumnStretch(0, 1);
    panes->setColumnStretch(1, 1);
    panes->addWidget(m_before, 0, 0);
    panes->addWidget(m_after, 0, 1);
    panes->addWidget(m_beforeNumbers, 1, 0, Qt::AlignTop);
    panes->addWidget(m_afterNumbers, 1, 1, Qt::AlignTop);
    layout->addLayout(panes);
    layout->addWidget(m_isAfterStep);
    layout->addWidget(m_text);
    layout->addLayout(buttonRow({m_previous, m_next, m_random}));
    layout->addStretch(1);
    connect(m_isAfterStep, &QCheckBox::toggled, this, &RecipePreviewPanel::refresh);
    connect(m_previous, &QPushButton::clicked, this, [this] { go(m_index + m_count - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] { go(m_index + 1); });
    connect(m_random, &QPushButton::clicked, this, [this] {
        go(static_cast<std::size_t>(
            QRandomGenerator::global()->bounded(static_cast<quint32>(std::max<std::size_t>(m_count, 1)))));
    });
    setCount(0);
}

void RecipePreviewPanel::go(std::size_t index)
{
    if (m_count == 0)
        return;
    m_index = index % m_count;
    Q_EMIT indexChanged(m_index);
}

void RecipePreviewPanel::setCount(std::size_t count)
{
    m_count = count;
    if (m_index >= count)
        m_index = 0;
    for (QPushButton *button : {m_previous, m_next, m_random})
        button->setEnabled(count > 1);
}

void RecipePreviewPanel::clear()
{
    m_preview.reset();
    m_index = 0;
    for (ImagePane *pane : {m_before, m_after})
        pane->setPicture({});
    m_beforeNumbers->clear();
    m_afterNumbers->clear();
    m_text->setText(tr("The first image appears here."));
}

void RecipePreviewPanel::setPreview(const std::shared_ptr<const RecipePreview> &preview)
{
    m_preview = preview;
    refresh();
}

void RecipePreviewPanel::setTrouble(const QString &message)
{
    m_text->setText(message);
    m_after->setPicture({});
    m_afterNumbers->clear();
    if (m_preview && !m_preview->fault.empty())
        refresh(); // steps before the fault can still be looked at
}

void RecipePreviewPanel::setDisplay(const DisplaySettings &display)
{
    m_display = display;
    refresh();
}

void RecipePreviewPanel::setStep(int step)
{
    m_step = step;
    if (m_isAfterStep->isChecked())
        refresh();
}

const data::Image *RecipePreviewPanel::shown(QString &caption) const
{
    caption = tr("prepared");
    if (!m_isAfterStep->isChecked() || m_step < 0)
        return m_preview->fault.empty() ? &m_preview->prepared : nullptr;
    caption = tr("after step %1").arg(m_step + 1);
    const data::Image *image = &m_preview->original;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(m_step) && i < m_preview->effects.size(); ++i)
    {
        if (!m_preview->effects[i].fault.empty())
            return nullptr;
        if (m_preview->effects[i].isApplied)
            image = &m_preview->effects[i].image;
    }
    return image;
}

void RecipePreviewPanel::refresh()
{
    if (!m_preview)
        return;
    m_before->setPicture(renderImage(m_preview->original.view(), m_display));
    m_beforeNumbers->setText(numbersText(m_preview->original));
    QString caption;
    const data::Image *image = shown(caption);
    m_after->setCaption(caption);
    m_after->setPicture(image ? renderImage(image->view(), m_display) : QImage());
    m_afterNumbers->setText(image ? numbersText(*image) : QString());
    if (!m_preview->fault.empty())
    {
        m_text->setText(QString::fromStdString(m_preview->fault));
        return;
    }
    QString text = tr("%1: %2 becomes %3")
                       .arg(QString::fromStdString(m_preview->name), shapeText(m_preview->original.shape()),
                            shapeText(m_preview->prepared.shape()));
    if (m_preview->filledPixels > 0)
        text +=
            counted(m_preview->filledPixels, tr(", %1 empty pixel filled"), tr(", %1 empty pixels filled"));
    m_text->setText(text);
}

} // namespace somnium::ui
