// SPDX-License-Identifier: GPL-3.0-or-later
// One operation of an ONNX graph, and what it is given. Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/onnx/tensor.h"

namespace somnium::onnx
{

struct Attribute
{
    std::optional<float> number;
    std::optional<std::int64_t> integer;
    std::string text;
    std::vector<std::int64_t> integers;
    std::vector<float> numbers;
    TensorPointer tensor; ///< may be null
};

inline constexpr std::size_t kAbsent = SIZE_MAX; ///< of an optional input that is not given

struct Node
{
    std::string operation;            ///< "Gemm"
    std::string name;                 ///< may be empty
    std::vector<std::size_t> inputs;  ///< numbers of values, or kAbsent
    std::vector<std::size_t> outputs; ///< numbers of values, or kAbsent
    std::map<std::string, Attribute, std::less<>> attributes;

    [[nodiscard]] const Attribute *find(std::string_view attribute) const;
    [[nodiscard]] std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
    [[nodiscard]] float number(std::string_view attribute, float otherwise) const;
    [[nodiscard]] std::string text(std::string_view attribute, const std::string &otherwise) const;
    /// Empty if there is none.
    [[nodiscard]] std::vector<std::int64_t> integers(std::string_view attribute) const;
};

/// What the node is given. Refuses (Malformed, Unsupported) what is missing or of the wrong type.
class Inputs
{
public:
    explicit Inputs(std::vector<const Tensor *> tensors) : m_tensors(std::move(tensors)) {}
    [[nodiscard]] std::size_t count() const { return m_tensors.size(); }
    /// Null if it is absent.
    [[nodiscard]] const Tensor *find(std::size_t i) const;
    [[nodiscard]] const Tensor &at(std::size_t i) const;
    [[nodiscard]] const Tensor &floats(std::size_t i) const;
    [[nodiscard]] const std::vector<std::int64_t> &integers(std::size_t i) const;

private:
    std::vector<const Tensor *> m_tensors;
};

/// Attribute `name`, or what input `i` holds: where this is said has moved between versions of ONNX.
[[nodiscard]] std::vector<std::int64_t> integersOf(const Node &node, const Inputs &inputs,
                                                   std::string_view name, std::size_t i);
/// -1: the last of `axes`. Refuses what is outside.
[[nodiscard]] std::size_t axisOf(std::int64_t axis, std::size_t axes);

using Outputs = std::vector<Tensor>;
using Operation = Outputs (*)(const Node &, const Inputs &);
struct NamedOperation
{
    std::string_view name;
    Operation apply;
};
/// The four files of operations.
[[nodiscard]] std::span<const NamedOperation> elementwiseOperations();
[[nodiscard]] std::span<const NamedOperation> shapeOperations();
[[nodiscard]] std::span<const NamedOperation> productOperations();
[[nodiscard]] std::span<const NamedOperation> windowOperations();

/// Null if there is no such operation here.
[[nodiscard]] Operation findOperation(std::string_view name);

} // namespace somnium::onnx
