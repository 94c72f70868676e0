// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/reference_matcher.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

#include "core/base/parallel.h"
#include "core/som/prototypes.h"

namespace somnium::som
{

namespace
{

constexpr std::size_t kMaxRotations = 100000;
/// Partial sums per pair: the compiler may keep them in vectors without reordering anything.
constexpr std::size_t kPartialSums = 16;

/// One rotation of a channel about its middle into a frame about its own, bilinear, 0 outside.
void rotate(std::span<const float> from, std::size_t side, double angleRad, std::span<float> to,
            std::size_t toSide)
{
    const double centre = (static_cast<double>(side) - 1.0) / 2.0;
    const double toCentre = (static_cast<double>(toSide) - 1.0) / 2.0;
    const double cosine = std::cos(angleRad);
    const double sine = std::sin(angleRad);
    const auto last = static_cast<double>(side) - 1.0;
    for (std::size_t row = 0; row < toSide; ++row)
        for (std::size_t column = 0; column < toSide; ++column)
        {
            const double r = static_cast<double>(row) - toCentre;
            const double c = static_cast<double>(column) - toCentre;
            const double fromRow = centre + r * cosine - c * sine;
            const double fromColumn = centre + r * sine + c * cosine;
            float value = 0.0F;
            if (fromRow >= 0.0 && fromRow <= last && fromColumn >= 0.0 && fromColumn <= last)
            {
                const auto lowRow = static_cast<std::size_t>(fromRow);
                const auto lowColumn = static_cast<std::size_t>(fromColumn);
                const std::size_t highRow = std::min(lowRow + 1, side - 1);
                const std::size_t highColumn = std::min(lowColumn + 1, side - 1);
                const auto fRow = static_cast<float>(fromRow - static_cast<double>(lowRow));
                const auto fColumn = static_cast<float>(fromColumn - static_cast<double>(lowColumn));
                const float low = (1.0F - fColumn) * from[lowRow * side + lowColumn] +
                                  fColumn * from[lowRow * side + highColumn];
                const float high = (1.0F - fColumn) * from[highRow * side + lowColumn] +
                                   fColumn * from[highRow * side + highColumn];
                value = (1.0F - fRow) * low + fRow * high;
            }
            to[row * toSide + column] = value;
        }
}

float squaredDistance(const float *a, const float *b, std::size_t paddedSize)
{
    std::array<float, kPartialSums> sums = {};
    for (std::size_t p = 0; p < paddedSize; p += kPartialSums)
        for (std::size_t j = 0; j < kPartialSums; ++j)
        {
            const float difference = a[p + j] - b[p + j];
            sums[j] += difference * difference;
        }
    float sum = 0.0F;
    for (const float partial : sums)
        sum += partial;
    return sum;
}

/// Columns [first, end) of a row.
struct Columns
{
    std::size_t first = 0;
    std::size_t end = 0;
};

Columns discColumns(std::size_t side, double radius, std::size_t row)
{
    const double centre = (static_cast<double>(side) - 1.0) / 2.0;
    const double fromCentre = static_cast<double>(row) - centre;
    if (std::abs(fromCentre) > radius)
        return {};
    const double halfChord = std::sqrt(std::max(radius * radius - fromCentre * fromCentre, 0.0));
    return {static_cast<std::size_t>(std::ceil(centre - halfChord)),
            static_cast<std::size_t>(std::floor(centre + halfChord)) + 1};
}

/// PINK's circle has the whole number side / 2 for radius and centre, also where the side is odd: such a
/// circle lies half a pixel off the image's centre and leaves the last row out.
Columns pinkCircleColumns(std::size_t side, std::size_t row)
{
    const std::size_t wholeRadius = side / 2;
    const auto radius = static_cast<double>(wholeRadius);
    const double fromTop = static_cast<double>(row) + 0.5;
    const double halfChordSquared = 2.0 * radius * fromTop - fromTop * fromTop;
    if (halfChordSquared <= 0.0)
        return {};
    const double halfChord = std::sqrt(halfChordSquared);
    return {static_cast<std::size_t>(std::round(radius - halfChord)),
            static_cast<std::size_t>(std::round(radius + halfChord))};
}

/// A window's columns in a row of a square neuron that shows the middle of an image.
Columns windowColumns(std::size_t side, std::size_t row, std::size_t imageSide, ReferenceWindow window,
                      std::size_t windowSide)
{
    if (window == ReferenceWindow::Disc)
        return discColumns(side, (static_cast<double>(std::min(side, imageSide)) - 1.0) / 2.0, row);
    const bool isCircle = window == ReferenceWindow::PinkCircle;
    const auto squareSide =
        static_cast<std::size_t>(static_cast<double>(imageSide) * std::numbers::sqrt2 / 2.0);
    const std::size_t usual = isCircle ? imageSide : squareSide;
    const std::size_t inner = std::min(windowSide == 0 ? usual : windowSide, side);
    const std::size_t offset = (side - inner) / 2;
    if (row < offset || row >= offset + inner)
        return {};
    if (!isCircle)
        return {offset, offset + inner};
    // PINK has the margin of its square above the circle, but the middle of its columns at side / 2.
    const Columns columns = pinkCircleColumns(inner, row - offset);
    const std::size_t left = side / 2 - inner / 2;
    return columns.end == 0 ? Columns{} : Columns{columns.first + left, columns.end + left};
}

/// For every pixel of an image that was turned by quarters and then, maybe, flipped: the pixel it came from.
std::vector<std::uint32_t> quarterTurnSources(const data::ImageShape &shape, unsigned quarters,
                                              bool isFlipped)
{
    const std::size_t side = shape.rows;
    const std::size_t last = side - 1;
    std::vector<std::uint32_t> sources;
    sources.reserve(shape.size());
    for (std::size_t pixel = 0; pixel < shape.size(); ++pixel)
    {
        const std::size_t channel = pixel / shape.channelSize();
        std::size_t row = pixel / side % side;
        std::size_t column = pixel % side;
        row = isFlipped ? last - row : row;
        for (unsigned turn = 0; turn < quarters; ++turn)
            row = last - std::exchange(column, row);
        sources.push_back(static_cast<std::uint32_t>((channel * side + row) * side + column));
    }
    return sources;
}

} // namespace

Result<ImageTurner> ImageTurner::create(const data::ImageShape &shape, const ReferenceOptions &options,
                                        std::size_t neuronSide)
{
    if (shape.rows != shape.columns || shape.rows < 2 || shape.channels == 0)
        return failure(ErrorKind::InvalidArgument, "the reference metric needs square images, found " +
                                                       std::to_string(shape.rows) + " x " +
                                                       std::to_string(shape.columns));
    const bool isGood = options.rotations == 1 || (options.rotations > 0 && options.rotations % 4 == 0);
    if (!isGood || options.rotations > kMaxRotations)
        return failure(ErrorKind::InvalidArgument, "rotations = " + std::to_string(options.rotations) +
                                                       ": expected 1 or a multiple of 4");
    const std::size_t side = neuronSide == 0 ? shape.rows : neuronSide;
    if (side < 2)
        return failure(ErrorKind::InvalidArgument, "the reference metric needs neurons of 2 pixels or more");
    return ImageTurner(shape, side, options);
}

ImageTurner::ImageTurner(const data::ImageShape &shape, std::size_t neuronSide,
                         const ReferenceOptions &options)
    : m_imageShape(shape), m_shape{shape.channels, neuronSide, neuronSide}, m_rotations(options.rotations),
      m_useFlips(options.useFlips)
{
    for (const bool isFlipped : {false, true})
        for (unsigned quarter = 0; quarter < 4; ++quarter)
            m_sourcePixels.push_back(quarterTurnSources(m_shape, quarter, isFlipped));
}

std::vector<float> ImageTurner::firstQuarter(const data::ImageView &image) const
{
    CHECK(image.shape() == m_imageShape);
    std::vector<float> pixels(image.pixels().begin(), image.pixels().end());
    std::replace_if(
        pixels.begin(), pixels.end(), [](float value) { return !std::isfinite(value); }, 0.0F);
    std::vector<float> turned(quarterCount() * m_shape.size());
    const std::size_t fromSize = m_imageShape.channelSize();
    const std::size_t size = m_shape.channelSize();
    for (std::size_t i = 0; i < quarterCount(); ++i)
        for (std::size_t channel = 0; channel < m_shape.channels; ++channel)
        {
            const double angleRad =
                2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(m_rotations);
            rotate(std::span<const float>(pixels).subspan(channel * fromSize, fromSize), m_imageShape.rows,
                   angleRad, std::span(turned).subspan((i * m_shape.channels + channel) * size, size),
                   m_shape.rows);
        }
    return turned;
}

std::span<const std::uint32_t> ImageTurner::sourcePixels(std::size_t version) const
{
    const std::size_t flip = version / m_rotations;
    const std::size_t quarter = version % m_rotations / quarterCount();
    return m_sourcePixels[flip * 4 + quarter];
}

SpatialTransform ImageTurner::transformOf(std::size_t version) const
{
    // PINK turns, then flips: Flip(Rot(a)) = Rot(-a)(Flip).
    const bool isFlipped = version / m_rotations == 1;
    const std::size_t rotation = version % m_rotations;
    const std::size_t ours = isFlipped ? (m_rotations - rotation) % m_rotations : rotation;
    return {static_cast<float>(2.0 * std::numbers::pi * static_cast<double>(ours) /
                               static_cast<double>(m_rotations)),
            isFlipped};
}

std::vector<std::uint32_t> windowPixels(const data::ImageShape &shape, ReferenceWindow window,
                                        std::size_t imageSide, std::size_t windowSide)
{
    const std::size_t side = std::min(shape.rows, shape.columns);
    const std::size_t ofImage = imageSide == 0 ? side : imageSide;
    std::vector<std::uint32_t> pixels;
    for (std::size_t channel = 0; channel < shape.channels; ++channel)
        for (std::size_t row = 0; row < side; ++row)
        {
            const Columns columns = windowColumns(side, row, ofImage, window, windowSide);
            for (std::size_t column = columns.first; column < columns.end; ++column)
                pixels.push_back(
                    static_cast<std::uint32_t>((channel * shape.rows + row) * shape.columns + column));
        }
    return pixels;
}

Result<ReferenceMatcher> ReferenceMatcher::create(std::span<const float> prototypes,
                                                  const data::ImageShape &shape,
                                                  const ReferenceOptions &options, std::size_t imageSide)
{
    if (shape.rows != shape.columns)
        return failure(ErrorKind::InvalidArgument, "the reference metric needs square neurons, found " +
                                                       std::to_string(shape.rows) + " x " +
                                                       std::to_string(shape.columns));
    const std::size_t ofImage = imageSide == 0 ? shape.rows : imageSide;
    auto turner = ImageTurner::create({shape.channels, ofImage, ofImage}, options, shape.rows);
    if (!turner)
        return failure(turner.error());
    if (prototypes.empty() || prototypes.size() % shape.size() != 0)
        return failure(ErrorKind::Mismatch, "prototypes hold " + std::to_string(prototypes.size()) +
                                                " pixels: expected a multiple of " +
                                                std::to_string(shape.size()));
    ReferenceMatcher matcher(std::move(*turner),
                             windowPixels(shape, options.window, ofImage, options.windowSide));
    matcher.m_neurons = prototypes.size() / shape.size();
    matcher.m_prototypes.resize(matcher.m_neurons * matcher.m_paddedSize);
    for (std::size_t k = 0; k < matcher.m_neurons; ++k)
        for (std::size_t p = 0; p < matcher.m_window.size(); ++p)
        {
            const float value = prototypes[k * shape.size() + matcher.m_window[p]];
            matcher.m_prototypes[k * matcher.m_paddedSize + p] = std::isfinite(value) ? value : 0.0F;
        }
    return matcher;
}

ReferenceMatcher::ReferenceMatcher(ImageTurner turner, std::vector<std::uint32_t> window)
    : m_turner(std::move(turner)), m_window(std::move(window)),
      m_paddedSize((m_window.size() + kPartialSums - 1) / kPartialSums * kPartialSums)
{}

void ReferenceMatcher::matchOne(const data::ImageView &image, std::span<float> distance,
                                std::span<SpatialTransform> transform) const
{
    const std::vector<float> quarter = m_turner.firstQuarter(image);
    std::vector<float> version(m_paddedSize);
    std::fill(distance.begin(), distance.end(), std::numeric_limits<float>::infinity());
    for (std::size_t v = 0; v < m_turner.versionCount(); ++v)
    {
        const std::span<const std::uint32_t> from = m_turner.sourcePixels(v);
        const float *const rotation = quarter.data() + m_turner.quarterRotation(v) * m_turner.shape().size();
        for (std::size_t p = 0; p < m_window.size(); ++p)
            version[p] = rotation[from[m_window[p]]];
        for (std::size_t k = 0; k < m_neurons; ++k)
        {
            const float squared =
                squaredDistance(version.data(), m_prototypes.data() + k * m_paddedSize, m_paddedSize);
            if (squared < distance[k])
            {
                distance[k] = squared;
                transform[k] = m_turner.transformOf(v);
            }
        }
    }
    for (float &value : distance)
        value = std::sqrt(value);
}

Result<FullMapping> ReferenceMatcher::match(const data::Samples &samples, std::size_t first,
                                            std::size_t count, const JobContext &context) const
{
    if (count > 0 && samples.shape() != m_turner.imageShape())
        return failure(ErrorKind::Mismatch, "samples have another shape than the matcher was made for");
    FullMapping mapping;
    mapping.sources = count;
    mapping.neurons = m_neurons;
    mapping.distance.resize(count * m_neurons);
    mapping.transform.resize(count * m_neurons);
    const bool isDone = parallelFor(count, context, [&](std::size_t i) {
        matchOne(samples.sample(first + i), std::span(mapping.distance).subspan(i * m_neurons, m_neurons),
                 std::span(mapping.transform).subspan(i * m_neurons, m_neurons));
    });
    if (!isDone)
        return failure(ErrorKind::Cancelled, "stopped");
    return mapping;
}

Result<void> mapByReference(const Som &som, const data::Samples &samples, const ReferenceOptions &options,
                            const JobContext &context, const TakePairs &take)
{
    const data::ImageShape shape = samples.count() > 0 ? samples.shape() : som.shape;
    if (const auto fit = checkFit(som, shape); !fit)
        return fit;
    if (shape.rows != shape.columns)
        return failure(ErrorKind::InvalidArgument, "the reference metric needs square images, found " +
                                                       std::to_string(shape.rows) + " x " +
                                                       std::to_string(shape.columns));
    const auto matcher = ReferenceMatcher::create(som.prototypes, som.shape, options, shape.rows);
    if (!matcher)
        return failure(matcher.error());
    constexpr std::size_t kBlock = 64;
    for (std::size_t first = 0; first < samples.count(); first += kBlock)
    {
        const std::size_t count = std::min(kBlock, samples.count() - first);
        const auto block = matcher->match(samples, first, count, context);
        if (!block)
            return failure(block.error());
        samples.letGo(first, count);
        if (Result<void> taken = take(*block); !taken)
            return taken;
        context.report({first + count, samples.count(), "comparing pixel by pixel"});
    }
    return {};
}

Result<FullMapping> mapByReference(const Som &som, const data::Samples &samples,
                                   const ReferenceOptions &options, const JobContext &context)
{
    FullMapping all;
    all.neurons = som.layout.neuronCount();
    const auto done =
        mapByReference(som, samples, options, context, [&all](const FullMapping &block) -> Result<void> {
            all.append(block);
            return {};
        });
    if (!done)
        return failure(done.error());
    return all;
}

} // namespace somnium::som
