// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/pixel_scale.h"

#include <algorithm>
#include <cmath>

#include "core/sky/wcs.h"

namespace somnium::workflow
{

namespace
{

constexpr std::size_t kLookedAt = 64;
constexpr double kLargestSpread = 0.01;
constexpr std::size_t kMostPixels = 4'000'000; ///< of an original that the recipe is tried on

/// By how much the recipe enlarges pixels of originals of this shape.
std::optional<double> enlargement(const prepare::Recipe &recipe, const data::ImageShape &original)
{
    if (original.size() == 0 || original.size() > kMostPixels)
        return std::nullopt;
    const data::Image blank(original);
    const auto prepared = prepare::apply(recipe, blank.view());
    if (!prepared || std::abs(prepared->rowScale / prepared->columnScale - 1.0) > kLargestSpread)
        return std::nullopt;
    return prepared->rowScale;
}

} // namespace

std::optional<double> preparedPixelScale(const data::Collection &collection, const prepare::Recipe &recipe)
{
    const std::size_t count = collection.sources.size();
    const std::size_t step = std::max<std::size_t>(1, count / kLookedAt);
    std::optional<double> least;
    std::optional<double> greatest;
    data::ImageShape tried;
    std::optional<double> factor;
    for (std::size_t i = 0; i < count; i += step)
    {
        const data::Source &source = collection.sources[i];
        const auto wcs = sky::Wcs::fromCards(source.wcsCards.text());
        if (!wcs)
            return std::nullopt;
        if (source.originalShape != tried)
        {
            tried = source.originalShape;
            factor = enlargement(recipe, tried);
        }
        const double scale = wcs->pixelScaleArcsec() * factor.value_or(0.0);
        if (!(scale > 0.0) || !std::isfinite(scale))
            return std::nullopt;
        least = std::min(least.value_or(scale), scale);
        greatest = std::max(greatest.value_or(scale), scale);
    }
    if (!least || *greatest > *least * (1.0 + kLargestSpread))
        return std::nullopt;
    return std::sqrt(*least * *greatest);
}

} // namespace somnium::workflow
