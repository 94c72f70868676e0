// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
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

/// What a pixel of so many points looks like. Counts are told apart from 2^kLowest up in steps of 1/64 of a
/// power of two: a palette has fewer, and no logarithm is taken for each pixel.
class DensityLayer::CountTable
{
public:
    /// Of a count >= 0; 0 for no points.
    static std::uint32_t stepOf(float count)
    {
        const auto bits = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(count) >> kDroppedBits);
        const std::int32_t step = bits > kFirst ? bits - kFirst : 0;
        return static_cast<std::uint32_t>(count > 0.0F ? step + 1 : 0);
    }

    /// For counts up to `largest`, above 0.
    CountTable(const DensityLayer &layer, float largest);
    [[nodiscard]] std::uint32_t steps() const { return static_cast<std::uint32_t>(m_opacity.size()); }
    [[nodiscard]] std::uint32_t opacity(std::uint32_t step) const { return m_opacity[step]; } ///< 0..255
    /// Premultiplied; of layers without values.
    [[nodiscard]] std::uint32_t colour(std::uint32_t step) const { return m_colour[step]; }

private:
    static constexpr int kLowest = -9;
    static constexpr unsigned kDroppedBits = 23 - 6;
    static constexpr std::int32_t kFirst = (127 + kLowest) << 6;

    static float countAt(std::uint32_t step)
    {
        return std::bit_cast<float>((step - 1 + static_cast<std::uint32_t>(kFirst)) << kDroppedBits);
    }
    std::vector<std::uint32_t> m_opacity{0};
    std::vector<std::uint32_t> m_colour{0};
};

DensityLayer::CountTable::CountTable(const DensityLayer &layer, float largest)
{
    const PointStyle &style = layer.m_view.style;
    const bool usesValues = layer.usesValues();
    const bool usesPalette = layer.m_shown == Shown::All && !style.palette.empty();
    const double full = std::asinh(static_cast<double>(largest));
    const double whole = style.blur ? static_cast<double>(kPeakOfOne) : 1.0;
    const std::uint32_t last = stepOf(largest);
    for (std::uint32_t step = 1; step <= last; ++step)
    {
        const auto counted = static_cast<double>(std::min(countAt(step), largest));
        // A step is called by its lower end; the last one must still be the full colour.
        const double share = step == last ? 1.0 : std::pow(std::asinh(counted) / full, style.densityGamma);
        const double faint = std::min(1.0, counted / whole); // the skirt of a lone blurred point
        const double least = PointStyle::kLeastOpacity;
        const double opacity = faint * (usesPalette && !usesValues ? 1.0 : least + (1.0 - least) * share);
        const auto alpha = static_cast<std::uint32_t>(opacity * 255.0 + 0.5);
        m_opacity.push_back(alpha);
        const std::uint32_t plain = layer.m_shown == Shown::All ? style.plainColour : style.selectedColour;
        const std::uint32_t colour =
            usesPalette ? style.palette[paletteIndex(static_cast<float>(share))] : plain;
        m_colour.push_back(scaled(premultiplied(colour), alpha));
    }
}

namespace
{

/// A pixel on its way, before the largest count and so the colours are known: the step of its count, above
/// the colour of its values. 0: no points.
constexpr unsigned kColourBits = 9;
constexpr std::uint32_t kColourMask = (1U << kColourBits) - 1;
constexpr std::uint32_t kMissing = 256; ///< after the colours of the palette

} // namespace

/// A band's points pixel by pixel.
class DensityLayer::BandCounts
{
public:
    void count(const DensityLayer &layer, std::size_t band)
    {
        m_counts.clear(layer.m_bands);
        m_isEmpty = true;
        const Bands bands = layer.m_bands;
        float *const counts = m_counts.sums();
        layer.m_pixels.forBucket(band, [&](std::span<const PixelEntry> entries) {
            m_isEmpty = false;
            for (const PixelEntry &entry : entries)
                counts[bands.withinOf(entry.cell)] += 1.0F;
        });
        m_allHaveValues = false;
        if (!m_isEmpty)
            m_counts.blur();
    }

    void countWithValues(const DensityLayer &layer, std::size_t band)
    {
        for (BandSums *sums : {&m_counts, &m_valued, &m_shares})
            sums->clear(layer.m_bands);
        m_isEmpty = true;
        m_allHaveValues = addValues(layer, band);
        if (m_isEmpty)
            return;
        m_valued.blur();
        m_shares.blur();
        if (!m_allHaveValues)
        {
            m_counts.add(m_valued);
            m_counts.blur();
        }
    }

