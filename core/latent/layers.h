// SPDX-License-Identifier: GPL-3.0-or-later
// Layers in plain memory: made, checked, turned, and applied to one vector. What others need of them is in
// autoencoder.h.
#pragma once

#include <span>
#include <string>

#include "core/base/result.h"
#include "core/latent/autoencoder.h"
#include "core/latent/procrustes.h"

namespace somnium::latent
{

/// Values that a layer puts out to the next one, [row][column][channel].
[[nodiscard]] inline std::size_t inputSize(const Layer &layer)
{
    return layer.input.size();
}
[[nodiscard]] inline std::size_t outputSize(const Layer &layer)
{
    return layer.output.size();
}

/// Whether input and output of a network with these layers have their channels turned to the end: maps do,
/// vectors (which have none) need not.
[[nodiscard]] bool turnsChannels(const NetworkLayers &layers, const data::ImageShape &shape);

/// Mismatch: which layer, what was expected and found.
[[nodiscard]] Result<void> checkLayers(const NetworkLayers &layers, const data::ImageShape &shape,
                                       std::size_t latentSize, bool isVariational);

/// The layers whose latent points are those of `layers`, aligned, and that read them so. Log variances stay
/// those of the axes before.
[[nodiscard]] NetworkLayers turned(NetworkLayers layers, const Alignment &alignment);

/// One vector through all layers, on the calling thread.
[[nodiscard]] std::vector<float> applyLayers(std::span<const Layer> layers, std::span<const float> values);

/// [outer][inner] to [inner][outer].
[[nodiscard]] std::vector<float> transposed(std::span<const float> values, std::size_t outer);

} // namespace somnium::latent
