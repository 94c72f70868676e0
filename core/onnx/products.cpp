// SPDX-License-Identifier: GPL-3.0-or-later
// Matrix products, and operations that sum or normalise along axes.
#include "core/onnx/products.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/onnx/node.h"

namespace somnium::onnx
{

namespace
{

/// Multiplications of one operation: about half a minute.
constexpr double kMostWork = 1e11;

Tensor transposed(const Tensor &matrix)
{
    const auto columns = static_cast<std::ptrdiff_t>(matrix.shape[1]);
    return taken(matrix, {matrix.shape[1], matrix.shape[0]}, 0, {1, columns});
}

const Tensor &matrixOf(const Inputs &inputs, std::size_t i)
{
    const Tensor &matrix = inputs.floats(i);
    if (matrix.shape.size() != 2)
        refuse(ErrorKind::Unsupported, "input " + std::to_string(i + 1) + " is an array of " +
                                           toText(matrix.shape) + ": expected two axes");
    return matrix;
}

/// `rows` times `matrix` [inner][columns].
void multiply(const Tensor &rows, std::size_t count, const Tensor &matrix, Tensor &to)
{
    const std::size_t inner = matrix.shape[0];
    if (rows.size() != count * inner)
        refuse(ErrorKind::Mismatch,
               "an array of " + toText(rows.shape) + " does not go with one of " + toText(matrix.shape));
    addProduct({rows.values.data(), count, inner}, matrix.values.data(), matrix.shape[1], to.values.data());
}

/// One number for each column of `to`, or for each row, or all of them, times `factor`.
void addBias(const Tensor &bias, float factor, Tensor &to)
{
    const std::size_t rows = to.shape[0];
    const std::size_t columns = to.shape[1];
    const std::size_t biasColumns = bias.shape.empty() ? 1 : bias.shape.back();
    const std::size_t biasRows = biasColumns == 0 ? 0 : bias.size() / biasColumns;
    if ((biasColumns != 1 && biasColumns != columns) || (biasRows != 1 && biasRows != rows))
        refuse(ErrorKind::Mismatch,
               "a bias of " + toText(bias.shape) + " does not suit a product of " + toText(to.shape));
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
            to.values[row * columns + column] +=
                factor *
                bias.values[(biasRows == 1 ? 0 : row) * biasColumns + (biasColumns == 1 ? 0 : column)];
}

Outputs gemm(const Node &node, const Inputs &inputs)
{
    const Tensor &given = matrixOf(inputs, 0);
    const Tensor &weights = matrixOf(inputs, 1);
    const Tensor rows = node.integer("transA", 0) != 0 ? transposed(given) : given;
    const Tensor matrix = node.integer("transB", 0) != 0 ? transposed(weights) : weights;
    Tensor product = makeTensor({rows.shape[0], matrix.shape[1]});
    multiply(rows, rows.shape[0], matrix, product);
    const float alpha = node.number("alpha", 1.0F);
    if (alpha != 1.0F)
        for (float &value : product.values)
            value *= alpha;
    if (inputs.find(2) != nullptr)
        addBias(inputs.floats(2), node.number("beta", 1.0F), product);
    return {std::move(product)};
}

Outputs matMul(const Node &, const Inputs &inputs)
{
    const Tensor &rows = inputs.floats(0);
    const Tensor &matrix = matrixOf(inputs, 1);
    if (rows.shape.empty() || rows.shape.back() != matrix.shape[0])
        refuse(ErrorKind::Mismatch,
               "an array of " + toText(rows.shape) + " does not go with one of " + toText(matrix.shape));
    Shape shape = rows.shape;
    shape.back() = matrix.shape[1];
    Tensor product = makeTensor(std::move(shape));
    shape = rows.shape;
    shape.pop_back();
    multiply(rows, checkedSize(shape), matrix, product);
    return {std::move(product)};
}

/// One number for each channel of an array [row][channel][...].
const std::vector<float> &perChannel(const Inputs &inputs, std::size_t i)
{
    const Tensor &of = inputs.floats(0);
    const Tensor &numbers = inputs.floats(i);
    if (of.shape.size() < 2 || numbers.size() != of.shape[1])
        refuse(ErrorKind::Mismatch, "input " + std::to_string(i + 1) + " holds " + toText(numbers.shape) +
                                        " numbers for an array of " + toText(of.shape));
    return numbers.values;
}

/// In use, not in training: the statistics are given.
Outputs batchNormalization(const Node &node, const Inputs &inputs)
{
    if (node.integer("training_mode", 0) != 0)
        refuse(ErrorKind::Unsupported, "is in training mode: export the model after eval()");
    Tensor result = inputs.floats(0);
    const std::vector<float> &gamma = perChannel(inputs, 1);
    const std::vector<float> &beta = perChannel(inputs, 2);
    const std::vector<float> &mean = perChannel(inputs, 3);
    const std::vector<float> &variance = perChannel(inputs, 4);
    const double epsilon = double{node.number("epsilon", 1e-5F)};
    const std::size_t channels = result.shape[1];
    const std::size_t rows = result.shape[0];
    const std::size_t length = rows * channels == 0 ? 0 : result.size() / (rows * channels);
    float *value = result.values.data();
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t k = 0; k < channels; ++k)
        {
            const auto factor =
                static_cast<float>(double{gamma[k]} / std::sqrt(double{variance[k]} + epsilon));
            for (std::size_t i = 0; i < length; ++i, ++value)
                *value = (*value - mean[k]) * factor + beta[k];
        }
    return {std::move(result)};
}

Outputs layerNormalization(const Node &node, const Inputs &inputs)
{
    Tensor result = inputs.floats(0);
    const std::size_t axis = axisOf(node.integer("axis", -1), result.shape.size());
    const std::size_t length =
        checkedSize(Shape(result.shape.begin() + static_cast<std::ptrdiff_t>(axis), result.shape.end()));
    const Tensor &scale = inputs.floats(1);
    const Tensor *const bias = inputs.find(2) == nullptr ? nullptr : &inputs.floats(2);
    if (length == 0 || scale.size() != length || (bias != nullptr && bias->size() != length))
        refuse(ErrorKind::Mismatch,
               "scales by " + toText(scale.shape) + " numbers: expected " + std::to_string(length));
    const double epsilon = double{node.number("epsilon", 1e-5F)};
    for (std::size_t first = 0; first < result.size(); first += length)
    {
        const std::span<float> row(result.values.data() + first, length);
        const double mean = std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(length);
        double variance = 0.0;
        for (const float value : row)
            variance += (value - mean) * (value - mean);
        const double factor = 1.0 / std::sqrt(variance / static_cast<double>(length) + epsilon);
        for (std::size_t i = 0; i < length; ++i)
            row[i] = static_cast<float>((row[i] - mean) * factor) * scale.values[i] +
                     (bias == nullptr ? 0.0F : bias->values[i]);
    }
    return {std::move(result)};
}

/// Where an array keeps one number for each of what is reduced.
struct Reduced
{
    Tensor result;
    std::vector<double> sums;
    std::size_t each = 1; ///< numbers that one result is made of
};

template <class Take> Reduced reduced(const Tensor &from, const std::vector<bool> &isGone, bool keeps,
                                      double start, const Take &take)
{
    Shape whole = from.shape;
    Shape shape;
    Reduced all;
    for (std::size_t axis = 0; axis < whole.size(); ++axis)
    {
        all.each *= isGone[axis] ? whole[axis] : 1;
        whole[axis] = isGone[axis] ? 1 : whole[axis];
        if (!isGone[axis] || keeps)
            shape.push_back(whole[axis]);
    }
    std::vector<std::ptrdiff_t> strides[1] = {stridesOf(whole)};
    for (std::size_t axis = 0; axis < whole.size(); ++axis)
        strides[0][axis] = isGone[axis] ? 0 : strides[0][axis];
    all.result = makeTensor(std::move(shape));
    all.sums.assign(all.result.size(), start);
    const std::size_t length = from.shape.empty() ? 1 : from.shape.back();
    const std::ptrdiff_t step = from.shape.empty() ? 0 : strides[0].back();
    forRows(from.shape, strides, [&](std::size_t element, const std::ptrdiff_t(&at)[1]) {
        std::ptrdiff_t to = at[0];
        for (std::size_t i = 0; i < length; ++i, to += step)
            take(all.sums[static_cast<std::size_t>(to)], double{from.values[element + i]});
    });
    return all;
}

template <class Take, class End>
Outputs reduce(const Node &node, const Inputs &inputs, double start, const Take &take, const End &end)
{
    const Tensor &from = inputs.floats(0);
    const std::vector<std::int64_t> axes = integersOf(node, inputs, "axes", 1);
    if (axes.empty() && node.integer("noop_with_empty_axes", 0) != 0)
        return {from};
    std::vector<bool> isGone(from.shape.size(), axes.empty());
    for (const std::int64_t axis : axes)
        isGone[axisOf(axis, isGone.size())] = true;
    Reduced all = reduced(from, isGone, node.integer("keepdims", 1) != 0, start, take);
    std::transform(all.sums.begin(), all.sums.end(), all.result.values.begin(),
                   [&](double sum) { return static_cast<float>(end(sum, static_cast<double>(all.each))); });
    return {std::move(all.result)};
}

void addValue(double &sum, double value)
{
    sum += value;
}

Outputs reduceSum(const Node &node, const Inputs &inputs)
{
    return reduce(node, inputs, 0.0, addValue, [](double sum, double) { return sum; });
}

Outputs reduceMean(const Node &node, const Inputs &inputs)
{
    return reduce(node, inputs, 0.0, addValue, [](double sum, double count) { return sum / count; });
}

Outputs reduceNorm(const Node &node, const Inputs &inputs)
{
    return reduce(
        node, inputs, 0.0, [](double &sum, double value) { sum += value * value; },
        [](double sum, double) { return std::sqrt(sum); });
}

Outputs reduceMax(const Node &node, const Inputs &inputs)
{
    return reduce(
        node, inputs, -std::numeric_limits<double>::infinity(),
        [](double &most, double value) { most = std::max(most, value); },
        [](double most, double) { return most; });
}

/// Over all places of a map: [row][channel][...] to [row][channel][1]...
Outputs overMap(const Inputs &inputs, bool isMax)
{
    const Tensor &from = inputs.floats(0);
    if (from.shape.size() < 3)
        refuse(ErrorKind::Mismatch, "an array of " + toText(from.shape) + " has no map");
    std::vector<bool> isGone(from.shape.size(), true);
    isGone[0] = isGone[1] = false;
    const double start = isMax ? -std::numeric_limits<double>::infinity() : 0.0;
    Reduced all = reduced(from, isGone, true, start, [isMax](double &sum, double value) {
        sum = isMax ? std::max(sum, value) : sum + value;
    });
    const double divisor = isMax ? 1.0 : static_cast<double>(all.each);
    std::transform(all.sums.begin(), all.sums.end(), all.result.values.begin(),
                   [divisor](double sum) { return static_cast<float>(sum / divisor); });
    return {std::move(all.result)};
}

Outputs globalAveragePool(const Node &, const Inputs &inputs)
{
    return overMap(inputs, false);
}

Outputs globalMaxPool(const Node &, const Inputs &inputs)
{
    return overMap(inputs, true);
}

} // namespace

