// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/layers.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/base/random.h"

namespace somnium::latent
{

namespace
{

std::string text(const data::ImageShape &shape)
{
    return std::to_string(shape.channels) + " x " + std::to_string(shape.rows) + " x " +
           std::to_string(shape.columns);
}

data::ImageShape vectorShape(std::size_t size)
{
    return {size, 1, 1};
}

/// How a convolution of stride 2 halves one axis, rounded up; an axis of `isFlat` stays as it is.
struct Axis
{
    std::size_t output = 1;
    std::size_t kernel = 1;
    std::size_t stride = 1;
    std::size_t pad = 0;
};

Axis halved(std::size_t size, std::size_t kernel, bool isFlat)
{
    if (isFlat)
        return {size, 1, 1, 0};
    const std::size_t output = (size + 1) / 2;
    const std::size_t covered = 2 * (output - 1) + kernel;
    return {output, kernel, 2, covered > size ? (covered - size) / 2 : 0};
}

Layer convolution(const AutoencoderParams &params, const data::ImageShape &input, std::size_t channels)
{
    const Axis rows = halved(input.rows, params.kernel, params.kind == AutoencoderKind::Convolution1d);
    const Axis columns = halved(input.columns, params.kernel, false);
    Layer layer;
    layer.kind = LayerKind::Convolution;
    layer.activation = params.hiddenActivation;
    layer.input = input;
    layer.output = {channels, rows.output, columns.output};
    layer.kernelRows = rows.kernel;
    layer.kernelColumns = columns.kernel;
    layer.strideRows = rows.stride;
    layer.strideColumns = columns.stride;
    layer.padRows = rows.pad;
    layer.padColumns = columns.pad;
    return layer;
}

Layer dense(const data::ImageShape &input, const data::ImageShape &output, Activation activation)
{
    Layer layer;
    layer.activation = activation;
    layer.input = input;
    layer.output = output;
    return layer;
}

/// The layer that goes the other way.
Layer mirrored(const Layer &layer, Activation activation)
{
    Layer back = layer;
    std::swap(back.input, back.output);
    back.activation = activation;
    if (layer.kind == LayerKind::Convolution)
        back.kind = LayerKind::TransposedConvolution;
    return back;
}

/// Terms of the sum that makes one output, about.
double fanIn(const Layer &layer)
{
    switch (layer.kind)
    {
    case LayerKind::Dense: return static_cast<double>(inputSize(layer));
    case LayerKind::Convolution: return static_cast<double>(layer.windows().windowSize());
    case LayerKind::TransposedConvolution: break;
    }
    return static_cast<double>(layer.weightCount()) /
           static_cast<double>(layer.output.channels * layer.strideRows * layer.strideColumns);
}

void initialise(Layer &layer, Random &random)
{
    layer.weights.resize(layer.weightCount());
    layer.biases.assign(layer.biasCount(), 0.0F);
    const double in = fanIn(layer);
    double limit = std::sqrt(6.0 / ((1.0 + std::pow(double{compute::kLeak}, 2.0)) * in));
    if (layer.activation != Activation::LeakyRelu)
    {
        const double out = layer.kind == LayerKind::Dense ? static_cast<double>(outputSize(layer)) : in;
        limit = std::sqrt(6.0 / (in + out));
    }
    for (float &weight : layer.weights)
        weight = static_cast<float>(random.uniform(-limit, limit));
}

Result<void> checkLayer(const Layer &layer, const std::string &name)
{
    const auto wrong = [&](const std::string &what) {
        return failure(ErrorKind::Mismatch, name + ": " + what);
    };
    if (layer.input.size() == 0 || layer.output.size() == 0)
        return wrong("its shapes are " + text(layer.input) + " and " + text(layer.output));
    if (layer.weights.size() != layer.weightCount() || layer.biases.size() != layer.biasCount())
        return wrong("has " + std::to_string(layer.weights.size()) + " weights and " +
                     std::to_string(layer.biases.size()) + " biases: expected " +
                     std::to_string(layer.weightCount()) + " and " + std::to_string(layer.biasCount()));
    const auto isFinite = [](float value) { return std::isfinite(value); };
    if (!std::all_of(layer.weights.begin(), layer.weights.end(), isFinite) ||
        !std::all_of(layer.biases.begin(), layer.biases.end(), isFinite))
        return wrong("not all of its weights are finite");
    if (layer.kind == LayerKind::Dense)
        return {};
    const compute::ConvolutionShape shape = layer.windows();
    // The last window begins on the map.
    if ((shape.windowRows - 1) * shape.strideRows >= shape.rows + shape.padRows ||
        (shape.windowColumns - 1) * shape.strideColumns >= shape.columns + shape.padColumns)
        return wrong("its kernel, strides and pads do not lead from " + text(layer.input) + " to " +
                     text(layer.output));
    return {};
}

Result<void> checkChain(const std::vector<Layer> &layers, const std::string &part, std::size_t input,
                        std::size_t output)
{
    std::size_t size = input;
    for (std::size_t i = 0; i < layers.size(); ++i)
    {
        const std::string name = part + " layer " + std::to_string(i + 1);
        if (const auto good = checkLayer(layers[i], name); !good)
            return good;
        if (inputSize(layers[i]) != size)
            return failure(ErrorKind::Mismatch, name + " takes " + std::to_string(inputSize(layers[i])) +
                                                    " values: expected " + std::to_string(size));
        size = outputSize(layers[i]);
    }
    if (layers.empty() || size != output)
        return failure(ErrorKind::Mismatch, "the " + part + " gives " + std::to_string(size) +
                                                " values: expected " + std::to_string(output));
    return {};
}

/// y += x W for one vector.
void addProduct(std::span<const float> x, const float *weights, std::span<float> y)
{
    const std::size_t columns = y.size();
    float *const to = y.data();
    std::size_t i = 0;
    for (; i + 4 <= x.size(); i += 4)
    {
        const float *const w0 = weights + i * columns;
        const float *const w1 = w0 + columns;
        const float *const w2 = w1 + columns;
        const float *const w3 = w2 + columns;
        const float x0 = x[i];
        const float x1 = x[i + 1];
        const float x2 = x[i + 2];
        const float x3 = x[i + 3];
        for (std::size_t j = 0; j < columns; ++j)
            to[j] += (x0 * w0[j] + x1 * w1[j]) + (x2 * w2[j] + x3 * w3[j]);
    }
    for (; i < x.size(); ++i)
        for (std::size_t j = 0; j < columns; ++j)
            to[j] += x[i] * weights[i * columns + j];
}

/// Calls take(window, kernel element, map element), elements without their channel, where windows lie on the
/// map.
template <class Take> void forOverlaps(const compute::ConvolutionShape &s, const Take &take)
{
    for (std::size_t r = 0; r < s.windowRows; ++r)
        for (std::size_t c = 0; c < s.windowColumns; ++c)
            for (std::size_t i = 0; i < s.kernelRows; ++i)
                for (std::size_t j = 0; j < s.kernelColumns; ++j)
                {
                    const std::size_t row = r * s.strideRows + i;
                    const std::size_t column = c * s.strideColumns + j;
                    if (row >= s.padRows && row < s.rows + s.padRows && column >= s.padColumns &&
                        column < s.columns + s.padColumns)
                        take(r * s.windowColumns + c, i * s.kernelColumns + j,
                             (row - s.padRows) * s.columns + column - s.padColumns);
                }
}

void addConvolution(const Layer &layer, std::span<const float> x, std::span<float> y)
{
    const compute::ConvolutionShape shape = layer.windows();
    const std::size_t in = layer.input.channels;
    const std::size_t out = layer.output.channels;
    forOverlaps(shape, [&](std::size_t window, std::size_t kernel, std::size_t map) {
        addProduct(x.subspan(map * in, in), layer.weights.data() + kernel * in * out,
                   y.subspan(window * out, out));
    });
}

void addTransposed(const Layer &layer, std::span<const float> x, std::span<float> y)
{
    const compute::ConvolutionShape shape = layer.windows();
    const std::size_t in = layer.input.channels;
    const std::size_t out = layer.output.channels;
    const std::size_t stride = shape.windowSize();
    forOverlaps(shape, [&](std::size_t window, std::size_t kernel, std::size_t map) {
        float *const to = y.data() + map * out;
        for (std::size_t q = 0; q < in; ++q)
        {
            const float value = x[window * in + q];
            const float *const weights = layer.weights.data() + q * stride + kernel * out;
            for (std::size_t k = 0; k < out; ++k)
                to[k] += value * weights[k];
        }
    });
}

void activate(Activation activation, std::span<float> values)
{
    for (float &value : values)
        switch (activation)
        {
        case Activation::Linear: return;
        case Activation::LeakyRelu: value = value > 0.0F ? value : compute::kLeak * value; break;
        case Activation::Tanh: value = std::tanh(value); break;
        case Activation::Sigmoid: value = 1.0F / (1.0F + std::exp(-value)); break;
        }
}

std::vector<float> applyLayer(const Layer &layer, std::span<const float> x)
{
    std::vector<float> y(outputSize(layer));
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] = layer.biases[i % layer.biases.size()];
    switch (layer.kind)
    {
    case LayerKind::Dense: addProduct(x, layer.weights.data(), y); break;
    case LayerKind::Convolution: addConvolution(layer, x, y); break;
    case LayerKind::TransposedConvolution: addTransposed(layer, x, y); break;
    }
    activate(layer.activation, y);
    return y;
}

} // namespace

