// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/recipe.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <new>
#include <set>

#include "core/prepare/parameters.h"
#include "core/prepare/steps.h"

namespace somnium::prepare
{

namespace
{

std::string inWords(double value)
{
    char text[32];
    const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
    return {text, end};
}

double numberOf(const ParameterValue &value)
{
    if (const auto *whole = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*whole);
    const auto *number = std::get_if<double>(&value);
    return number != nullptr ? *number : 0.0;
}

/// A number out of its range, or empty.
std::string rangeFault(const Operation &operation)
{
    for (const Parameter &one : parametersOf(operation))
    {
        const double value = numberOf(one.value);
        const bool isNumber =
            std::holds_alternative<double>(one.value) || std::holds_alternative<std::int64_t>(one.value);
        if (isNumber && !(value >= one.low && value <= one.high)) // true for NaN
            return "expected " + std::string(one.name) + " from " + inWords(one.low) + " to " +
                   inWords(one.high) + ", found " + inWords(value);
    }
    return {};
}

std::string orderFault(double low, double high)
{
    return low <= high ? std::string()
                       : "expected low <= high, found " + inWords(low) + " > " + inWords(high);
}

/// What is wrong with a step, or empty.
std::string faultOf(const Step &step)
{
    if (std::string fault = rangeFault(step.operation); !fault.empty())
        return fault;
    if (const auto *clip = step.as<ClipPercentiles>())
        return orderFault(clip->low, clip->high);
    if (const auto *mask = step.as<MaskRange>())
        if (mask->drop == MaskRange::Drop::Outside || mask->drop == MaskRange::Drop::Inside)
            return orderFault(mask->low, mask->high);
    if (infoOf(step.operation).isForAllChannels && !step.channels.empty())
        return "expected it on all channels, found a list of channels";
    if (step.as<KeepChannels>() != nullptr && step.channels.empty())
        return "expected the channels to keep, found none";
    if (!std::is_sorted(step.channels.begin(), step.channels.end()) ||
        std::adjacent_find(step.channels.begin(), step.channels.end()) != step.channels.end())
        return "expected channels in ascending order, each once";
    return {};
}

std::string faultOf(const Alignment &alignment)
{
    if (!alignment.isUsed())
        return {};
    const std::set<std::string> names(alignment.channels.begin(), alignment.channels.end());
    if (names.size() != alignment.channels.size() || names.contains(""))
        return "expected a name of its own for each channel";
    if (alignment.reference >= alignment.channels.size())
        return "expected one of " + std::to_string(alignment.channels.size()) +
               " channels as reference, found channel " + std::to_string(alignment.reference + 1);
    if (!(alignment.pixelScaleArcsec >= 0.0 && alignment.pixelScaleArcsec <= 1e6))
        return "expected a pixel scale from 0 to 1000000 arcsec, found " +
               inWords(alignment.pixelScaleArcsec);
    return {};
}

/// Infinite pixels have no value either.
data::Image withoutInfinities(const data::ImageView &original)
{
    data::Image image(original);
    for (float &pixel : image.pixels())
        if (std::isinf(pixel))
            pixel = std::numeric_limits<float>::quiet_NaN();
    return image;
}

Result<void> checkOriginal(const data::ImageShape &shape)
{
    if (shape.channels >= 1 && shape.rows >= 1 && shape.columns >= 1)
        return {};
    return failure(ErrorKind::Mismatch,
                   "expected an image of at least 1 x 1 pixels, found " + std::to_string(shape.channels) +
                       " channels of " + std::to_string(shape.rows) + " x " + std::to_string(shape.columns));
}

Result<void> checkChannels(const Step &step, std::size_t channels)
{
    std::size_t needed = step.channels.empty() ? 1 : step.channels.back() + 1;
    if (const auto *mask = step.as<MaskRange>())
        needed = std::max(needed, mask->byChannel);
    if (needed <= channels)
        return {};
    return failure(ErrorKind::Mismatch, describe(step) + ": expected at least " + std::to_string(needed) +
                                            " channels, found " + std::to_string(channels));
}

/// Plays a step on all channels of an image, or on those that it names.
Result<Prepared> play(const Step &step, Prepared input)
{
    if (const auto allowed = checkChannels(step, input.image.channels()); !allowed)
        return failure(allowed.error());
    if (const auto *keep = step.as<KeepChannels>(); keep == nullptr && step.channels.empty())
        return std::visit([&](const auto &one) { return applyStep(one, std::move(input)); }, step.operation);
    data::Image whole = std::move(input.image);
    input.image = withChannels(whole, step.channels);
    if (step.as<KeepChannels>() != nullptr)
        return input;
    if (const auto *mask = step.as<MaskRange>(); mask != nullptr && mask->byChannel > 0)
        input.image = maskedBy(*mask, std::move(input.image), whole.channel(mask->byChannel - 1));
    else
    {
        auto played =
            std::visit([&](const auto &one) { return applyStep(one, std::move(input)); }, step.operation);
        if (!played)
            return played;
        input = std::move(*played);
    }
    for (std::size_t i = 0; i < step.channels.size(); ++i)
        std::copy_n(input.image.channel(i).begin(), whole.shape().channelSize(),
                    whole.channel(step.channels[i]).begin());
    input.image = std::move(whole);
    return input;
}

/// A pixel without a value equals itself.
bool isSame(const data::Image &a, const data::Image &b)
{
    return a.shape() == b.shape() &&
           std::equal(a.pixels().begin(), a.pixels().end(), b.pixels().begin(), [](float one, float other) {
               return one == other || (std::isnan(one) && std::isnan(other));
           });
}

/// No two finite values differ.
bool isFlat(const data::Image &image)
{
    const std::vector<float> values = finiteValues(image.pixels());
    return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

} // namespace

Result<void> validate(const Recipe &recipe)
{
    if (const std::string fault = faultOf(recipe.alignment); !fault.empty())
        return failure(ErrorKind::InvalidArgument, "recipe '" + recipe.name + "', align: " + fault);
    for (std::size_t i = 0; i < recipe.steps.size(); ++i)
        if (const std::string fault = faultOf(recipe.steps[i]); !fault.empty())
            return failure(ErrorKind::InvalidArgument, "recipe '" + recipe.name + "', step " +
                                                           std::to_string(i + 1) + " (" +
                                                           describe(recipe.steps[i]) + "): " + fault);
    return {};
}

Result<Prepared> apply(const Recipe &recipe, const data::ImageView &original)
try
{
    if (const auto valid = validate(recipe); !valid)
        return failure(valid.error());
    if (const auto usable = checkOriginal(original.shape()); !usable)
        return failure(usable.error());
    Prepared prepared;
    prepared.image = withoutInfinities(original);
    for (const Step &step : recipe.steps)
    {
        if (!step.isEnabled)
            continue;
        Result<Prepared> next = play(step, std::move(prepared));
        if (!next)
            return failure(std::move(next.error()));
        prepared = std::move(*next);
    }
    return prepared;
}
catch (const std::bad_alloc &)
{
    return failure(ErrorKind::OutOfMemory, "recipe '" + recipe.name +
                                               "': not enough memory for an image of " +
                                               std::to_string(original.rows()) + " x " +
                                               std::to_string(original.columns()) + " pixels");
}

std::vector<StepEffect> trace(const Recipe &recipe, const data::ImageView &original)
{
    std::vector<StepEffect> effects(recipe.steps.size());
    if (effects.empty())
        return effects;
    if (const auto usable = checkOriginal(original.shape()); !usable)
    {
        effects.front().fault = usable.error().message;
        return effects;
    }
    data::Image before(original);
    Prepared prepared;
    prepared.image = withoutInfinities(original);
    for (std::size_t i = 0; i < effects.size(); ++i)
    {
        const Step &step = recipe.steps[i];
        StepEffect &effect = effects[i];
        effect.fault = faultOf(step);
        if (!effect.fault.empty())
            break;
        if (!step.isEnabled)
            continue;
        auto next = play(step, std::move(prepared));
        if (!next)
        {
            effect.fault = next.error().message;
            break;
        }
        prepared = std::move(*next);
        effect.isApplied = true;
        effect.hasChangedAny = !isSame(prepared.image, before);
        effect.leavesNothing = isFlat(prepared.image) && !isFlat(before);
        effect.image = prepared.image;
        before = prepared.image;
    }
    return effects;
}

Result<data::ImageShape> preparedShape(const Recipe &recipe, const data::ImageShape &original)
{
    if (const auto valid = validate(recipe); !valid)
        return failure(valid.error());
    if (const auto usable = checkOriginal(original); !usable)
        return failure(usable.error());
    data::ImageShape shape = original;
    for (const Step &step : recipe.steps)
    {
        if (!step.isEnabled)
            continue;
        if (const auto allowed = checkChannels(step, shape.channels); !allowed)
            return failure(allowed.error());
        if (const auto *cutout = step.as<Cutout>())
        {
            if (const auto fits = checkFits(*cutout, shape); !fits)
                return failure(fits.error());
            shape = {shape.channels, cutout->side, cutout->side};
        }
        else if (const auto *resize = step.as<Resize>())
            shape = {shape.channels, resize->side, resize->side};
        else if (step.as<KeepChannels>() != nullptr)
            shape.channels = step.channels.size();
    }
    return shape;
}

} // namespace somnium::prepare
