// SPDX-License-Identifier: GPL-3.0-or-later
// A Recipe: the ordered steps that turn an original image into a prepared sample. Written down as JSON in
// every session and export, replayable: the same recipe on the same original gives the same bits.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/data/image.h"
#include "core/prepare/operations.h"

namespace somnium::prepare
{

/// An operation, on all channels or on some.
struct Step
{
    Operation operation;
    std::vector<std::size_t> channels; ///< zero-based, ascending (JSON counts from 1); empty: all
    bool isEnabled = true;             ///< false: kept in the recipe, not applied

    Step() = default;
    template <class One>
    requires std::constructible_from<Operation, One &&> Step(One &&one)
        : operation(std::forward<One>(one)) // NOLINT(google-explicit-constructor): is one
    {}
    Step(Operation one, std::vector<std::size_t> onChannels)
        : operation(std::move(one)), channels(std::move(onChannels))
    {}

    template <class One> [[nodiscard]] const One *as() const { return std::get_if<One>(&operation); }
    template <class One> [[nodiscard]] One *as() { return std::get_if<One>(&operation); }
    friend bool operator==(const Step &, const Step &) = default;
};

/// How images of one source out of several files become the channels of one original: resampled by their WCS
/// onto one grid, before the first step.
struct Alignment
{
    enum class Values
    {
        Brightness, ///< per beam, per steradian: a pixel of another size has the same value
        Flux        ///< per pixel: a pixel of half the area has half the value
    };
    std::vector<std::string> channels; ///< their names in order; empty: no alignment, one file has it all
    std::size_t reference = 0;         ///< the channel whose grid is used
    double pixelScaleArcsec = 0.0;     ///< of the grid; 0: the reference's own
    Values values = Values::Brightness;

    [[nodiscard]] bool isUsed() const { return !channels.empty(); }
    friend bool operator==(const Alignment &, const Alignment &) = default;
};

struct Recipe
{
    std::string name = "recipe";
    std::vector<Step> steps;
    Alignment alignment = {};
    friend bool operator==(const Recipe &, const Recipe &) = default;
};

/// A recipe for radio continuum cutouts: cutout, NaN to zero, 3 sigma clip, maximum to 1, square root.
[[nodiscard]] Recipe radioRecipe(std::size_t side = 64);

/// A recipe that comes with the program.
struct ReadyMade
{
    Recipe recipe;
    std::string_view purpose; ///< one sentence
};
/// For FIRST, LoTSS, optical colour, radio with infrared, the central source alone. Their names are unique.
[[nodiscard]] std::vector<ReadyMade> readyMadeRecipes();

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

/// What one step did to one image, for a preview.
struct StepEffect
{
    bool isApplied = false;     ///< false: switched off, it failed, or a step before it did
    bool hasChangedAny = false; ///< a pixel, the shape or the place
    bool leavesNothing = false; ///< one value everywhere, where there were several before
    std::string fault;          ///< why it failed; empty: it did not
    data::Image image;          ///< after it; of a step that is not applied: empty
};
/// `apply`, looking on: one effect for each step. A recipe that is not valid has the fault at its bad step.
[[nodiscard]] std::vector<StepEffect> trace(const Recipe &recipe, const data::ImageView &original);

/// The shape `apply` gives for originals of this shape.
[[nodiscard]] Result<data::ImageShape> preparedShape(const Recipe &recipe, const data::ImageShape &original);

[[nodiscard]] std::string toJson(const Recipe &recipe);
/// For files that people read: one step a line.
[[nodiscard]] std::string toReadableJson(const Recipe &recipe);
[[nodiscard]] Result<Recipe> recipeFromJson(std::string_view json);

/// One line for people: "cutout 64, NaN to 0, clip 3 sigma, maximum to 1, sqrt". Without steps that are off.
[[nodiscard]] std::string describe(const Recipe &recipe);
[[nodiscard]] std::string describe(const Step &step);

} // namespace somnium::prepare
