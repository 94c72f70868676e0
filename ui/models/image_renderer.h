// SPDX-License-Identifier: GPL-3.0-or-later
// Pixel values to colours: limits, stretch, colour map. Row 0 of the image becomes the bottom line of the
// picture. Of several channels one is shown, or a colour picture: three become red, green and blue, two
// orange and blue (white where both are bright), which people with any colour vision tell apart. Pixels
// without a value (NaN, Inf) are transparent. Pure functions, cheap enough for the GUI thread at thumbnail
// size.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <QImage>

#include "core/data/image.h"
#include "ui/models/display_settings.h"

namespace somnium::ui
{

/// The values that become the first and the last colour.
struct PixelLimits
{
    float low = 0.0F;
    float high = 1.0F;
    friend bool operator==(const PixelLimits &, const PixelLimits &) = default;
};

/// The one channel that is shown of images with so many; none: they make a colour picture.
[[nodiscard]] std::optional<std::size_t> shownChannel(std::size_t channels, const DisplaySettings &settings);
/// One channel of an image, as an image.
[[nodiscard]] data::ImageView channelView(const data::ImageView &image, std::size_t channel);

/// By the method that `settings` names. Values that are not finite are left out; low = high if all are equal.
[[nodiscard]] PixelLimits pixelLimits(std::span<const float> pixels, const DisplaySettings &settings);

/// Of the channels that are shown.
[[nodiscard]] PixelLimits imageLimits(const data::ImageView &image, const DisplaySettings &settings);

/// IRAF's zscale: a line through the sorted sample, outliers rejected, its slope divided by `contrast`.
/// cite: IRAF, display task, "zscale algorithm".
[[nodiscard]] PixelLimits zscaleLimits(std::span<const float> pixels, double contrast = 0.25);

/// The curve of a stretch on [0, 1], with contrast and bias applied after it. Not for histogram equalisation,
/// whose curve depends on the image.
[[nodiscard]] double stretched(double fraction, const DisplaySettings &settings);

[[nodiscard]] QImage renderImage(const data::ImageView &image, const DisplaySettings &settings);
[[nodiscard]] QImage renderImage(const data::ImageView &image, const DisplaySettings &settings,
                                 PixelLimits limits);
/// Many images to the same limits: the curve is worked out once.
[[nodiscard]] std::vector<QImage> renderImages(const std::vector<data::ImageView> &images,
                                               const DisplaySettings &settings, PixelLimits limits);
/// Of the first channel; linear, red-blue, symmetric about 0; `largest` becomes the end of the map (0: the
/// largest absolute value).
[[nodiscard]] QImage renderDifference(const data::ImageView &image, float largest = 0.0F);

/// Names for menus, settings and the command line: "linear", "log", ... and back (Asinh if unknown).
[[nodiscard]] QString stretchName(ImageStretch stretch);
[[nodiscard]] ImageStretch stretchFromName(const QString &name);
[[nodiscard]] QString limitsName(ImageLimits limits);
[[nodiscard]] ImageLimits limitsFromName(const QString &name);

} // namespace somnium::ui
