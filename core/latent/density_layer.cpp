// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/base/parallel.h"
#include "core/latent/pixel_blend.h"
#include "core/latent/raster_layers.h"

namespace somnium::latent
{

namespace
{

// The blur: 1 4 6 4 1 in each direction. cite: Burt & Adelson 1983, IEEE Trans. Comm. 31, 532 (a = 3/8).
constexpr std::size_t kReach = 2;
constexpr float kPeakOfOne = 36.0F / 256.0F; // of a single point, blurred

float smoothed(float a, float b, float c, float d, float e)
{
    return ((a + e) + 4.0F * (b + d) + 6.0F * c) * (1.0F / 16.0F);
}

/// One row of the blurred picture; `line` has room for columns + 2 kReach. Rows beyond the border are empty.
void blurRow(const float *source, std::size_t row, const Bands &bands, std::vector<float> &line, float *out)
{
    const std::size_t columns = bands.columns;
    static constexpr std::array<float, 5> kWeights = {1.0F, 4.0F, 6.0F, 4.0F, 1.0F};
    std::fill(line.begin(), line.end(), 0.0F);
    for (std::size_t tap = 0; tap < kWeights.size(); ++tap)
    {
        if (row + tap < kReach || row + tap - kReach >= bands.rows)
            continue;
        const float *from = source + (row + tap - kReach) * columns;
        for (std::size_t column = 0; column < columns; ++column)
            line[column + kReach] += kWeights[tap] * (1.0F / 16.0F) * from[column];
    }
    for (std::size_t column = 0; column < columns; ++column)
        out[column] =
            smoothed(line[column], line[column + 1], line[column + 2], line[column + 3], line[column + 4]);
}

} // namespace

/// What a count looks like, for counts from 2^kLowest in steps of 1/64 of a power of two: a palette has fewer
/// steps, and no logarithm is taken for each pixel.
struct DensityLayer::CountTable
{
    static constexpr int kLowest = -9;
    static constexpr unsigned kDroppedBits = 23 - 6;
    static constexpr std::uint32_t kFirst = (static_cast<std::uint32_t>(127 + kLowest) << 23) >> kDroppedBits;

    std::vector<std::uint32_t> colour;  ///< premultiplied; or where values give the colour:
    std::vector<std::uint32_t> opacity; ///< [0, 255]

