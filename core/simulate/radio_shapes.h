// SPDX-License-Identifier: GPL-3.0-or-later
// The shapes of radio galaxies as sets of Gaussians: cores, jets, hotspots, lobes, plumes. cite: Fanaroff &
// Riley 1974 (classes I and II); Owen & Rudnick 1976 (tails); Leahy & Parma 1992 (X-shapes).
#pragma once

#include <vector>

#include "core/base/random.h"
#include "core/simulate/gaussian_sky.h"
#include "core/simulate/radio.h"

namespace somnium::simulate
{

/// A shape with its core at the origin and its jets along x, in units of about half its length.
struct RadioShape
{
    std::vector<GaussianBlob> blobs;
    double bendDeg = 0.0; ///< 180 degrees less the angle between the directions to its two ends; 0: straight
};

[[nodiscard]] RadioShape drawShape(RadioClass radioClass, Random &random);

} // namespace somnium::simulate
