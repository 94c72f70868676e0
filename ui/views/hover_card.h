// SPDX-License-Identifier: GPL-3.0-or-later
// A small card above a point: a picture and a few lines. It keeps its place while what it tells of stays.
#pragma once

#include <QFrame>

class QLabel;

namespace somnium::ui
{

class HoverCard : public QFrame
{
    Q_OBJECT

public:
    explicit HoverCard(QWidget *parent);

    /// `anchor`: the thing pointed at, in the parent's coordinates; the card stays above it, or below where
    /// there is no room, and inside the parent.
    void showAbove(const QRect &anchor, const QString &title, const QString &text);

private:
    QLabel *m_title = nullptr;
    QLabel *m_text = nullptr;
};

} // namespace somnium::ui
