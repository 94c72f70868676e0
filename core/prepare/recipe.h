// SPDX-License-Identifier: GPL-3.0-or-later
// A Recipe: the ordered steps that turn an original image into a prepared sample. Written down as JSON in
// every session and export, replayable: the same recipe on the same original gives the same bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::prepare
{

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

/// Scales each channel linearly. A channel without anything to scale by (no positive maximum; minimum =
/// maximum) becomes 0.
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

/// Resamples to side x side: area average when shrinking, bicubic when growing.
struct Resize
{
    std::size_t side = 64;
    friend bool operator==(const Resize &, const Resize &) = default;
};

using Step = std::variant<Cutout, FillNan, ClipNoise, Normalise, Stretch, Resize>;

struct Recipe
{
    std::string name = "recipe";
    std::vector<Step> steps;
    friend bool operator==(const Recipe &, const Recipe &) = default;
};

/// A recipe for radio continuum cutouts: cutout, NaN to zero, 3 sigma clip, maximum to 1, square root.
[[nodiscard]] Recipe radioRecipe(std::size_t side = 64);

/// Fails naming the first step that makes no sense and why.
[[nodiscard]] Result<void> validate(const Recipe &recipe);

/// What preparing one image gave.
struct Prepared
{
    data::Image image;
    std::size_t filledPixels = 0; ///< pixels that had no value and were given one by FillNan
    /// Prepared pixel (row, column) lies at original (rowOrigin + rowScale * row, columnOrigin + ...), pixel
    /// centres at integers: how a WCS follows a cutout and a resize.
    double rowOrigin = 0.0;
    double columnOrigin = 0.0;
    double rowScale = 1.0;
    double columnScale = 1.0;
};

/// Pure and thread-safe. Fails (Mismatch) where an image does not allow a step: expected and found, no file
/// name.
[[nodiscard]] Result<Prepared> apply(const Recipe &recipe, const data::ImageView &original);

/// The shape `apply` gives for originals of this shape.
[[nodiscard]] Result<data::ImageShape> preparedShape(const Recipe &recipe, const data::ImageShape &original);

[[nodiscard]] std::string toJson(const Recipe &recipe);
[[nodiscard]] Result<Recipe> recipeFromJson(std::string_view json);

/// One line for people: "cutout 64, NaN to 0, clip 3 sigma, maximum to 1, sqrt".
[[nodiscard]] std::string describe(const Recipe &recipe);
[[nodiscard]] std::string describe(const Step &step);

} // namespace somnium::prepare
