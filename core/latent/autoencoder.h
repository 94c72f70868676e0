// SPDX-License-Identifier: GPL-3.0-or-later
// A trained autoencoder: how it was made, how values are scaled, and its layers in plain memory. Immutable;
// cheap to copy (copies share the layers). Encodes and decodes one vector at once on the calling thread, or
// many on a backend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/compute/tensor_ops.h"
#include "core/data/image.h"
#include "core/latent/training_data.h"

namespace somnium::latent
{

using compute::Activation;

enum class AutoencoderKind : std::uint8_t
{
    Dense,         ///< L -> widths -> z -> mirror
    Convolution1d, ///< convolutions along the columns ({1, 1, L} or {channels, 1, L}), then dense to z,
                   ///< mirrored
    Convolution2d, ///< of images
};

struct AutoencoderParams
{
    /// A dense one begins on the plane of the principal components, where it can (principal_start.h).
    AutoencoderKind kind = AutoencoderKind::Dense;
    std::vector<std::size_t> widths = {512, 128, 32}; ///< of the dense encoder's hidden layers; may be empty
    std::vector<std::size_t> channels = {16, 32, 64}; ///< of the convolutions, each of stride 2
    std::size_t kernel = 5;                           ///< pixels of a convolution, along each axis, >= 2
    std::size_t latentSize = 2;                       ///< z, 1 to 64
    Activation hiddenActivation = Activation::LeakyRelu;
    Activation outputActivation = Activation::Linear;

    bool isVariational = false;
    double beta =
        1.0; ///< of the divergence, beside the squared error summed over pixels (see trainAutoencoder)
    double noise = 0.0;    ///< denoising: normal noise of the data's errors times this (of the scale of all
                           ///< values times this where there are no errors) is added to the input; 0: not
    double sparsity = 0.0; ///< factor of the mean of |z|; 0: not

    double learningRate = 1e-3; ///< of Adam, rises for a tenth of the steps; falls to 0 along half a cosine
    std::size_t batchSize = 0;  ///< 0: min(512, training rows / 32), at least 16 (or all rows)
    std::size_t epochs = 100;   ///< at most
    /// Ends when the validation loss has not fallen for so many; 0: never. Less than a third of the epochs
    /// ends many a training before its rate has fallen, when most is still to be gained.
    std::size_t patience = 50;
    double validationFraction = 0.1;
    std::uint64_t seed = 1;
    /// Of the products of a training, on a device that has units for it; parameters are float32 always.
    compute::ProductPrecision precision = compute::ProductPrecision::Float32;

    friend bool operator==(const AutoencoderParams &, const AutoencoderParams &) = default;
};
/// What suits a kind: its widths, channels and kernel; the rest as above.
[[nodiscard]] AutoencoderParams defaultParams(AutoencoderKind kind);
/// InvalidArgument with the name of the parameter, what was expected and found.
[[nodiscard]] Result<void> validate(const AutoencoderParams &params);
/// Also whether it suits samples of this shape (Mismatch).
[[nodiscard]] Result<void> validate(const AutoencoderParams &params, const data::ImageShape &shape);

enum class LayerKind : std::uint8_t
{
    Dense,
    Convolution,
    TransposedConvolution,
};

/// y = f(W applied to x, + bias). Maps are [row][column][channel], the channel fastest, between all layers;
/// only the network's own input and output are [channel][row][column].
/// - Dense: y = x W, `weights` [input.size()][output.size()], `biases` [output.size()].
/// - Convolution: `weights` [kernel row][kernel column][input channel][output channel], `biases` [output
/// channel];
///   y(r, c, k) = sum W(i, j, q, k) x(r strideRows - padRows + i, c strideColumns - padColumns + j, q).
/// - TransposedConvolution: `weights` [input channel][kernel row][kernel column][output channel], `biases`
/// [output
///   channel]; y(r strideRows - padRows + i, c strideColumns - padColumns + j, k) += W(q, i, j, k) x(r, c,
///   q).
struct Layer
{
    LayerKind kind = LayerKind::Dense;
    Activation activation = Activation::Linear;
    data::ImageShape input; ///< a vector of n: {n, 1, 1}, or the map that it is made of
    data::ImageShape output;
    std::size_t kernelRows = 1;
    std::size_t kernelColumns = 1;
    std::size_t strideRows = 1;
    std::size_t strideColumns = 1;
    std::size_t padRows = 0; ///< before the first; after the last as many as the shapes ask for
    std::size_t padColumns = 0;
    std::vector<float> weights;
    std::vector<float> biases;

