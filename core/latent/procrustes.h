// SPDX-License-Identifier: GPL-3.0-or-later
// Turns a cloud of latent points so that it lies as near as it can to an earlier one: which way round an
// autoencoder lays its plane means nothing, and a map that spins cannot be watched.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace somnium::latent
{

/// p -> rotation (p - centre) + centre.
struct Alignment
{
    std::vector<double> rotation; ///< [z][z], orthogonal; may reflect
    std::vector<double> centre;   ///< [z]
    [[nodiscard]] std::size_t size() const { return centre.size(); }
    void apply(std::span<float> points) const; ///< [n][z] in place
    friend bool operator==(const Alignment &, const Alignment &) = default;
};
[[nodiscard]] Alignment identityAlignment(std::size_t size);

/// The one for `points` [n][z] about their mean that minimises the squared distances to `target` [n][z] about
/// theirs. Points that are not finite do not count; without any, the identity. cite: Schoenemann 1966.
[[nodiscard]] Alignment alignmentTo(std::span<const float> target, std::span<const float> points,
                                    std::size_t size);

} // namespace somnium::latent
