// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/latent/pixel_blend.h"
#include "core/latent/raster_layers.h"

namespace somnium::latent
{

namespace
{

/// Discs at every position of a fine grid within a pixel, as lists of the pixels that they touch: shares
/// covered, by distance from the rim, 1/2 on it.
class Stamps
{
public:
    struct Touch
    {
        std::int16_t dx; ///< pixels from that of the centre
        std::int16_t dy;
        std::ptrdiff_t offset;  ///< in the frame
        std::uint32_t coverage; ///< 1..255
    };

    Stamps(double radius, std::size_t columns)
        : m_positions(radius <= 8.0 ? 8 : 4), m_reach(static_cast<int>(std::ceil(radius + 0.5)))
    {
        m_begins.push_back(0);
        for (std::size_t y = 0; y < m_positions; ++y)
            for (std::size_t x = 0; x < m_positions; ++x)
            {
                add(radius, within(x), within(y), static_cast<int>(columns));
                m_begins.push_back(m_touched.size());
            }
    }

    /// Pixels from that of the centre to the farthest touched.
    [[nodiscard]] int reach() const { return m_reach; }
    /// Of a disc whose centre is at (x, y) in [0, 1) within its pixel.
    [[nodiscard]] std::uint32_t positionOf(double x, double y) const
    {
        const auto fine = static_cast<double>(m_positions);
        return static_cast<std::uint32_t>(y * fine) * static_cast<std::uint32_t>(m_positions) +
               static_cast<std::uint32_t>(x * fine);
    }
    /// By rows.
    [[nodiscard]] std::span<const Touch> at(std::uint32_t position) const
    {
        return std::span(m_touched).subspan(m_begins[position], m_begins[position + 1] - m_begins[position]);
    }

private:
    [[nodiscard]] double within(std::size_t position) const
    {
        return (static_cast<double>(position) + 0.5) / static_cast<double>(m_positions);
    }

    void add(double radius, double x, double y, int columns)
    {
        for (int dy = -m_reach; dy <= m_reach; ++dy)
            for (int dx = -m_reach; dx <= m_reach; ++dx)
            {
                const double distance = std::hypot(dx + 0.5 - x, dy + 0.5 - y);
                const double share = std::clamp(radius + 0.5 - distance, 0.0, 1.0);
                const auto coverage = static_cast<std::uint32_t>(share * 255.0 + 0.5);
                if (coverage > 0)
                    m_touched.push_back({static_cast<std::int16_t>(dx), static_cast<std::int16_t>(dy),
                                         static_cast<std::ptrdiff_t>(dy) * columns + dx, coverage});
            }
    }

    std::size_t m_positions; ///< along x and along y
    int m_reach;
    std::vector<Touch> m_touched;
    std::vector<std::size_t> m_begins; ///< [positions^2 + 1]
};

/// In the order in which they are drawn.
enum Layer : std::uint32_t
{
    Missing,
    Plain,
    Selected,
    Layers
};

struct Disc
{
    std::int32_t column; ///< of the pixel that holds the centre
    std::int32_t row;
    std::uint16_t position; ///< of the stamps
    std::uint16_t paint;    ///< of the paints
    std::uint32_t bucket;   ///< layer, band
};

/// Layers and premultiplied colours of points.
class Paints
{
public:
    static constexpr std::uint16_t kPlain = 256;
    static constexpr std::uint16_t kMissing = 257;
    static constexpr std::uint16_t kSelectedPaint = 258;

    explicit Paints(const RasterView &view) : m_hasValues(view.hasValues())
    {
        if (m_hasValues)
            std::ranges::transform(view.style.palette, m_colours.begin(), premultiplied);
        m_colours[kPlain] = premultiplied(view.style.plainColour);
        m_colours[kMissing] = premultiplied(view.style.missingColour);
        m_colours[kSelectedPaint] = premultiplied(view.style.selectedColour);
    }

    [[nodiscard]] std::uint16_t of(const RasterView &view, std::size_t i) const
    {
        if ((view.flagsOf(i) & kSelected) != 0)
            return kSelectedPaint;
        if (!m_hasValues)
            return kPlain;
        const float share = view.shareOf(i);
        return std::isnan(share) ? kMissing : static_cast<std::uint16_t>(paletteIndex(share));
    }
    static Layer layerOf(std::uint16_t paint)
    {
        return paint == kSelectedPaint ? Selected : paint == kMissing ? Missing : Plain;
    }
    [[nodiscard]] std::uint32_t colour(std::uint16_t paint) const { return m_colours[paint]; }

private:
    bool m_hasValues;
    std::array<std::uint32_t, 259> m_colours{};
};

/// Rows of one band of the frame.
struct Canvas
{
    std::uint32_t *pixels; ///< of the frame
    int columns;
    int beginRow;
    int endRow;
};

void drawDisc(const Disc &disc, std::uint32_t colour, const Stamps &stamps, const Canvas &canvas)
{
    const std::span<const Stamps::Touch> touched = stamps.at(disc.position);
    std::uint32_t *const centre =
        canvas.pixels + static_cast<std::ptrdiff_t>(disc.row) * canvas.columns + disc.column;
    const int reach = stamps.reach();
    const bool isWhole = disc.column >= reach && disc.column + reach < canvas.columns &&
                         disc.row >= canvas.beginRow + reach && disc.row + reach < canvas.endRow;
    const bool isOpaque = (colour >> 24) == 255;
    if (isWhole && isOpaque)
    {
        for (const Stamps::Touch &touch : touched)
            centre[touch.offset] = mixed(colour, centre[touch.offset], touch.coverage);
        return;
    }
    for (const Stamps::Touch &touch : touched)
    {
        const int column = disc.column + touch.dx;
        const int row = disc.row + touch.dy;
        if (column < 0 || column >= canvas.columns || row < canvas.beginRow || row >= canvas.endRow)
            continue;
        std::uint32_t &pixel = centre[touch.offset];
        pixel = isOpaque ? mixed(colour, pixel, touch.coverage) : over(scaled(colour, touch.coverage), pixel);
    }
}

/// From `at` on, or `end`: most points are not selected, and are passed eight at a time.
std::size_t nextSelected(std::span<const std::uint8_t> flags, std::size_t at, std::size_t end)
{
    constexpr std::uint64_t kAnySelected = 0x0101010101010101ULL * kSelected;
    std::uint64_t eight = 0;
    for (; at + sizeof(eight) <= end; at += sizeof(eight))
    {
        std::memcpy(&eight, flags.data() + at, sizeof(eight));
        if ((eight & kAnySelected) != 0)
            break;
    }
    while (at < end && (flags[at] & kSelected) == 0)
        ++at;
    return at;
}

/// Points to discs, sorted by layer and band.
class DiscMaker
{
public:
    DiscMaker(const RasterView &view, const Paints &paints, const Stamps &stamps, const Bands &bands)
        : m_view(view), m_paints(paints), m_stamps(stamps), m_bands(bands), m_reach(stamps.reach()),
          m_reached(view.grid())
    {
        m_reached.padX = m_reached.padY = m_reach;
        m_reached.columns += 2 * static_cast<std::size_t>(m_reach);
        m_reached.rows += 2 * static_cast<std::size_t>(m_reach);
    }

