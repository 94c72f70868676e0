// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/latent/band_counts.h"
#include "core/latent/pixel_blend.h"
#include "core/latent/raster_layers.h"

namespace somnium::latent
{

namespace
{

constexpr float kPeakOfOne = BandSums::kBlur[2] * BandSums::kBlur[2]; // of a single point, blurred

/// `&&` without branches, for claims that are cheap and hard to guess.
bool all(std::initializer_list<bool> claims)
{
    unsigned hold = 1;
    for (const bool claim : claims)
        hold &= claim ? 1U : 0U;
    return hold != 0;
}

/// Working memory for as many threads as come, each handed on to the next band: allocated once a thread, not
/// once a band.
template <class T> class Pool
{
public:
    std::unique_ptr<T> take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_free.empty())
            return std::make_unique<T>();
        std::unique_ptr<T> taken = std::move(m_free.back());
        m_free.pop_back();
        return taken;
    }
    void give(std::unique_ptr<T> back)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(back));
    }

private:
    std::mutex m_mutex;
    std::vector<std::unique_ptr<T>> m_free;
};

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

/// A band's points pixel by pixel.
class DensityLayer::BandCounts
{
public:
    /// Counts alone, without values: enough for the largest.
    void count(const DensityLayer &layer, std::size_t band)
    {
        m_counts.clear(layer.m_bands);
        m_isEmpty = true;
        if (layer.usesValues())
            addTo(layer.m_valued, layer.m_bands, band);
        else
            addTo(layer.m_pixels, layer.m_bands, band);
        if (!m_isEmpty)
            m_counts.blur();
    }

    void countWithValues(const DensityLayer &layer, std::size_t band)
    {
        for (BandSums *sums : {&m_counts, &m_valued, &m_shares})
            sums->clear(layer.m_bands);
        m_isEmpty = true;
        float *const counts = m_counts.sums();
        float *const valued = m_valued.sums();
        float *const shares = m_shares.sums();
        layer.m_valued.forBucket(band, [&](std::span<const ValuedEntry> entries) {
            m_isEmpty = false;
            for (const ValuedEntry &entry : entries)
            {
                const std::size_t pixel = layer.m_bands.withinOf(entry.cell);
                const bool isValued = !std::isnan(entry.share);
                counts[pixel] += 1.0F;
                valued[pixel] += isValued ? 1.0F : 0.0F;
                shares[pixel] += isValued ? entry.share : 0.0F;
            }
        });
        if (!m_isEmpty)
            for (BandSums *sums : {&m_counts, &m_valued, &m_shares})
                sums->blur();
    }

    [[nodiscard]] bool isEmpty() const { return m_isEmpty; }
    [[nodiscard]] const float *counts() const { return m_counts.inner(); }
    [[nodiscard]] const float *valued() const { return m_valued.inner(); }
    [[nodiscard]] const float *shares() const { return m_shares.inner(); }

private:
    template <class Entry> void addTo(const Banded<Entry> &banded, const Bands &bands, std::size_t band)
    {
        float *const counts = m_counts.sums();
        banded.forBucket(band, [&](std::span<const Entry> entries) {
            m_isEmpty = false;
            for (const Entry &entry : entries)
                counts[bands.withinOf(entry.cell)] += 1.0F;
        });
    }

    BandSums m_counts;
    BandSums m_valued; ///< number of those with a value
    BandSums m_shares;
    bool m_isEmpty = true;
};

template <class Entry>
Census DensityLayer::emit(std::size_t begin, std::size_t end, typename Banded<Entry>::Sink &sink) const
{
    // Copies: a compiler cannot know that the entries it writes do not change what it reads.
    const RasterView view = m_view;
    const Bands bands = m_bands;
    const auto columns = static_cast<double>(bands.columns);
    const auto rows = static_cast<double>(bands.rows);
    const bool wantsAll = m_shown == Shown::All;
    Census census;
    for (std::size_t i = begin; i < end; ++i)
    {
        const std::uint8_t flags = view.flagsOf(i);
        const bool isShown = (flags & kHidden) == 0;
        const double x = view.pixelX(i);
        const double y = view.pixelY(i);
        const bool isInside = all({x >= 0.0, x < columns, y >= 0.0, y < rows, isShown});
        const bool isSelected = all({isInside, (flags & kSelected) != 0});
        const bool isPlaced = all({std::isfinite(view.points.x[i]), std::isfinite(view.points.y[i])});
        census += {isInside ? 1U : 0U, isSelected ? 1U : 0U, all({isShown, isPlaced, !isInside}) ? 1U : 0U,
                   isShown ? 0U : 1U, all({isShown, !isPlaced}) ? 1U : 0U};
        const auto column = static_cast<std::size_t>(isInside ? x : 0.0);
        const auto row = static_cast<std::size_t>(isInside ? y : 0.0);
        const bool isWanted = wantsAll ? isInside : isSelected;
        const auto entryOf = [&](std::size_t band) {
            if constexpr (std::is_same_v<Entry, ValuedEntry>)
                return Entry{bands.cellOf(band, row, column), view.shareOf(i)};
            else
                return Entry{bands.cellOf(band, row, column)};
        };
        if (bands.halo == 0)
        {
            sink.addIf(isWanted, entryOf(row >> bands.rowBits));
            continue;
        }
        const std::size_t first = (row - std::min(row, bands.halo)) >> bands.rowBits;
        const std::size_t last = std::min(bands.rows - 1, row + bands.halo) >> bands.rowBits;
        for (std::size_t band = first; isWanted && band <= last; ++band)
            sink.add(entryOf(band));
    }
    return census;
}

