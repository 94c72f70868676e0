// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra as a plot with axes, masked pixels hatched and residuals below: values that any thread may paint,
// on screen and on paper.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QFont>
#include <QRectF>
#include <QString>

#include "core/data/spectrum.h"
#include "ui/models/min_max_series.h"
#include "ui/theme.h"

class QPainter;

namespace somnium::ui
{

enum class CurveRole
{
    Observed,
    Reconstruction, ///< of the observed one by the model
    Decoded,        ///< at a point of the latent plane
    Prototype,
    Other,
};

struct SpectrumCurve
{
    QString name;
    CurveRole role = CurveRole::Observed;
    std::vector<float> flux;   ///< [pixel of the grid]; NaN: no value
    std::vector<float> weight; ///< [pixel] inverse variance in 1 / flux^2; 0: masked. Empty: no errors known
};

/// What is plotted together: curves on one grid.
struct SpectrumSet
{
    data::SpectralGrid grid;
    QString title;                                                  ///< of the source; may be empty
    QString fluxUnit;                                               ///< empty: none
    data::WavelengthMedium medium = data::WavelengthMedium::Vacuum; ///< as prepared spectra are
    std::vector<SpectrumCurve> curves;
};

/// The same, made ready for painting: immutable, shared, from any thread.
struct PreparedSpectra
{
    struct Curve
    {
        QString name;
        CurveRole role = CurveRole::Observed;
        MinMaxSeries flux; ///< NaN where masked
        MinMaxSeries low;  ///< one sigma below; empty: no errors
        MinMaxSeries high;
    };
    data::SpectralGrid grid;
    QString title;
    QString fluxUnit;
    data::WavelengthMedium medium = data::WavelengthMedium::Vacuum;
    std::vector<Curve> curves;
    MinMaxSeries residual; ///< of the first observed curve to the first that explains it; may be empty
    bool isResidualInSigma = false;
    [[nodiscard]] double firstWavelength() const { return grid.at(-0.5); } ///< outer edge of the first pixel
    [[nodiscard]] double lastWavelength() const { return grid.at(static_cast<double>(grid.pixels) - 0.5); }
};
using SpectraPointer = std::shared_ptr<const PreparedSpectra>;

/// Curves whose length is not the grid's are left out. Null if none is left.
[[nodiscard]] SpectraPointer prepareSpectra(SpectrumSet set);

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
