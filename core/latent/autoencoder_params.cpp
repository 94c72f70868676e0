// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/bytes.h"
#include "core/latent/autoencoder.h"

namespace somnium::latent
{

namespace
{

constexpr std::size_t kMostLatent = 64;
constexpr std::size_t kMostWidth = 65536;
constexpr std::size_t kMostLayers = 16;
constexpr std::size_t kMostKernel = 63;
constexpr std::size_t kMostEpochs = 1000000;
/// Parameters of a network: 4 GB, four times as much while it is trained.
constexpr std::size_t kMostParameters = std::size_t{1} << 30U;

Result<void> wrong(const std::string &what, const std::string &expected, const std::string &found)
{
    return failure(ErrorKind::InvalidArgument, what + ": expected " + expected + ", found " + found);
}

Result<void> checkSizes(const std::vector<std::size_t> &sizes, const std::string &name)
{
    if (sizes.size() > kMostLayers)
        return wrong(name, "at most " + std::to_string(kMostLayers) + " layers",
                     std::to_string(sizes.size()));
    for (const std::size_t size : sizes)
        if (size == 0 || size > kMostWidth)
            return wrong(name, "1 to " + std::to_string(kMostWidth), std::to_string(size));
    return {};
}

Result<void> checkAtLeastZero(double value, const std::string &name)
{
    if (!(value >= 0.0) || !std::isfinite(value))
        return wrong(name, "a finite number of at least 0", std::to_string(value));
    return {};
}

bool isActivation(Activation activation)
{
    return activation <= Activation::Sigmoid;
}

Result<void> checkNetwork(const AutoencoderParams &params)
{
    if (params.kind > AutoencoderKind::Convolution2d || !isActivation(params.hiddenActivation) ||
        !isActivation(params.outputActivation))
        return failure(ErrorKind::InvalidArgument, "kind of network or activation: not one that there is");
    if (params.latentSize == 0 || params.latentSize > kMostLatent)
        return wrong("latent size", "1 to " + std::to_string(kMostLatent), std::to_string(params.latentSize));
    if (const auto good = checkSizes(params.widths, "widths"); !good)
        return good;
    if (params.kind == AutoencoderKind::Dense)
        return {};
    if (const auto good = checkSizes(params.channels, "channels"); !good)
        return good;
    if (params.channels.empty())
        return wrong("channels", "at least 1 convolution", "none");
    if (params.kernel < 2 || params.kernel > kMostKernel)
        return wrong("kernel", "2 to " + std::to_string(kMostKernel) + " pixels",
                     std::to_string(params.kernel));
    return {};
}

} // namespace

AutoencoderParams defaultParams(AutoencoderKind kind)
{
    AutoencoderParams params;
    params.kind = kind;
    if (kind == AutoencoderKind::Dense)
        return params;
    params.widths = {128};
    if (kind == AutoencoderKind::Convolution1d)
    {
        constexpr std::size_t kSpectralKernel = 7;
        params.channels = {8, 16, 32, 32};
        params.kernel = kSpectralKernel;
    }
    return params;
}

Result<void> validate(const AutoencoderParams &params)
{
    if (const auto good = checkNetwork(params); !good)
        return good;
    if (!(params.validationFraction >= 0.0 && params.validationFraction <= 0.9))
        return wrong("validation fraction", "0 to 0.9", std::to_string(params.validationFraction));
    if (!(params.learningRate > 0.0 && params.learningRate <= 1.0))
        return wrong("learning rate", "above 0, at most 1", std::to_string(params.learningRate));
    if (params.epochs == 0 || params.epochs > kMostEpochs)
        return wrong("epochs", "1 to " + std::to_string(kMostEpochs), std::to_string(params.epochs));
    if (params.batchSize > kMostWidth)
        return wrong("batch size", "0 (by the data) to " + std::to_string(kMostWidth),
                     std::to_string(params.batchSize));
    if (params.precision > compute::ProductPrecision::Bfloat16)
        return failure(ErrorKind::InvalidArgument, "precision of products: not one that there is");
    for (const auto &[value, name] : {std::pair(params.beta, "beta"), std::pair(params.noise, "noise"),
                                      std::pair(params.sparsity, "sparsity")})
        if (const auto good = checkAtLeastZero(value, name); !good)
            return good;
    return {};
}

Result<void> validate(const AutoencoderParams &params, const data::ImageShape &shape)
{
    if (const auto good = validate(params); !good)
        return good;
    const auto plane = checkedProduct(shape.rows, shape.columns);
    const auto size = plane ? checkedProduct(*plane, shape.channels) : std::nullopt;
    if (!size || *size == 0 || *size > kMostParameters)
        return failure(ErrorKind::Mismatch, "samples of " + std::to_string(shape.channels) + " x " +
                                                std::to_string(shape.rows) + " x " +
                                                std::to_string(shape.columns) + " values: expected 1 to " +
                                                std::to_string(kMostParameters));
    if (params.kind == AutoencoderKind::Convolution1d && shape.rows != 1)
        return failure(ErrorKind::Mismatch, "one-dimensional convolutions need samples of 1 row: found " +
                                                std::to_string(shape.rows));
    // The largest matrix is that of the first dense layer, whatever comes before it.
    const std::size_t widest = params.widths.empty() ? params.latentSize : params.widths.front();
    const std::size_t channels = params.kind == AutoencoderKind::Dense
                                     ? 1
                                     : *std::max_element(params.channels.begin(), params.channels.end());
    const auto largest = checkedProduct(*size, widest);
    const auto total = largest ? checkedProduct(*largest, channels) : std::nullopt;
    if (!total || (params.kind == AutoencoderKind::Dense && *total > kMostParameters / 2))
        return failure(ErrorKind::Mismatch, "a layer from " + std::to_string(*size) + " values to " +
                                                std::to_string(widest) + " has too many weights");
    return {};
}

} // namespace somnium::latent
