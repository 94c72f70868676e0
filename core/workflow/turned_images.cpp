// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/turned_images.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/som/mapper.h"

namespace somnium::workflow
{

namespace
{

/// 1 where a pixel has a value, 0 where it has none.
data::Image whereItHasValues(const data::ImageView &image)
{
    data::Image result(image.shape());
    std::transform(image.pixels().begin(), image.pixels().end(), result.pixels().begin(),
                   [](float value) { return std::isfinite(value) ? 1.0F : 0.0F; });
    return result;
}

} // namespace

TurnedImages::TurnedImages(std::shared_ptr<const data::Samples> samples,
                           std::vector<som::SpatialTransform> transforms)
    : m_samples(std::move(samples)), m_transforms(std::move(transforms))
{
    CHECK(m_transforms.size() == m_samples->count());
    const data::ImageShape shape = m_samples->shape();
    const data::Image whole({1, shape.rows, shape.columns}, 1.0F);
    const data::Image disc = som::turned(whole.view(), {});
    m_disc.assign(disc.pixels().begin(), disc.pixels().end());
}

void TurnedImages::read(std::size_t index, std::span<float> values, std::span<float> weights) const
{
    const data::ImageView sample = m_samples->sample(index);
    const data::Image image = som::turned(sample, m_transforms[index]);
    std::copy(image.pixels().begin(), image.pixels().end(), values.begin());
    if (weights.empty())
        return;
    for (std::size_t channel = 0; channel < sample.channels(); ++channel)
        std::copy(m_disc.begin(), m_disc.end(),
                  weights.begin() + static_cast<std::ptrdiff_t>(channel * m_disc.size()));
    const bool isWhole = std::all_of(sample.pixels().begin(), sample.pixels().end(),
                                     [](float value) { return std::isfinite(value); });
    if (isWhole)
        return;
    const data::Image there = som::turned(whereItHasValues(sample).view(), m_transforms[index]);
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (there.pixels()[i] < 1.0F) // a neighbour without a value went into it
            weights[i] = values[i] = 0.0F;
}

} // namespace somnium::workflow
