// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes and steps in words.
#include <charconv>

#include "core/prepare/recipe.h"

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

std::string inWords(Masked to)
{
    switch (to)
    {
    case Masked::Zero: return "0";
    case Masked::Nan: return "NaN";
    case Masked::Median: return "median";
    }
    return {};
}

std::string words(const Cutout &step)
{
    return "cutout " + std::to_string(step.side) + (step.pad ? " padded" : "");
}

std::string words(const FillNan &step)
{
    switch (step.with)
    {
    case FillNan::With::Zero: return "NaN to 0";
    case FillNan::With::Median: return "NaN to median";
    case FillNan::With::Minimum: return "NaN to minimum";
    }
    return {};
}

std::string words(const SubtractBackground &step)
{
    switch (step.kind)
    {
    case SubtractBackground::Kind::Median: return "minus median";
    case SubtractBackground::Kind::Plane: return "minus plane";
    case SubtractBackground::Kind::Mesh: return "minus mesh of " + std::to_string(step.boxSide) + " px";
    }
    return {};
}

std::string words(const ClipNoise &step)
{
    const ClipNoise usual;
    std::string text = "clip " + inWords(step.keepAboveSigma) + " sigma";
    if (step.clipSigma != usual.clipSigma || step.iterations != usual.iterations)
        text += " (noise within " + inWords(step.clipSigma) + " sigma, " + std::to_string(step.iterations) +
                " rounds)";
    return text;
}

std::string words(const ClipPercentiles &step)
{
    return "clip to " + inWords(step.low) + "-" + inWords(step.high) + " %";
}

std::string words(const MaskCircle &step)
{
    const std::string circle = step.radius > 0.0 ? "circle of " + inWords(step.radius) + " px" : "disc";
    return (step.keep == MaskCircle::Keep::Inside ? "outside " : "inside ") + circle + " to " +
           inWords(step.to);
}

std::string words(const MaskRange &step)
{
    std::string text;
    const std::string range = inWords(step.low) + " to " + inWords(step.high);
    switch (step.drop)
    {
    case MaskRange::Drop::Below: text = "below " + inWords(step.low); break;
    case MaskRange::Drop::Above: text = "above " + inWords(step.high); break;
    case MaskRange::Drop::Outside: text = "outside " + range; break;
    case MaskRange::Drop::Inside: text = "within " + range; break;
    }
    if (step.byChannel > 0)
        text += " in channel " + std::to_string(step.byChannel);
    if (step.grow > 0)
        text += " and " + std::to_string(step.grow) + " px around";
    return text + " to " + inWords(step.to);
}

std::string words(const KeepIslands &step)
{
    const std::string above = " above " + inWords(step.aboveSigma) + " sigma";
    switch (step.keep)
    {
    case KeepIslands::Keep::All: return "only islands" + above;
    case KeepIslands::Keep::Central: return "only central islands" + above;
    case KeepIslands::Keep::Largest: return "only the largest island" + above;
    }
    return {};
}

std::string words(const RemoveEdgeSources &step)
{
    return "no edge sources above " + inWords(step.aboveSigma) + " sigma";
}

std::string words(const ScaleIslands &step)
{
    const std::string above = "islands above " + inWords(step.aboveSigma) + " sigma each to 1";
    switch (step.curve)
    {
    case ScaleIslands::Curve::Log: return above + " by log";
    case ScaleIslands::Curve::Sqrt: return above + " by sqrt";
    case ScaleIslands::Curve::Linear: return above;
    }
    return {};
}

std::string words(const Normalise &step)
{
    const std::string together = step.together ? " of all channels" : "";
    switch (step.to)
    {
    case Normalise::To::Maximum: return "maximum" + together + " to 1";
    case Normalise::To::MinMax: return "minimum to 0 and maximum" + together + " to 1";
    case Normalise::To::Percentile: return "percentile " + inWords(step.percentile) + together + " to 1";
    }
    return {};
}

std::string words(const Stretch &step)
{
    switch (step.curve)
    {
    case Stretch::Curve::Sqrt: return "sqrt";
    case Stretch::Curve::Asinh: return "asinh (softening " + inWords(step.softening) + ")";
    case Stretch::Curve::Log: return "log (scale " + inWords(step.scale) + ")";
    }
    return {};
}

std::string words(const ColourStretch &step)
{
    return "colour asinh (softening " + inWords(step.softening) + ")";
}

std::string words(const Multiply &step)
{
    std::string text = "times " + inWords(step.factor);
    if (step.add != 0.0)
        text += " plus " + inWords(step.add);
    return text;
}

std::string words(const Taper &step)
{
    return "fade beyond " + inWords(step.inner) + " of the radius";
}

std::string words(const KeepChannels & /*step*/)
{
    return "keep";
}

std::string words(const Resize &step)
{
    return "resize to " + std::to_string(step.side);
}

} // namespace

std::string describe(const Step &step)
{
    std::string text = std::visit([](const auto &one) { return words(one); }, step.operation);
    for (std::size_t i = 0; i < step.channels.size(); ++i)
        text += (i > 0                        ? "+"
                 : step.channels.size() == 1U ? " channel "
                                              : " channels ") +
                std::to_string(step.channels[i] + 1);
    return text;
}

std::string describe(const Recipe &recipe)
{
    std::string text;
    if (recipe.alignment.isUsed())
    {
        text = "channels ";
        for (std::size_t i = 0; i < recipe.alignment.channels.size(); ++i)
            text += (i > 0 ? "+" : "") + recipe.alignment.channels[i];
        text += " by WCS";
    }
    for (const Step &step : recipe.steps)
        if (step.isEnabled)
            text += (text.empty() ? "" : ", ") + describe(step);
    return text.empty() ? "as it is" : text;
}

} // namespace somnium::prepare
