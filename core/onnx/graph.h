// SPDX-License-Identifier: GPL-3.0-or-later
// An ONNX file in memory: its constants, and the operations that one of its outputs needs. Internal to this
// folder; all throw Refused.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/onnx/node.h"

namespace somnium::onnx
{

struct GraphInput
{
    std::string name;
    std::size_t value = 0;
    std::vector<std::optional<std::size_t>> shape; ///< axes that the file leaves open are empty
};

struct Constant
{
    std::string name;
    std::size_t value = 0;
    TensorPointer tensor;
};

struct Graph
{
    std::vector<Node> nodes;                    ///< in the order in which they are computed
    std::vector<Operation> operations;          ///< [node]
    std::vector<std::vector<std::size_t>> done; ///< [node] values that nothing after it reads
    std::size_t values = 0; ///< their number; input, output and constants are some of them
    std::vector<Constant> constants;
    GraphInput input;
    std::string outputName;
    std::size_t output = 0;
    std::vector<std::byte> bytes; ///< the file, with all weights inside
};

/// `folder`: where the files lie that hold weights apart from the model. `wanted`: name of the output, or
/// empty for the first.
[[nodiscard]] Graph readGraph(std::span<const std::byte> bytes, const std::filesystem::path &folder,
                              const std::string &wanted);

/// What the output is for `input`. Refuses (Unsupported) what needs 2^28 numbers at once, or more than a
/// minute.
[[nodiscard]] Tensor compute(const Graph &graph, Tensor input);

} // namespace somnium::onnx
