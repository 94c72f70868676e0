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
#include "core/latent/point_raster.h"

namespace somnium::latent
{

/// Which points a layer shows; hidden ones never.
enum class Shown
{
    All,
    Selected,
};

/// From a point to its pixel.
struct RasterView
{
    const Points &points;
    const PlaneWindow &window;
    const PointStyle &style;
    double pixelsPerUnitX = static_cast<double>(window.columns) / window.rect.width();
    double pixelsPerUnitY = static_cast<double>(window.rows) / window.rect.height();

    [[nodiscard]] double pixelX(std::size_t i) const
    {
        return (static_cast<double>(points.x[i]) - window.rect.left) * pixelsPerUnitX;
    }
    [[nodiscard]] double pixelY(std::size_t i) const
    {
        return (window.rect.top - static_cast<double>(points.y[i])) * pixelsPerUnitY;
    }
    [[nodiscard]] std::uint8_t flagsOf(std::size_t i) const
    {
        return style.flags.empty() ? std::uint8_t{0} : style.flags[i];
    }
    /// Whether the palette shows values.
    [[nodiscard]] bool hasValues() const { return !style.value.empty() && !style.palette.empty(); }
    /// 0 at style.low, 1 at style.high, NaN without a value.
    [[nodiscard]] float shareOf(std::size_t i) const
    {
        const auto value = static_cast<double>(style.value[i]);
        if (!std::isfinite(value))
            return std::numeric_limits<float>::quiet_NaN();
        const double range = style.high - style.low;
        // A limit far beyond any use, so that a mean of shares is never inf - inf.
        return range == 0.0 ? 0.5F : static_cast<float>(std::clamp((value - style.low) / range, -1e30, 1e30));
    }
};

/// Position in a palette of a share of the range; `share` is not NaN.
[[nodiscard]] inline std::size_t paletteIndex(float share)
{
    return static_cast<std::size_t>(std::clamp(share, 0.0F, 1.0F) * 255.0F + 0.5F);
}

/// What a density layer counted.
struct Census
{
    std::size_t drawn = 0;
    std::size_t selected = 0; ///< of the drawn
    std::size_t outside = 0;
    std::size_t hidden = 0;
    std::size_t unplaced = 0;
};

/// The points of a window by pixel.
class DensityLayer
{
public:
    DensityLayer(const RasterView &view, Shown shown) : m_view(view), m_shown(shown) {}

    /// Finds the pixel of each point. False if stopped.
    bool bin(const JobContext &context);
    [[nodiscard]] const Census &census() const { return m_census; }
    /// Counts, smooths, and lays the colours over `frame`; tells the largest count. False if stopped.
    bool draw(PointFrame &frame, const JobContext &context);

private:
    struct Entry
    {
        std::uint32_t pixel; ///< within its band
        float share;
    };
    struct CountTable;
    template <class T> using Buffer = std::unique_ptr<T[]>;

    template <class AnEntry> bool binInto(Banded<AnEntry> &banded, const JobContext &context);
    bool count(const JobContext &context);
    bool blur(const JobContext &context);
    [[nodiscard]] float largestOf(std::size_t band) const;
    [[nodiscard]] CountTable tableOf(float largest) const;
    void colour(std::size_t band, const CountTable &table, PointFrame &frame) const;
    [[nodiscard]] bool usesValues() const { return m_shown == Shown::All && m_view.hasValues(); }

    const RasterView &m_view;
    Shown m_shown;
    Bands m_bands = Bands::of(m_view.window.columns, m_view.window.rows);
    Census m_census;
    Banded<std::uint32_t> m_pixels; ///< without values
    Banded<Entry> m_entries;        ///< with
    Buffer<float> m_counts;         ///< [row][column]
    Buffer<float> m_valued;         ///< those with a value
    Buffer<float> m_sums;           ///< of their shares
};

/// Anti-aliased discs laid over `frame`. False if stopped.
bool drawDiscs(const RasterView &view, Shown shown, PointFrame &frame, const JobContext &context);

} // namespace somnium::latent
