// SPDX-License-Identifier: GPL-3.0-or-later
// A recipe as a form: each step a line, in the order in which the steps are applied.
#pragma once

#include <QWidget>

#include "core/prepare/recipe.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace somnium::ui
{

class RecipeForm : public QWidget
{
    Q_OBJECT

public:
    explicit RecipeForm(QWidget *parent = nullptr);

    [[nodiscard]] prepare::Recipe recipe() const;
    /// Steps beyond the first of a kind are not shown, and are dropped from `recipe()`.
    void setRecipe(const prepare::Recipe &recipe);

Q_SIGNALS:
    void recipeChanged();

private:
    void build();
    void refreshEnabled();
    void show(const prepare::Step &step);

    bool m_isFilling = false;
    QCheckBox *m_cutout = nullptr;
    QSpinBox *m_cutoutSide = nullptr;
    QCheckBox *m_pad = nullptr;
    QComboBox *m_fill = nullptr;
    QCheckBox *m_clip = nullptr;
    QDoubleSpinBox *m_clipSigma = nullptr;
    QComboBox *m_normalise = nullptr;
    QDoubleSpinBox *m_percentile = nullptr;
    QComboBox *m_stretch = nullptr;
    QCheckBox *m_resize = nullptr;
    QSpinBox *m_resizeSide = nullptr;
};

} // namespace somnium::ui
