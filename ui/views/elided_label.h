// SPDX-License-Identifier: GPL-3.0-or-later
// One line of text that gives way in the middle when there is no room; the whole is in the tooltip.
#pragma once

#include <QLabel>

namespace somnium::ui
{

class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);
    void setFullText(const QString &text);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace somnium::ui
