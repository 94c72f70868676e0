// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/recipe_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>

#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

using prepare::ClipNoise;
using prepare::Cutout;
using prepare::FillNan;
using prepare::Normalise;
using prepare::Resize;
using prepare::Stretch;

/// Sides that a cutout or a resize can have.
constexpr int kLeastSide = 8;
constexpr int kMostSide = 1024;

QSpinBox *sideBox(const QString &name, const QString &toolTip)
{
    auto *box = new QSpinBox;
    box->setObjectName(name);
    box->setRange(kLeastSide, kMostSide);
    box->setSuffix(RecipeForm::tr(" px"));
    box->setToolTip(toolTip);
    return box;
}

QWidget *row(QWidget *first, QWidget *second, QWidget *third = nullptr)
{
    auto *holder = new QWidget;
    auto *layout = new QHBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    layout->addWidget(first);
    layout->addWidget(second);
    if (third)
        layout->addWidget(third);
    layout->addStretch(1);
    return holder;
}

} // namespace

RecipeForm::RecipeForm(QWidget *parent) : QWidget(parent)
{
    build();
    const auto changed = [this] {
        if (m_isFilling)
            return;
        refreshEnabled();
        Q_EMIT recipeChanged();
    };
    for (QCheckBox *box : {m_cutout, m_pad, m_clip, m_resize})
        connect(box, &QCheckBox::toggled, this, changed);
    for (QSpinBox *box : {m_cutoutSide, m_resizeSide})
        connect(box, &QSpinBox::valueChanged, this, changed);
    for (QDoubleSpinBox *box : {m_clipSigma, m_percentile})
        connect(box, &QDoubleSpinBox::valueChanged, this, changed);
    for (QComboBox *box : {m_fill, m_normalise, m_stretch})
        connect(box, &QComboBox::currentIndexChanged, this, changed);
    setRecipe(prepare::radioRecipe());
}

void RecipeForm::build()
{
    m_cutout = new QCheckBox(tr("the central"));
    m_cutout->setObjectName(QStringLiteral("recipeCutout"));
    m_cutoutSide = sideBox(QStringLiteral("recipeCutoutSide"),
                           tr("Side of the square that is kept of each image, in its own pixels.\n"
                              "Command line: import --cutout SIDE"));
    m_pad = new QCheckBox(tr("pad smaller ones"));
    m_pad->setObjectName(QStringLiteral("recipePad"));
    m_pad->setToolTip(
        tr("Images smaller than the cutout get empty borders; otherwise they are left out, and listed."));
    m_fill = new QComboBox;
    m_fill->setObjectName(QStringLiteral("recipeFill"));
    m_fill->addItems({tr("become zero"), tr("become the median"), tr("become the minimum")});
    m_fill->setToolTip(tr("What pixels without a value (NaN, BLANK) become."));
    m_clip = new QCheckBox(tr("to zero below"));
    m_clip->setObjectName(QStringLiteral("recipeClip"));
    m_clipSigma = new QDoubleSpinBox;
    m_clipSigma->setObjectName(QStringLiteral("recipeClipSigma"));
    m_clipSigma->setRange(0.0, 20.0);
    m_clipSigma->setSingleStep(0.5);
    m_clipSigma->setDecimals(1);
    m_clipSigma->setSuffix(tr(" \u03c3"));
    m_clipSigma->setToolTip(
        tr("Noise is 1.4826 times the median absolute deviation. Values below the median plus\n"
           "this many times the noise become zero."));
    m_normalise = new QComboBox;
    m_normalise->setObjectName(QStringLiteral("recipeNormalise"));
    m_normalise->addItems(
        {tr("leave"), tr("maximum to 1"), tr("minimum to 0, maximum to 1"), tr("percentile to 1")});
    m_percentile = new QDoubleSpinBox;
    m_percentile->setObjectName(QStringLiteral("recipePercentile"));
    m_percentile->setRange(50.0, 100.0);
    m_percentile->setSuffix(tr(" %"));
    m_stretch = new QComboBox;
    m_stretch->setObjectName(QStringLiteral("recipeStretch"));
    m_stretch->addItems({tr("linear"), tr("square root"), tr("asinh"), tr("logarithm")});
    m_stretch->setToolTip(
        tr("The curve that the map is trained on; how images are drawn is chosen under View."));
    m_resize = new QCheckBox(tr("to"));
    m_resize->setObjectName(QStringLiteral("recipeResize"));
    m_resizeSide = sideBox(QStringLiteral("recipeResizeSide"),
                           tr("Side of the prepared image. A map trains fast at 64."));

    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(kGridStep);
    form->addRow(tr("Cut out"), row(m_cutout, m_cutoutSide, m_pad));
    form->addRow(tr("Empty pixels"), m_fill);
    form->addRow(tr("Noise"), row(m_clip, m_clipSigma));
    form->addRow(tr("Scale"), row(m_normalise, m_percentile));
    form->addRow(tr("Stretch"), m_stretch);
    form->addRow(tr("Resize"), row(m_resize, m_resizeSide));
}

