// SPDX-License-Identifier: GPL-3.0-or-later
// Operations that take each number by itself, or pairs of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/onnx/node.h"

namespace somnium::onnx
{

namespace
{

template <class Function> Outputs mapped(const Inputs &inputs, const Function &function)
{
    Outputs outputs = {inputs.floats(0)};
    for (float &value : outputs.front().values)
        value = function(value);
    return outputs;
}

template <float (*Function)(float)> Outputs apply(const Node &, const Inputs &inputs)
{
    return mapped(inputs, Function);
}

float relu(float x)
{
    return x > 0.0F ? x : 0.0F;
}
float sigmoid(float x)
{
    return 1.0F / (1.0F + std::exp(-x));
}
float softplus(float x)
{
    return x > 0.0F ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
float softsign(float x)
{
    return x / (1.0F + std::abs(x));
}
float mish(float x)
{
    return x * std::tanh(softplus(x));
}
float reciprocal(float x)
{
    return 1.0F / x;
}
float negative(float x)
{
    return -x;
}
float hardSwish(float x)
{
    return x * std::clamp(x / 6.0F + 0.5F, 0.0F, 1.0F);
}

Outputs leakyRelu(const Node &node, const Inputs &inputs)
{
    const float leak = node.number("alpha", 0.01F);
    return mapped(inputs, [leak](float x) { return x > 0.0F ? x : leak * x; });
}

Outputs elu(const Node &node, const Inputs &inputs)
{
    const float alpha = node.number("alpha", 1.0F);
    return mapped(inputs, [alpha](float x) { return x > 0.0F ? x : alpha * std::expm1(x); });
}

Outputs selu(const Node &node, const Inputs &inputs)
{
    const float alpha = node.number("alpha", 1.67326319217681884765625F);
    const float gamma = node.number("gamma", 1.05070102214813232421875F);
    return mapped(inputs, [=](float x) { return gamma * (x > 0.0F ? x : alpha * std::expm1(x)); });
}

Outputs hardSigmoid(const Node &node, const Inputs &inputs)
{
    const float alpha = node.number("alpha", 0.2F);
    const float beta = node.number("beta", 0.5F);
    return mapped(inputs, [=](float x) { return std::clamp(alpha * x + beta, 0.0F, 1.0F); });
}

Outputs gelu(const Node &node, const Inputs &inputs)
{
    if (node.text("approximate", "none") == "tanh")
        return mapped(inputs, [](float x) {
            constexpr float kCubic = 0.044715F;
            const float inner = std::sqrt(2.0F * std::numbers::inv_pi_v<float>) * (x + kCubic * x * x * x);
            return 0.5F * x * (1.0F + std::tanh(inner));
        });
    return mapped(inputs,
                  [](float x) { return 0.5F * x * (1.0F + std::erf(x / std::numbers::sqrt2_v<float>)); });
}

Outputs clip(const Node &node, const Inputs &inputs)
{
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const auto bound = [&](std::size_t i, const char *name, float otherwise) {
        if (inputs.find(i) == nullptr)
            return node.number(name, otherwise);
        return inputs.floats(i).size() == 1 ? inputs.floats(i).values.front() : otherwise;
    };
    const float low = bound(1, "min", -kInfinity);
    const float high = bound(2, "max", kInfinity);
    return mapped(inputs, [=](float x) { return std::min(std::max(x, low), high); });
}

Outputs identity(const Node &, const Inputs &inputs)
{
    return {inputs.at(0)};
}

/// Types of ONNX (TensorProto.DataType).
Outputs cast(const Node &node, const Inputs &inputs)
{
    constexpr std::array<std::int64_t, 4> kFloating = {1, 10, 11, 16};
    constexpr std::int64_t kBool = 9;
    const std::int64_t to = node.integer("to", 1);
    const Tensor &from = inputs.at(0);
    const bool toInteger = std::find(kFloating.begin(), kFloating.end(), to) == kFloating.end();
    Tensor result = makeTensor(from.shape, toInteger);
    for (std::size_t i = 0; i < from.size(); ++i)
    {
        const double value = from.isInteger ? static_cast<double>(from.integers[i]) : double{from.values[i]};
        if (!toInteger)
            result.values[i] = static_cast<float>(value);
        else if (to == kBool)
            result.integers[i] = value != 0.0 ? 1 : 0;
        else if (std::abs(value) < 9.0e18)
            result.integers[i] = static_cast<std::int64_t>(value);
    }
    return {std::move(result)};
}

/// The shape that two arrays make together, missing axes of either being 1 at the front.
Shape broadcastShape(const Shape &a, const Shape &b)
{
    Shape shape(std::max(a.size(), b.size()), 1);
    for (std::size_t i = 0; i < shape.size(); ++i)
    {
        const std::size_t sizeA = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::size_t sizeB = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
            refuse(ErrorKind::Mismatch, "arrays of " + toText(a) + " and " + toText(b) + " do not fit");
        shape[shape.size() - 1 - i] = sizeA == 1 ? sizeB : sizeA;
    }
    return shape;
}

std::vector<std::ptrdiff_t> broadcastStrides(const Shape &own, const Shape &all)
{
    const std::vector<std::ptrdiff_t> strides = stridesOf(own);
    std::vector<std::ptrdiff_t> result(all.size(), 0);
    for (std::size_t i = 0; i < own.size(); ++i)
        if (own[i] != 1)
            result[all.size() - own.size() + i] = strides[i];
    return result;
}

template <class T, class To, class Function>
void pair(const Shape &shape, const std::vector<T> &a, const Shape &shapeA, const std::vector<T> &b,
          const Shape &shapeB, std::vector<To> &to, const Function &function)
{
    const std::vector<std::ptrdiff_t> strides[2] = {broadcastStrides(shapeA, shape),
                                                    broadcastStrides(shapeB, shape)};
    const std::size_t length = shape.empty() ? 1 : shape.back();
    const std::ptrdiff_t stepA = shape.empty() ? 0 : strides[0].back();
    const std::ptrdiff_t stepB = shape.empty() ? 0 : strides[1].back();
    forRows(shape, strides, [&](std::size_t element, const std::ptrdiff_t(&at)[2]) {
        const T *x = a.data() + at[0];
        const T *y = b.data() + at[1];
        for (std::size_t i = 0; i < length; ++i, x += stepA, y += stepB)
            to[element + i] = function(*x, *y);
    });
}

template <class Function> Outputs pairs(const Inputs &inputs, const Function &function)
{
    const Tensor &a = inputs.at(0);
    const Tensor &b = inputs.at(1);
    if (a.isInteger != b.isInteger)
        refuse(ErrorKind::Malformed, "integers and floating-point numbers do not go together");
    Tensor result = makeTensor(broadcastShape(a.shape, b.shape), a.isInteger);
    if (result.size() == 0)
        return {std::move(result)};
    if (a.isInteger)
        pair(result.shape, a.integers, a.shape, b.integers, b.shape, result.integers, function);
    else
        pair(result.shape, a.values, a.shape, b.values, b.shape, result.values, function);
    return {std::move(result)};
}

// Integers wrap around rather than overflow: they are sizes and indices that are checked where they are used.
template <class T> T wrapped(std::uint64_t x)
{
    return static_cast<T>(x);
}

struct Plus
{
    float operator()(float a, float b) const { return a + b; }
    std::int64_t operator()(std::int64_t a, std::int64_t b) const
    {
        return wrapped<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    }
};
struct Minus
{
    float operator()(float a, float b) const { return a - b; }
    std::int64_t operator()(std::int64_t a, std::int64_t b) const
    {
        return wrapped<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
    }
};
struct Times
{
    float operator()(float a, float b) const { return a * b; }
    std::int64_t operator()(std::int64_t a, std::int64_t b) const
    {
        return wrapped<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
    }
};
struct Over
{
    float operator()(float a, float b) const { return a / b; }
    std::int64_t operator()(std::int64_t a, std::int64_t b) const
    {
        if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min()))
            refuse(ErrorKind::Malformed,
                   "divides the integer " + std::to_string(a) + " by " + std::to_string(b));
        return a / b;
    }
};
struct Power
{
    // The squares of a normalisation are most of what there is.
    float operator()(float a, float b) const { return b == 2.0F ? a * a : std::pow(a, b); }
    std::int64_t operator()(std::int64_t, std::int64_t) const
    {
        refuse(ErrorKind::Unsupported, "powers of integers");
    }
};
struct Larger
{
    template <class T> T operator()(T a, T b) const { return a > b ? a : b; }
};
struct Smaller
{
    template <class T> T operator()(T a, T b) const { return a < b ? a : b; }
};
struct Leaking
{
    float operator()(float x, float slope) const { return x > 0.0F ? x : slope * x; }
    std::int64_t operator()(std::int64_t, std::int64_t) const
    {
        refuse(ErrorKind::Unsupported, "a rectifier of integers");
    }
};

template <class Function> Outputs applyPairs(const Node &, const Inputs &inputs)
{
    if (inputs.count() != 2)
        refuse(ErrorKind::Unsupported, "has " + std::to_string(inputs.count()) + " inputs: expected two");
    return pairs(inputs, Function());
}

Outputs greater(const Node &, const Inputs &inputs)
{
    const Tensor &a = inputs.floats(0);
    const Tensor &b = inputs.floats(1);
    Tensor result = makeTensor(broadcastShape(a.shape, b.shape), true);
    if (result.size() > 0)
        pair(result.shape, a.values, a.shape, b.values, b.shape, result.integers,
             [](float x, float y) { return std::int64_t{x > y ? 1 : 0}; });
    return {std::move(result)};
}

/// The second input where the first is not 0, else the third.
Outputs where(const Node &, const Inputs &inputs)
{
    const std::vector<std::int64_t> &isFirst = inputs.integers(0);
    const Tensor &a = inputs.floats(1);
    const Tensor &b = inputs.floats(2);
    const Shape &shapeIs = inputs.at(0).shape;
    Tensor result = makeTensor(broadcastShape(broadcastShape(shapeIs, a.shape), b.shape));
    if (result.size() == 0)
        return {std::move(result)};
    const Shape &shape = result.shape;
    const std::vector<std::ptrdiff_t> strides[3] = {
        broadcastStrides(shapeIs, shape), broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)};
    const auto step = [&](std::size_t k) { return shape.empty() ? 0 : strides[k].back(); };
    const std::size_t length = shape.empty() ? 1 : shape.back();
    forRows(shape, strides, [&](std::size_t element, const std::ptrdiff_t(&at)[3]) {
        const std::int64_t *is = isFirst.data() + at[0];
        const float *x = a.values.data() + at[1];
        const float *y = b.values.data() + at[2];
        for (std::size_t i = 0; i < length; ++i, is += step(0), x += step(1), y += step(2))
            result.values[element + i] = *is != 0 ? *x : *y;
    });
    return {std::move(result)};
}

} // namespace

