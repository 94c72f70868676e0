// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/writer.h"

#include <algorithm>
#include <limits>

#include "core/base/atomic_file.h"
#include "core/base/version.h"
#include "core/compute/tensor_ops.h"
#include "core/onnx/proto.h"

namespace somnium::onnx
{

namespace
{

using latent::Activation;
using latent::Autoencoder;
using latent::Layer;
using latent::LayerKind;
using Sizes = std::vector<std::int64_t>;

constexpr std::int64_t kIrVersion = 6;
constexpr std::int64_t kOperationSet = 11;

/// One graph, written operation by operation: each takes what the last one gave.
class GraphWriter
{
public:
    GraphWriter(const std::string &name, const Notes &notes)
    {
        m_model.set_ir_version(kIrVersion);
        m_model.set_producer_name("Somnium");
        m_model.set_producer_version(std::string(version()));
        auto *const set = m_model.add_opset_import();
        set->set_domain("");
        set->set_version(kOperationSet);
        for (const auto &[key, value] : notes)
        {
            auto *const entry = m_model.add_metadata_props();
            entry->set_key(key);
            entry->set_value(value);
        }
        graph().set_name(name);
    }

    void setDescription(const std::string &text) { m_model.set_doc_string(text); }

    /// `row`: axes after the open one.
    void begin(const std::string &name, const Sizes &row)
    {
        describe(*graph().add_input(), name, row);
        m_last = name;
    }

    ::onnx::NodeProto &add(const std::string &operation, const std::vector<std::string> &constants = {})
    {
        ::onnx::NodeProto &node = *graph().add_node();
        node.set_op_type(operation);
        node.set_name(operation + "_" + std::to_string(graph().node_size()));
        node.add_input(m_last);
        for (const std::string &constant : constants)
            node.add_input(constant);
        m_last = node.name() + "_out";
        node.add_output(m_last);
        return node;
    }

    std::string constant(const std::string &name, const Sizes &shape, const std::vector<float> &values)
    {
        ::onnx::TensorProto &tensor = *graph().add_initializer();
        tensor.set_data_type(::onnx::TensorProto::FLOAT);
        return fill(tensor, name, shape, values.data(), values.size() * sizeof(float));
    }
    std::string constant(const std::string &name, const Sizes &sizes)
    {
        ::onnx::TensorProto &tensor = *graph().add_initializer();
        tensor.set_data_type(::onnx::TensorProto::INT64);
        return fill(tensor, name, {static_cast<std::int64_t>(sizes.size())}, sizes.data(),
                    sizes.size() * sizeof(std::int64_t));
    }

    /// What was last becomes the output.
    std::vector<std::byte> end(const std::string &name, const Sizes &row)
    {
        graph().mutable_node(graph().node_size() - 1)->set_output(0, name);
        describe(*graph().add_output(), name, row);
        std::vector<std::byte> bytes(m_model.ByteSizeLong());
        if (bytes.size() > std::numeric_limits<int>::max() ||
            !m_model.SerializeToArray(bytes.data(), static_cast<int>(bytes.size())))
            refuse(ErrorKind::Unsupported,
                   "the model has " + std::to_string(bytes.size()) + " bytes: an ONNX file holds 2 GB");
        return bytes;
    }

private:
    ::onnx::GraphProto &graph() { return *m_model.mutable_graph(); }

    static void describe(::onnx::ValueInfoProto &value, const std::string &name, const Sizes &row)
    {
        value.set_name(name);
        auto *const type = value.mutable_type()->mutable_tensor_type();
        type->set_elem_type(::onnx::TensorProto::FLOAT);
        type->mutable_shape()->add_dim()->set_dim_param("N");
        for (const std::int64_t size : row)
            type->mutable_shape()->add_dim()->set_dim_value(size);
    }

    static std::string fill(::onnx::TensorProto &tensor, const std::string &name, const Sizes &shape,
                            const void *bytes, std::size_t count)
    {
        tensor.set_name(name);
        for (const std::int64_t size : shape)
            tensor.add_dims(size);
        tensor.set_raw_data(bytes, count);
        return name;
    }

