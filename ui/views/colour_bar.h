// SPDX-License-Identifier: GPL-3.0-or-later
// A vertical colour bar with round tick values and a title that carries the unit.
#pragma once

#include <vector>

#include <QWidget>

#include "ui/models/colour_map.h"

namespace somnium::ui
{

struct ColourScale
{
    QString title; ///< with the unit in brackets
    QString colourMap = QStringLiteral("viridis");
    double low = 0.0;
    double high = 1.0;
};

/// About `count` round numbers within [low, high].
[[nodiscard]] std::vector<double> roundTicks(double low, double high, int count);

/// Paints bar, ticks and title into `area`; also for figures.
void paintColourBar(QPainter &painter, const QRectF &area, const ColourScale &scale, const QColor &ink);

class ColourBar : public QWidget
{
    Q_OBJECT

public:
    explicit ColourBar(QWidget *parent = nullptr);
    void setScale(const ColourScale &scale);
    [[nodiscard]] const ColourScale &scale() const { return m_scale; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ColourScale m_scale;
};

} // namespace somnium::ui
