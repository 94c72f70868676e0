// SPDX-License-Identifier: GPL-3.0-or-later
// An image on the pixel grid of another, by their WCS.
#pragma once

#include <cstddef>

#include "core/data/image.h"
#include "core/sky/wcs.h"

namespace somnium::sky
{

/// What happens to values when pixels change their size.
enum class PixelValues
{
    Brightness, ///< per beam, per steradian, per square arcsecond: values are averaged
    Flux        ///< per pixel: values are summed
};

/// Where pixels are on the sky.
struct PixelGrid
{
    Wcs wcs;
    std::size_t rows = 0;
    std::size_t columns = 0;
};

/// The grid that covers `grid`'s field about its centre with pixels of `pixelScaleArcsec`.
[[nodiscard]] PixelGrid rescaled(const PixelGrid &grid, double pixelScaleArcsec);

/// `image` on the grid: the mean of the bilinear surface over each grid pixel (so that finer images are
/// averaged, not picked from), for Flux times the pixel's area in pixels of the image. Exact WCS at the
/// corners of every grid pixel, linear inside. Pixels of which less than half is known have no value (NaN).
[[nodiscard]] data::Image reprojected(const data::ImageView &image, const Wcs &wcs, const PixelGrid &grid,
                                      PixelValues values);

} // namespace somnium::sky
