// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/plane_decoder.h"

#include <string>
#include <utility>

#include "core/compute/backend_factory.h"
#include "core/onnx/decoded_field.h"
#include "core/workflow/measured_spectra.h"

namespace somnium::ui
{

namespace
{

DecodedParameter parameterOf(const prepare::SpectralMeasure &measure)
{
    const std::string unit(prepare::unitOf(measure.kind));
    return {QString::fromStdString(measure.name),
            unit == "Angstrom" ? QStringLiteral("\u00c5") : QString::fromStdString(unit),
            QString::fromStdString(prepare::describe(measure))};
}

/// All that a field is worked out from.
struct Decoding
{
    SurveyPointer survey;
    std::shared_ptr<const latent::LatentPlane> plane;
    workflow::MeasurableSpectra measurable;

    [[nodiscard]] Result<latent::PlaneField> field(const QString &parameter, const LatentData &data,
                                                   const latent::FieldParams &params,
                                                   const JobContext &context) const
    {
        const auto measure = measurable.find(parameter.toStdString());
        if (!measure)
            return failure(measure.error());
        const auto sample = measurable.decoded(*measure);
        if (!sample)
            return failure(sample.error());
        const auto chosen = compute::chooseBackend("cpu");
        if (!chosen)
            return failure(chosen.error());
        const LatentSpace &space = *survey->latent;
        return onnx::decodedField(space.model, *sample, {plane.get(), space.places, data.points()},
                                  data.bounds, params, *chosen->backend, context);
    }
};

} // namespace

DecoderPointer planeDecoder(const SurveyPointer &survey,
                            const std::shared_ptr<const latent::LatentPlane> &plane)
{
    if (!survey || !survey->spectra || !survey->latent || !plane || !survey->latent->model.canDecode() ||
        !survey->spectra->grid().hasWavelengths() ||
        survey->latent->model.pixels() != survey->spectra->pixels() ||
        survey->latent->model.latentSize() != plane->dimensions())
        return nullptr;
    const auto decoding = std::make_shared<const Decoding>(
        Decoding{survey,
                 plane,
                 {survey->summary.spectral.recipe, survey->spectra->grid(),
                  survey->unobserved ? *survey->unobserved : std::vector<std::uint32_t>()}});
    auto decoder = std::make_shared<PlaneDecoder>();
    for (const prepare::SpectralMeasure &measure : decoding->measurable.measures())
        decoder->parameters.push_back(parameterOf(measure));
    decoder->find = [decoding](const QString &text) -> Result<DecodedParameter> {
        const auto measure = decoding->measurable.find(text.toStdString());
        if (!measure)
            return failure(measure.error());
        return parameterOf(*measure);
    };
    decoder->field = [decoding](const QString &parameter, const LatentData &data,
                                const latent::FieldParams &params, const JobContext &context) {
        return decoding->field(parameter, data, params, context);
    };
    return decoder;
}

} // namespace somnium::ui
