// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/node.h"

#include <array>

namespace somnium::onnx
{

namespace
{

std::array<std::span<const NamedOperation>, 4> allOperations()
{
    return {elementwiseOperations(), shapeOperations(), productOperations(), windowOperations()};
}

} // namespace

const Attribute *Node::find(std::string_view attribute) const
{
    const auto found = attributes.find(attribute);
    return found == attributes.end() ? nullptr : &found->second;
}

std::int64_t Node::integer(std::string_view attribute, std::int64_t otherwise) const
{
    const Attribute *const found = find(attribute);
    return found == nullptr ? otherwise : found->integer.value_or(otherwise);
}

float Node::number(std::string_view attribute, float otherwise) const
{
    const Attribute *const found = find(attribute);
    return found == nullptr ? otherwise : found->number.value_or(otherwise);
}

std::string Node::text(std::string_view attribute, const std::string &otherwise) const
{
    const Attribute *const found = find(attribute);
    return found == nullptr || found->text.empty() ? otherwise : found->text;
}

std::vector<std::int64_t> Node::integers(std::string_view attribute) const
{
    const Attribute *const found = find(attribute);
    return found == nullptr ? std::vector<std::int64_t>() : found->integers;
}

const Tensor *Inputs::find(std::size_t i) const
{
    return i < m_tensors.size() ? m_tensors[i] : nullptr;
}

const Tensor &Inputs::at(std::size_t i) const
{
    const Tensor *const found = find(i);
    if (found == nullptr)
        refuse(ErrorKind::Malformed, "input " + std::to_string(i + 1) + " is missing");
    return *found;
}

const Tensor &Inputs::floats(std::size_t i) const
{
    const Tensor &found = at(i);
    if (found.isInteger)
        refuse(ErrorKind::Unsupported,
               "input " + std::to_string(i + 1) + " holds integers: expected floating-point numbers");
    return found;
}

const std::vector<std::int64_t> &Inputs::integers(std::size_t i) const
{
    const Tensor &found = at(i);
    if (!found.isInteger)
        refuse(ErrorKind::Malformed,
               "input " + std::to_string(i + 1) + " holds floating-point numbers: expected integers");
    return found.integers;
}

std::vector<std::int64_t> integersOf(const Node &node, const Inputs &inputs, std::string_view name,
                                     std::size_t i)
{
    return inputs.find(i) != nullptr ? inputs.integers(i) : node.integers(name);
}

std::size_t axisOf(std::int64_t axis, std::size_t axes)
{
    const auto count = static_cast<std::int64_t>(axes);
    if (axis < -count || axis >= count)
        refuse(ErrorKind::Malformed,
               "axis " + std::to_string(axis) + " of an array of " + std::to_string(axes) + " axes");
    return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

Operation findOperation(std::string_view name)
{
    for (const auto &list : allOperations())
        for (const NamedOperation &operation : list)
            if (operation.name == name)
                return operation.apply;
    return nullptr;
}

} // namespace somnium::onnx
