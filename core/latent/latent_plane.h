// SPDX-License-Identifier: GPL-3.0-or-later
// A plane through a latent space of any number of dimensions: what of it is shown, and back.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/latent/plane.h"

namespace somnium::latent
{

/// Points origin + x right + y up of the latent space; `right` and `up` are orthonormal, and `origin` is
/// orthogonal to them.
struct LatentPlane
{
    std::vector<double> origin; ///< [z]
    std::vector<double> right;  ///< [z]
    std::vector<double> up;     ///< [z]

    [[nodiscard]] std::size_t dimensions() const { return origin.size(); }
    /// Where on the plane each place [n][z] lies, seen along all other directions.
    [[nodiscard]] std::vector<float> xOf(std::span<const float> places) const;
    [[nodiscard]] std::vector<float> yOf(std::span<const float> places) const;
    /// The latent numbers [z] of a point of the plane.
    void latentAt(PlanePoint point, std::span<float> latent) const;
};

/// Two coordinates of the space, through the mean of `places` [n][dimensions] in all others. In a space of
/// one dimension y is 0.
[[nodiscard]] LatentPlane coordinatePlane(std::span<const float> places, std::size_t dimensions,
                                          std::size_t first, std::size_t second);
/// The two directions in which the places vary most, through their mean; the largest element of each is
/// positive.
[[nodiscard]] LatentPlane principalPlane(std::span<const float> places, std::size_t dimensions);

} // namespace somnium::latent
