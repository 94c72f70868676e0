// SPDX-License-Identifier: GPL-3.0-or-later
// The model behind a latent space: an autoencoder of ours, or networks out of ONNX files. What places a
// source in the space, and draws what lies at a place of it. Values; cheap to copy, thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/latent/autoencoder.h"
#include "core/latent/training_data.h"
#include "core/onnx/network.h"

namespace somnium::onnx
{

/// Trained elsewhere. Takes values in the units of the data.
class ForeignModel
{
public:
    struct Files
    {
        std::vector<std::byte> encoder;
        std::vector<std::byte> decoder; ///< empty: there is none
        std::string encoderName;        ///< for messages
        std::string decoderName;
        std::filesystem::path folder; ///< of both
        std::string output;           ///< of the encoder, that is the place; empty: the first
    };
    /// `fill`: what stands where a source has no value; empty: the encoder's initializer "mean" if it has one
    /// of as many numbers (as those that Somnium writes), else 0. Errors are those of Network; Mismatch if
    /// the space has not 1 to 64 dimensions, or the decoder gives back another number of values.
    [[nodiscard]] static Result<ForeignModel> create(const Files &files, const data::ImageShape &shape,
                                                     std::vector<float> fill);

    [[nodiscard]] const data::ImageShape &shape() const { return m_shape; }
    [[nodiscard]] std::size_t pixels() const { return m_shape.size(); }
    [[nodiscard]] std::size_t latentSize() const { return m_encoder.outputSize(); }
    [[nodiscard]] bool canDecode() const { return m_decoder.has_value(); }
    [[nodiscard]] const Network &encoder() const { return m_encoder; }
    [[nodiscard]] const std::optional<Network> &decoder() const { return m_decoder; }
    [[nodiscard]] const std::vector<float> &fill() const { return m_fill; } ///< [pixel]
    /// Whether the encoder says itself what stands where there is no value.
    [[nodiscard]] static bool namesItsMean(const Network &encoder);

    /// As Autoencoder's; NaN where a network fails, or none decodes.
    void encode(std::span<const float> values, std::span<const float> weights, std::span<float> latent) const;
    void decode(std::span<const float> latent, std::span<float> values) const;

    struct Mapped
    {
        latent::Autoencoder::Mapped places;     ///< errors: NaN without a decoder
        std::vector<std::uint32_t> validCounts; ///< [count] values that are there
    };
    /// On `context.threads` threads. Cancelled, or a failure of a network.
    [[nodiscard]] Result<Mapped> map(const latent::TrainingData &data, const JobContext &context) const;

private:
    ForeignModel(Network encoder, std::optional<Network> decoder, const data::ImageShape &shape,
                 std::vector<float> fill)
        : m_encoder(std::move(encoder)), m_decoder(std::move(decoder)), m_shape(shape),
          m_fill(std::move(fill))
    {}
    [[nodiscard]] Result<void> mapRows(const latent::TrainingData &data, std::size_t first, std::size_t end,
                                       Mapped &mapped) const;

    Network m_encoder;
    std::optional<Network> m_decoder;
    data::ImageShape m_shape;
    std::vector<float> m_fill;
};

class LatentModel
{
public:
    LatentModel(latent::Autoencoder model) : m_model(std::move(model)) {} // NOLINT: is one
    LatentModel(ForeignModel model) : m_model(std::move(model)) {}        // NOLINT: is one

    [[nodiscard]] const data::ImageShape &shape() const;
    [[nodiscard]] std::size_t pixels() const { return shape().size(); }
    [[nodiscard]] std::size_t latentSize() const;
    [[nodiscard]] bool canDecode() const;
    /// Of one source, as Autoencoder's.
    void encode(std::span<const float> values, std::span<const float> weights, std::span<float> latent) const;
    /// NaN if it cannot.
    void decode(std::span<const float> latent, std::span<float> values) const;

    [[nodiscard]] const latent::Autoencoder *autoencoder() const; ///< null if it is a foreign one
    [[nodiscard]] const ForeignModel *foreign() const;            ///< null if it is ours

private:
    std::variant<latent::Autoencoder, ForeignModel> m_model;
};

/// An autoencoder as latent::serialise writes it; foreign networks with their files inside.
[[nodiscard]] std::vector<std::byte> serialise(const LatentModel &model);
[[nodiscard]] Result<LatentModel> deserialiseLatentModel(std::span<const std::byte> bytes);

} // namespace somnium::onnx
