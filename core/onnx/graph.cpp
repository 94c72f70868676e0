// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/graph.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "core/onnx/proto.h"

namespace somnium::onnx
{

namespace
{

constexpr int kMostNodes = 65536;
/// Numbers that are in memory at once.
constexpr std::size_t kMostAlive = 2 * kMostNumbers;
constexpr std::chrono::seconds kLongest{60};

std::string titleOf(const Node &node)
{
    return shortened(node.operation) + (node.name.empty() ? "" : " '" + shortened(node.name) + "'");
}

/// Values by their names.
class Names
{
public:
    std::size_t numberOf(const std::string &name)
    {
        if (name.empty())
            return kAbsent;
        return m_numbers.emplace(name, m_numbers.size()).first->second;
    }
    [[nodiscard]] std::size_t count() const { return m_numbers.size(); }

private:
    std::map<std::string, std::size_t> m_numbers;
};

Attribute attributeFrom(const ::onnx::AttributeProto &proto)
{
    Attribute attribute;
    switch (proto.type())
    {
    case ::onnx::AttributeProto::FLOAT: attribute.number = proto.f(); break;
    case ::onnx::AttributeProto::INT: attribute.integer = proto.i(); break;
    case ::onnx::AttributeProto::STRING: attribute.text = proto.s(); break;
    case ::onnx::AttributeProto::INTS: attribute.integers = {proto.ints().begin(), proto.ints().end()}; break;
    case ::onnx::AttributeProto::FLOATS:
        attribute.numbers = {proto.floats().begin(), proto.floats().end()};
        break;
    case ::onnx::AttributeProto::TENSOR:
        attribute.tensor = std::make_shared<const Tensor>(tensorFrom(proto.t()));
        break;
    default: break; // graphs and the like: their operations are not known here
    }
    return attribute;
}

Node nodeFrom(const ::onnx::NodeProto &proto, Names &names)
{
    Node node;
    node.operation = proto.op_type();
    node.name = proto.name().empty() && proto.output_size() > 0 ? proto.output(0) : proto.name();
    for (const std::string &name : proto.input())
        node.inputs.push_back(names.numberOf(name));
    for (const std::string &name : proto.output())
        node.outputs.push_back(names.numberOf(name));
    if (node.outputs.empty())
        refuse(ErrorKind::Malformed, titleOf(node) + " has no output");
    return node;
}

/// What is told of an operation that is needed.
void fillNode(const ::onnx::NodeProto &proto, Node &node, Operation &operation)
{
    operation = findOperation(node.operation);
    const bool isOrdinary = proto.domain().empty() || proto.domain() == "ai.onnx";
    if (operation == nullptr || !isOrdinary)
        refuse(ErrorKind::Unsupported, "operation " + (isOrdinary ? "" : shortened(proto.domain()) + ".") +
                                           titleOf(node) + " is not one that Somnium computes");
    for (const auto &attribute : proto.attribute())
        node.attributes[attribute.name()] = attributeFrom(attribute);
}

GraphInput inputFrom(const ::onnx::ValueInfoProto &proto, std::size_t value)
{
    if (!proto.type().has_tensor_type() || !proto.type().tensor_type().has_shape())
        refuse(ErrorKind::Unsupported, "input '" + proto.name() + "' has no shape");
    GraphInput input;
    input.name = proto.name();
    input.value = value;
    for (const auto &axis : proto.type().tensor_type().shape().dim())
    {
        const bool isOpen = !axis.has_dim_value() || axis.dim_value() <= 0;
        input.shape.push_back(isOpen ? std::nullopt : std::optional<std::size_t>(axis.dim_value()));
    }
    return input;
}

/// Which nodes the output needs, found from the end, and whether they are in order: each value is written
/// once, before it is read.
std::vector<bool> neededNodes(const std::vector<Node> &nodes, std::size_t output, std::vector<bool> isKnown)
{
    for (const Node &node : nodes)
        for (const std::size_t value : node.outputs)
            if (value != kAbsent)
            {
                if (isKnown[value])
                    refuse(ErrorKind::Malformed, titleOf(node) + " writes what is there already");
                isKnown[value] = true;
            }
    std::vector<bool> isNeeded(isKnown.size(), false);
    isNeeded[output] = true;
    std::vector<bool> takes(nodes.size(), false);
    for (std::size_t i = nodes.size(); i-- > 0;)
    {
        const auto isWanted = [&](std::size_t value) { return value != kAbsent && isNeeded[value]; };
        takes[i] = std::any_of(nodes[i].outputs.begin(), nodes[i].outputs.end(), isWanted);
        if (!takes[i])
            continue;
        for (const std::size_t value : nodes[i].inputs)
            if (value != kAbsent)
                isNeeded[value] = true;
    }
    return takes;
}

/// The last node that reads or writes each value lets it go.
void findDone(Graph &graph)
{
    graph.done.resize(graph.nodes.size());
    std::vector<bool> isRead(graph.values, false);
    isRead[graph.output] = true;
    for (std::size_t i = graph.nodes.size(); i-- > 0;)
        for (const std::vector<std::size_t> *const list : {&graph.nodes[i].inputs, &graph.nodes[i].outputs})
            for (const std::size_t value : *list)
                if (value != kAbsent && !isRead[value])
                {
                    isRead[value] = true;
                    graph.done[i].push_back(value);
                }
}

std::string namesOf(const google::protobuf::RepeatedPtrField<::onnx::ValueInfoProto> &values)
{
    std::string text;
    for (const auto &value : values)
        text += (text.empty() ? "'" : ", '") + value.name() + "'";
    return text.empty() ? "none" : text;
}

/// The one input that is no constant and is read.
GraphInput findInput(const ::onnx::GraphProto &proto, const Graph &graph, const std::set<std::size_t> &known,
                     Names &names)
{
    std::set<std::size_t> read = {graph.output};
    for (const Node &node : graph.nodes)
        read.insert(node.inputs.begin(), node.inputs.end());
    std::vector<const ::onnx::ValueInfoProto *> found;
    for (const auto &input : proto.input())
        if (const std::size_t value = names.numberOf(input.name());
            value != kAbsent && read.contains(value) && !known.contains(value))
            found.push_back(&input);
    if (found.size() != 1)
        refuse(ErrorKind::Unsupported, "output '" + graph.outputName + "' needs " +
                                           std::to_string(found.size()) + " inputs, of " +
                                           namesOf(proto.input()) + ": expected one");
    return inputFrom(*found.front(), names.numberOf(found.front()->name()));
}

void chooseOutput(const ::onnx::GraphProto &proto, const std::string &wanted, Graph &graph, Names &names)
{
    const auto found = std::find_if(proto.output().begin(), proto.output().end(), [&](const auto &output) {
        return wanted.empty() || output.name() == wanted;
    });
    if (found == proto.output().end() || found->name().empty())
        refuse(ErrorKind::NotFound, "has no output '" + wanted + "'; there are " + namesOf(proto.output()));
    graph.outputName = found->name();
    graph.output = names.numberOf(found->name());
}

/// Values that are read and that nothing writes.
void checkRead(const Graph &graph, const std::set<std::size_t> &known)
{
    std::set<std::size_t> written = known;
    written.insert(graph.input.value);
    for (const Node &node : graph.nodes)
    {
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            if (node.inputs[i] != kAbsent && !written.contains(node.inputs[i]))
                refuse(ErrorKind::Malformed,
                       titleOf(node) + ": nothing before it makes its input " + std::to_string(i + 1));
        written.insert(node.outputs.begin(), node.outputs.end());
    }
    if (!written.contains(graph.output))
        refuse(ErrorKind::Malformed, "nothing makes output '" + graph.outputName + "'");
}

/// The nodes that the output needs; only they are looked at closely.
void takeNeeded(const ::onnx::GraphProto &proto, std::vector<Node> nodes, const std::set<std::size_t> &given,
                Graph &graph)
{
    std::vector<bool> isKnown(graph.values, false);
    for (const std::size_t value : given)
        isKnown[value] = true;
    const std::vector<bool> takes = neededNodes(nodes, graph.output, std::move(isKnown));
    for (std::size_t i = 0; i < nodes.size(); ++i)
    {
        if (!takes[i])
            continue;
        Operation operation = nullptr;
        fillNode(proto.node(static_cast<int>(i)), nodes[i], operation);
        graph.nodes.push_back(std::move(nodes[i]));
        graph.operations.push_back(operation);
    }
}

/// The initializers that are read.
void takeConstants(const ::onnx::GraphProto &proto, Graph &graph, Names &names)
{
    std::set<std::size_t> read = {graph.output};
    std::size_t numbers = 0;
    for (const Node &node : graph.nodes)
    {
        read.insert(node.inputs.begin(), node.inputs.end());
        for (const auto &[name, attribute] : node.attributes)
            numbers += attribute.tensor ? attribute.tensor->size() : 0;
    }
    for (const auto &initializer : proto.initializer())
    {
        const std::size_t value = names.numberOf(initializer.name());
        if (value == kAbsent || !read.contains(value))
            continue;
        auto tensor = std::make_shared<const Tensor>(tensorFrom(initializer));
        numbers += tensor->size();
        if (numbers > kMostNumbers)
            refuse(ErrorKind::Unsupported,
                   "has more than " + std::to_string(kMostNumbers) + " numbers in its constants");
        graph.constants.push_back({initializer.name(), value, std::move(tensor)});
    }
}

std::vector<std::byte> toBytes(const ::onnx::ModelProto &model)
{
    std::vector<std::byte> bytes(model.ByteSizeLong());
    if (!model.SerializePartialToArray(bytes.data(), static_cast<int>(bytes.size())))
        refuse(ErrorKind::Unsupported, "is too large to be kept in one piece");
    return bytes;
}

/// Values while a graph is computed.
class Values
{
public:
    explicit Values(std::size_t count) : m_tensors(count) {}
    void put(std::size_t value, TensorPointer tensor)
    {
        m_alive += tensor->size();
        if (m_alive > kMostAlive)
            refuse(ErrorKind::Unsupported,
                   "needs more than " + std::to_string(kMostAlive) + " numbers in memory at once");
        m_tensors[value] = std::move(tensor);
    }
    void letGo(std::size_t value)
    {
        m_alive -= m_tensors[value] ? m_tensors[value]->size() : 0;
        m_tensors[value].reset();
    }
    /// Null if nothing made it.
    [[nodiscard]] const Tensor *find(std::size_t value) const { return m_tensors[value].get(); }

private:
    std::vector<TensorPointer> m_tensors;
    std::size_t m_alive = 0;
};

void computeNode(const Graph &graph, std::size_t i, Values &values)
{
    const Node &node = graph.nodes[i];
    try
    {
        std::vector<const Tensor *> given;
        for (const std::size_t value : node.inputs)
            given.push_back(value == kAbsent ? nullptr : values.find(value));
        Outputs outputs = graph.operations[i](node, Inputs(std::move(given)));
        for (std::size_t k = 0; k < std::min(outputs.size(), node.outputs.size()); ++k)
            if (node.outputs[k] != kAbsent)
                values.put(node.outputs[k], std::make_shared<const Tensor>(std::move(outputs[k])));
    }
    catch (Refused &refused)
    {
        refused.error.message = titleOf(node) + ": " + refused.error.message;
        throw;
    }
    for (const std::size_t value : graph.done[i])
        values.letGo(value);
}

} // namespace

Graph readGraph(std::span<const std::byte> bytes, const std::filesystem::path &folder,
                const std::string &wanted)
{
    ::onnx::ModelProto model = parseModel(bytes);
    const ::onnx::GraphProto &proto = model.graph();
    if (proto.node_size() > kMostNodes)
        refuse(ErrorKind::Unsupported, "has " + std::to_string(proto.node_size()) + " operations");
    if (proto.sparse_initializer_size() > 0)
        refuse(ErrorKind::Unsupported, "has sparse weights");
    Graph graph;
    graph.bytes = takeWeightsInside(model, folder) ? toBytes(model)
                                                   : std::vector<std::byte>(bytes.begin(), bytes.end());
    Names names;
    std::vector<Node> nodes;
    for (const auto &node : proto.node())
        nodes.push_back(nodeFrom(node, names));
    chooseOutput(proto, wanted, graph, names);
    std::set<std::size_t> known;
    for (const auto &initializer : proto.initializer())
        known.insert(names.numberOf(initializer.name()));
    std::set<std::size_t> given = known;
    for (const auto &input : proto.input())
        given.insert(names.numberOf(input.name()));
    known.erase(kAbsent);
    given.erase(kAbsent);
    graph.values = names.count();
    takeNeeded(proto, std::move(nodes), given, graph);
    takeConstants(proto, graph, names);
    graph.input = findInput(proto, graph, known, names);
    checkRead(graph, known);
    findDone(graph);
    return graph;
}

Tensor compute(const Graph &graph, Tensor input)
{
    const auto began = std::chrono::steady_clock::now();
    Values values(graph.values);
    for (const Constant &constant : graph.constants)
        values.put(constant.value, constant.tensor);
    values.put(graph.input.value, std::make_shared<const Tensor>(std::move(input)));
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    {
        computeNode(graph, i, values);
        if (std::chrono::steady_clock::now() - began > kLongest)
            refuse(ErrorKind::Unsupported,
                   "takes more than " + std::to_string(kLongest.count()) + " s for a few rows");
    }
    const Tensor *const output = values.find(graph.output);
    if (output == nullptr)
        refuse(ErrorKind::Unsupported,
               "output '" + shortened(graph.outputName) + "' is one that is not computed here");
    return *output;
}

} // namespace somnium::onnx
