// SPDX-License-Identifier: GPL-3.0-or-later
// A flat button whose text gives way in the middle when there is no room.
#pragma once

#include <QToolButton>

namespace somnium::ui
{

class ElidedButton : public QToolButton
{
    Q_OBJECT

public:
    explicit ElidedButton(QWidget *parent = nullptr);

    /// It does not ask for more room than this; 0: as its text.
    void setMostWidth(int width);
    /// What of the text there is room for.
    [[nodiscard]] QString shownText() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_mostWidth = 0;
};

} // namespace somnium::ui