    /// `count` > 0
    static std::size_t indexOf(float count)
    {
        const std::uint32_t step = std::bit_cast<std::uint32_t>(count) >> kDroppedBits;
        return step < kFirst ? 0 : step - kFirst;
    }
    static float countAt(std::size_t index)
    {
        return std::bit_cast<float>((static_cast<std::uint32_t>(index) + kFirst) << kDroppedBits);
    }
};

template <class AnEntry> bool DensityLayer::binInto(Banded<AnEntry> &banded, const JobContext &context)
{
    const std::size_t points = m_view.points.count();
    const auto columns = static_cast<double>(m_bands.columns);
    const auto rows = static_cast<double>(m_bands.rows);
    // Rows to bands by a multiplication: exact, as both are below 2^28 and the row is whole.
    const double bandsPerRow = 1.0 / static_cast<double>(m_bands.rowsEach);
    std::vector<Census> blocks(Banded<AnEntry>::blocksOf(points));
    const bool wantsAll = m_shown == Shown::All;
    const auto emit = [&](std::size_t block, std::size_t begin, std::size_t end, auto &sink) {
        Census census;
        for (std::size_t i = begin; i < end; ++i)
        {
            const std::uint8_t flags = m_view.flagsOf(i);
            const bool isHidden = (flags & kHidden) != 0;
            const bool isSelected = (flags & kSelected) != 0;
            const double x = m_view.pixelX(i);
            const double y = m_view.pixelY(i);
            const bool isInside = x >= 0.0 && x < columns && y >= 0.0 && y < rows && !isHidden;
            const bool isPlaced = std::isfinite(m_view.points.x[i]) && std::isfinite(m_view.points.y[i]);
            census.hidden += isHidden ? 1 : 0;
            census.drawn += isInside ? 1 : 0;
            census.selected += isInside && isSelected ? 1 : 0;
            census.unplaced += !isHidden && !isPlaced ? 1 : 0;
            const auto column = static_cast<std::uint32_t>(isInside ? x : 0.0);
            const auto row = static_cast<std::uint32_t>(isInside ? y : 0.0);
            const auto band = static_cast<std::uint32_t>((static_cast<double>(row) + 0.5) * bandsPerRow);
            const auto pixel =
                static_cast<std::uint32_t>((row - band * m_bands.rowsEach) * m_bands.columns + column);
            const bool isWanted = isInside && (wantsAll || isSelected);
            if constexpr (std::is_same_v<AnEntry, Entry>)
                sink.addIf(isWanted, band, Entry{pixel, m_view.shareOf(i)});
            else
                sink.addIf(isWanted, band, pixel);
        }
        blocks[block] = census;
    };
    if (!banded.fill(points, m_bands.count, 1, context, emit))
        return false;
    m_census = {};
    for (const Census &block : blocks)
    {
        m_census.drawn += block.drawn;
        m_census.selected += block.selected;
        m_census.hidden += block.hidden;
        m_census.unplaced += block.unplaced;
    }
    m_census.outside = points - m_census.drawn - m_census.hidden - m_census.unplaced;
    return true;
}

bool DensityLayer::bin(const JobContext &context)
{
    return usesValues() ? binInto(m_entries, context) : binInto(m_pixels, context);
}

bool DensityLayer::count(const JobContext &context)
{
    const std::size_t pixels = m_bands.columns * m_bands.rows;
    m_counts = std::make_unique_for_overwrite<float[]>(pixels);
    if (usesValues())
    {
        m_valued = std::make_unique_for_overwrite<float[]>(pixels);
        m_sums = std::make_unique_for_overwrite<float[]>(pixels);
    }
    return parallelFor(m_bands.count, context, [&](std::size_t band) {
        const std::size_t first = m_bands.beginRow(band) * m_bands.columns;
        const std::size_t size = m_bands.endRow(band) * m_bands.columns - first;
        float *counts = m_counts.get() + first;
        std::fill_n(counts, size, 0.0F);
        if (!usesValues())
        {
            m_pixels.forBucket(band, [&](std::span<const std::uint32_t> pixelsOfBlock) {
                for (const std::uint32_t pixel : pixelsOfBlock)
                    counts[pixel] += 1.0F;
            });
            return;
        }
        float *valued = m_valued.get() + first;
        float *sums = m_sums.get() + first;
        std::fill_n(valued, size, 0.0F);
        std::fill_n(sums, size, 0.0F);
        m_entries.forBucket(band, [&](std::span<const Entry> entries) {
            for (const Entry &entry : entries)
            {
                const bool isValued = !std::isnan(entry.share);
                counts[entry.pixel] += 1.0F;
                valued[entry.pixel] += isValued ? 1.0F : 0.0F;
                sums[entry.pixel] += isValued ? entry.share : 0.0F;
            }
        });
    });
}

bool DensityLayer::blur(const JobContext &context)
{
    const std::size_t pixels = m_bands.columns * m_bands.rows;
    for (Buffer<float> *buffer : {&m_counts, &m_valued, &m_sums})
    {
        if (!*buffer)
            continue;
        Buffer<float> out = std::make_unique_for_overwrite<float[]>(pixels);
        const bool isDone = parallelFor(m_bands.count, context, [&](std::size_t band) {
            std::vector<float> line(m_bands.columns + 2 * kReach);
            for (std::size_t row = m_bands.beginRow(band); row < m_bands.endRow(band); ++row)
                blurRow(buffer->get(), row, m_bands, line, out.get() + row * m_bands.columns);
        });
        if (!isDone)
            return false;
        *buffer = std::move(out);
    }
    return true;
}

float DensityLayer::largestOf(std::size_t band) const
{
    const float *counts = m_counts.get();
    const std::size_t end = m_bands.endRow(band) * m_bands.columns;
    float largest = 0.0F;
    for (std::size_t pixel = m_bands.beginRow(band) * m_bands.columns; pixel < end; ++pixel)
        largest = counts[pixel] > largest ? counts[pixel] : largest;
    return largest;
}

DensityLayer::CountTable DensityLayer::tableOf(float largest) const
{
    const PointStyle &style = m_view.style;
    const bool usesPalette = m_shown == Shown::All && !style.palette.empty();
    const double full = std::asinh(static_cast<double>(largest));
    const double whole = style.blur ? static_cast<double>(kPeakOfOne) : 1.0;
    CountTable table;
    const std::size_t size = largest > 0.0F ? CountTable::indexOf(largest) + 1 : 0;
    for (std::size_t i = 0; i < size; ++i)
    {
        const auto counted = static_cast<double>(std::min(CountTable::countAt(i), largest));
        // A step is called by its lower end; the last one must still be the full colour.
        const double share = i + 1 == size ? 1.0 : std::pow(std::asinh(counted) / full, style.densityGamma);
        const double faint = std::min(1.0, counted / whole); // the skirt of a lone blurred point
        const double least = PointStyle::kLeastOpacity;
        const double opacity = faint * (usesPalette && !usesValues() ? 1.0 : least + (1.0 - least) * share);
        const auto alpha = static_cast<std::uint32_t>(opacity * 255.0 + 0.5);
        table.opacity.push_back(alpha);
        if (usesValues())
            continue;
        const std::uint32_t plain = m_shown == Shown::All ? style.plainColour : style.selectedColour;
        const std::uint32_t colour =
            usesPalette ? style.palette[paletteIndex(static_cast<float>(share))] : plain;
        table.colour.push_back(scaled(premultiplied(colour), alpha));
    }
    return table;
}

void DensityLayer::colour(std::size_t band, const CountTable &table, PointFrame &frame) const
{
    const std::size_t begin = m_bands.beginRow(band) * m_bands.columns;
    const std::size_t end = m_bands.endRow(band) * m_bands.columns;
    const float *counts = m_counts.get();
    if (!usesValues())
    {
        for (std::size_t pixel = begin; pixel < end; ++pixel)
            if (counts[pixel] > 0.0F)
                frame.pixels[pixel] =
                    over(table.colour[CountTable::indexOf(counts[pixel])], frame.pixels[pixel]);
        return;
    }
    std::array<std::uint32_t, 256> palette{};
    std::ranges::transform(m_view.style.palette, palette.begin(), premultiplied);
    const std::uint32_t missing = premultiplied(m_view.style.missingColour);
    for (std::size_t pixel = begin; pixel < end; ++pixel)
    {
        if (counts[pixel] <= 0.0F)
            continue;
        const float valued = m_valued[pixel];
        const std::uint32_t colour = valued > 0.0F ? palette[paletteIndex(m_sums[pixel] / valued)] : missing;
        const std::uint32_t alpha = table.opacity[CountTable::indexOf(counts[pixel])];
        frame.pixels[pixel] = over(scaled(colour, alpha), frame.pixels[pixel]);
    }
}

bool DensityLayer::draw(PointFrame &frame, const JobContext &context)
{
    if (!count(context) || (m_view.style.blur && !blur(context)))
        return false;
    std::vector<float> largestOfBand(m_bands.count);
    if (!parallelFor(m_bands.count, context,
                     [&](std::size_t band) { largestOfBand[band] = largestOf(band); }))
        return false;
    const float largest = *std::ranges::max_element(largestOfBand);
    if (m_shown == Shown::All)
        frame.maxPerPixel = static_cast<double>(largest);
    const CountTable table = tableOf(largest);
    return parallelFor(m_bands.count, context, [&](std::size_t band) { colour(band, table, frame); });
}

} // namespace somnium::latent
