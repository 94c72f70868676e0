// SPDX-License-Identifier: GPL-3.0-or-later
// The latent plane on paper: axes, legend, colour bar, caption. Values that any thread may paint.
#pragma once

#include <optional>

#include <QRectF>
#include <QString>

#include "ui/views/colour_bar.h"
#include "ui/views/latent_painter.h"

namespace somnium::ui
{

struct LatentFigure
{
    LatentScene scene; ///< in paper colours
    latent::PlaneRect window;
    QString caption;
};

/// Points as a picture of 300 dots per inch if they are many, lines and text as vectors. Returns where the
/// plane lies.
QRectF paintLatentFigure(QPainter &painter, const QRectF &area, const LatentFigure &figure);

[[nodiscard]] ColourScale scaleOf(const LatentColour &colour);

} // namespace somnium::ui
