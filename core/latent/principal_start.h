// SPDX-License-Identifier: GPL-3.0-or-later
// A dense network that begins where principal components end: it learns from there what they leave.
#pragma once

#include "core/latent/autoencoder.h"
#include "core/latent/pca_baseline.h"

namespace somnium::latent
{

/// Whether a network can hold a plane of principal components from the start: dense, with linear outputs,
/// hidden layers that are linear or LeakyReLU and hold two units for each number of the latent space (which
/// may be drawn: then its means begin on the plane).
[[nodiscard]] bool canBeginOnPlane(const AutoencoderParams &params);

/// `layers` of makeLayers, changed so that before any learning z are the projections on `axes`, all divided
/// by the spread of the first, and what is rebuilt of them is what the axes rebuild. Two units of each hidden
/// layer, u and -u, carry a number through: LeakyReLU(u) - LeakyReLU(-u) = (1 + leak) u. All other units stay
/// random, but nothing of theirs reaches z or the output yet. (Beginning as a simple map and growing from
/// there is what residual networks do; cite: Zhang, Dauphin & Ma 2019, Fixup, arXiv:1901.09321.)
[[nodiscard]] NetworkLayers beginOnPlane(NetworkLayers layers, const AutoencoderParams &params,
                                         const PrincipalAxes &axes, const InputScaling &scaling);

} // namespace somnium::latent