void RecipeForm::refreshEnabled()
{
    m_cutoutSide->setEnabled(m_cutout->isChecked());
    m_pad->setEnabled(m_cutout->isChecked());
    m_clipSigma->setEnabled(m_clip->isChecked());
    m_percentile->setVisible(m_normalise->currentIndex() == 3);
    m_resizeSide->setEnabled(m_resize->isChecked());
}

prepare::Recipe RecipeForm::recipe() const
{
    prepare::Recipe recipe;
    if (m_cutout->isChecked())
        recipe.steps.push_back(Cutout{static_cast<std::size_t>(m_cutoutSide->value()), m_pad->isChecked()});
    recipe.steps.push_back(FillNan{static_cast<FillNan::With>(m_fill->currentIndex())});
    if (m_clip->isChecked())
        recipe.steps.push_back(ClipNoise{.keepAboveSigma = m_clipSigma->value()});
    if (m_normalise->currentIndex() > 0)
        recipe.steps.push_back(
            Normalise{static_cast<Normalise::To>(m_normalise->currentIndex() - 1), m_percentile->value()});
    if (m_stretch->currentIndex() > 0)
        recipe.steps.push_back(Stretch{.curve = static_cast<Stretch::Curve>(m_stretch->currentIndex() - 1)});
    if (m_resize->isChecked())
        recipe.steps.push_back(Resize{static_cast<std::size_t>(m_resizeSide->value())});
    return recipe;
}

void RecipeForm::setRecipe(const prepare::Recipe &recipe)
{
    m_isFilling = true;
    for (QCheckBox *box : {m_cutout, m_pad, m_clip, m_resize})
        box->setChecked(false);
    m_cutoutSide->setValue(64);
    m_resizeSide->setValue(64);
    m_clipSigma->setValue(3.0);
    m_percentile->setValue(99.5);
    m_normalise->setCurrentIndex(0);
    m_stretch->setCurrentIndex(0);
    for (auto step = recipe.steps.rbegin(); step != recipe.steps.rend(); ++step)
        show(*step);
    m_isFilling = false;
    refreshEnabled();
    Q_EMIT recipeChanged();
}

void RecipeForm::show(const prepare::Step &step)
{
    if (const auto *cutout = step.as<Cutout>())
    {
        m_cutout->setChecked(true);
        m_cutoutSide->setValue(static_cast<int>(cutout->side));
        m_pad->setChecked(cutout->pad);
    }
    else if (const auto *fill = step.as<FillNan>())
        m_fill->setCurrentIndex(static_cast<int>(fill->with));
    else if (const auto *clip = step.as<ClipNoise>())
    {
        m_clip->setChecked(true);
        m_clipSigma->setValue(clip->keepAboveSigma);
    }
    else if (const auto *normalise = step.as<Normalise>())
    {
        m_normalise->setCurrentIndex(static_cast<int>(normalise->to) + 1);
        m_percentile->setValue(normalise->percentile);
    }
    else if (const auto *stretch = step.as<Stretch>())
        m_stretch->setCurrentIndex(static_cast<int>(stretch->curve) + 1);
    else if (const auto *resize = step.as<Resize>())
    {
        m_resize->setChecked(true);
        m_resizeSide->setValue(static_cast<int>(resize->side));
    }
}

} // namespace somnium::ui