std::span<const NamedOperation> elementwiseOperations()
{
    static constexpr std::array kOperations = {
        NamedOperation{"Abs", apply<std::abs>},
        NamedOperation{"Add", applyPairs<Plus>},
        NamedOperation{"Cast", cast},
        NamedOperation{"Clip", clip},
        NamedOperation{"Div", applyPairs<Over>},
        NamedOperation{"Dropout", identity},
        NamedOperation{"Elu", elu},
        NamedOperation{"Erf", apply<std::erf>},
        NamedOperation{"Exp", apply<std::exp>},
        NamedOperation{"Gelu", gelu},
        NamedOperation{"Greater", greater},
        NamedOperation{"HardSigmoid", hardSigmoid},
        NamedOperation{"HardSwish", apply<hardSwish>},
        NamedOperation{"Identity", identity},
        NamedOperation{"LeakyRelu", leakyRelu},
        NamedOperation{"Log", apply<std::log>},
        NamedOperation{"Max", applyPairs<Larger>},
        NamedOperation{"Min", applyPairs<Smaller>},
        NamedOperation{"Mish", apply<mish>},
        NamedOperation{"Mul", applyPairs<Times>},
        NamedOperation{"Neg", apply<negative>},
        NamedOperation{"Pow", applyPairs<Power>},
        NamedOperation{"PRelu", applyPairs<Leaking>},
        NamedOperation{"Reciprocal", apply<reciprocal>},
        NamedOperation{"Relu", apply<relu>},
        NamedOperation{"Selu", selu},
        NamedOperation{"Sigmoid", apply<sigmoid>},
        NamedOperation{"Softplus", apply<softplus>},
        NamedOperation{"Softsign", apply<softsign>},
        NamedOperation{"Sqrt", apply<std::sqrt>},
        NamedOperation{"Sub", applyPairs<Minus>},
        NamedOperation{"Tanh", apply<std::tanh>},
        NamedOperation{"Where", where},
    };
    return kOperations;
}

} // namespace somnium::onnx
