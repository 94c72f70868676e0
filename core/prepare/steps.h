// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a recipe, one function each, on an image in place of which they give a new one. Pure and
// thread-safe; a pixel without a value (NaN) stays one except in fillNan. No step makes NaN or infinity from
// finite pixels.
#pragma once

#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/prepare/recipe.h"

namespace somnium::prepare
{

/// The finite values of a channel, in pixel order.
[[nodiscard]] std::vector<float> finiteValues(std::span<const float> channel);

/// Exact median (mean of the two middle ones for an even count); reorders `values`. 0 for no values.
[[nodiscard]] double median(std::vector<float> &values);

/// The value below which `percent` per cent of the values lie, linear between order statistics (numpy's
/// default); reorders `values`. 0 for no values.
[[nodiscard]] double percentile(std::vector<float> &values, double percent);

struct NoiseLevel
{
    double median = 0.0;
    double sigma = 0.0; ///< 1.4826 x median absolute deviation
    friend bool operator==(const NoiseLevel &, const NoiseLevel &) = default;
};
/// Background level and noise of a channel, see ClipNoise.
[[nodiscard]] NoiseLevel noiseLevel(std::span<const float> channel, double clipSigma, int iterations);

/// First row (or column) of the window of `side` in an original of `size`: floor((size - side) / 2). Of equal
/// parity the centres coincide; of unequal parity the window's centre lies half a pixel below the
/// original's. Negative: the window begins before the original.
[[nodiscard]] long long windowStart(std::size_t size, std::size_t side);

/// Mismatch if an original of this shape is too small for the cutout.
[[nodiscard]] Result<void> checkFits(const Cutout &step, const data::ImageShape &shape);

/// To float without ever becoming infinite.
[[nodiscard]] float narrow(double value);

/// The channels of `image` that are named, in their order.
[[nodiscard]] data::Image withChannels(const data::Image &image, const std::vector<std::size_t> &channels);

/// All channels of `image` masked by the values of `judge`, a channel of as many pixels.
[[nodiscard]] data::Image maskedBy(const MaskRange &step, data::Image image, std::span<const float> judge);

[[nodiscard]] Result<Prepared> applyStep(const Cutout &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const FillNan &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const SubtractBackground &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const ClipNoise &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const ClipPercentiles &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const MaskCircle &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const MaskRange &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const KeepIslands &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const RemoveEdgeSources &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const ScaleIslands &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const Normalise &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const Stretch &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const ColourStretch &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const Multiply &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const Taper &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const KeepChannels &step, Prepared input);
[[nodiscard]] Result<Prepared> applyStep(const Resize &step, Prepared input);

} // namespace somnium::prepare
