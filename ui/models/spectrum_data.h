// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra that are plotted together, as values that any thread may make ready and paint.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QString>

#include "core/data/spectrum.h"
#include "core/latent/plane.h"
#include "ui/models/min_max_series.h"

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

/// What lies under the cursor of a latent plane.
struct HoverSpectra
{
    QString title;
    SpectraPointer spectra; ///< null: there is none
};
/// Called from a pool thread, so it captures values and shared pointers to const only.
using HoverFunction =
    std::function<HoverSpectra(std::optional<std::size_t> source, latent::PlanePoint place)>;

} // namespace somnium::ui