    [[nodiscard]] bool isEmpty() const { return m_isEmpty; }
    [[nodiscard]] const float *counts() const { return (m_allHaveValues ? m_valued : m_counts).inner(); }
    [[nodiscard]] const float *valued() const { return m_valued.inner(); }
    [[nodiscard]] const float *shares() const { return m_shares.inner(); }

private:
    /// Points without a value are counted apart, for one sum less to change a point. Returns whether there
    /// are none.
    bool addValues(const DensityLayer &layer, std::size_t band)
    {
        const Bands bands = layer.m_bands;
        float *const valued = m_valued.sums();
        float *const missing = m_counts.sums();
        float *const shares = m_shares.sums();
        bool hasMissing = false;
        layer.m_valued.forBucket(band, [&](std::span<const ValuedEntry> entries) {
            m_isEmpty = false;
            for (const ValuedEntry &entry : entries)
            {
                const std::size_t pixel = bands.withinOf(entry.cell);
                const bool isMissing = std::isnan(entry.share);
                (isMissing ? missing : valued)[pixel] += 1.0F;
                shares[pixel] += isMissing ? 0.0F : entry.share;
                hasMissing = hasMissing || isMissing;
            }
        });
        return !hasMissing;
    }

    BandSums m_counts;
    BandSums m_valued; ///< number of those with a value
    BandSums m_shares;
    bool m_allHaveValues = false; ///< then they are not counted twice
    bool m_isEmpty = true;
};

/// Some points, as the loops over them leave them to each other.
struct DensityLayer::Chunk
{
    PlacedCells cells;
    OfPlaced<float> share;
};

/// Finds the pixels, column -1 for points that this layer does not show, and the shares if it uses values.
Census DensityLayer::takeChunk(std::size_t first, std::size_t count, Chunk &chunk) const
{
    placePoints(m_view.grid(), m_view.points, first, count, chunk.cells);
    static constexpr OfPlaced<std::uint8_t> kNoFlags{};
    const std::uint8_t *const flags =
        m_view.style.flags.empty() ? kNoFlags.data() : m_view.style.flags.data() + first;
    const float *const xs = m_view.points.x.data() + first;
    const float *const ys = m_view.points.y.data() + first;
    std::int32_t *const columns = chunk.cells.column.data();
    const std::uint32_t wantedFlags = m_shown == Shown::All ? 0 : kSelected;
    std::uint32_t shownPoints = 0;
    std::uint32_t inside = 0;
    std::uint32_t selected = 0;
    std::uint32_t placed = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        const std::uint32_t flag = flags[i];
        const std::uint32_t isShown = (flag & kHidden) == 0 ? 1U : 0U;
        const std::uint32_t isInside = isShown & (columns[i] >= 0 ? 1U : 0U);
        shownPoints += isShown;
        inside += isInside;
        selected += isInside & ((flag & kSelected) != 0 ? 1U : 0U);
        placed += isShown & isFiniteBit(xs[i]) & isFiniteBit(ys[i]);
        columns[i] = isShown != 0 && (flag & wantedFlags) == wantedFlags ? columns[i] : -1;
    }
    if (usesValues())
        m_view.sharesOf(first, count, chunk.share.data());
    return {inside, selected, placed - inside, count - shownPoints, shownPoints - placed};
}

