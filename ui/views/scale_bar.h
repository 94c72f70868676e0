// SPDX-License-Identifier: GPL-3.0-or-later
// A bar of a round length beside images, in arcseconds where the size of a pixel on the sky is known.
#pragma once

#include <optional>

#include <QRectF>
#include <QString>

class QColor;
class QPainter;

namespace somnium::ui
{

struct ScaleBar
{
    double pixels = 0.0; ///< of the images: the length of the bar
    QString text;        ///< "20\u2033", "2\u2032", "0.5\u00b0" or "10 pixels"
};

/// The longest bar that is not longer than `mostPixels`: 1, 2, 5, 10, 20 or 30 arcseconds or arcminutes; of
/// pixels, degrees and parts of an arcsecond 1, 2 or 5 times a power of ten. `arcsecPerPixel`: none if not
/// known, or if the images differ.
[[nodiscard]] ScaleBar scaleBar(double mostPixels, std::optional<double> arcsecPerPixel);

/// The bar on the left of `area`, `unitsPerPixel` long for every pixel, its text on the right. Returns where
/// the bar itself lies.
QRectF paintScaleBar(QPainter &painter, const QRectF &area, const ScaleBar &bar, double unitsPerPixel,
                     const QColor &ink);

} // namespace somnium::ui