    void addShown(std::size_t begin, std::size_t end, Banded<Disc>::Sink &sink) const
    {
        PlacedCells cells;
        for (std::size_t first = begin; first < end; first += kPlacedAtOnce)
        {
            const std::size_t count = std::min(kPlacedAtOnce, end - first);
            placePoints(m_reached, m_view.points, first, count, cells);
            for (std::size_t i = 0; i < count; ++i)
                if (cells.column[i] >= 0 && (m_view.flagsOf(first + i) & kHidden) == 0)
                    add(first + i, sink);
        }
    }
    void addSelected(std::size_t begin, std::size_t end, Banded<Disc>::Sink &sink) const
    {
        const auto flags = m_view.style.flags;
        for (std::size_t i = nextSelected(flags, begin, end); i < end; i = nextSelected(flags, i + 1, end))
            if ((flags[i] & kHidden) == 0)
                add(i, sink);
    }

private:
    /// Unless it does not reach into the frame.
    void add(std::size_t i, Banded<Disc>::Sink &sink) const
    {
        const double x = m_view.pixelX(i);
        const double y = m_view.pixelY(i);
        const auto columns = static_cast<double>(m_bands.columns) + m_reach;
        const auto rows = static_cast<double>(m_bands.rows) + m_reach;
        if (!(x >= -m_reach && x < columns && y >= -m_reach && y < rows))
            return;
        const std::uint16_t paint = m_paints.of(m_view, i);
        const int column = static_cast<int>(x + m_reach) - m_reach; // rounds down: x + reach >= 0
        const int row = static_cast<int>(y + m_reach) - m_reach;
        const auto position = static_cast<std::uint16_t>(
            m_stamps.positionOf(std::max(0.0, x - column), std::max(0.0, y - row)));
        const int first = std::max(0, row - m_reach) >> m_bands.rowBits;
        const int last = std::min(static_cast<int>(m_bands.rows) - 1, row + m_reach) >> m_bands.rowBits;
        for (int band = first; band <= last; ++band)
            sink.add({column, row, position, paint,
                      Paints::layerOf(paint) * static_cast<std::uint32_t>(m_bands.count) +
                          static_cast<std::uint32_t>(band)});
    }

    const RasterView &m_view;
    const Paints &m_paints;
    const Stamps &m_stamps;
    const Bands &m_bands;
    int m_reach;
    GridPlace m_reached; ///< the frame and what is within reach of it
};

} // namespace

bool drawDiscs(const RasterView &view, Shown shown, PointFrame &frame, const JobContext &context)
{
    const Bands bands = Bands::of(frame.columns, frame.rows);
    const Stamps stamps(view.style.radiusPixels, frame.columns);
    const Paints paints(view);
    const DiscMaker maker(view, paints, stamps, bands);
    const auto emit = [&](std::size_t, std::size_t begin, std::size_t end, Banded<Disc>::Sink &sink) {
        if (shown == Shown::All)
            maker.addShown(begin, end, sink);
        else
            maker.addSelected(begin, end, sink);
    };
    // Rows touched: 1 + 2 reach.
    const std::size_t bandsTouched = 2 + 2 * static_cast<std::size_t>(stamps.reach()) / bands.rowsEach();
    Banded<Disc> discs;
    if (!discs.fill({view.points.count(), Layers * bands.count, bandsTouched}, context, emit,
                    [](const Disc &disc) { return disc.bucket; }))
        return false;
    return parallelFor(bands.count, context, [&](std::size_t band) {
        const Canvas canvas = {frame.pixels.data(), static_cast<int>(frame.columns),
                               static_cast<int>(bands.beginRow(band)), static_cast<int>(bands.endRow(band))};
        for (std::size_t layer = 0; layer < Layers; ++layer)
            discs.forBucket(layer * bands.count + band, [&](std::span<const Disc> ofBlock) {
                for (const Disc &disc : ofBlock)
                    drawDisc(disc, paints.colour(disc.paint), stamps, canvas);
            });
    });
}

} // namespace somnium::latent
