// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/recipe.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <new>

#include "core/prepare/steps.h"

namespace somnium::prepare
{

namespace
{

constexpr std::size_t kLargestSide = 8192;

std::string inWords(double value)
{
    char text[32];
    const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
    return {text, end};
}

/// What is wrong with a step, or empty.
std::string faultOf(const Step &step)
{
    const auto sideFault = [](std::size_t side) -> std::string {
        if (side >= 1 && side <= kLargestSide)
            return {};
        return "expected a side of 1 to " + std::to_string(kLargestSide) + " pixels, found " +
               std::to_string(side);
    };
    const auto numberFault = [](const char *name, double value, double low, double high) -> std::string {
        if (value >= low && value <= high) // false for NaN
            return {};
        return std::string("expected ") + name + " from " + inWords(low) + " to " + inWords(high) +
               ", found " + inWords(value);
    };
    if (const auto *cutout = std::get_if<Cutout>(&step))
        return sideFault(cutout->side);
    if (const auto *resize = std::get_if<Resize>(&step))
        return sideFault(resize->side);
    if (const auto *clip = std::get_if<ClipNoise>(&step))
    {
        if (std::string fault = numberFault("keepAboveSigma", clip->keepAboveSigma, -1000.0, 1000.0);
            !fault.empty())
            return fault;
        if (std::string fault = numberFault("clipSigma", clip->clipSigma, 0.5, 1000.0); !fault.empty())
            return fault;
        return numberFault("iterations", clip->iterations, 1, 100);
    }
    if (const auto *normalise = std::get_if<Normalise>(&step))
        return numberFault("percentile", normalise->percentile, 50.0, 100.0);
    if (const auto *stretch = std::get_if<Stretch>(&step))
    {
        if (std::string fault = numberFault("softening", stretch->softening, 1e-9, 1e9); !fault.empty())
            return fault;
        return numberFault("scale", stretch->scale, 1e-9, 1e12);
    }
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

std::string describeStep(const Cutout &step)
{
    return "cutout " + std::to_string(step.side) + (step.pad ? " padded" : "");
}

std::string describeStep(const FillNan &step)
{
    switch (step.with)
    {
    case FillNan::With::Zero: return "NaN to 0";
    case FillNan::With::Median: return "NaN to median";
    case FillNan::With::Minimum: return "NaN to minimum";
    }
    return {};
}

std::string describeStep(const ClipNoise &step)
{
    const ClipNoise usual;
    std::string text = "clip " + inWords(step.keepAboveSigma) + " sigma";
    if (step.clipSigma != usual.clipSigma || step.iterations != usual.iterations)
        text += " (noise within " + inWords(step.clipSigma) + " sigma, " + std::to_string(step.iterations) +
                " rounds)";
    return text;
}

std::string describeStep(const Normalise &step)
{
    switch (step.to)
    {
    case Normalise::To::Maximum: return "maximum to 1";
    case Normalise::To::MinMax: return "minimum to 0 and maximum to 1";
    case Normalise::To::Percentile: return "percentile " + inWords(step.percentile) + " to 1";
    }
    return {};
}

std::string describeStep(const Stretch &step)
{
    switch (step.curve)
    {
    case Stretch::Curve::Sqrt: return "sqrt";
    case Stretch::Curve::Asinh: return "asinh (softening " + inWords(step.softening) + ")";
    case Stretch::Curve::Log: return "log (scale " + inWords(step.scale) + ")";
    }
    return {};
}

std::string describeStep(const Resize &step)
{
    return "resize to " + std::to_string(step.side);
}

} // namespace

Recipe radioRecipe(std::size_t side)
{
    return {"radio", {Cutout{.side = side}, FillNan{}, ClipNoise{}, Normalise{}, Stretch{}}};
}

Result<void> validate(const Recipe &recipe)
{
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
        Result<Prepared> next =
            std::visit([&](const auto &one) { return applyStep(one, std::move(prepared)); }, step);
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

Result<data::ImageShape> preparedShape(const Recipe &recipe, const data::ImageShape &original)
{
    if (const auto valid = validate(recipe); !valid)
        return failure(valid.error());
    if (const auto usable = checkOriginal(original); !usable)
        return failure(usable.error());
    data::ImageShape shape = original;
    for (const Step &step : recipe.steps)
    {
        if (const auto *cutout = std::get_if<Cutout>(&step))
        {
            if (!cutout->pad && (shape.rows < cutout->side || shape.columns < cutout->side))
                return failure(ErrorKind::Mismatch,
                               "cutout: expected at least " + std::to_string(cutout->side) + " x " +
                                   std::to_string(cutout->side) + " pixels, found " +
                                   std::to_string(shape.rows) + " x " + std::to_string(shape.columns));
            shape = {shape.channels, cutout->side, cutout->side};
        }
        else if (const auto *resize = std::get_if<Resize>(&step))
            shape = {shape.channels, resize->side, resize->side};
    }
    return shape;
}

std::string describe(const Step &step)
{
    return std::visit([](const auto &one) { return describeStep(one); }, step);
}

std::string describe(const Recipe &recipe)
{
    std::string text;
    for (const Step &step : recipe.steps)
        text += (text.empty() ? "" : ", ") + describe(step);
    return text.empty() ? "as it is" : text;
}

} // namespace somnium::prepare
