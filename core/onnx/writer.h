// SPDX-License-Identifier: GPL-3.0-or-later
// Models of latent spaces as ONNX files, for PyTorch, onnxruntime, OpenCV, ... Scaling is part of the graph:
// what goes in and comes out is in the units of the data. Operation set 11, IR version 6, in forms that
// OpenCV 4.6 reads, too; the number of rows is open ("N").
//
// Encoder: "flux" to "latent" [N, latent size] (the means of a variational one). Decoder: "latent" to "flux".
// "flux" is [N, pixels] for spectra and vectors, [N, channels, rows, columns] for images. Pixels without a
// value have to be given as initializer "mean" says.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/latent/autoencoder.h"
#include "core/onnx/latent_model.h"

namespace somnium::onnx
{

/// Written into metadata_props, beside what the model says of itself.
using Notes = std::vector<std::pair<std::string, std::string>>;

/// Unsupported: layers that no training of Somnium makes and ONNX has no words for.
[[nodiscard]] Result<std::vector<std::byte>> encoderToOnnx(const latent::Autoencoder &model,
                                                           const Notes &notes);
[[nodiscard]] Result<std::vector<std::byte>> decoderToOnnx(const latent::Autoencoder &model,
                                                           const Notes &notes);

struct WrittenFiles
{
    std::filesystem::path encoder;
    std::filesystem::path decoder; ///< empty: a foreign model without one
};
/// PREFIX_encoder.onnx and PREFIX_decoder.onnx, each whole or not at all. Foreign models as they came, with
/// all weights inside.
[[nodiscard]] Result<WrittenFiles> writeOnnx(const LatentModel &model, const std::filesystem::path &prefix,
                                             const Notes &notes);

} // namespace somnium::onnx
