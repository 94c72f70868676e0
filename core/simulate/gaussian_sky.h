// SPDX-License-Identifier: GPL-3.0-or-later
// A sky made of elliptical Gaussians, seen by an interferometer with a circular Gaussian beam: convolution is
// a sum of covariances, exact and without a grid.
#pragma once

#include <span>

#include "core/base/random.h"
#include "core/data/image.h"

namespace somnium::simulate
{

/// One elliptical Gaussian. x grows to the east, y to the north, from the centre of the image.
struct GaussianBlob
{
    double x = 0.0; ///< arcsec (or the unit of a shape yet to be scaled)
    double y = 0.0;
    double flux = 1.0;      ///< integrated
    double majorFwhm = 0.0; ///< 0: a point
    double minorFwhm = 0.0;
    double angleRad = 0.0; ///< of the major axis, from x towards y
};

/// The grid and beam of an image.
struct Observation
{
    std::size_t side = 64;
    double pixelArcsec = 1.8;
    double beamArcsec = 5.4; ///< FWHM
};

/// Adds the blobs in flux units per beam. North is up (rows), east at small columns, as in most FITS images.
void render(std::span<const GaussianBlob> blobs, const Observation &observation, data::Image &image);

/// Adds Gaussian noise of this rms whose autocorrelation is the beam, as in a naturally weighted map: the
/// noise of the visibilities is white, so that its power in the map is the weight of each baseline, of which
/// the beam is made too.
void addNoise(double rms, const Observation &observation, Random &random, data::Image &image);

} // namespace somnium::simulate
