// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra as a plot with axes, masked pixels hatched and residuals below: values that any thread may paint,
// on screen and on paper.
#pragma once

#include <optional>

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

#include "ui/models/spectrum_data.h"
#include "ui/theme.h"

class QPainter;

namespace somnium::ui
{

struct SpectrumScene
{
    SpectraPointer spectra; ///< null: an empty frame
    double low = 0.0;       ///< wavelengths shown; low == high: all
    double high = 0.0;
    bool isLogAxis = false;
    bool hasErrorBand = true;
    bool hasResidual = true;
    bool hasLines = false;
    double redshift = 0.0;            ///< of the marked lines
    std::optional<double> wavelength; ///< read out there
    ThemeColours colours;
    QColor text;
    QColor background;
    QFont font;
    bool isOnPaper = false; ///< lines as vectors
};

/// Where things lie in `area`.
struct SpectrumPlaces
{
    QRectF plot;
    QRectF residual; ///< empty: none
    QRectF legend;
    QRectF names; ///< of known lines, above the plot; empty: none
};
[[nodiscard]] SpectrumPlaces spectrumPlaces(const QRectF &area, const SpectrumScene &scene,
                                            double devicePixelRatio);

/// Wavelength of a place between the left and right edge of the plot, and back.
[[nodiscard]] double wavelengthAt(const SpectrumScene &scene, const QRectF &plot, double x);
[[nodiscard]] double positionOf(const SpectrumScene &scene, const QRectF &plot, double wavelength);

void paintSpectrum(QPainter &painter, const QRectF &area, const SpectrumScene &scene);

[[nodiscard]] QColor curveColour(CurveRole role, const ThemeColours &colours, const QColor &text);
/// "observed 1.23 ± 0.04" at the read-out wavelength; the name alone where there is none.
[[nodiscard]] QString legendText(const SpectrumScene &scene, std::size_t curve);

} // namespace somnium::ui
