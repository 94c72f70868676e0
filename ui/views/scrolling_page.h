// SPDX-License-Identifier: GPL-3.0-or-later
// A page that fills its place, and is scrolled only where that is lower than the least the page needs. (A
// plain scroll area scrolls already where texts that wrap have less than the height they would like.)
#pragma once

#include <QScrollArea>

namespace somnium::ui
{

class ScrollingPage : public QScrollArea
{
    Q_OBJECT

public:
    /// Takes `page`, which has a layout; keeps its width.
    explicit ScrollingPage(QWidget *page, QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange();
};

} // namespace somnium::ui
