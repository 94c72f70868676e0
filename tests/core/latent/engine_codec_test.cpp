// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/latent/autoencoder.h"
#include "core/latent/autoencoder_trainer.h"

namespace somnium::latent
{
namespace
{

Autoencoder model(AutoencoderKind kind, compute::ProductPrecision precision = compute::ProductPrecision::Tf32)
{
    AutoencoderParams params = defaultParams(kind);
    params.widths = {7, 3};
    params.channels = {2, 3};
    params.noise = 0.25;
    params.seed = 12345;
    params.precision = precision;
    const data::ImageShape shape =
        kind == AutoencoderKind::Convolution2d ? data::ImageShape{3, 6, 5} : data::ImageShape{1, 1, 17};
    InputScaling scaling;
    scaling.mean.assign(shape.size(), 0.5F);
    scaling.scale = 2.0F;
    scaling.weightScale = 3.0F;
    return Autoencoder::create(params, shape, scaling, makeLayers(params, shape)).value();
}

/// The checksum of what is before it, made anew.
void sign(std::vector<std::byte> &bytes)
{
    const std::uint64_t sum = fnv1a(std::span(bytes).first(bytes.size() - 8));
    std::memcpy(bytes.data() + bytes.size() - 8, &sum, sizeof(sum));
}

TEST(EngineCodec, AModelComesBackFromItsBytes)
{
    for (const auto kind :
         {AutoencoderKind::Dense, AutoencoderKind::Convolution1d, AutoencoderKind::Convolution2d})
    {
        const Autoencoder written = model(kind);
        const auto read = deserialiseAutoencoder(serialise(written));
        ASSERT_TRUE(read.has_value()) << read.error().message;
        EXPECT_TRUE(*read == written);
    }
}

TEST(EngineCodec, ModelsOfTheFirstVersionKnewNoPrecision)
{
    const Autoencoder written = model(AutoencoderKind::Dense, compute::ProductPrecision::Float32);
    std::vector<std::byte> bytes = serialise(written);
    const std::vector<std::byte> other = serialise(model(AutoencoderKind::Dense));
    const auto place = std::ranges::mismatch(bytes, other).in1; // the one byte that tells them apart
    bytes.erase(place);
    bytes[8] = std::byte{1};
    sign(bytes);
    const auto read = deserialiseAutoencoder(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_TRUE(*read == written);
}

TEST(EngineCodec, DamagedBytesAreErrors)
{
    const std::vector<std::byte> whole = serialise(model(AutoencoderKind::Dense));
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 50)
        EXPECT_FALSE(deserialiseAutoencoder(std::span(whole).first(size)).has_value());
    Random random(1);
    for (int i = 0; i < 200; ++i)
    {
        std::vector<std::byte> bytes = whole;
        bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] ^= std::byte{1};
        const auto read = deserialiseAutoencoder(bytes);
        ASSERT_FALSE(read.has_value());
    }
}

TEST(EngineCodec, BytesThatAreWronglyMadeButSignedDoNoHarm)
{
    for (const auto kind : {AutoencoderKind::Dense, AutoencoderKind::Convolution2d})
    {
        const std::vector<std::byte> whole = serialise(model(kind));
        Random random(2);
        for (int i = 0; i < 3000; ++i)
        {
            std::vector<std::byte> bytes = whole;
            const std::size_t at =
                random.below(static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), 800)));
            bytes[at] = static_cast<std::byte>(random.below(256));
            sign(bytes);
            const auto read = deserialiseAutoencoder(bytes);
            if (!read)
                continue;
            // What was let in works.
            std::vector<float> values(read->pixels());
            std::vector<float> latent(read->latentSize());
            read->encode(values, {}, latent);
            read->decode(latent, values);
        }
    }
}

TEST(EngineCodec, AnotherVersionAndAnotherKindOfFileAreSaid)
{
    std::vector<std::byte> bytes = serialise(model(AutoencoderKind::Dense));
    EXPECT_EQ(deserialiseCheckpoint(bytes).error().kind, ErrorKind::Malformed);
    bytes[8] = std::byte{99};
    sign(bytes);
    EXPECT_EQ(deserialiseAutoencoder(bytes).error().kind, ErrorKind::Unsupported);
}

TEST(EngineAutoencoder, LayersThatDoNotFitAreSaid)
{
    const Autoencoder good = model(AutoencoderKind::Dense);
    NetworkLayers layers = good.layers();
    layers.encoder[1].weights.pop_back();
    const auto missing = Autoencoder::create(good.params(), good.shape(), good.scaling(), layers);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().kind, ErrorKind::Mismatch);
    EXPECT_NE(missing.error().message.find("encoder layer 2"), std::string::npos);
    layers = good.layers();
    layers.decoder.pop_back();
    EXPECT_FALSE(Autoencoder::create(good.params(), good.shape(), good.scaling(), layers).has_value());
    layers = good.layers();
    layers.encoder[0].weights[3] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(Autoencoder::create(good.params(), good.shape(), good.scaling(), layers).has_value());
    InputScaling scaling = good.scaling();
    scaling.scale = 0.0F;
    EXPECT_FALSE(Autoencoder::create(good.params(), good.shape(), scaling, good.layers()).has_value());
}

TEST(EngineAutoencoder, TheMirrorHasTheShapesOfTheEncoder)
{
    for (const std::size_t columns : {1U, 2U, 3U, 17U, 64U})
    {
        AutoencoderParams params = defaultParams(AutoencoderKind::Convolution2d);
        params.channels = {2, 3, 4};
        const data::ImageShape shape = {1, 11, columns};
        const NetworkLayers layers = makeLayers(params, shape);
        EXPECT_EQ(layers.decoder.back().output, shape);
        ASSERT_EQ(layers.encoder.size(), layers.decoder.size());
        for (std::size_t i = 0; i < layers.encoder.size(); ++i)
            EXPECT_EQ(layers.encoder[i].input, layers.decoder[layers.decoder.size() - 1 - i].output);
        InputScaling scaling;
        scaling.mean.assign(shape.size(), 0.0F);
        EXPECT_TRUE(Autoencoder::create(params, shape, scaling, layers).has_value());
    }
}

} // namespace
} // namespace somnium::latent