    [[nodiscard]] std::size_t weightCount() const; ///< that the shapes ask for
    [[nodiscard]] std::size_t biasCount() const;
    /// The windows of a convolution on its input, or of a transposed one on its output.
    [[nodiscard]] compute::ConvolutionShape windows() const;
    friend bool operator==(const Layer &, const Layer &) = default;
};

/// The layers of a network that is not trained: weights uniform in +- sqrt(6 / ((1 + leak^2) inputs)) (He et
/// al. 2015) before a LeakyReLU, else +- sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010); biases 0.
struct NetworkLayers
{
    std::vector<Layer> encoder; ///< the last one writes z, or (mean | log variance) if variational
    std::vector<Layer> decoder;
    friend bool operator==(const NetworkLayers &, const NetworkLayers &) = default;
};
[[nodiscard]] NetworkLayers makeLayers(const AutoencoderParams &params, const data::ImageShape &shape);

class Autoencoder
{
public:
    /// Checks that the layers fit each other, the shape, the scaling and params.latentSize (Mismatch: which
    /// layer, expected, found) and are finite.
    [[nodiscard]] static Result<Autoencoder> create(AutoencoderParams params, data::ImageShape shape,
                                                    InputScaling scaling, NetworkLayers layers);

    [[nodiscard]] const AutoencoderParams &params() const { return m_parts->params; }
    [[nodiscard]] const data::ImageShape &shape() const { return m_parts->shape; }
    [[nodiscard]] std::size_t pixels() const { return shape().size(); }
    [[nodiscard]] std::size_t latentSize() const { return params().latentSize; }
    [[nodiscard]] const InputScaling &scaling() const { return m_parts->scaling; }
    [[nodiscard]] const std::vector<Layer> &encoderLayers() const { return m_parts->layers.encoder; }
    [[nodiscard]] const std::vector<Layer> &decoderLayers() const { return m_parts->layers.decoder; }
    [[nodiscard]] const NetworkLayers &layers() const { return m_parts->layers; }
    [[nodiscard]] std::size_t parameterCount() const;

    /// One vector, in the units of the data; `weights` [pixels] or empty: where it is 0, or the value is not
    /// finite, the mean is taken. Writes latentSize() numbers (the means of a variational model).
    /// Thread-safe.
    void encode(std::span<const float> values, std::span<const float> weights, std::span<float> latent) const;
    /// Writes pixels() values in the units of the data. Thread-safe.
    void decode(std::span<const float> latent, std::span<float> values) const;

    /// [count][latentSize()]. Cancelled, or the backend's failure.
    [[nodiscard]] Result<std::vector<float>> encode(const TrainingData &data, compute::Backend &backend,
                                                    const JobContext &context) const;
    /// `latent` [count][latentSize()] to [count][pixels()].
    [[nodiscard]] Result<std::vector<float>> decode(std::span<const float> latent, compute::Backend &backend,
                                                    const JobContext &context) const;

    /// Where the data lie, and how well each is rebuilt.
    struct Mapped
    {
        std::vector<float> latent; ///< [count][latentSize()]
        /// [count] sum of weight (x - x^)^2 over the pixels that are there, divided by their number; weight
        /// as the data have it, so that this is chi^2 per pixel where they have errors. NaN if no pixel is
        /// there.
        std::vector<float> reconstructionError;
    };
    [[nodiscard]] Result<Mapped> map(const TrainingData &data, compute::Backend &backend,
                                     const JobContext &context) const;

    friend bool operator==(const Autoencoder &a, const Autoencoder &b) { return *a.m_parts == *b.m_parts; }

private:
    struct Parts
    {
        AutoencoderParams params;
        data::ImageShape shape;
        InputScaling scaling;
        NetworkLayers layers;
        friend bool operator==(const Parts &, const Parts &) = default;
    };
    explicit Autoencoder(std::shared_ptr<const Parts> parts) : m_parts(std::move(parts)) {}
    std::shared_ptr<const Parts> m_parts;
};

/// Little-endian: magic, version, sizes, all of the above, FNV-1a of what is before it.
[[nodiscard]] std::vector<std::byte> serialise(const Autoencoder &model);
/// Malformed or Mismatch; nothing is allocated beyond what the bytes can hold.
[[nodiscard]] Result<Autoencoder> deserialiseAutoencoder(std::span<const std::byte> bytes);

} // namespace somnium::latent