std::size_t Layer::weightCount() const
{
    switch (kind)
    {
    case LayerKind::Dense: return input.size() * output.size();
    case LayerKind::Convolution: return windows().windowSize() * output.channels;
    case LayerKind::TransposedConvolution: break;
    }
    return windows().windowSize() * input.channels;
}

std::size_t Layer::biasCount() const
{
    return kind == LayerKind::Dense ? output.size() : output.channels;
}

compute::ConvolutionShape Layer::windows() const
{
    const bool isBack = kind == LayerKind::TransposedConvolution;
    const data::ImageShape &map = isBack ? output : input;
    const data::ImageShape &places = isBack ? input : output;
    return {.channels = map.channels,
            .rows = map.rows,
            .columns = map.columns,
            .windowRows = places.rows,
            .windowColumns = places.columns,
            .kernelRows = kernelRows,
            .kernelColumns = kernelColumns,
            .strideRows = strideRows,
            .strideColumns = strideColumns,
            .padRows = padRows,
            .padColumns = padColumns};
}

NetworkLayers makeLayers(const AutoencoderParams &params, const data::ImageShape &shape)
{
    NetworkLayers layers;
    data::ImageShape last = params.kind == AutoencoderKind::Dense ? vectorShape(shape.size()) : shape;
    if (params.kind != AutoencoderKind::Dense)
        for (const std::size_t channels : params.channels)
        {
            layers.encoder.push_back(convolution(params, last, channels));
            last = layers.encoder.back().output;
        }
    for (const std::size_t width : params.widths)
    {
        layers.encoder.push_back(dense(last, vectorShape(width), params.hiddenActivation));
        last = vectorShape(width);
    }
    layers.encoder.push_back(dense(last, vectorShape(params.latentSize), Activation::Linear));
    for (auto layer = layers.encoder.rbegin(); layer != layers.encoder.rend(); ++layer)
        layers.decoder.push_back(mirrored(*layer, params.hiddenActivation));
    layers.decoder.back().activation = params.outputActivation;
    if (params.isVariational)
        layers.encoder.back().output = vectorShape(2 * params.latentSize);

    constexpr std::uint64_t kStream = 0xAE;
    Random random(params.seed, kStream);
    for (std::vector<Layer> *const part : {&layers.encoder, &layers.decoder})
        for (Layer &layer : *part)
            initialise(layer, random);
    return layers;
}

