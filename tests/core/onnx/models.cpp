// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/onnx/models.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/random.h"

namespace somnium::onnx::test
{

namespace
{

using latent::Activation;
using latent::AutoencoderKind;
using latent::AutoencoderParams;

AutoencoderParams dense(std::vector<std::size_t> widths, std::size_t latentSize)
{
    AutoencoderParams params = latent::defaultParams(AutoencoderKind::Dense);
    params.widths = std::move(widths);
    params.latentSize = latentSize;
    return params;
}

AutoencoderParams convolutional(AutoencoderKind kind, std::vector<std::size_t> channels, std::size_t kernel)
{
    AutoencoderParams params = latent::defaultParams(kind);
    params.widths = {11};
    params.channels = std::move(channels);
    params.kernel = kernel;
    return params;
}

AutoencoderParams variational(AutoencoderParams params)
{
    params.isVariational = true;
    return params;
}

AutoencoderParams with(AutoencoderParams params, Activation hidden, Activation output)
{
    params.hiddenActivation = hidden;
    params.outputActivation = output;
    return params;
}

} // namespace

std::vector<ModelCase> modelCases()
{
    constexpr auto kAlong = AutoencoderKind::Convolution1d;
    constexpr auto kOver = AutoencoderKind::Convolution2d;
    return {
        {"Dense", dense({24, 9}, 2), {1, 1, 61}},
        {"Linear", dense({}, 3), {1, 1, 40}},
        {"DenseTanh", with(dense({8}, 4), Activation::Tanh, Activation::Sigmoid), {1, 1, 17}},
        {"DenseVariational", variational(dense({16, 8}, 2)), {1, 1, 33}},
        {"DenseOfImages", dense({12}, 2), {3, 5, 4}},
        {"Convolution", convolutional(kAlong, {4, 6}, 5), {1, 1, 64}},
        {"ConvolutionOdd", convolutional(kAlong, {3, 4, 5}, 5), {1, 1, 51}},
        {"ConvolutionEvenKernel", convolutional(kAlong, {3, 4}, 4), {1, 1, 37}},
        {"ConvolutionTwo", convolutional(kAlong, {2, 3}, 2), {1, 1, 30}},
        {"ConvolutionOfChannels", convolutional(kAlong, {4, 5}, 3), {2, 1, 28}},
        {"ConvolutionVariational", variational(convolutional(kAlong, {4, 6}, 5)), {1, 1, 47}},
        {"Images", convolutional(kOver, {4, 5}, 5), {1, 12, 12}},
        {"ImagesOdd", convolutional(kOver, {3, 4}, 3), {1, 9, 7}},
        {"ImagesOfChannels", convolutional(kOver, {4, 3}, 4), {3, 10, 11}},
        {"ImagesVariational",
         variational(with(convolutional(kOver, {3, 4}, 3), Activation::Tanh, Activation::Linear)),
         {2, 8, 9}},
    };
}

latent::Autoencoder makeModel(const ModelCase &one, std::uint64_t seed)
{
    Random random(seed);
    latent::AutoencoderParams params = one.params;
    params.seed = seed;
    latent::NetworkLayers layers = latent::makeLayers(params, one.shape);
    for (auto *const list : {&layers.encoder, &layers.decoder})
        for (latent::Layer &layer : *list)
            for (float &bias : layer.biases)
                bias = static_cast<float>(0.3 * random.normal());
    latent::InputScaling scaling;
    for (std::size_t i = 0; i < one.shape.size(); ++i)
        scaling.mean.push_back(static_cast<float>(5.0 + random.normal()));
    scaling.scale = 2.5F;
    return latent::Autoencoder::create(params, one.shape, scaling, layers).value();
}

std::vector<float> randomRows(std::size_t count, std::size_t length, const std::vector<float> &centre,
                              std::uint64_t seed)
{
    Random random(seed);
    std::vector<float> rows(count * length);
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = static_cast<float>(2.0 * random.normal()) + (centre.empty() ? 0.0F : centre[i % length]);
    return rows;
}

std::vector<float> encoded(const latent::Autoencoder &model, std::span<const float> rows)
{
    const std::size_t count = rows.size() / model.pixels();
    std::vector<float> places(count * model.latentSize());
    for (std::size_t i = 0; i < count; ++i)
        model.encode(rows.subspan(i * model.pixels(), model.pixels()), {},
                     std::span(places).subspan(i * model.latentSize(), model.latentSize()));
    return places;
}

std::vector<float> decoded(const latent::Autoencoder &model, std::span<const float> places)
{
    const std::size_t count = places.size() / model.latentSize();
    std::vector<float> rows(count * model.pixels());
    for (std::size_t i = 0; i < count; ++i)
        model.decode(places.subspan(i * model.latentSize(), model.latentSize()),
                     std::span(rows).subspan(i * model.pixels(), model.pixels()));
    return rows;
}

double relativeDifference(std::span<const float> found, std::span<const float> expected)
{
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (found.size() != expected.size() || expected.empty())
        return kInfinity;
    double squares = 0.0;
    for (const float value : expected)
        squares += double{value} * double{value};
    const double typical = std::sqrt(squares / static_cast<double>(expected.size()));
    double worst = 0.0;
    for (std::size_t i = 0; i < found.size(); ++i)
    {
        const double difference = std::abs(double{found[i]} - double{expected[i]});
        const double share = difference / (std::abs(double{expected[i]}) + typical);
        if (!std::isfinite(share))
            return kInfinity;
        worst = std::max(worst, share);
    }
    return worst;
}

} // namespace somnium::onnx::test
