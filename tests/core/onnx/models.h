// SPDX-License-Identifier: GPL-3.0-or-later
// Autoencoders that nobody trained, one for each form that a training can make, and rows to put in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/image.h"
#include "core/latent/autoencoder.h"

namespace somnium::onnx::test
{

struct ModelCase
{
    std::string name; ///< letters and digits
    latent::AutoencoderParams params;
    data::ImageShape shape;
};
/// Dense, linear, convolutions along spectra and over images, of odd and even sizes, one and several
/// channels, all activations, variational ones.
[[nodiscard]] std::vector<ModelCase> modelCases();

/// Weights, biases, mean and scale all random, of the sizes that trained ones have.
[[nodiscard]] latent::Autoencoder makeModel(const ModelCase &one, std::uint64_t seed = 1);

/// [count][length], about `centre` (of `length` numbers, or empty: 0).
[[nodiscard]] std::vector<float> randomRows(std::size_t count, std::size_t length,
                                            const std::vector<float> &centre = {}, std::uint64_t seed = 2);

/// What the model itself makes of rows, one at a time.
[[nodiscard]] std::vector<float> encoded(const latent::Autoencoder &model, std::span<const float> rows);
[[nodiscard]] std::vector<float> decoded(const latent::Autoencoder &model, std::span<const float> places);

/// The largest difference, as a share of |expected| + the root mean square of all expected. Infinite if
/// lengths differ or a number is not finite.
[[nodiscard]] double relativeDifference(std::span<const float> found, std::span<const float> expected);

} // namespace somnium::onnx::test