void checkWork(double multiplications)
{
    if (multiplications > kMostWork)
        refuse(ErrorKind::Unsupported, "needs more than 10^11 multiplications for a few rows");
}

void addProduct(const RowsView &rows, const float *matrix, std::size_t columns, float *to)
{
    checkWork(static_cast<double>(rows.count) * static_cast<double>(rows.length) *
              static_cast<double>(columns));
    // A piece of the matrix stays in the cache while all rows pass over it.
    constexpr std::size_t kPiece = 64;
    for (std::size_t first = 0; first < rows.length; first += kPiece)
    {
        const std::size_t end = std::min(rows.length, first + kPiece);
        for (std::size_t row = 0; row < rows.count; ++row)
        {
            const float *const x = rows.values + row * rows.length;
            float *const y = to + row * columns;
            std::size_t i = first;
            for (; i + 4 <= end; i += 4)
            {
                const float *const w = matrix + i * columns;
                for (std::size_t j = 0; j < columns; ++j)
                    y[j] += (x[i] * w[j] + x[i + 1] * w[columns + j]) +
                            (x[i + 2] * w[2 * columns + j] + x[i + 3] * w[3 * columns + j]);
            }
            for (; i < end; ++i)
                for (std::size_t j = 0; j < columns; ++j)
                    y[j] += x[i] * matrix[i * columns + j];
        }
    }
}

std::span<const NamedOperation> productOperations()
{
    static constexpr std::array kOperations = {
        NamedOperation{"BatchNormalization", batchNormalization},
        NamedOperation{"Gemm", gemm},
        NamedOperation{"GlobalAveragePool", globalAveragePool},
        NamedOperation{"GlobalMaxPool", globalMaxPool},
        NamedOperation{"LayerNormalization", layerNormalization},
        NamedOperation{"MatMul", matMul},
        NamedOperation{"ReduceL2", reduceNorm},
        NamedOperation{"ReduceMax", reduceMax},
        NamedOperation{"ReduceMean", reduceMean},
        NamedOperation{"ReduceSum", reduceSum},
    };
    return kOperations;
}

} // namespace somnium::onnx