bool turnsChannels(const NetworkLayers &layers, const data::ImageShape &shape)
{
    return shape.channels > 1 && !layers.encoder.empty() && layers.encoder.front().kind != LayerKind::Dense;
}

Result<void> checkLayers(const NetworkLayers &layers, const data::ImageShape &shape, std::size_t latentSize,
                         bool isVariational)
{
    if (const auto good =
            checkChain(layers.encoder, "encoder", shape.size(), isVariational ? 2 * latentSize : latentSize);
        !good)
        return good;
    if (const auto good = checkChain(layers.decoder, "decoder", latentSize, shape.size()); !good)
        return good;
    const Layer &last = layers.encoder.back();
    const Layer &first = layers.decoder.front();
    if (last.kind != LayerKind::Dense || last.activation != Activation::Linear ||
        first.kind != LayerKind::Dense)
        return failure(ErrorKind::Mismatch,
                       "the encoder's last layer must be dense and linear, the decoder's first "
                       "one dense");
    if (turnsChannels(layers, shape) &&
        !(layers.encoder.front().input == shape && layers.decoder.back().output == shape))
        return failure(ErrorKind::Mismatch,
                       "the network's maps begin as " + text(layers.encoder.front().input) + " and end as " +
                           text(layers.decoder.back().output) + ": expected " + text(shape));
    return {};
}

