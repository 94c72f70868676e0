// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/source_spectrum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <QCoreApplication>

#include "ui/models/wording.h"

namespace somnium::ui
{

namespace
{

QString translated(const char *text)
{
    return QCoreApplication::translate("somnium::ui::SourceSpectrum", text);
}

/// Weights that only say which pixels there are tell no errors.
bool tellErrors(const std::vector<float> &weight)
{
    return std::any_of(weight.begin(), weight.end(), [](float one) { return one != 0.0F && one != 1.0F; });
}

SpectrumCurve observedCurve(const data::PreparedSpectrum &observed)
{
    SpectrumCurve curve{translated("observed"), CurveRole::Observed, observed.flux, observed.weight};
    if (tellErrors(curve.weight))
        return curve;
    for (std::size_t i = 0; i < curve.weight.size(); ++i)
        if (curve.weight[i] == 0.0F)
            curve.flux[i] = std::numeric_limits<float>::quiet_NaN();
    curve.weight.clear();
    return curve;
}

void addReconstruction(SpectrumSet &set, const SurveyData &survey, const data::PreparedSpectrum &observed)
{
    const LatentSpace &space = *survey.latent;
    if (space.model.pixels() != observed.flux.size() || !space.model.canDecode())
        return;
    std::vector<float> latent(space.model.latentSize());
    std::vector<float> rebuilt(observed.flux.size());
    space.model.encode(observed.flux, observed.weight, latent);
    space.model.decode(latent, rebuilt);
    set.curves.push_back(
        modelCurve(survey, translated("reconstruction"), CurveRole::Reconstruction, std::move(rebuilt)));
}

void addPrototype(SpectrumSet &set, const SurveyData &survey, std::size_t source)
{
    const MapData &map = *survey.map;
    if (source >= map.mapping.sourceCount())
        return;
    const std::size_t best = map.mapping.best[source];
    const auto pixels = map.som.prototype(best).pixels();
    set.curves.push_back(modelCurve(survey, translated("prototype %1").arg(neuronName(map.som.layout, best)),
                                    CurveRole::Prototype, {pixels.begin(), pixels.end()}));
}

/// An even grid over the wavelengths: of equal steps in them or in their logarithm, whichever fits better.
data::SpectralGrid evenGrid(const std::vector<double> &wavelengths)
{
    data::SpectralGrid grid;
    grid.pixels = wavelengths.size();
    const double first = wavelengths.front();
    const double last = wavelengths.back();
    const auto steps = static_cast<double>(std::max<std::size_t>(grid.pixels, 2) - 1);
    const double middle = wavelengths[wavelengths.size() / 2];
    const bool isLog =
        first > 0.0 && std::abs(middle - std::sqrt(first * last)) < std::abs(middle - 0.5 * (first + last));
    grid.scale = isLog ? data::SpectralGrid::Scale::Log : data::SpectralGrid::Scale::Linear;
    grid.first = first;
    grid.step = isLog ? std::log10(last / first) / steps : (last - first) / steps;
    return grid;
}

} // namespace

SpectrumCurve modelCurve(const SurveyData &survey, const QString &name, CurveRole role,
                         std::vector<float> flux)
{
    if (survey.unobserved)
        for (const std::uint32_t pixel : *survey.unobserved)
            if (pixel < flux.size())
                flux[pixel] = std::numeric_limits<float>::quiet_NaN();
    return {name, role, std::move(flux), {}};
}

SpectrumSet sourceSpectrumSet(const SurveyData &survey, std::size_t source)
{
    SpectrumSet set;
    if (!survey.spectra || source >= survey.spectra->count())
        return set;
    set.grid = survey.spectra->grid();
    set.title = QString::fromStdString(survey.collection.sources[source].id);
    const data::PreparedSpectrum observed = survey.spectra->spectrum(source);
    set.curves.push_back(observedCurve(observed));
    if (survey.latent)
        addReconstruction(set, survey, observed);
    if (survey.map)
        addPrototype(set, survey, source);
    return set;
}

SpectrumSet rawSpectrumSet(const data::Spectrum &spectrum, const QString &name)
{
    SpectrumSet set;
    set.fluxUnit = QString::fromStdString(spectrum.fluxUnit);
    set.medium = spectrum.medium;
    if (spectrum.size() < 2)
        return set;
    const std::vector<double> &wavelengths = spectrum.wavelengthAngstrom;
    const bool hasWavelengths = wavelengths.size() == spectrum.size();
    set.grid = hasWavelengths
                   ? evenGrid(wavelengths)
                   : data::SpectralGrid{data::SpectralGrid::Scale::Index, 0.0, 1.0, spectrum.size()};
    SpectrumCurve curve{name, CurveRole::Observed, std::vector<float>(set.grid.pixels), {}};
    if (spectrum.hasErrors())
        curve.weight.resize(set.grid.pixels);
    std::size_t nearest = 0;
    for (std::size_t i = 0; i < set.grid.pixels; ++i)
    {
        const double at = set.grid.at(static_cast<double>(i));
        while (hasWavelengths && nearest + 1 < wavelengths.size() &&
               std::abs(wavelengths[nearest + 1] - at) <= std::abs(wavelengths[nearest] - at))
            ++nearest;
        const std::size_t pixel = hasWavelengths ? nearest : i;
        const bool isUsable = spectrum.isUsable(pixel);
        curve.flux[i] = isUsable ? spectrum.flux[pixel] : std::numeric_limits<float>::quiet_NaN();
        if (spectrum.hasErrors())
            curve.weight[i] = isUsable ? 1.0F / (spectrum.error[pixel] * spectrum.error[pixel]) : 0.0F;
    }
    set.curves.push_back(std::move(curve));
    return set;
}

} // namespace somnium::ui
