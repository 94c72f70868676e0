// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/latent/pixel_blend.h"
#include "core/latent/raster_layers.h"

namespace somnium::latent
{

namespace
{

/// Discs at every position of a fine grid within a pixel, as shares of pixels covered: distance from the rim
/// in pixels, 1/2 on it.
class Stamps
{
public:
    explicit Stamps(double radius)
        : m_positions(radius <= 8.0 ? 8 : 4), m_reach(static_cast<int>(std::ceil(radius + 0.5)))
    {
        const auto side = static_cast<std::size_t>(2 * m_reach + 1);
        m_coverage.reserve(m_positions * m_positions * side * side);
        for (std::size_t y = 0; y < m_positions; ++y)
            for (std::size_t x = 0; x < m_positions; ++x)
                add(radius, within(x), within(y));
    }

    /// Pixels from that of the centre to the farthest touched.
    [[nodiscard]] int reach() const { return m_reach; }

    struct Line
    {
        int begin = 0; ///< columns from that of the centre
        int end = 0;
        const std::uint8_t *coverage = nullptr; ///< of the column of the centre
    };
    /// Row `dy` from that of the centre, of a disc whose centre is at (x, y) in [0, 1) within its pixel.
    [[nodiscard]] Line line(float x, float y, int dy) const
    {
        const auto fine = static_cast<float>(m_positions);
        const std::size_t position =
            std::min(m_positions - 1, static_cast<std::size_t>(y * fine)) * m_positions +
            std::min(m_positions - 1, static_cast<std::size_t>(x * fine));
        const auto side = static_cast<std::size_t>(2 * m_reach + 1);
        const std::size_t row = position * side + static_cast<std::size_t>(dy + m_reach);
        return {m_begins[row], m_ends[row], m_coverage.data() + row * side + m_reach};
    }

private:
    [[nodiscard]] double within(std::size_t position) const
    {
        return (static_cast<double>(position) + 0.5) / static_cast<double>(m_positions);
    }

    void add(double radius, double x, double y)
    {
        for (int dy = -m_reach; dy <= m_reach; ++dy)
        {
            int begin = m_reach + 1;
            int end = begin;
            for (int dx = -m_reach; dx <= m_reach; ++dx)
            {
                const double distance = std::hypot(dx + 0.5 - x, dy + 0.5 - y);
                const double share = std::clamp(radius + 0.5 - distance, 0.0, 1.0);
                const auto coverage = static_cast<std::uint8_t>(share * 255.0 + 0.5);
                m_coverage.push_back(coverage);
                if (coverage == 0)
                    continue;
                begin = std::min(begin, dx);
                end = dx + 1;
            }
            m_begins.push_back(begin);
            m_ends.push_back(end);
        }
    }

    std::size_t m_positions; ///< along x and along y
    int m_reach;
    std::vector<std::uint8_t> m_coverage; ///< [position][row][column]
    std::vector<int> m_begins;            ///< [position][row]
    std::vector<int> m_ends;
};

struct Disc
{
    float x;
    float y;
    std::uint32_t colour; ///< premultiplied
};

/// In the order in which they are drawn.
enum Layer : std::size_t
{
    Missing,
    Plain,
    Selected,
    Layers
};

struct Paint
{
    Layer layer = Plain;
    std::uint32_t colour = 0;
};

/// Layers and premultiplied colours of points.
class Paints
{
public:
    explicit Paints(const RasterView &view)
        : m_view(view), m_hasValues(view.hasValues()), m_plain(premultiplied(view.style.plainColour)),
          m_missing(premultiplied(view.style.missingColour)),
          m_selected(premultiplied(view.style.selectedColour))
    {
        if (m_hasValues)
            std::ranges::transform(view.style.palette, m_palette.begin(), premultiplied);
    }