NetworkLayers turned(NetworkLayers layers, const Alignment &alignment)
{
    const std::size_t z = alignment.size();
    const auto r = [&](std::size_t to, std::size_t from) { return alignment.rotation[to * z + from]; };
    Layer &last = layers.encoder.back();
    const std::size_t columns = outputSize(last); // z or 2 z
    CHECK(columns >= z && inputSize(layers.decoder.front()) == z);
    std::vector<double> row(z);
    const auto turnRow = [&](float *values, bool isBias) {
        for (std::size_t j = 0; j < z; ++j)
        {
            row[j] = isBias ? alignment.centre[j] : 0.0;
            for (std::size_t k = 0; k < z; ++k)
                row[j] += r(j, k) * (double{values[k]} - (isBias ? alignment.centre[k] : 0.0));
        }
        std::transform(row.begin(), row.end(), values, [](double x) { return static_cast<float>(x); });
    };
    for (std::size_t i = 0; i < inputSize(last); ++i)
        turnRow(last.weights.data() + i * columns, false);
    turnRow(last.biases.data(), true);

    // z = R^T (z' - c) + c goes into the decoder.
    Layer &first = layers.decoder.front();
    const std::vector<float> weights = first.weights;
    const std::size_t outputs = outputSize(first);
    for (std::size_t o = 0; o < outputs; ++o)
    {
        double bias = first.biases[o];
        for (std::size_t j = 0; j < z; ++j)
        {
            double sum = 0.0;
            for (std::size_t k = 0; k < z; ++k)
                sum += r(j, k) * double{weights[k * outputs + o]};
            first.weights[j * outputs + o] = static_cast<float>(sum);
            bias += alignment.centre[j] * (double{weights[j * outputs + o]} - sum);
        }
        first.biases[o] = static_cast<float>(bias);
    }
    return layers;
}

std::vector<float> applyLayers(std::span<const Layer> layers, std::span<const float> values)
{
    std::vector<float> last(values.begin(), values.end());
    for (const Layer &layer : layers)
        last = applyLayer(layer, last);
    return last;
}

std::vector<float> transposed(std::span<const float> values, std::size_t outer)
{
    const std::size_t inner = values.size() / outer;
    std::vector<float> turned(values.size());
    for (std::size_t o = 0; o < outer; ++o)
        for (std::size_t i = 0; i < inner; ++i)
            turned[i * outer + o] = values[o * inner + i];
    return turned;
}

} // namespace somnium::latent
