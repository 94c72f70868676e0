// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/spectrum_data.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace somnium::ui
{

namespace
{

/// The curve that residuals are taken to: what says most about the observed one.
const SpectrumCurve *explanation(const SpectrumSet &set)
{
    for (const CurveRole role : {CurveRole::Reconstruction, CurveRole::Decoded, CurveRole::Prototype})
        for (const SpectrumCurve &curve : set.curves)
            if (curve.role == role)
                return &curve;
    return nullptr;
}

void takeResidual(const SpectrumSet &set, PreparedSpectra &prepared)
{
    const auto observed = std::ranges::find(set.curves, CurveRole::Observed, &SpectrumCurve::role);
    const SpectrumCurve *explained = explanation(set);
    if (observed == set.curves.end() || explained == nullptr)
        return;
    prepared.isResidualInSigma = !observed->weight.empty();
    std::vector<float> residual(observed->flux.size());
    for (std::size_t pixel = 0; pixel < residual.size(); ++pixel)
    {
        const float weight = observed->weight.empty() ? 1.0F : observed->weight[pixel];
        residual[pixel] = weight > 0.0F ? (observed->flux[pixel] - explained->flux[pixel]) * std::sqrt(weight)
                                        : std::numeric_limits<float>::quiet_NaN();
    }
    prepared.residual = MinMaxSeries(std::move(residual));
}

PreparedSpectra::Curve prepareCurve(SpectrumCurve curve)
{
    PreparedSpectra::Curve prepared{
        .name = curve.name, .role = curve.role, .flux = {}, .low = {}, .high = {}};
    if (!curve.weight.empty())
    {
        std::vector<float> low(curve.flux.size());
        std::vector<float> high(curve.flux.size());
        for (std::size_t pixel = 0; pixel < curve.flux.size(); ++pixel)
        {
            if (!(curve.weight[pixel] > 0.0F))
                curve.flux[pixel] = std::numeric_limits<float>::quiet_NaN();
            const float sigma = 1.0F / std::sqrt(curve.weight[pixel]);
            low[pixel] = curve.flux[pixel] - sigma;
            high[pixel] = curve.flux[pixel] + sigma;
        }
        prepared.low = MinMaxSeries(std::move(low));
        prepared.high = MinMaxSeries(std::move(high));
    }
    prepared.flux = MinMaxSeries(std::move(curve.flux));
    return prepared;
}

} // namespace

SpectraPointer prepareSpectra(SpectrumSet set)
{
    std::erase_if(set.curves, [&set](const SpectrumCurve &curve) {
        return curve.flux.size() != set.grid.pixels ||
               (!curve.weight.empty() && curve.weight.size() != set.grid.pixels);
    });
    if (set.curves.empty())
        return nullptr;
    auto prepared = std::make_shared<PreparedSpectra>();
    prepared->grid = set.grid;
    prepared->title = set.title;
    prepared->fluxUnit = set.fluxUnit;
    prepared->medium = set.medium;
    takeResidual(set, *prepared);
    for (SpectrumCurve &curve : set.curves)
        prepared->curves.push_back(prepareCurve(std::move(curve)));
    return prepared;
}

} // namespace somnium::ui
