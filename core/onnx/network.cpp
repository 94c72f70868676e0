// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/network.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>

#include "core/base/check.h"
#include "core/onnx/graph.h"

namespace somnium::onnx
{

struct Network::Parts
{
    std::string name;
    Graph graph;
    Shape row;             ///< of the input, without the first axis
    std::size_t batch = 1; ///< rows at a time
    bool isBatchFixed = false;
    std::size_t inputSize = 0;
    std::size_t outputSize = 0;
};

namespace
{

/// Rows that are computed at a time, where the file leaves it open.
constexpr std::size_t kBatch = 32;

/// The shapes that a row may have with so many axes, the likeliest first.
std::vector<Shape> rowShapes(const data::ImageShape &row, std::size_t axes)
{
    const std::size_t size = row.size();
    if (axes == 1)
        return {{size}};
    if (axes == 2 && row.rows == 1)
        return {{row.channels, row.columns}, {size, 1}};
    if (axes == 2 && row.channels == 1)
        return {{row.rows, row.columns}};
    if (axes == 3 && row.rows == 1 && row.channels == 1)
        return {{1, 1, size}, {size, 1, 1}};
    if (axes == 3)
        return {{row.channels, row.rows, row.columns}};
    return {};
}

bool suits(const std::vector<std::optional<std::size_t>> &declared, const Shape &row)
{
    for (std::size_t axis = 0; axis < row.size(); ++axis)
        if (declared[axis + 1] && *declared[axis + 1] != row[axis])
            return false;
    return true;
}

std::string axesText(const std::vector<std::optional<std::size_t>> &declared)
{
    std::string text;
    for (const auto &axis : declared)
        text += (text.empty() ? "" : " x ") + (axis ? std::to_string(*axis) : std::string("any"));
    return text.empty() ? "one number" : text;
}

std::string rowText(const data::ImageShape &row)
{
    if (row.channels == 1 && row.rows == 1)
        return std::to_string(row.columns);
    return std::to_string(row.channels) + " x " + std::to_string(row.rows) + " x " +
           std::to_string(row.columns);
}

Shape matchInput(const GraphInput &input, const NetworkRequest &request)
{
    if (!input.shape.empty())
        for (const Shape &row : rowShapes(request.row, input.shape.size() - 1))
            if (suits(input.shape, row))
                return row;
    refuse(ErrorKind::Mismatch, "input '" + input.name + "' takes " + axesText(input.shape) +
                                    " numbers (the first axis counts rows): expected rows of " +
                                    rowText(request.row) + ", " + request.rowMeaning);
}

/// Numbers without a pattern that a network could be blind to.
std::vector<float> trialRows(std::size_t count, std::size_t length)
{
    std::vector<float> rows(count * length);
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = static_cast<float>(
            std::sin(0.7 * static_cast<double>(i % length) + 1.9 * static_cast<double>(i / length)));
    return rows;
}

Tensor tensorOf(std::vector<float> values, std::size_t rows, const Shape &row)
{
    Tensor tensor;
    tensor.shape = {rows};
    tensor.shape.insert(tensor.shape.end(), row.begin(), row.end());
    tensor.values = std::move(values);
    return tensor;
}

/// Numbers of the output for each row.
std::size_t rowSize(const Tensor &output, std::size_t rows, const std::string &name)
{
    const bool isRowless = rows == 1 && output.shape.size() <= 1;
    if (output.isInteger || output.size() == 0 ||
        (!isRowless && (output.shape.empty() || output.shape.front() != rows)))
        refuse(ErrorKind::Mismatch, "output '" + name + "' is " + (output.isInteger ? "integers, " : "") +
                                        toText(output.shape) + ": expected floating-point numbers for " +
                                        std::to_string(rows) + (rows == 1 ? " row" : " rows"));
    return output.size() / rows;
}

/// Whether two rows at once give what each gives alone: not so where a file has one row written into its
/// shapes.
bool canBatch(const Graph &graph, const Shape &row, const Tensor &alone, std::size_t outputSize)
{
    try
    {
        const std::size_t length = checkedSize(row);
        const Tensor both = compute(graph, tensorOf(trialRows(2, length), 2, row));
        if (rowSize(both, 2, graph.outputName) != outputSize)
            return false;
        for (std::size_t i = 0; i < outputSize; ++i)
            if (!(std::abs(both.values[i] - alone.values[i]) <= 1e-4F * (1.0F + std::abs(alone.values[i]))))
                return false;
        return true;
    }
    catch (const Refused &)
    {
        return false;
    }
}

} // namespace

Result<Network> Network::create(std::span<const std::byte> bytes, const NetworkRequest &request)
{
    try
    {
        auto parts = std::make_shared<Parts>();
        parts->name = request.name;
        parts->graph = readGraph(bytes, request.folder, request.output);
        parts->row = matchInput(parts->graph.input, request);
        const std::optional<std::size_t> rows = parts->graph.input.shape.front();
        parts->isBatchFixed = rows.has_value();
        parts->batch = rows.value_or(1);
        Shape whole = parts->row;
        whole.push_back(parts->batch);
        parts->inputSize = checkedSize(whole) / parts->batch;
        if (parts->inputSize == 0)
            refuse(ErrorKind::Mismatch, "its rows are empty");
        const Tensor output = compute(
            parts->graph, tensorOf(trialRows(parts->batch, parts->inputSize), parts->batch, parts->row));
        parts->outputSize = rowSize(output, parts->batch, parts->graph.outputName);
        if (!parts->isBatchFixed && canBatch(parts->graph, parts->row, output, parts->outputSize))
            parts->batch = kBatch;
        else
            parts->isBatchFixed = true;
        return Network(std::move(parts));
    }
    catch (const Refused &refused)
    {
        return failure(refused.error.kind, request.name + ": " + refused.error.message);
    }
    catch (const std::bad_alloc &)
    {
        return failure(ErrorKind::OutOfMemory, request.name + ": not enough memory for the network");
    }
    catch (const std::exception &error)
    {
        return failure(ErrorKind::Malformed, request.name + ": " + error.what());
    }
}

std::size_t Network::inputSize() const
{
    return m_parts->inputSize;
}

std::size_t Network::outputSize() const
{
    return m_parts->outputSize;
}

const std::string &Network::outputName() const
{
    return m_parts->graph.outputName;
}

const std::vector<std::byte> &Network::bytes() const
{
    return m_parts->graph.bytes;
}

std::span<const float> Network::constant(std::string_view name) const
{
    for (const Constant &constant : m_parts->graph.constants)
        if (constant.name == name)
            return constant.tensor->values;
    return {};
}

Result<std::vector<float>> Network::run(std::span<const float> rows) const
{
    const Parts &parts = *m_parts;
    CHECK(rows.size() % parts.inputSize == 0);
    const std::size_t count = rows.size() / parts.inputSize;
    std::vector<float> result;
    result.reserve(count * parts.outputSize);
    try
    {
        for (std::size_t first = 0; first < count; first += parts.batch)
        {
            const std::size_t some = std::min(parts.batch, count - first);
            const auto block = rows.subspan(first * parts.inputSize, some * parts.inputSize);
            std::vector<float> given(block.begin(), block.end());
            const std::size_t asked = parts.isBatchFixed ? parts.batch : some;
            given.resize(asked * parts.inputSize);
            const Tensor output = compute(parts.graph, tensorOf(std::move(given), asked, parts.row));
            if (output.size() != asked * parts.outputSize)
                refuse(ErrorKind::Mismatch, "its output changes its size from row to row");
            result.insert(result.end(), output.values.begin(),
                          output.values.begin() + static_cast<std::ptrdiff_t>(some * parts.outputSize));
        }
    }
    catch (const Refused &refused)
    {
        return failure(refused.error.kind, parts.name + ": " + refused.error.message);
    }
    catch (const std::exception &error)
    {
        return failure(ErrorKind::OutOfMemory, parts.name + ": " + error.what());
    }
    return result;
}

Result<std::vector<std::byte>> readModelFile(const std::filesystem::path &path)
{
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error)
        return failure(ErrorKind::NotFound, path.string() + ": " + error.message());
    if (size > kMostModelBytes)
        return failure(ErrorKind::Unsupported, path.string() + " has " + std::to_string(size) +
                                                   " bytes: expected a model of at most " +
                                                   std::to_string(kMostModelBytes));
    std::vector<std::byte> bytes(size);
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char *>(bytes.data()), static_cast<std::streamsize>(size)); // NOLINT
    if (!file)
        return failure(ErrorKind::Unreadable, path.string() + " cannot be read");
    return bytes;
}

} // namespace somnium::onnx
