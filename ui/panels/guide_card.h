// SPDX-License-Identifier: GPL-3.0-or-later
// Three steps that say what to click first; shown over the sample survey until it is closed.
#pragma once

#include <QWidget>

namespace somnium::ui
{

/// The three steps side by side.
[[nodiscard]] QWidget *makeThreeSteps();

class GuideCard : public QWidget
{
    Q_OBJECT

public:
    explicit GuideCard(QWidget *parent = nullptr);
};

} // namespace somnium::ui
