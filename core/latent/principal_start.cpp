// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/principal_start.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace somnium::latent
{

namespace
{

/// How a number goes from layer to layer.
struct Carriers
{
    std::size_t count = 0;
    bool isPaired = false; ///< by u and -u, through LeakyReLUs

    [[nodiscard]] std::size_t units() const { return isPaired ? 2 * count : count; }
    /// What u and -u after their LeakyReLUs are multiplied with to give u.
    [[nodiscard]] float share() const { return isPaired ? 1.0F / (1.0F + compute::kLeak) : 1.0F; }
    [[nodiscard]] std::size_t numberOf(std::size_t unit) const { return isPaired ? unit / 2 : unit; }
    [[nodiscard]] float signOf(std::size_t unit) const { return isPaired && unit % 2 == 1 ? -1.0F : 1.0F; }
};

/// Columns [0, columns) of a layer's weights take from nothing.
void clearColumns(Layer &layer, std::size_t columns)
{
    const std::size_t width = layer.output.size();
    for (std::size_t row = 0; row < layer.input.size(); ++row)
        std::fill_n(layer.weights.begin() + static_cast<std::ptrdiff_t>(row * width), columns, 0.0F);
}

/// The layer's inputs (carriers if `fromHidden`, else the numbers themselves) go on to its outputs.
void carryOn(Layer &layer, const Carriers &carriers, bool fromHidden, bool toHidden)
{
    const std::size_t outputs = toHidden ? carriers.units() : carriers.count;
    const std::size_t inputs = fromHidden ? carriers.units() : carriers.count;
    clearColumns(layer, outputs);
    for (std::size_t to = 0; to < outputs; ++to)
        for (std::size_t from = 0; from < inputs; ++from)
        {
            const std::size_t number = toHidden ? carriers.numberOf(to) : to;
            if ((fromHidden ? carriers.numberOf(from) : from) != number)
                continue;
            const float sign = (toHidden ? carriers.signOf(to) : 1.0F) *
                               (fromHidden ? carriers.signOf(from) * carriers.share() : 1.0F);
            layer.weights[from * layer.output.size() + to] = sign;
        }
}

/// Pixels to numbers.
void project(Layer &layer, const Carriers &carriers, bool toHidden, const PrincipalAxes &axes, float factor)
{
    const std::size_t outputs = toHidden ? carriers.units() : carriers.count;
    clearColumns(layer, outputs);
    for (std::size_t to = 0; to < outputs; ++to)
    {
        const std::size_t number = toHidden ? carriers.numberOf(to) : to;
        const float sign = toHidden ? carriers.signOf(to) : 1.0F;
        for (std::size_t pixel = 0; pixel < axes.pixels(); ++pixel)
            layer.weights[pixel * layer.output.size() + to] =
                sign * factor * axes.axes[number * axes.pixels() + pixel];
    }
}

/// Numbers to pixels.
void rebuild(Layer &layer, const Carriers &carriers, bool fromHidden, const PrincipalAxes &axes, float factor)
{
    const std::size_t inputs = fromHidden ? carriers.units() : carriers.count;
    std::fill(layer.weights.begin(), layer.weights.end(), 0.0F);
    for (std::size_t from = 0; from < inputs; ++from)
    {
        const std::size_t number = fromHidden ? carriers.numberOf(from) : from;
        const float sign = fromHidden ? carriers.signOf(from) * carriers.share() : 1.0F;
        for (std::size_t pixel = 0; pixel < axes.pixels(); ++pixel)
            layer.weights[from * axes.pixels() + pixel] =
                sign * factor * axes.axes[number * axes.pixels() + pixel];
    }
}

} // namespace

bool canBeginOnPlane(const AutoencoderParams &params)
{
    const bool isLinear = params.hiddenActivation == Activation::Linear;
    if (params.kind != AutoencoderKind::Dense || params.outputActivation != Activation::Linear ||
        (!isLinear && params.hiddenActivation != Activation::LeakyRelu))
        return false;
    const std::size_t units = isLinear ? params.latentSize : 2 * params.latentSize;
    return std::all_of(params.widths.begin(), params.widths.end(),
                       [units](std::size_t width) { return width >= units; });
}

NetworkLayers beginOnPlane(NetworkLayers layers, const AutoencoderParams &params, const PrincipalAxes &axes,
                           const InputScaling &scaling)
{
    CHECK(canBeginOnPlane(params) && axes.pixels() == scaling.mean.size());
    const double spread = axes.count() == 0 ? 0.0 : std::sqrt(axes.variance.front()) / double{scaling.scale};
    if (axes.count() < params.latentSize || !(spread > 0.0))
        return layers; // fewer rows than axes
    const Carriers carriers = {params.latentSize, params.hiddenActivation == Activation::LeakyRelu};
    const bool isDeep = layers.encoder.size() > 1;
    project(layers.encoder.front(), carriers, isDeep, axes, static_cast<float>(1.0 / spread));
    for (std::size_t i = 1; i < layers.encoder.size(); ++i)
        carryOn(layers.encoder[i], carriers, true, i + 1 < layers.encoder.size());
    for (std::size_t i = 0; i + 1 < layers.decoder.size(); ++i)
        carryOn(layers.decoder[i], carriers, i > 0, true);
    rebuild(layers.decoder.back(), carriers, isDeep, axes, static_cast<float>(spread));
    return layers;
}

} // namespace somnium::latent
