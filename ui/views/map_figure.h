// SPDX-License-Identifier: GPL-3.0-or-later
// The map on paper: as a figure with colour bar, scale bar and caption. Values that any thread may paint.
#pragma once

#include <optional>

#include <QRectF>
#include <QString>

#include "ui/models/survey_data.h"
#include "ui/views/colour_bar.h"
#include "ui/views/map_painter.h"

namespace somnium::ui
{

struct MapFigure
{
    MapScene scene;                   ///< in paper colours
    std::optional<ColourScale> scale; ///< of the overlay; none: no colour bar
    QString caption;
    SurveyPointer survey; ///< for the scale on the sky; may be null
};

/// What was painted where.
struct MapFigurePlaces
{
    QRectF drawing;
    QRectF scaleBar;
    QString scaleText;
};
MapFigurePlaces paintMapFigure(QPainter &painter, const QRectF &area, const MapFigure &figure);

/// "10x10 periodic map; faint cells repeat the opposite edge" and the like: what the drawing of this layout
/// needs to be understood. Empty for an open sheet.
[[nodiscard]] QString layoutNote(const som::MapLayout &layout, std::optional<std::size_t> slice);

} // namespace somnium::ui
