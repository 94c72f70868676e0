// SPDX-License-Identifier: GPL-3.0-or-later
// Many thick smooth lines as a picture, by the distance of each pixel to the nearest of them. Qt's own
// stroker takes tens of milliseconds for the iso-lines of one frame; this takes one or two. For the screen:
// on paper lines are vectors.
#pragma once

#include <vector>

#include <QColor>
#include <QImage>
#include <QPolygonF>
#include <QSize>

namespace somnium::ui
{

struct StrokeLook
{
    QColor colour;
    QColor rim;            ///< around the line, transparent: none
    double width = 1.6;    ///< pixels of the picture
    double rimWidth = 1.0; ///< on either side
    double dash = 0.0;     ///< length of strokes and of the gaps between them; 0: solid
    double gap = 0.0;
};

class StrokePicture
{
public:
    /// `size` in pixels.
    StrokePicture(QSize size, const StrokeLook &look);

    /// In pixels of the picture; what lies outside is left out. Ends are round.
    void add(const QPolygonF &line);
    /// Of all lines so far, transparent elsewhere.
    [[nodiscard]] QImage image() const;

private:
    void addSegment(QPointF from, QPointF to);

    QSize m_size;
    StrokeLook m_look;
    float m_reach = 0.0F;          ///< pixels further away are not touched
    std::vector<float> m_distance; ///< [row][column] of the pixel's centre to the nearest line
};

} // namespace somnium::ui
