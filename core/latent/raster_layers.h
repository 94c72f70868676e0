// SPDX-License-Identifier: GPL-3.0-or-later
// The two ways to draw points, as layers onto a frame; `point_raster` chooses. Inner header.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "core/base/job.h"
#include "core/latent/banded.h"
#include "core/latent/plane.h"
#include "core/latent/point_placer.h"
#include "core/latent/point_raster.h"

namespace somnium::latent
{

/// Which points a layer shows; hidden ones never.
enum class Shown
{
    All,
    Selected,
};

/// From a point to its pixel and its place in the palette.
class RasterView
{
public:
    RasterView(const Points &thePoints, const PlaneWindow &theWindow, const PointStyle &theStyle)
        : points(thePoints), window(theWindow), style(theStyle),
          m_perUnitX(static_cast<double>(window.columns) / window.rect.width()),
          m_perUnitY(static_cast<double>(window.rows) / window.rect.height()), m_low(style.low),
          m_perValue(style.high == style.low ? 0.0 : 1.0 / (style.high - style.low)),
          m_equal(style.high == style.low ? 0.5 : 0.0)
    {}

    const Points points;
    const PlaneWindow &window;
    const PointStyle &style;

    [[nodiscard]] double pixelX(std::size_t i) const
    {
        return (static_cast<double>(points.x[i]) - window.rect.left) * m_perUnitX;
    }
    [[nodiscard]] double pixelY(std::size_t i) const
    {
        return (window.rect.top - static_cast<double>(points.y[i])) * m_perUnitY;
    }
    [[nodiscard]] std::uint8_t flagsOf(std::size_t i) const
    {
        return style.flags.empty() ? std::uint8_t{0} : style.flags[i];
    }
    /// The pixels of the window as cells.
    [[nodiscard]] GridPlace grid() const
    {
        return {.originX = window.rect.left,
                .originY = window.rect.top,
                .perX = m_perUnitX,
                .perY = -m_perUnitY,
                .columns = window.columns,
                .rows = window.rows};
    }
    /// Whether the palette shows values.
    [[nodiscard]] bool hasValues() const { return !style.value.empty() && !style.palette.empty(); }
    /// shareOf each of points [first, first + count).
    void sharesOf(std::size_t first, std::size_t count, float *shares) const
    {
        const float *const values = style.value.data() + first;
        const RasterView view = *this; // a compiler cannot know that the shares are not part of it
        for (std::size_t i = 0; i < count; ++i)
            shares[i] = view.shareAt(values[i]);
    }
    /// 0 at style.low, 1 at style.high, NaN without a value.
    [[nodiscard]] float shareOf(std::size_t i) const { return shareAt(style.value[i]); }

private:
    [[nodiscard]] float shareAt(float value) const
    {
        // Limits far beyond any use, so that a mean of shares is never inf - inf.
        constexpr double kFar = 1e30;
        const double share = (static_cast<double>(value) - m_low) * m_perValue + m_equal;
        const double atLeast = share > -kFar ? share : -kFar;
        const auto within = static_cast<float>(atLeast < kFar ? atLeast : kFar);
        return isFiniteBit(value) != 0 ? within : std::numeric_limits<float>::quiet_NaN();
    }

    double m_perUnitX;
    double m_perUnitY;
    double m_low;
    double m_perValue;
    double m_equal; ///< share of all values if the limits are equal
};

/// Position in a palette of a share of the range; `share` is not NaN.
[[nodiscard]] inline std::size_t paletteIndex(float share)
{
    return static_cast<std::size_t>(static_cast<int>(std::clamp(share, 0.0F, 1.0F) * 255.0F + 0.5F));
}

/// What a density layer counted.
struct Census
{
    std::size_t drawn = 0;
    std::size_t selected = 0; ///< of the drawn
    std::size_t outside = 0;
    std::size_t hidden = 0;
    std::size_t unplaced = 0;

    Census &operator+=(const Census &other)
    {
        drawn += other.drawn;
        selected += other.selected;
        outside += other.outside;
        hidden += other.hidden;
        unplaced += other.unplaced;
        return *this;
    }
};

/// The points of a window by pixel.
class DensityLayer
{
public:
    DensityLayer(const RasterView &view, Shown shown) : m_view(view), m_shown(shown) {}

    /// Finds the pixel of each point. False if stopped.
    bool bin(const JobContext &context);
    [[nodiscard]] const Census &census() const { return m_census; }
    /// Counts, smooths, and lays the colours over `frame`; sets its largest count. False if stopped.
    bool draw(PointFrame &frame, const JobContext &context) const;

private:
    static constexpr std::size_t kBlurReach = 2;
    class CountTable;
    class CodeColours;
    class BandCounts;
    struct Chunk;

    [[nodiscard]] std::size_t entriesPerPoint() const;
    Census takeChunk(std::size_t first, std::size_t count, Chunk &chunk) const;
    template <class Entry>
    Census emit(std::size_t begin, std::size_t end, typename Banded<Entry>::Sink &sink) const;
    template <class Entry> bool binInto(Banded<Entry> &banded, const JobContext &context);
    /// Writes the codes of a band's pixels; returns its largest count, 0: no points, nothing written.
    float encode(std::size_t band, BandCounts &counts, std::uint32_t *codes) const;
    [[nodiscard]] bool usesValues() const { return m_shown == Shown::All && m_view.hasValues(); }

    struct PixelEntry ///< a point without value
    {
        std::uint32_t cell; ///< as Bands::cellOf
    };
    struct ValuedEntry ///< a point with value
    {
        std::uint32_t cell;
        float share;
    };

    const RasterView &m_view;
    Shown m_shown;
    /// With the rows that its blur reaches.
    Bands m_bands = Bands::of(m_view.window.columns, m_view.window.rows, m_view.style.blur ? kBlurReach : 0);
    Census m_census;
    Banded<PixelEntry> m_pixels;  ///< without values
    Banded<ValuedEntry> m_valued; ///< with
};

/// Anti-aliased discs laid over `frame`. False if stopped.
bool drawDiscs(const RasterView &view, Shown shown, PointFrame &frame, const JobContext &context);

} // namespace somnium::latent
