// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/synthetic_spectra.h"

#include <cmath>
#include <string>

#include "core/base/random.h"
#include "core/data/gaps.h"

namespace somnium::test
{

namespace
{

std::shared_ptr<const data::Spectra> makeSpectra(std::size_t count)
{
    Random random(3);
    const data::SpectralGrid grid{data::SpectralGrid::Scale::Linear, 4000.0, 10.0, kSpectraPixels};
    std::vector<float> flux;
    std::vector<float> weight;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t pixel = 0; pixel < kSpectraPixels; ++pixel)
        {
            const bool isGap = pixel >= kFirstGap && pixel < kLastGap;
            const double slope = static_cast<double>(i % 7) * static_cast<double>(pixel) / 300.0;
            flux.push_back(isGap ? 0.0F : static_cast<float>(1.0 + slope + 0.05 * random.normal()));
            weight.push_back(isGap ? 0.0F : 400.0F);
        }
    return std::make_shared<data::MemorySpectra>(grid, std::move(flux), std::move(weight));
}

latent::Autoencoder makeModel()
{
    latent::AutoencoderParams params;
    params.widths = {8};
    const data::ImageShape shape{1, 1, kSpectraPixels};
    latent::InputScaling scaling;
    scaling.mean.assign(kSpectraPixels, 1.0F);
    return latent::Autoencoder::create(params, shape, scaling, latent::makeLayers(params, shape)).value();
}

} // namespace

ui::SurveyPointer syntheticSpectra(std::size_t count)
{
    data::Collection collection;
    collection.name = "stars";
    for (std::size_t i = 0; i < count; ++i)
    {
        data::Source source;
        source.id = "star " + std::to_string(i);
        collection.sources.push_back(source);
    }
    auto survey = std::make_shared<ui::SurveyData>(std::move(collection));
    survey->summary.id = session::CollectionId{1};
    survey->summary.kind = session::CollectionKind::Spectra;
    survey->summary.sourceCount = count;
    survey->spectra = makeSpectra(count);
    survey->unobserved =
        std::make_shared<const std::vector<std::uint32_t>>(data::unobservedPixels(*survey->spectra));
    session::LatentSummary summary;
    summary.id = session::ModelId{1};
    summary.name = "latent";
    summary.dimensions = 2;
    std::vector<float> places;
    std::vector<float> errors;
    for (std::size_t i = 0; i < count; ++i)
    {
        places.push_back(static_cast<float>(i % 7));
        places.push_back(static_cast<float>(i));
        errors.push_back(1.0F + 0.01F * static_cast<float>(i));
    }
    survey->latent = std::make_shared<const ui::LatentSpace>(
        ui::LatentSpace{summary, {}, makeModel(), std::move(places), std::move(errors)});
    return survey;
}

} // namespace somnium::test