template <class Entry> bool DensityLayer::binInto(Banded<Entry> &banded, const JobContext &context)
{
    const std::size_t points = m_view.points.count();
    std::vector<Census> blocks(Banded<Entry>::blocksOf(points));
    const auto emitBlock = [&](std::size_t block, std::size_t begin, std::size_t end, auto &sink) {
        blocks[block] = emit<Entry>(begin, end, sink);
    };
    const Bands bands = m_bands;
    if (!banded.fill({points, bands.count, entriesPerPoint()}, context, emitBlock,
                     [bands](const Entry &entry) { return bands.bandOf(entry.cell); }))
        return false;
    m_census = {};
    for (const Census &block : blocks)
        m_census += block;
    return true;
}

bool DensityLayer::bin(const JobContext &context)
{
    return usesValues() ? binInto(m_valued, context) : binInto(m_pixels, context);
}

std::size_t DensityLayer::entriesPerPoint() const
{
    return m_bands.halo == 0 ? 1 : 2 + 2 * m_bands.halo / m_bands.rowsEach();
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

void DensityLayer::colour(std::size_t band, const BandCounts &counted, const CountTable &table,
                          PointFrame &frame) const
{
    const std::size_t begin = m_bands.beginRow(band) * m_bands.columns;
    const std::size_t size = m_bands.endRow(band) * m_bands.columns - begin;
    std::uint32_t *const pixels = frame.pixels.data() + begin;
    const float *const counts = counted.counts();
    if (!usesValues())
    {
        const std::uint32_t *const colours = table.colour.data();
        for (std::size_t pixel = 0; pixel < size; ++pixel)
            if (counts[pixel] > 0.0F)
                pixels[pixel] = over(colours[CountTable::indexOf(counts[pixel])], pixels[pixel]);
        return;
    }
    std::array<std::uint32_t, 256> palette{};
    std::ranges::transform(m_view.style.palette, palette.begin(), premultiplied);
    const std::uint32_t missing = premultiplied(m_view.style.missingColour);
    const std::uint32_t *const opacities = table.opacity.data();
    const float *const valued = counted.valued();
    const float *const shares = counted.shares();
    for (std::size_t pixel = 0; pixel < size; ++pixel)
    {
        if (counts[pixel] <= 0.0F)
            continue;
        const std::uint32_t colour =
            valued[pixel] > 0.0F ? palette[paletteIndex(shares[pixel] / valued[pixel])] : missing;
        pixels[pixel] = over(scaled(colour, opacities[CountTable::indexOf(counts[pixel])]), pixels[pixel]);
    }
}

bool DensityLayer::draw(PointFrame &frame, const JobContext &context) const
{
    // Each band is counted twice, for the largest count and then to be coloured by it: its points stay in
    // cache, and counts of the whole window would cost more to write and read again.
    Pool<BandCounts> pool;
    const auto forBand = [&](const auto &work) {
        return parallelFor(m_bands.count, context, [&](std::size_t band) {
            std::unique_ptr<BandCounts> counts = pool.take();
            work(band, *counts);
            pool.give(std::move(counts));
        });
    };
    std::vector<float> largestOfBand(m_bands.count);
    const bool isCounted = forBand([&](std::size_t band, BandCounts &counts) {
        counts.count(*this, band);
        if (counts.isEmpty())
            return;
        const std::size_t size = (m_bands.endRow(band) - m_bands.beginRow(band)) * m_bands.columns;
        float largest = 0.0F;
        for (const float count : std::span(counts.counts(), size))
            largest = count > largest ? count : largest;
        largestOfBand[band] = largest;
    });
    if (!isCounted)
        return false;
    const float largest = *std::ranges::max_element(largestOfBand);
    if (m_shown == Shown::All)
        frame.maxPerPixel = static_cast<double>(largest);
    const CountTable table = tableOf(largest);
    return forBand([&](std::size_t band, BandCounts &counts) {
        if (usesValues())
            counts.countWithValues(*this, band);
        else
            counts.count(*this, band);
        if (!counts.isEmpty())
            colour(band, counts, table, frame);
    });
}

} // namespace somnium::latent
