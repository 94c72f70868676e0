// SPDX-License-Identifier: GPL-3.0-or-later
// What a step of a recipe can do: one struct an operation, its parameters with units and defaults. Pixels of
// a channel that have no value (NaN) take no part in any measurement and stay without one, unless said
// otherwise. Distances are in pixels of the image as the step finds it, from the image's centre
// ((rows - 1) / 2, (columns - 1) / 2).
#pragma once

#include <cstddef>
#include <variant>

namespace somnium::prepare
{

/// What pixels that a mask takes away become.
enum class Masked
{
    Zero,
    Nan,   ///< without a value, for a later FillNan
    Median ///< of the pixels of the channel that stay
};

/// The central `side` x `side` pixels of the original pixel grid: the window starts at floor((size - side) /
/// 2). Of equal parity the centres coincide, otherwise the window's lies half a pixel below the original's.
/// Smaller originals are an error unless `pad`.
struct Cutout
{
    std::size_t side = 64;
    bool pad = false; ///< true: what lies outside the original is NaN, to be filled by FillNan
    friend bool operator==(const Cutout &, const Cutout &) = default;
};

/// Gives pixels without a value one.
struct FillNan
{
    enum class With
    {
        Zero,
        Median, ///< of the valid pixels of the channel
        Minimum
    };
    With with = With::Zero;
    friend bool operator==(const FillNan &, const FillNan &) = default;
};

/// Subtracts the background of each channel. Median: of the pixels within `clipSigma` of it, as in ClipNoise.
/// Plane: least squares through the pixels within `clipSigma` of it. Mesh: the clipped mode of boxes,
/// smoothed by a 3 x 3 median, linear between and beyond their centres; the boxes are laid out symmetrically
/// about the centre. cite: Bertin & Arnouts 1996 (SExtractor), section 4.1, with linear instead of spline
/// interpolation.
struct SubtractBackground
{
    enum class Kind
    {
        Median,
        Plane,
        Mesh
    };
    Kind kind = Kind::Median;
    int boxSide = 32; ///< Mesh: about this many pixels; larger than a source, or it is taken for background
    double clipSigma = 3.0;
    int iterations = 5;
    friend bool operator==(const SubtractBackground &, const SubtractBackground &) = default;
};

/// Noise = 1.4826 x median absolute deviation about the median of the channel, iterated over the pixels
/// within `clipSigma` of it; then values below median + `keepAboveSigma` x noise become 0 and the median is
/// subtracted.
struct ClipNoise
{
    double keepAboveSigma = 3.0;
    double clipSigma = 3.0;
    int iterations = 5;
    friend bool operator==(const ClipNoise &, const ClipNoise &) = default;
};

/// Values beyond the channel's percentiles become those percentiles.
struct ClipPercentiles
{
    double low = 0.5;
    double high = 99.5;
    friend bool operator==(const ClipPercentiles &, const ClipPercentiles &) = default;
};

/// Masks what lies outside (or inside) a circle about the centre: pixels whose centre is further (not
/// further) than the radius.
struct MaskCircle
{
    enum class Keep
    {
        Inside,
        Outside
    };
    double radius = 0.0; ///< 0: half the shorter side, the largest disc
    Keep keep = Keep::Inside;
    Masked to = Masked::Zero;
    friend bool operator==(const MaskCircle &, const MaskCircle &) = default;
};

/// Masks by value: of each channel itself, or of one channel (a mask or weight image, say) for all.
struct MaskRange
{
    enum class Drop
    {
        Below,   ///< < low
        Above,   ///< > high
        Outside, ///< < low or > high
        Inside   ///< >= low and <= high; low = high: a value that marks bad pixels
    };
    Drop drop = Drop::Below;
    double low = 0.0;
    double high = 1.0;
    std::size_t byChannel = 0; ///< 0: each by itself; n: by the n-th channel, where NaN is masked too
    int grow = 0;              ///< pixels within this distance of a masked one are masked too
    Masked to = Masked::Nan;
    friend bool operator==(const MaskRange &, const MaskRange &) = default;
};

/// Keeps islands, the connected (8 neighbours) pixels above median + `aboveSigma` x noise of the channel
/// (noise as in ClipNoise); everything else becomes 0. Values are not changed.
struct KeepIslands
{
    enum class Keep
    {
        All,
        Central, ///< those with a pixel within `centreRadius` of the centre: the source and its surroundings
        Largest  ///< the one of the most pixels, of equal ones the brighter
    };
    double aboveSigma = 3.0;
    Keep keep = Keep::Central;
    double centreRadius = 5.0;
    int minimumPixels = 5; ///< smaller ones are noise
    int grow = 0;          ///< the faint rim: pixels within this distance of a kept one are kept too
    double clipSigma = 3.0;
    int iterations = 5;
    friend bool operator==(const KeepIslands &, const KeepIslands &) = default;
};

/// Takes away sources that the border cuts: islands (as in KeepIslands) with a pixel on the border of the
/// image, or beside one without a value, and none within `centreRadius` of the centre.
struct RemoveEdgeSources
{
    double aboveSigma = 3.0;
    double centreRadius = 5.0;
    int minimumPixels = 5;
    int grow = 2; ///< pixels within this distance go too
    Masked to = Masked::Median;
    double clipSigma = 3.0;
    int iterations = 5;
    friend bool operator==(const RemoveEdgeSources &, const RemoveEdgeSources &) = default;
};

/// Each island (as in KeepIslands) on a scale of its own: the curve of value - median, then its minimum to 0
/// and maximum to 1; pixels outside islands become 0. Faint companions are seen as well as bright sources.
/// cite: Galvin et al. 2020, MNRAS 497, 2730, section 3 (there for log10, 3 sigma, more than 5 pixels).
struct ScaleIslands
{
    enum class Curve
    {
        Log, ///< log10
        Sqrt,
        Linear
    };
    double aboveSigma = 3.0;
    Curve curve = Curve::Log;
    int minimumPixels = 6;
    double clipSigma = 3.0;
    int iterations = 2;
    friend bool operator==(const ScaleIslands &, const ScaleIslands &) = default;
};

/// Scales each channel linearly, or all by one scale. A channel without anything to scale by (no positive
/// maximum; minimum = maximum) becomes 0.
struct Normalise
{
    enum class To
    {
        Maximum,   ///< maximum becomes 1
        MinMax,    ///< minimum becomes 0, maximum 1
        Percentile ///< the given percentile becomes 1, the (100 - percentile) 0, no clipping at 1; as MinMax
                   ///< where both are equal
    };
    To to = To::Maximum;
    double percentile = 99.5;
    bool together = false; ///< one scale for all channels: keeps colours
    friend bool operator==(const Normalise &, const Normalise &) = default;
};

/// A monotonic curve: sqrt(x), asinh(x / softening) / asinh(1 / softening), log(1 + scale x) / log(1 +
/// scale); odd in x, so negative values keep their sign.
struct Stretch
{
    enum class Curve
    {
        Sqrt,
        Asinh,
        Log
    };
    Curve curve = Curve::Sqrt;
    double softening = 0.1; ///< asinh
    double scale = 1000.0;  ///< log
    friend bool operator==(const Stretch &, const Stretch &) = default;
};

/// Colour images: all channels of a pixel are multiplied by f(I) / I, I their mean and f the asinh curve of
/// Stretch, so that hue stays; where one would exceed 1, all are divided by it. I <= 0 becomes 0.
/// cite: Lupton et al. 2004, PASP 116, 133.
struct ColourStretch
{
    double softening = 0.1;
    friend bool operator==(const ColourStretch &, const ColourStretch &) = default;
};

/// Multiplies, then adds: units, or the weight of a channel.
struct Multiply
{
    double factor = 1.0;
    double add = 0.0;
    friend bool operator==(const Multiply &, const Multiply &) = default;
};

/// Fades to 0 towards the rim of the largest disc, as cos^2 from `inner` of its radius to its radius; 0
/// beyond. The same for every rotation and flip, so that nothing enters or leaves when an image is turned.
struct Taper
{
    double inner = 0.9;
    friend bool operator==(const Taper &, const Taper &) = default;
};

/// Keeps the channels that the step names, in their order, and no others.
struct KeepChannels
{
    friend bool operator==(const KeepChannels &, const KeepChannels &) = default;
};

/// Resamples to side x side: area average when shrinking, bicubic when growing.
struct Resize
{
    std::size_t side = 64;
    friend bool operator==(const Resize &, const Resize &) = default;
};

/// In the order in which a menu offers them.
using Operation = std::variant<Cutout, FillNan, SubtractBackground, ClipNoise, ClipPercentiles, MaskCircle,
                               MaskRange, KeepIslands, RemoveEdgeSources, ScaleIslands, Normalise, Stretch,
                               ColourStretch, Multiply, Taper, KeepChannels, Resize>;

} // namespace somnium::prepare