    [[nodiscard]] Paint of(std::size_t i) const
    {
        if ((m_view.flagsOf(i) & kSelected) != 0)
            return {Selected, m_selected};
        if (!m_hasValues)
            return {Plain, m_plain};
        const float share = m_view.shareOf(i);
        return std::isnan(share) ? Paint{Missing, m_missing} : Paint{Plain, m_palette[paletteIndex(share)]};
    }

private:
    const RasterView &m_view;
    bool m_hasValues;
    std::uint32_t m_plain;
    std::uint32_t m_missing;
    std::uint32_t m_selected;
    std::array<std::uint32_t, 256> m_palette{};
};

/// Rows of one band of the frame.
struct Canvas
{
    std::uint32_t *pixels; ///< of the frame
    int columns;
    int beginRow;
    int endRow;
};

void drawDisc(const Disc &disc, const Stamps &stamps, const Canvas &canvas)
{
    const float left = std::floor(disc.x);
    const float top = std::floor(disc.y);
    const int column = static_cast<int>(left);
    const int row = static_cast<int>(top);
    const bool isOpaque = (disc.colour >> 24) == 255;
    const int end = std::min(stamps.reach(), canvas.endRow - 1 - row);
    for (int dy = std::max(-stamps.reach(), canvas.beginRow - row); dy <= end; ++dy)
    {
        const Stamps::Line line = stamps.line(disc.x - left, disc.y - top, dy);
        const int lineEnd = std::min(line.end, canvas.columns - column);
        std::uint32_t *const out =
            canvas.pixels + static_cast<std::ptrdiff_t>(row + dy) * canvas.columns + column;
        for (int dx = std::max(line.begin, -column); dx < lineEnd; ++dx)
        {
            const std::uint32_t coverage = line.coverage[dx];
            out[dx] =
                isOpaque && coverage == 255 ? disc.colour : over(scaled(disc.colour, coverage), out[dx]);
        }
    }
}

} // namespace

bool drawDiscs(const RasterView &view, Shown shown, PointFrame &frame, const JobContext &context)
{
    const Bands bands = Bands::of(frame.columns, frame.rows);
    const Stamps stamps(view.style.radiusPixels);
    const Paints paints(view);
    const double reach = stamps.reach();
    const double columns = static_cast<double>(frame.columns) + reach;
    const double rows = static_cast<double>(frame.rows) + reach;
    const auto touch = static_cast<std::size_t>(stamps.reach());
    const std::size_t bandsTouched = 2 + 2 * touch / bands.rowsEach;
    const auto emit = [&](std::size_t, std::size_t begin, std::size_t end, Banded<Disc>::Sink &sink) {
        for (std::size_t i = begin; i < end; ++i)
        {
            const std::uint8_t flags = view.flagsOf(i);
            if ((flags & kHidden) != 0 || (shown == Shown::Selected && (flags & kSelected) == 0))
                continue;
            const double x = view.pixelX(i);
            const double y = view.pixelY(i);
            if (!(x >= -reach && x < columns && y >= -reach && y < rows))
                continue;
            const Paint paint = paints.of(i);
            const Disc disc = {static_cast<float>(x), static_cast<float>(y), paint.colour};
            const auto row =
                static_cast<std::size_t>(std::floor(disc.y) + static_cast<float>(reach)); // + touch
            const std::size_t first = row < 2 * touch ? 0 : (row - 2 * touch) / bands.rowsEach;
            const std::size_t last = std::min(bands.count - 1, row / bands.rowsEach);
            for (std::size_t band = first; band <= last; ++band)
                sink.add(paint.layer * bands.count + band, disc);
        }
    };
    Banded<Disc> discs;
    if (!discs.fill(view.points.count(), Layers * bands.count, bandsTouched, context, emit))
        return false;
    return parallelFor(bands.count, context, [&](std::size_t band) {
        const Canvas canvas = {frame.pixels.data(), static_cast<int>(frame.columns),
                               static_cast<int>(bands.beginRow(band)), static_cast<int>(bands.endRow(band))};
        for (std::size_t layer = 0; layer < Layers; ++layer)
            discs.forBucket(layer * bands.count + band, [&](std::span<const Disc> ofBlock) {
                for (const Disc &disc : ofBlock)
                    drawDisc(disc, stamps, canvas);
            });
    });
}

} // namespace somnium::latent
