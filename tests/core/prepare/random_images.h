// SPDX-License-Identifier: GPL-3.0-or-later
// Random images and recipes for the properties of this folder.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/prepare/parameters.h"
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

/// A value that a parameter can have; numbers small enough for small images.
inline ParameterValue randomValue(Random &random, const Parameter &parameter)
{
    if (std::holds_alternative<bool>(parameter.value))
        return random.below(2) == 1;
    if (!parameter.choices.empty())
        return std::string(
            parameter.choices[random.below(static_cast<std::uint32_t>(parameter.choices.size()))]);
    const bool isSide = parameter.name == "side";
    const double low = parameter.low;
    const double high = std::min(parameter.high, isSide ? 80.0 : std::max(low, 0.0) + 10.0);
    if (std::holds_alternative<std::int64_t>(parameter.value))
        return static_cast<std::int64_t>(random.uniform(low, high + 0.999));
    return random.uniform(std::max(low, -5.0), high);
}

/// Any step that validate() allows on an image of two channels.
inline Step randomStep(Random &random)
{
    const std::vector<Operation> all = allOperations();
    Step step(all[random.below(static_cast<std::uint32_t>(all.size()))]);
    for (const Parameter &parameter : parametersOf(step.operation))
        CHECK(setParameter(step.operation, parameter.name, randomValue(random, parameter)).has_value());
    if (auto *clip = step.as<ClipPercentiles>(); clip != nullptr && clip->low > clip->high)
        std::swap(clip->low, clip->high);
    if (auto *mask = step.as<MaskRange>(); mask != nullptr && mask->low > mask->high)
        std::swap(mask->low, mask->high);
    if (auto *mask = step.as<MaskRange>())
        mask->byChannel %= 3;
    const bool isRestricted = step.as<KeepChannels>() != nullptr || random.below(4) == 0;
    if (isRestricted && !infoOf(step.operation).isForAllChannels)
        step.channels =
            random.below(2) == 0 ? std::vector<std::size_t>{random.below(2)} : std::vector<std::size_t>{0, 1};
    step.isEnabled = random.below(8) > 0;
    return step;
}

/// Any step that an image of one channel allows.
inline Step randomStepOfOneChannel(Random &random)
{
    Step step = randomStep(random);
    step.channels.clear();
    if (step.as<KeepChannels>() != nullptr)
        step.channels = {0};
    if (auto *mask = step.as<MaskRange>())
        mask->byChannel = std::min<std::size_t>(mask->byChannel, 1);
    return step;
}

/// What masked pixels become, if the step has a mask.
inline std::optional<Masked> maskedTo(const Step &step)
{
    if (const auto *circle = step.as<MaskCircle>())
        return circle->to;
    if (const auto *range = step.as<MaskRange>())
        return range->to;
    if (const auto *edge = step.as<RemoveEdgeSources>())
        return edge->to;
    return std::nullopt;
}

inline Recipe randomRecipe(Random &random)
{
    Recipe recipe;
    recipe.name = "recipe \"" + std::to_string(random.below(1000)) + "\" \xC3\xA9\xE2\x98\x85";
    const std::size_t count = random.below(6);
    for (std::size_t i = 0; i < count; ++i)
        recipe.steps.push_back(randomStep(random));
    if (random.below(4) == 0)
        recipe.alignment = {{"first", "nvss \"2\""},
                            random.below(2),
                            random.uniform(0.0, 5.0),
                            static_cast<Alignment::Values>(random.below(2))};
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