    ::onnx::ModelProto m_model;
    std::string m_last;
};

std::int64_t number(std::size_t size)
{
    return static_cast<std::int64_t>(size);
}

void setAttribute(::onnx::NodeProto &node, const char *name, const Sizes &values)
{
    auto *const attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(::onnx::AttributeProto::INTS);
    for (const std::int64_t value : values)
        attribute->add_ints(value);
}

void setAttribute(::onnx::NodeProto &node, const char *name, std::int64_t value)
{
    auto *const attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(::onnx::AttributeProto::INT);
    attribute->set_i(value);
}

bool isVector(const data::ImageShape &shape)
{
    return shape.channels == 1 && shape.rows == 1;
}

Sizes axesOf(const data::ImageShape &shape)
{
    return {number(shape.channels), number(shape.rows), number(shape.columns)};
}

/// As "flux" has them.
Sizes fluxAxes(const data::ImageShape &shape)
{
    return isVector(shape) ? Sizes{number(shape.size())} : axesOf(shape);
}

void addActivation(GraphWriter &graph, Activation activation)
{
    switch (activation)
    {
    case Activation::Linear: return;
    case Activation::Tanh: graph.add("Tanh"); return;
    case Activation::Sigmoid: graph.add("Sigmoid"); return;
    case Activation::LeakyRelu: break;
    }
    auto *const leak = graph.add("LeakyRelu").add_attribute();
    leak->set_name("alpha");
    leak->set_type(::onnx::AttributeProto::FLOAT);
    leak->set_f(compute::kLeak);
}

/// Where number i of a map [channel][row][column] lies in ours, [row][column][channel].
std::size_t placeIn(const data::ImageShape &map, std::size_t i)
{
    return i % map.channelSize() * map.channels + i / map.channelSize();
}

/// A dense layer beside what comes before and after it: maps of ONNX have their channels first.
struct DenseLayer
{
    const Layer *layer = nullptr;
    bool isAfterMap = false;  ///< its input is a map
    bool isBeforeMap = false; ///< its output is a map
    std::size_t outputs = 0;  ///< the first so many of them
};

void addDense(GraphWriter &graph, const DenseLayer &dense, const std::string &name)
{
    const Layer &layer = *dense.layer;
    const std::size_t inputs = layer.input.size();
    const std::size_t columns = layer.output.size();
    std::vector<float> weights(dense.outputs * inputs);
    std::vector<float> biases(dense.outputs);
    for (std::size_t o = 0; o < dense.outputs; ++o)
    {
        const std::size_t column = dense.isBeforeMap ? placeIn(layer.output, o) : o;
        biases[o] = layer.biases[column];
        for (std::size_t i = 0; i < inputs; ++i)
            weights[o * inputs + i] =
                layer.weights[(dense.isAfterMap ? placeIn(layer.input, i) : i) * columns + column];
    }
    auto &node =
        graph.add("Gemm", {graph.constant(name + ".weight", {number(dense.outputs), number(inputs)}, weights),
                           graph.constant(name + ".bias", {number(dense.outputs)}, biases)});
    setAttribute(node, "transB", std::int64_t{1}); // as PyTorch; OpenCV 4.6 reads no other with a bias
    addActivation(graph, layer.activation);
}

/// Along one axis of the larger of two maps. OpenCV 4.6 takes no pads that differ at the two ends: the kernel
/// gets zeros at the end that has fewer.
struct PaddedAxis
{
    std::size_t kernel = 1;
    std::size_t zerosBefore = 0; ///< of the kernel
    std::size_t pad = 0;         ///< at both ends
    std::size_t more = 0;        ///< output_padding
};

PaddedAxis padded(std::size_t size, std::size_t windows, std::size_t kernel, std::size_t stride,
                  std::size_t before, bool isTransposed)
{
    const std::int64_t covered = number((windows - 1) * stride + kernel);
    const std::int64_t after = covered - number(size) - number(before);
    if (after <= -number(stride))
        refuse(ErrorKind::Unsupported, "a layer whose windows leave more than a stride of its map out");
    PaddedAxis axis;
    const auto fewer = static_cast<std::size_t>(std::max<std::int64_t>(0, after));
    axis.pad = std::max(before, fewer);
    axis.zerosBefore = axis.pad - before;
    axis.kernel = kernel + axis.zerosBefore + (axis.pad - fewer);
    axis.more = isTransposed && after < 0 ? static_cast<std::size_t>(-after) : 0;
    return axis;
}

/// Weights of ONNX: [output channel][input channel][row][column] of a convolution, [input][output]... of a
/// transposed one.
std::vector<float> kernelWeights(const Layer &layer, const PaddedAxis &rows, const PaddedAxis &columns)
{
    const bool isTransposed = layer.kind == LayerKind::TransposedConvolution;
    const std::size_t in = layer.input.channels;
    const std::size_t out = layer.output.channels;
    std::vector<float> weights(in * out * rows.kernel * columns.kernel, 0.0F);
    for (std::size_t i = 0; i < layer.kernelRows; ++i)
        for (std::size_t j = 0; j < layer.kernelColumns; ++j)
            for (std::size_t q = 0; q < in; ++q)
                for (std::size_t k = 0; k < out; ++k)
                {
                    const std::size_t element = i * layer.kernelColumns + j;
                    const std::size_t from =
                        isTransposed ? (q * layer.kernelRows * layer.kernelColumns + element) * out + k
                                     : (element * in + q) * out + k;
                    const std::size_t plane = isTransposed ? q * out + k : k * in + q;
                    weights[(plane * rows.kernel + rows.zerosBefore + i) * columns.kernel +
                            columns.zerosBefore + j] = layer.weights[from];
                }
    return weights;
}

void addConvolution(GraphWriter &graph, const Layer &layer, const std::string &name)
{
    const bool isTransposed = layer.kind == LayerKind::TransposedConvolution;
    const compute::ConvolutionShape shape = layer.windows();
    const PaddedAxis rows =
        padded(shape.rows, shape.windowRows, shape.kernelRows, shape.strideRows, shape.padRows, isTransposed);
    const PaddedAxis columns = padded(shape.columns, shape.windowColumns, shape.kernelColumns,
                                      shape.strideColumns, shape.padColumns, isTransposed);
    const std::int64_t in = number(layer.input.channels);
    const std::int64_t out = number(layer.output.channels);
    const Sizes kernel = {number(rows.kernel), number(columns.kernel)};
    const std::string weights = graph.constant(
        name + ".weight", {isTransposed ? in : out, isTransposed ? out : in, kernel[0], kernel[1]},
        kernelWeights(layer, rows, columns));
    auto &node = graph.add(isTransposed ? "ConvTranspose" : "Conv",
                           {weights, graph.constant(name + ".bias", {out}, layer.biases)});
    setAttribute(node, "kernel_shape", kernel);
    setAttribute(node, "strides", {number(layer.strideRows), number(layer.strideColumns)});
    setAttribute(node, "pads",
                 {number(rows.pad), number(columns.pad), number(rows.pad), number(columns.pad)});
    if (rows.more + columns.more > 0)
        setAttribute(node, "output_padding", {number(rows.more), number(columns.more)});
    addActivation(graph, layer.activation);
}

/// Layers one after the other, from a vector or a map to a vector or a map. The last one gives its first
/// `outputs` numbers.
void addLayers(GraphWriter &graph, const std::vector<Layer> &layers, bool beginsAsMap, bool endsAsMap,
               std::size_t outputs)
{
    bool isMap = beginsAsMap; // what the last operation gave
    data::ImageShape shape = layers.front().input;
    for (std::size_t i = 0; i < layers.size(); ++i)
    {
        const Layer &layer = layers[i];
        const std::string name = "layer" + std::to_string(i + 1);
        const bool isLast = i + 1 == layers.size();
        const bool nextIsMap = isLast ? endsAsMap : layers[i + 1].kind != LayerKind::Dense;
        if (layer.kind == LayerKind::Dense)
        {
            if (isMap)
                setAttribute(graph.add("Flatten"), "axis", std::int64_t{1});
            if (isMap && shape.size() != layer.input.size())
                refuse(ErrorKind::Unsupported, "a dense layer that does not fit its map");
            Layer asMap = layer; // as the neighbours see its ends
            asMap.input = isMap ? shape : layer.input;
            asMap.output = nextIsMap && !isLast ? layers[i + 1].input : layer.output;
            addDense(graph, {&asMap, isMap, nextIsMap, isLast ? outputs : layer.output.size()}, name);
            isMap = false;
        }
        else
        {
            if (isMap && !(layer.input == shape))
                refuse(ErrorKind::Unsupported, "a convolution that takes a map in another shape");
            if (!isMap)
            {
                Sizes sizes = axesOf(layer.input);
                sizes.insert(sizes.begin(), -1);
                graph.add("Reshape", {graph.constant(name + ".shape", sizes)});
            }
            addConvolution(graph, layer, name);
            isMap = true;
            shape = layer.output;
        }
    }
    if (isMap)
        setAttribute(graph.add("Flatten"), "axis", std::int64_t{1});
}

/// Whether maps are what a network begins and ends with, whatever its layers are.
bool hasMaps(const Autoencoder &model)
{
    const bool begins = model.encoderLayers().front().kind != LayerKind::Dense;
    const bool ends = model.decoderLayers().back().kind != LayerKind::Dense;
    if (begins != ends && model.shape().channels > 1)
        refuse(ErrorKind::Unsupported, "a model whose one end is a map and the other not");
    return begins;
}

Notes allNotes(const Autoencoder &model, const Notes &notes)
{
    const data::ImageShape &shape = model.shape();
    Notes all = {{"pixels", std::to_string(shape.size())},
                 {"latent_size", std::to_string(model.latentSize())},
                 {"shape", std::to_string(shape.channels) + "," + std::to_string(shape.rows) + "," +
                               std::to_string(shape.columns)},
                 {"variational", model.params().isVariational ? "true" : "false"},
                 {"seed", std::to_string(model.params().seed)}};
    all.insert(all.end(), notes.begin(), notes.end());
    return all;
}

std::vector<std::byte> encoderGraph(const Autoencoder &model, const Notes &notes)
{
    const data::ImageShape &shape = model.shape();
    const bool isMap = hasMaps(model);
    GraphWriter graph("encoder", allNotes(model, notes));
    graph.setDescription("Encoder of a latent space of Somnium. Pixels without a value: put in what "
                         "initializer 'mean' has there.");
    graph.begin("flux", fluxAxes(shape));
    graph.add("Sub", {graph.constant("mean", fluxAxes(shape), model.scaling().mean)});
    graph.add("Mul", {graph.constant("factor", {}, {1.0F / model.scaling().scale})});
    if (isMap && !(model.encoderLayers().front().input == shape))
        refuse(ErrorKind::Unsupported, "a convolution that takes samples in another shape");
    if (!isMap && !isVector(shape))
        setAttribute(graph.add("Flatten"), "axis", std::int64_t{1});
    addLayers(graph, model.encoderLayers(), isMap && !isVector(shape), false, model.latentSize());
    return graph.end("latent", {number(model.latentSize())});
}

std::vector<std::byte> decoderGraph(const Autoencoder &model, const Notes &notes)
{
    const data::ImageShape &shape = model.shape();
    const bool isMap = hasMaps(model);
    GraphWriter graph("decoder", allNotes(model, notes));
    graph.setDescription("Decoder of a latent space of Somnium.");
    graph.begin("latent", {number(model.latentSize())});
    addLayers(graph, model.decoderLayers(), false, isMap && !isVector(shape), shape.size());
    graph.add("Mul", {graph.constant("scale", {}, {model.scaling().scale})});
    graph.add("Add", {graph.constant("mean", {number(shape.size())}, model.scaling().mean)});
    if (!isVector(shape))
    {
        Sizes sizes = axesOf(shape);
        sizes.insert(sizes.begin(), -1);
        graph.add("Reshape", {graph.constant("shape", sizes)});
    }
    return graph.end("flux", fluxAxes(shape));
}

template <class Write> Result<std::vector<std::byte>> written(const Write &write)
{
    try
    {
        return write();
    }
    catch (const Refused &refused)
    {
        return failure(refused.error.kind, "as ONNX: " + refused.error.message);
    }
    catch (const std::exception &error)
    {
        return failure(ErrorKind::OutOfMemory, std::string("as ONNX: ") + error.what());
    }
}

} // namespace

Result<std::vector<std::byte>> encoderToOnnx(const Autoencoder &model, const Notes &notes)
{
    return written([&] { return encoderGraph(model, notes); });
}

Result<std::vector<std::byte>> decoderToOnnx(const Autoencoder &model, const Notes &notes)
{
    return written([&] { return decoderGraph(model, notes); });
}

Result<WrittenFiles> writeOnnx(const LatentModel &model, const std::filesystem::path &prefix,
                               const Notes &notes)
{
    std::vector<std::byte> encoder;
    std::vector<std::byte> decoder;
    if (const Autoencoder *const ours = model.autoencoder())
    {
        auto first = encoderToOnnx(*ours, notes);
        auto second = decoderToOnnx(*ours, notes);
        if (!first || !second)
            return failure(first ? second.error() : first.error());
        encoder = std::move(*first);
        decoder = std::move(*second);
    }
    else
    {
        encoder = model.foreign()->encoder().bytes();
        if (model.foreign()->decoder())
            decoder = model.foreign()->decoder()->bytes();
    }
    const auto named = [&](const char *ending) {
        std::filesystem::path path = prefix;
        path += ending;
        return path;
    };
    WrittenFiles files{named("_encoder.onnx"), {}};
    if (const auto good = replaceFile(files.encoder, encoder); !good)
        return failure(good.error());
    if (decoder.empty())
        return files;
    files.decoder = named("_decoder.onnx");
    if (const auto good = replaceFile(files.decoder, decoder); !good)
        return failure(good.error());
    return files;
}

} // namespace somnium::onnx
