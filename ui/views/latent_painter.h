// SPDX-License-Identifier: GPL-3.0-or-later
// What the latent plane looks like, as a value that any thread may paint: the canvas does so beside the
// window's thread, figures on paper.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <QFont>
#include <QImage>
#include <QRectF>
#include <QString>

#include "core/latent/point_raster.h"
#include "ui/models/iso_layers.h"
#include "ui/models/latent_data.h"
#include "ui/theme.h"
#include "ui/views/plane_axes.h"

class QPainter;

namespace somnium::ui
{

enum class PointForm
{
    Automatic, ///< points, or their density where there are too many to tell apart
    Points,
    Density,
};

struct LatentScene
{
    LatentPointer data; ///< null: nothing is painted
    std::optional<LatentColour> colour;
    PointForm form = PointForm::Automatic;
    std::shared_ptr<const std::vector<std::uint8_t>>
        flags;              ///< [source] of latent::point_flags.h; may be null
    IsoLayers layers;       ///< may be null
    bool hasLabels = true;  ///< along the lines
    bool hasErrors = false; ///< a veil over the uncertain parts of the first layer
    ThemeColours colours;
    QFont font;
};

/// A picture of a window onto the plane, and what is in it.
struct LatentFrame
{
    QImage picture;
    latent::PlaneRect window;
    LatentPointer data;
    std::size_t drawn = 0; ///< points in the window
    std::size_t unplaced = 0;
    bool isDensity = false;
    bool hasFailed = false;
};

/// What the points look like, discs of this radius or density.
[[nodiscard]] latent::PointStyle pointStyle(const LatentScene &scene, double radiusPixels);

/// Points that are to be drawn as discs.
struct DiscPlan
{
    std::size_t inside = 0; ///< the window
    double radius = 0.0;    ///< in the painter's units
};
/// None if they are to be drawn as density.
[[nodiscard]] std::optional<DiscPlan> discPlan(const LatentScene &scene, const latent::PlaneRect &window,
                                               const QSizeF &plot);

/// The plane within `plot`, without axes and legend. `pixelsPerUnit`: device pixels of a unit of the painter,
/// for what is painted pixel by pixel. On paper lines are vectors, and so are up to
/// kMostVectorPoints points. `discs`: the points of this very window, drawn already by a graphics card.
/// Returns what was drawn; the picture stays empty.
LatentFrame paintLatentPlane(QPainter &painter, const QRectF &plot, const latent::PlaneRect &window,
                             const LatentScene &scene, double pixelsPerUnit, bool isOnPaper = false,
                             const QImage &discs = {});
inline constexpr std::size_t kMostVectorPoints = 50'000;

/// The same as a picture of `size` [device-independent pixels].
[[nodiscard]] LatentFrame renderLatentFrame(const QSizeF &size, double devicePixelRatio,
                                            const latent::PlaneRect &window, const LatentScene &scene,
                                            const QImage &discs = {});

/// "300,000 of 300,000 points" and what else the picture needs to be understood.
[[nodiscard]] QStringList latentLegend(const LatentScene &scene, const LatentFrame &frame);
/// The lines above, and a stroke and the name of each set of iso-lines, in the upper left corner of `plot`,
/// on a ground that lets them be read. Returns where it lies.
QRectF paintLatentLegend(QPainter &painter, const QRectF &plot, const LatentScene &scene,
                         const LatentFrame &frame, const AxisInk &ink);

} // namespace somnium::ui
