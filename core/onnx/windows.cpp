// SPDX-License-Identifier: GPL-3.0-or-later
// Operations of windows that move over a map [row of the batch][channel][row][column]; what has one axis only
// is a map of one row.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/onnx/node.h"
#include "core/onnx/products.h"

namespace somnium::onnx
{

namespace
{

/// Along one axis.
struct Axis
{
    std::int64_t size = 1; ///< of the map
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
    std::int64_t padBefore = 0;
    std::int64_t padAfter = 0;
    std::int64_t windows = 1;

    [[nodiscard]] std::int64_t covered() const { return (kernel - 1) * dilation + 1; }
};

struct Windows
{
    std::size_t count = 0; ///< rows of the batch
    std::size_t channels = 0;
    std::array<Axis, 2> axes; ///< rows, columns
    bool isMap = true;        ///< false: there is no axis of rows

    [[nodiscard]] std::size_t mapSize() const
    {
        return static_cast<std::size_t>(axes[0].size * axes[1].size);
    }
    [[nodiscard]] std::size_t places() const
    {
        return static_cast<std::size_t>(axes[0].windows * axes[1].windows);
    }
    [[nodiscard]] std::size_t kernelSize() const
    {
        return static_cast<std::size_t>(axes[0].kernel * axes[1].kernel);
    }
};

constexpr std::int64_t kMostExtent = std::int64_t{1} << 24U;

std::int64_t checkedExtent(std::int64_t value, std::int64_t least, const char *what)
{
    if (value < least || value > kMostExtent)
        refuse(ErrorKind::Malformed, std::string(what) + " of " + std::to_string(value));
    return value;
}

/// What an attribute of one number for each axis says.
std::array<std::int64_t, 2> perAxis(const Node &node, const char *name, bool isMap, std::int64_t otherwise,
                                    std::int64_t least)
{
    const std::vector<std::int64_t> given = node.integers(name);
    const std::size_t expected = isMap ? 2 : 1;
    std::array<std::int64_t, 2> result = {otherwise, otherwise};
    if (!isMap)
        result[0] = std::max<std::int64_t>(least, 0);
    if (given.empty())
        return result;
    if (given.size() != expected)
        refuse(ErrorKind::Mismatch, std::string(name) + " has " + std::to_string(given.size()) +
                                        " numbers: expected " + std::to_string(expected));
    for (std::size_t i = 0; i < expected; ++i)
        result[2 - expected + i] = checkedExtent(given[i], least, name);
    return result;
}

/// All but pads and the number of windows. `kernel`: sizes along the axes of a kernel that is given as an
/// array.
Windows windowsOf(const Node &node, const Tensor &map, const Shape &kernel)
{
    const std::size_t axes = map.shape.size();
    if (axes != 3 && axes != 4)
        refuse(ErrorKind::Unsupported,
               "moves over an array of " + toText(map.shape) + ": expected 3 or 4 axes");
    Windows windows;
    windows.isMap = axes == 4;
    windows.count = map.shape[0];
    windows.channels = map.shape[1];
    if (windows.channels == 0)
        refuse(ErrorKind::Mismatch, "moves over a map without channels");
    const auto strides = perAxis(node, "strides", windows.isMap, 1, 1);
    const auto dilations = perAxis(node, "dilations", windows.isMap, 1, 1);
    const auto sides = perAxis(node, "kernel_shape", windows.isMap, 0, kernel.empty() ? 1 : 0);
    for (std::size_t i = windows.isMap ? 0 : 1; i < 2; ++i)
    {
        const std::size_t k = i - (windows.isMap ? 0 : 1);
        const std::int64_t side = kernel.empty() ? sides[i] : static_cast<std::int64_t>(kernel[k]);
        windows.axes[i].size =
            checkedExtent(static_cast<std::int64_t>(map.shape[2 + k]), 1, "a map with an axis");
        windows.axes[i].kernel = checkedExtent(side, 1, "a kernel with an axis");
        windows.axes[i].stride = strides[i];
        windows.axes[i].dilation = dilations[i];
        if (!kernel.empty() && sides[i] != 0 && sides[i] != side)
            refuse(ErrorKind::Mismatch, "kernel_shape says " + std::to_string(sides[i]) +
                                            " where its weights have " + std::to_string(side));
    }
    return windows;
}

/// Pads that the node lists.
void setPads(const Node &node, Windows &windows)
{
    const std::vector<std::int64_t> pads = node.integers("pads");
    const std::size_t axes = windows.isMap ? 2 : 1;
    if (pads.empty())
        return;
    if (pads.size() != 2 * axes)
        refuse(ErrorKind::Mismatch,
               "pads has " + std::to_string(pads.size()) + " numbers: expected " + std::to_string(2 * axes));
    for (std::size_t i = 0; i < axes; ++i)
    {
        windows.axes[2 - axes + i].padBefore = checkedExtent(pads[i], 0, "a pad");
        windows.axes[2 - axes + i].padAfter = checkedExtent(pads[axes + i], 0, "a pad");
    }
}

/// Pads and number of windows that slide over a map.
void slide(const Node &node, Windows &windows)
{
    const std::string automatic = node.text("auto_pad", "NOTSET");
    if (automatic == "NOTSET")
        setPads(node, windows);
    const bool isSame = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    const bool roundsUp = node.integer("ceil_mode", 0) != 0;
    for (Axis &axis : windows.axes)
    {
        if (isSame)
        {
            const std::int64_t count = (axis.size + axis.stride - 1) / axis.stride;
            const std::int64_t pad =
                std::max<std::int64_t>(0, (count - 1) * axis.stride + axis.covered() - axis.size);
            axis.padBefore = automatic == "SAME_UPPER" ? pad / 2 : pad - pad / 2;
            axis.padAfter = pad - axis.padBefore;
        }
        const std::int64_t room = axis.size + axis.padBefore + axis.padAfter - axis.covered();
        if (room < 0)
            refuse(ErrorKind::Mismatch, "a kernel of " + std::to_string(axis.covered()) +
                                            " does not go into a map of " + std::to_string(axis.size));
        axis.windows = (room + (roundsUp ? axis.stride - 1 : 0)) / axis.stride + 1;
        // The last window begins on the map or before it.
        if (roundsUp && (axis.windows - 1) * axis.stride >= axis.size + axis.padBefore)
            --axis.windows;
    }
}

Shape mapShape(const Windows &windows, std::size_t channels, std::int64_t rows, std::int64_t columns)
{
    Shape shape = {windows.count, channels};
    if (windows.isMap)
        shape.push_back(static_cast<std::size_t>(rows));
    shape.push_back(static_cast<std::size_t>(columns));
    return shape;
}

/// Calls take(window, element of the kernel, element of the map) where windows lie on the map.
template <class Take> void forOverlaps(const Windows &windows, const Take &take)
{
    const auto &[rows, columns] = windows.axes;
    for (std::int64_t r = 0; r < rows.windows; ++r)
        for (std::int64_t i = 0; i < rows.kernel; ++i)
        {
            const std::int64_t row = r * rows.stride - rows.padBefore + i * rows.dilation;
            if (row < 0 || row >= rows.size)
                continue;
            for (std::int64_t c = 0; c < columns.windows; ++c)
                for (std::int64_t j = 0; j < columns.kernel; ++j)
                {
                    const std::int64_t column = c * columns.stride - columns.padBefore + j * columns.dilation;
                    if (column >= 0 && column < columns.size)
                        take(static_cast<std::size_t>(r * columns.windows + c),
                             static_cast<std::size_t>(i * columns.kernel + j),
                             static_cast<std::size_t>(row * columns.size + column));
                }
        }
}

std::size_t groupsOf(const Node &node, std::size_t channels)
{
    const std::int64_t groups = node.integer("group", 1);
    if (groups < 1 || channels == 0 || channels % static_cast<std::size_t>(groups) != 0)
        refuse(ErrorKind::Malformed,
               std::to_string(channels) + " channels in " + std::to_string(groups) + " groups");
    return static_cast<std::size_t>(groups);
}

Shape kernelOf(const Tensor &weights, const Tensor &map)
{
    if (weights.shape.size() != map.shape.size() || weights.shape.size() < 3)
        refuse(ErrorKind::Mismatch,
               "weights of " + toText(weights.shape) + " for an array of " + toText(map.shape));
    return {weights.shape.begin() + 2, weights.shape.end()};
}

/// Where each output starts: its bias, or 0.
void fillBias(const Inputs &inputs, std::size_t channels, Tensor &to)
{
    if (inputs.find(2) == nullptr || to.size() == 0)
        return;
    const std::vector<float> &bias = inputs.floats(2).values;
    if (bias.size() != channels)
        refuse(ErrorKind::Mismatch, "a bias of " + std::to_string(bias.size()) + " numbers for " +
                                        std::to_string(channels) + " channels");
    const std::size_t length = to.size() / (to.shape[0] * channels);
    for (std::size_t i = 0; i < to.size(); ++i)
        to.values[i] = bias[i / length % channels];
}

/// Weights [output channel][input channel of its group][kernel]: the product of a group's weights with all
/// its windows laid side by side.
Outputs convolution(const Node &node, const Inputs &inputs)
{
    const Tensor &map = inputs.floats(0);
    const Tensor &weights = inputs.floats(1);
    Windows windows = windowsOf(node, map, kernelOf(weights, map));
    slide(node, windows);
    const std::size_t groups = groupsOf(node, weights.shape[0]);
    const std::size_t in = weights.shape[1];
    const std::size_t out = weights.shape[0] / groups;
    if (in * groups != windows.channels)
        refuse(ErrorKind::Mismatch, "weights of " + toText(weights.shape) + " for a map of " +
                                        std::to_string(windows.channels) + " channels");
    Tensor result =
        makeTensor(mapShape(windows, weights.shape[0], windows.axes[0].windows, windows.axes[1].windows));
    fillBias(inputs, weights.shape[0], result);
    const std::size_t places = windows.places();
    const std::size_t kernel = windows.kernelSize();
    checkWork(static_cast<double>(result.size()) * static_cast<double>(in * kernel));
    Tensor patches = makeTensor({in * kernel, places});
    for (std::size_t row = 0; row < windows.count; ++row)
        for (std::size_t group = 0; group < groups; ++group)
        {
            const float *const from =
                map.values.data() + (row * windows.channels + group * in) * windows.mapSize();
            std::fill(patches.values.begin(), patches.values.end(), 0.0F);
            forOverlaps(windows, [&](std::size_t window, std::size_t element, std::size_t at) {
                for (std::size_t q = 0; q < in; ++q)
                    patches.values[(q * kernel + element) * places + window] =
                        from[q * windows.mapSize() + at];
            });
            addProduct({weights.values.data() + group * out * in * kernel, out, in * kernel},
                       patches.values.data(), places,
                       result.values.data() + (row * weights.shape[0] + group * out) * places);
        }
    return {std::move(result)};
}

/// Pads, and size of the map that windows are laid onto.
void spread(const Node &node, Windows &windows)
{
    if (node.text("auto_pad", "NOTSET") != "NOTSET" || node.find("output_shape") != nullptr)
        refuse(ErrorKind::Unsupported, "pads by a wanted shape: expected its pads as numbers");
    setPads(node, windows);
    const auto more = perAxis(node, "output_padding", windows.isMap, 0, 0);
    for (std::size_t i = 0; i < 2; ++i)
    {
        Axis &axis = windows.axes[i];
        axis.windows = axis.size;
        axis.size =
            (axis.windows - 1) * axis.stride + axis.covered() - axis.padBefore - axis.padAfter + more[i];
        static_cast<void>(checkedExtent(axis.size, 1, "a transposed convolution onto an axis"));
    }
}

/// Weights [input channel][output channel of its group][kernel].
Outputs transposedConvolution(const Node &node, const Inputs &inputs)
{
    const Tensor &map = inputs.floats(0);
    const Tensor &weights = inputs.floats(1);
    Windows windows = windowsOf(node, map, kernelOf(weights, map));
    spread(node, windows);
    const std::size_t groups = groupsOf(node, windows.channels);
    const std::size_t in = windows.channels / groups;
    const std::size_t out = weights.shape[1];
    if (weights.shape[0] != windows.channels)
        refuse(ErrorKind::Mismatch, "weights of " + toText(weights.shape) + " for a map of " +
                                        std::to_string(windows.channels) + " channels");
    Tensor result = makeTensor(mapShape(windows, out * groups, windows.axes[0].size, windows.axes[1].size));
    fillBias(inputs, out * groups, result);
    const std::size_t places = windows.places();
    const std::size_t kernel = windows.kernelSize();
    checkWork(static_cast<double>(map.size()) * static_cast<double>(out * kernel));
    for (std::size_t row = 0; row < windows.count; ++row)
        for (std::size_t group = 0; group < groups; ++group)
        {
            // [output channel, kernel][window] = weights^T [output channel, kernel][input channel] times map
            const Tensor turned =
                taken(weights, {out * kernel, in}, static_cast<std::ptrdiff_t>(group * in * out * kernel),
                      {1, static_cast<std::ptrdiff_t>(out * kernel)});
            Tensor patches = makeTensor({out * kernel, places});
            addProduct({turned.values.data(), out * kernel, in},
                       map.values.data() + (row * windows.channels + group * in) * places, places,
                       patches.values.data());
            float *const to = result.values.data() + (row * out * groups + group * out) * windows.mapSize();
            forOverlaps(windows, [&](std::size_t window, std::size_t element, std::size_t at) {
                for (std::size_t k = 0; k < out; ++k)
                    to[k * windows.mapSize() + at] +=
                        patches.values[(k * kernel + element) * places + window];
            });
        }
    return {std::move(result)};
}

Outputs pool(const Node &node, const Inputs &inputs, bool isMax)
{
    const Tensor &map = inputs.floats(0);
    Windows windows = windowsOf(node, map, {});
    slide(node, windows);
    const float start = isMax ? -std::numeric_limits<float>::infinity() : 0.0F;
    const std::size_t places = windows.places();
    Tensor result =
        makeTensor(mapShape(windows, windows.channels, windows.axes[0].windows, windows.axes[1].windows));
    checkWork(static_cast<double>(places) * static_cast<double>(windows.kernelSize()) *
              static_cast<double>((windows.count + 1) * windows.channels));
    std::fill(result.values.begin(), result.values.end(), start);
    std::vector<float> counts(places, 0.0F);
    forOverlaps(windows, [&](std::size_t window, std::size_t, std::size_t) { counts[window] += 1.0F; });
    if (node.integer("count_include_pad", 0) != 0)
    {
        if (node.integer("ceil_mode", 0) != 0)
            refuse(ErrorKind::Unsupported, "averages over pads with ceil_mode");
        std::fill(counts.begin(), counts.end(), static_cast<float>(windows.kernelSize()));
    }
    for (std::size_t plane = 0; plane < windows.count * windows.channels; ++plane)
    {
        const float *const from = map.values.data() + plane * windows.mapSize();
        float *const to = result.values.data() + plane * places;
        forOverlaps(windows, [&](std::size_t window, std::size_t, std::size_t at) {
            to[window] = isMax ? std::max(to[window], from[at]) : to[window] + from[at];
        });
        for (std::size_t window = 0; !isMax && window < places; ++window)
            to[window] /= counts[window];
    }
    return {std::move(result)};
}

Outputs maxPool(const Node &node, const Inputs &inputs)
{
    return pool(node, inputs, true);
}

Outputs averagePool(const Node &node, const Inputs &inputs)
{
    return pool(node, inputs, false);
}

/// How many times longer an axis becomes.
std::vector<std::size_t> factorsOf(const Node &node, const Inputs &inputs, const Tensor &map)
{
    const std::size_t axes = map.shape.size();
    const bool isUpsample = node.operation == "Upsample";
    const std::size_t scaleInput = isUpsample ? 1 : 2;
    std::vector<double> scales;
    if (inputs.find(scaleInput) != nullptr && inputs.floats(scaleInput).size() > 0)
        for (const float scale : inputs.floats(scaleInput).values)
            scales.push_back(double{scale});
    else if (inputs.find(3) != nullptr)
        for (std::size_t axis = 0; axis < std::min(axes, inputs.integers(3).size()); ++axis)
            scales.push_back(static_cast<double>(inputs.integers(3)[axis]) /
                             static_cast<double>(std::max<std::size_t>(1, map.shape[axis])));
    std::vector<std::size_t> factors;
    for (const double scale : scales)
    {
        if (!(scale >= 1.0 && scale <= 1024.0) || scale != std::floor(scale))
            refuse(ErrorKind::Unsupported,
                   "stretches an axis by " + std::to_string(scale) + ": expected a whole number");
        factors.push_back(static_cast<std::size_t>(scale));
    }
    if (factors.size() != axes)
        refuse(ErrorKind::Unsupported, "says for " + std::to_string(factors.size()) + " axes of " +
                                           std::to_string(axes) + " by how much it stretches them");
    return factors;
}

/// Each number repeated along its axes, as nearest neighbours at whole factors are.
Outputs resize(const Node &node, const Inputs &inputs)
{
    const Tensor &map = inputs.floats(0);
    const std::string transformation = node.text("coordinate_transformation_mode", "half_pixel");
    const std::string nearest = node.text("nearest_mode", "round_prefer_floor");
    const bool isOld = node.operation == "Upsample";
    // Half a pixel rounded, and a corner cut off, are the same at whole factors.
    const bool isRepeating = isOld || (transformation == "asymmetric" && nearest == "floor") ||
                             (transformation == "half_pixel" && nearest.starts_with("round"));
    if (node.text("mode", "nearest") != "nearest" || !isRepeating)
        refuse(ErrorKind::Unsupported, "interpolates: expected the nearest neighbour");
    const std::vector<std::size_t> factors = factorsOf(node, inputs, map);
    // Each axis becomes two, of which the second repeats the first.
    Shape twice;
    Shape shape;
    std::vector<std::ptrdiff_t> strides;
    const std::vector<std::ptrdiff_t> own = stridesOf(map.shape);
    for (std::size_t axis = 0; axis < factors.size(); ++axis)
    {
        twice.insert(twice.end(), {map.shape[axis], factors[axis]});
        strides.insert(strides.end(), {own[axis], 0});
        shape.push_back(map.shape[axis] * factors[axis]);
    }
    Tensor result = taken(map, std::move(twice), 0, strides);
    result.shape = std::move(shape);
    return {std::move(result)};
}

} // namespace

std::span<const NamedOperation> windowOperations()
{
    static constexpr std::array kOperations = {
        NamedOperation{"AveragePool", averagePool},
        NamedOperation{"Conv", convolution},
        NamedOperation{"ConvTranspose", transposedConvolution},
        NamedOperation{"MaxPool", maxPool},
        NamedOperation{"Resize", resize},
        NamedOperation{"Upsample", resize},
    };
    return kOperations;
}

} // namespace somnium::onnx