template <class Entry>
Census DensityLayer::emit(std::size_t begin, std::size_t end, typename Banded<Entry>::Sink &sink) const
{
    const Bands bands = m_bands; // a compiler cannot know that the entries it writes do not change it
    Chunk chunk;
    Census census;
    for (std::size_t first = begin; first < end; first += kPlacedAtOnce)
    {
        const std::size_t count = std::min(kPlacedAtOnce, end - first);
        census += takeChunk(first, count, chunk);
        for (std::size_t i = 0; i < count; ++i)
        {
            const bool isWanted = chunk.cells.column[i] >= 0;
            const auto column = static_cast<std::size_t>(isWanted ? chunk.cells.column[i] : 0);
            const auto row = static_cast<std::size_t>(chunk.cells.row[i]);
            const auto entryOf = [&](std::size_t band) {
                if constexpr (std::is_same_v<Entry, ValuedEntry>)
                    return Entry{bands.cellOf(band, row, column), chunk.share[i]};
                else
                    return Entry{bands.cellOf(band, row, column)};
            };
            if (bands.halo == 0)
            {
                sink.addIf(isWanted, entryOf(row >> bands.rowBits));
                continue;
            }
            const std::size_t above = (row - std::min(row, bands.halo)) >> bands.rowBits;
            const std::size_t below = std::min(bands.rows - 1, row + bands.halo) >> bands.rowBits;
            for (std::size_t band = above; isWanted && band <= below; ++band)
                sink.add(entryOf(band));
        }
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

namespace
{

/// Of numbers >= 0; lane by lane, which a compiler does in vectors.
float largestOf(std::span<const float> values)
{
    constexpr std::size_t kLanes = 16;
    std::array<float, kLanes> lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] = values[i + lane] > lanes[lane] ? values[i + lane] : lanes[lane];
    for (; i < values.size(); ++i)
        lanes[0] = std::max(lanes[0], values[i]);
    return *std::ranges::max_element(lanes);
}

} // namespace

float DensityLayer::encode(std::size_t band, BandCounts &counted, std::uint32_t *codes) const
{
    if (usesValues())
        counted.countWithValues(*this, band);
    else
        counted.count(*this, band);
    if (counted.isEmpty())
        return 0.0F;
    const std::size_t size = (m_bands.endRow(band) - m_bands.beginRow(band)) * m_bands.columns;
    const float *const counts = counted.counts();
    for (std::size_t pixel = 0; pixel < size; ++pixel)
        codes[pixel] = CountTable::stepOf(counts[pixel]) << kColourBits;
    if (usesValues())
    {
        const float *const valued = counted.valued();
        const float *const shares = counted.shares();
        for (std::size_t pixel = 0; pixel < size; ++pixel)
        {
            const float mean = shares[pixel] / (valued[pixel] > 0.0F ? valued[pixel] : 1.0F);
            const float fromLow = mean > 0.0F ? mean : 0.0F;
            const auto place = static_cast<std::int32_t>((fromLow < 1.0F ? fromLow : 1.0F) * 255.0F + 0.5F);
            codes[pixel] |= valued[pixel] > 0.0F ? static_cast<std::uint32_t>(place) : kMissing;
        }
    }
    return largestOf(std::span(counts, size));
}

/// What codes look like over the background. As many colours as opacities and places in the palette, so that
/// each is blended once and not once a pixel.
class DensityLayer::CodeColours
{
public:
    CodeColours(const DensityLayer &layer, const CountTable &table)
        : m_table(table), m_hasValues(layer.usesValues())
    {
        const PointStyle &style = layer.m_view.style;
        const std::uint32_t below = premultiplied(style.background);
        if (!m_hasValues)
        {
            for (std::uint32_t step = 0; step < table.steps(); ++step)
                m_colours.push_back(over(table.colour(step), below));
            return;
        }
        std::array<std::uint32_t, kMissing + 1> palette{};
        std::ranges::transform(style.palette, palette.begin(), premultiplied);
        palette[kMissing] = premultiplied(style.missingColour);
        m_colours.resize(std::size_t{256} << kColourBits);
        std::array<bool, 256> isMade{};
        for (std::uint32_t step = 0; step < table.steps(); ++step)
            if (const std::uint32_t opacity = table.opacity(step); !std::exchange(isMade[opacity], true))
                for (std::uint32_t colour = 0; colour < palette.size(); ++colour)
                    m_colours[opacity << kColourBits | colour] =
                        over(scaled(palette[colour], opacity), below);
    }

    /// Where the codes are.
    void replace(std::span<std::uint32_t> codes) const
    {
        const std::uint32_t *const colours = m_colours.data();
        for (std::uint32_t &code : codes)
            code = m_hasValues
                       ? colours[m_table.opacity(code >> kColourBits) << kColourBits | (code & kColourMask)]
                       : colours[code >> kColourBits];
    }

private:
    const CountTable &m_table;
    bool m_hasValues;
    std::vector<std::uint32_t> m_colours;
};

bool DensityLayer::draw(PointFrame &frame, const JobContext &context) const
{
    // Colours depend on the largest count, which is known when all bands are counted. Until then the picture
    // keeps, pixel by pixel, what they will be worked out from: no points are counted twice.
    std::vector<std::uint32_t> own(m_shown == Shown::All ? 0 : frame.pixels.size());
    std::uint32_t *const codes = m_shown == Shown::All ? frame.pixels.data() : own.data();
    const auto codesOf = [&](std::size_t band) { return codes + m_bands.beginRow(band) * m_bands.columns; };
    Pool<BandCounts> pool;
    std::vector<float> largestOfBand(m_bands.count);
    const bool isCounted = parallelFor(m_bands.count, context, [&](std::size_t band) {
        std::unique_ptr<BandCounts> counts = pool.take();
        largestOfBand[band] = encode(band, *counts, codesOf(band));
        pool.give(std::move(counts));
    });
    if (!isCounted)
        return false;
    const float largest = *std::ranges::max_element(largestOfBand);
    if (m_shown == Shown::All)
        frame.maxPerPixel = static_cast<double>(largest);
    const CountTable table(*this, largest);
    const std::optional<CodeColours> colours =
        m_shown == Shown::All ? std::optional<CodeColours>(std::in_place, *this, table) : std::nullopt;
    return parallelFor(m_bands.count, context, [&](std::size_t band) {
        if (largestOfBand[band] == 0.0F)
            return;
        const std::size_t begin = m_bands.beginRow(band) * m_bands.columns;
        const auto pixels =
            std::span(frame.pixels).subspan(begin, m_bands.endRow(band) * m_bands.columns - begin);
        if (colours)
            colours->replace(pixels);
        else
            for (std::size_t pixel = 0; pixel < pixels.size(); ++pixel)
                pixels[pixel] = over(table.colour(own[begin + pixel] >> kColourBits), pixels[pixel]);
    });
}

} // namespace somnium::latent
