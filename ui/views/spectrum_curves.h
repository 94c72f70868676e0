// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a spectrum plot: curves thinned to what the picture's columns can show, error bands, hatched
// gaps, residuals, marks of known lines.
#pragma once

#include <utility>

#include "ui/views/spectrum_painter.h"

namespace somnium::ui
{

inline constexpr double kPaperColumnsPerUnit = 4.0; ///< a unit is 1/96 inch

struct CurveRanges
{
    double fluxLow = 0.0;
    double fluxHigh = 1.0;
    double residualLow = -1.0;
    double residualHigh = 1.0;
};

/// Wavelengths that are shown, low < high.
[[nodiscard]] std::pair<double, double> shownRange(const SpectrumScene &scene);
[[nodiscard]] Qt::PenStyle curveDash(CurveRole role);

/// Returns the ranges of the axes, which hold all values that are shown.
CurveRanges paintCurves(QPainter &painter, const SpectrumPlaces &places, const SpectrumScene &scene,
                        double columnsPerUnit);
void paintSpectralLines(QPainter &painter, const SpectrumPlaces &places, const SpectrumScene &scene);

} // namespace somnium::ui
