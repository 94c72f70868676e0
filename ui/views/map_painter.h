// SPDX-License-Identifier: GPL-3.0-or-later
// What a map looks like, as a value that any thread may paint: the canvas does so beside the window's thread,
// figures and the poster on paper.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QImage>
#include <QRectF>
#include <QString>

#include "core/som/som.h"
#include "ui/models/display_settings.h"
#include "ui/models/image_renderer.h"
#include "ui/models/map_geometry.h"
#include "ui/models/neuron_overlay.h"
#include "ui/theme.h"

class QPainter;

namespace somnium::ui
{

struct MapScene
{
    std::shared_ptr<const som::Som> som; ///< null: nothing is painted
    DisplaySettings display;
    std::optional<PixelLimits> limits; ///< common to all prototypes; none: worked out
    NeuronOverlay overlay;
    QString overlayColourMap = QStringLiteral("viridis");
    double overlayOpacity = 0.6;
    std::vector<float> selectedShares; ///< of each neuron's sources; a bar at its foot
    std::optional<std::size_t> slice;  ///< of a 3-D map
    ThemeColours colours;
};

/// Whether prototypes are drawn as curves.
[[nodiscard]] bool showsSpectra(const som::Som &som);
/// Width over height of the prototypes.
[[nodiscard]] double prototypeAspect(const som::Som &som);
/// The display's limits over all prototypes; percentiles of large maps from an even sample of the pixels.
[[nodiscard]] PixelLimits prototypeLimits(const som::Som &som, const DisplaySettings &display);

/// The geometry of the scene's map in a room of this size; titles of slices get the height given.
[[nodiscard]] MapGeometry geometryOf(const MapScene &scene, const QSizeF &room, double titleHeight);

/// Cells, overlay and bars on `drawing`, clipped to the painter's clip; prototypes of cells outside the clip
/// are not even rendered.
void paintMap(QPainter &painter, const QRectF &drawing, const MapGeometry &geometry, const MapScene &scene);

/// A picture of a part of the drawing, and what was worked out for it.
struct MapFrame
{
    QImage picture;
    QRectF drawing; ///< where it lay in the picture
    std::shared_ptr<const som::Som> som;
    PixelLimits limits;
};
/// As large as `size` [device-independent pixels].
[[nodiscard]] MapFrame renderMapFrame(const QSize &size, double devicePixelRatio, const QRectF &drawing,
                                      const MapGeometry &geometry, MapScene scene);

} // namespace somnium::ui
