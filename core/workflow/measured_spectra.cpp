// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/measured_spectra.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "core/base/parallel.h"
#include "core/data/gaps.h"
#include "core/latent/latent_plane.h"
#include "core/onnx/decoded_field.h"
#include "core/workflow/latent_onnx.h"

namespace somnium::workflow
{

namespace
{

/// Spectra that one thread measures at a time.
constexpr std::size_t kSpectra = 256;

Result<prepare::SpectralMeter> meterOf(const prepare::SpectralMeasure &measure,
                                       const MeasurableSpectra &spectra)
{
    return prepare::SpectralMeter::create(measure, spectra.grid, prepare::mediumOf(spectra.recipe));
}

/// 0 for pixels that no spectrum has, else 1; empty: all are 1.
std::vector<float> weightsOf(const std::vector<std::size_t> &pixels,
                             const std::vector<std::uint32_t> &unobserved)
{
    std::vector<float> weights(pixels.size(), 1.0F);
    bool isWhole = true;
    for (std::size_t i = 0; i < pixels.size(); ++i)
        if (std::ranges::binary_search(unobserved, pixels[i]))
        {
            weights[i] = 0.0F;
            isWhole = false;
        }
    return isWhole ? std::vector<float>() : weights;
}

std::string columnName(std::string name)
{
    std::ranges::replace(name, ' ', '_');
    return name;
}

} // namespace

std::vector<prepare::SpectralMeasure> MeasurableSpectra::measures() const
{
    std::vector<prepare::SpectralMeasure> all = prepare::measuresFor(recipe, grid);
    std::erase_if(all, [this](const prepare::SpectralMeasure &measure) { return !decoded(measure); });
    return all;
}

Result<prepare::SpectralMeasure> MeasurableSpectra::find(std::string_view text) const
{
    auto measure = prepare::findMeasure(text, recipe, grid);
    if (!measure)
        return measure;
    if (const auto can = decoded(*measure); !can)
        return failure(can.error());
    return measure;
}

Result<latent::SampleMeasure> MeasurableSpectra::decoded(const prepare::SpectralMeasure &measure) const
{
    auto made = meterOf(measure, *this);
    if (!made)
        return failure(made.error());
    auto meter = std::make_shared<const prepare::SpectralMeter>(std::move(*made));
    std::vector<float> weights = weightsOf(meter->pixels(), unobserved);
    if (!std::isfinite(meter->measure(std::vector<float>(meter->pixels().size(), 1.0F), weights)))
        return failure(ErrorKind::Mismatch,
                       measure.name + ": in a quarter or more of a band no spectrum has a value");
    latent::SampleMeasure sample;
    sample.pixels = meter->pixels();
    sample.measure = [meter, weights = std::move(weights)](std::span<const float> values) {
        return meter->measure(values, weights);
    };
    return sample;
}

Result<MeasurableSpectra> measurableSpectra(const session::Session &session,
                                            const session::CollectionSummary &collection)
{
    if (collection.kind != session::CollectionKind::Spectra)
        return failure(ErrorKind::Mismatch,
                       "expected a collection of spectra, found images: '" + collection.name + "'");
    const auto spectra = session.spectra(collection.id);
    if (!spectra)
        return failure(spectra.error());
    return MeasurableSpectra{collection.spectral.recipe, (*spectra)->grid(),
                             data::unobservedPixels(**spectra)};
}

Result<std::vector<std::vector<double>>> measureSpectra(const data::Spectra &spectra,
                                                        const MeasurableSpectra &measurable,
                                                        const std::vector<prepare::SpectralMeasure> &measures,
                                                        const JobContext &context)
{
    std::vector<prepare::SpectralMeter> meters;
    for (const prepare::SpectralMeasure &measure : measures)
    {
        auto meter = meterOf(measure, measurable);
        if (!meter)
            return failure(meter.error());
        meters.push_back(std::move(*meter));
    }
    const std::size_t count = spectra.count();
    std::vector<std::vector<double>> values(measures.size(), std::vector<double>(count));
    const bool isDone = parallelFor((count + kSpectra - 1) / kSpectra, context, [&](std::size_t block) {
        std::vector<float> flux(spectra.pixels());
        std::vector<float> weight(spectra.hasWeights() ? spectra.pixels() : 0);
        std::vector<float> some;
        std::vector<float> someWeights;
        const std::size_t end = std::min(count, (block + 1) * kSpectra);
        for (std::size_t i = block * kSpectra; i < end; ++i)
        {
            spectra.read(i, flux, weight);
            for (std::size_t m = 0; m < meters.size(); ++m)
            {
                some.clear();
                someWeights.clear();
                for (const std::size_t pixel : meters[m].pixels())
                {
                    some.push_back(flux[pixel]);
                    if (!weight.empty())
                        someWeights.push_back(weight[pixel]);
                }
                values[m][i] = meters[m].measure(some, someWeights);
            }
        }
        spectra.letGo(block * kSpectra, end - block * kSpectra);
    });
    if (!isDone)
        return failure(ErrorKind::Cancelled, "measuring the spectra was stopped");
    return values;
}

Result<std::vector<data::Column>> measuredColumns(const session::Session &session,
                                                  session::CollectionId collection,
                                                  const std::vector<std::string> &measures,
                                                  const JobContext &context)
{
    const auto summary = session.collectionSummary(collection);
    if (!summary)
        return failure(summary.error());
    const auto measurable = measurableSpectra(session, *summary);
    if (!measurable)
        return failure(measurable.error());
    std::vector<prepare::SpectralMeasure> wanted;
    for (const std::string &text : measures)
    {
        auto measure = measurable->find(text);
        if (!measure)
            return failure(measure.error());
        wanted.push_back(std::move(*measure));
    }
    const auto spectra = session.spectra(collection);
    if (!spectra)
        return failure(spectra.error());
    auto values = measureSpectra(**spectra, *measurable, wanted, context);
    if (!values)
        return failure(values.error());
    std::vector<data::Column> columns;
    for (std::size_t m = 0; m < wanted.size(); ++m)
    {
        columns.push_back(data::makeColumn(columnName(wanted[m].name), std::move((*values)[m]),
                                           std::string(prepare::unitOf(wanted[m].kind))));
        columns.back().description = prepare::describe(wanted[m]);
    }
    return columns;
}

Result<ColumnIsoLines> decodedIsoLinesOf(const session::Session &session,
                                         const session::LatentSummary &latent,
                                         const session::LatentRecord &places, const IsoLinesRequest &request,
                                         compute::Backend &backend, const JobContext &context)
{
    if (const auto good = checkAxes(places, request); !good)
        return failure(good.error());
    const auto summary = session.collectionSummary(latent.collection);
    if (!summary)
        return failure(summary.error());
    const auto measurable = measurableSpectra(session, *summary);
    if (!measurable)
        return failure(measurable.error());
    const auto measure = measurable->find(request.column);
    if (!measure)
        return failure(measure.error());
    const auto sample = measurable->decoded(*measure);
    if (!sample)
        return failure(sample.error());
    const auto model = latentModelOf(session, latent.id);
    if (!model)
        return failure(model.error());
    const latent::LatentPlane plane =
        latent::coordinatePlane(places.places, places.dimensions, request.xAxis, request.yAxis);
    const std::vector<float> x = axisOf(places, request.xAxis);
    const std::vector<float> y = axisOf(places, request.yAxis);
    const latent::PlaneSources sources{&plane, places.places, {x, y}};
    auto field = onnx::decodedField(*model, *sample, sources, latent::boundsOf(sources.points), request.field,
                                    backend, context);
    if (!field)
        return failure(field.error());
    IsoLinesRequest levelled = request;
    if (levelled.levels.empty())
    {
        const latent::FieldRange range = latent::centralRangeOf(*field);
        levelled.levels = latent::niceLevels(range.low, range.high, request.about, request.isLogarithmic);
    }
    ColumnIsoLines lines = contoured(std::move(*field), measure->name + " (decoded)",
                                     std::string(prepare::unitOf(measure->kind)), levelled);
    lines.definition = prepare::describe(*measure);
    return lines;
}

} // namespace somnium::workflow
