// SPDX-License-Identifier: GPL-3.0-or-later
// Where the values of iso-lines are written along them.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/latent/iso_lines.h"
#include "core/latent/plane.h"

namespace somnium::latent
{

/// A label centred on its line.
struct IsoLabel
{
    std::size_t line = 0; ///< position in the lines given
    PlanePoint at;
    /// Direction of writing on the screen, counter-clockwise from rightwards, in (-pi/2, pi/2]: upright.
    double angleRad = 0.0;
    double level = 0.0;
};

struct LabelSize
{
    double widthPixels = 0.0;
    double heightPixels = 0.0;
};

struct LabelParams
{
    double apartPixels =
        500.0;                 ///< along a line there is one label in each such stretch that is in the window
    double marginPixels = 4.0; ///< free room around a label
    double straightness = 0.95; ///< least chord / arc of the line beneath the label, (0, 1]
};

/// Puts labels where the lines are straightest and wholly inside the window, long lines first; no two
/// overlap. A line that is too short or too bent for its label has none. `sizeOf` tells how large the text of
/// a level is. `taken`: labels that are there already (of another parameter) with their sizes, which are kept
/// free.
struct PlacedLabels
{
    std::vector<IsoLabel> labels; ///< sorted by line, then along it
    std::vector<LabelSize> sizes; ///< of each
};
[[nodiscard]] PlacedLabels placeLabels(std::span<const IsoLine> lines, const PlaneWindow &window,
                                       const std::function<LabelSize(double level)> &sizeOf,
                                       const LabelParams &params = {}, const PlacedLabels &taken = {});

} // namespace somnium::latent
