// SPDX-License-Identifier: GPL-3.0-or-later
// Random images and recipes for the properties of this folder.
#pragma once

#include <cmath>
#include <limits>

#include "core/base/random.h"
#include "core/prepare/recipe.h"

namespace somnium::prepare
{

/// Noise with a bright blob; each pixel is NaN with the given chance.
inline data::Image randomImage(Random &random, std::size_t rows, std::size_t columns, double gaps = 0.0,
                               std::size_t channels = 1)
{
    data::Image image({channels, rows, columns});
    for (float &pixel : image.pixels())
        pixel = random.uniform() < gaps ? std::numeric_limits<float>::quiet_NaN()
                                        : static_cast<float>(random.normal());
    image.at(rows / 2, columns / 2) = 20.0F + static_cast<float>(random.uniform());
    return image;
}

inline Step randomStep(Random &random)
{
    switch (random.below(6))
    {
    case 0: return Cutout{.side = 1 + random.below(80), .pad = random.below(2) == 1};
    case 1: return FillNan{static_cast<FillNan::With>(random.below(3))};
    case 2:
        return ClipNoise{random.uniform(0.0, 8.0), random.uniform(0.5, 6.0),
                         static_cast<int>(1 + random.below(9))};
    case 3: return Normalise{static_cast<Normalise::To>(random.below(3)), random.uniform(50.0, 100.0)};
    case 4:
        return Stretch{static_cast<Stretch::Curve>(random.below(3)), random.uniform(1e-3, 2.0),
                       random.uniform(1.0, 1e4)};
    default: return Resize{.side = 1 + random.below(80)};
    }
}

inline Recipe randomRecipe(Random &random)
{
    Recipe recipe;
    recipe.name = "recipe \"" + std::to_string(random.below(1000)) + "\" \xC3\xA9\xE2\x98\x85";
    const std::size_t count = random.below(6);
    for (std::size_t i = 0; i < count; ++i)
        recipe.steps.push_back(randomStep(random));
    return recipe;
}

/// Turned by 90 degrees: (row, column) of the result is (column, last - row) of the image.
inline data::Image quarterTurned(const data::Image &image)
{
    data::Image result({image.channels(), image.columns(), image.rows()});
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
        for (std::size_t row = 0; row < result.rows(); ++row)
            for (std::size_t column = 0; column < result.columns(); ++column)
                result.at(row, column, channel) = image.at(image.rows() - 1 - column, row, channel);
    return result;
}

inline data::Image flipped(const data::Image &image)
{
    data::Image result(image.shape());
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
        for (std::size_t row = 0; row < image.rows(); ++row)
            for (std::size_t column = 0; column < image.columns(); ++column)
                result.at(row, column, channel) = image.at(image.rows() - 1 - row, column, channel);
    return result;
}

/// Equal bit for bit, a NaN equal to a NaN.
inline bool isSame(const data::Image &a, const data::Image &b)
{
    if (a.shape() != b.shape())
        return false;
    for (std::size_t i = 0; i < a.pixels().size(); ++i)
        if (a.pixels()[i] != b.pixels()[i] && !(std::isnan(a.pixels()[i]) && std::isnan(b.pixels()[i])))
            return false;
    return true;
}

} // namespace somnium::prepare
