// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/iso_labels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>
#include <utility>

namespace somnium::latent
{

namespace
{

PlanePoint operator-(PlanePoint a, PlanePoint b)
{
    return {a.x - b.x, a.y - b.y};
}
PlanePoint operator+(PlanePoint a, PlanePoint b)
{
    return {a.x + b.x, a.y + b.y};
}
PlanePoint operator*(double factor, PlanePoint a)
{
    return {factor * a.x, factor * a.y};
}
double dot(PlanePoint a, PlanePoint b)
{
    return a.x * b.x + a.y * b.y;
}

/// A rectangle that is turned, in pixels.
struct Box
{
    PlanePoint centre;
    PlanePoint along; ///< unit vector of its width
    double halfWidth = 0.0;
    double halfHeight = 0.0;

    [[nodiscard]] PlanePoint across() const { return {-along.y, along.x}; }
    /// Half of its shadow on an axis.
    [[nodiscard]] double halfShadow(PlanePoint axis) const
    {
        return halfWidth * std::abs(dot(along, axis)) + halfHeight * std::abs(dot(across(), axis));
    }
};

/// Two rectangles are apart if their shadows on an axis of one of them are. cite: Gottschalk et al. 1996,
/// SIGGRAPH, 171.
bool overlap(const Box &a, const Box &b)
{
    const std::array<PlanePoint, 4> axes = {a.along, a.across(), b.along, b.across()};
    return std::ranges::all_of(axes, [&](PlanePoint axis) {
        return std::abs(dot(b.centre - a.centre, axis)) < a.halfShadow(axis) + b.halfShadow(axis);
    });
}

bool isWithin(const Box &box, const PlaneWindow &window)
{
    const double x = box.halfShadow({1.0, 0.0});
    const double y = box.halfShadow({0.0, 1.0});
    return box.centre.x >= x && box.centre.x <= static_cast<double>(window.columns) - x &&
           box.centre.y >= y && box.centre.y <= static_cast<double>(window.rows) - y;
}

/// A line on the screen, by its length.
class Track
{
public:
    Track(const IsoLine &line, const PlaneWindow &window)
    {
        for (const PlanePoint &vertex : line.vertices)
            add(window.toPixel(vertex));
        if (line.isClosed)
            add(m_pixels.front());
    }

    [[nodiscard]] double length() const { return m_lengths.back(); }
    [[nodiscard]] PlanePoint at(double length) const
    {
        const auto after = std::ranges::upper_bound(m_lengths, length);
        const std::size_t i = std::clamp<std::size_t>(static_cast<std::size_t>(after - m_lengths.begin()), 1,
                                                      m_pixels.size() - 1);
        const double piece = m_lengths[i] - m_lengths[i - 1];
        const double share = piece > 0.0 ? std::clamp((length - m_lengths[i - 1]) / piece, 0.0, 1.0) : 0.0;
        return m_pixels[i - 1] + share * (m_pixels[i] - m_pixels[i - 1]);
    }

private:
    void add(PlanePoint pixel)
    {
        const PlanePoint step = m_pixels.empty() ? PlanePoint{} : pixel - m_pixels.back();
        m_lengths.push_back((m_lengths.empty() ? 0.0 : m_lengths.back()) + std::hypot(step.x, step.y));
        m_pixels.push_back(pixel);
    }

    std::vector<PlanePoint> m_pixels;
    std::vector<double> m_lengths; ///< from the first vertex to each
};

/// A place for a label.
struct Candidate
{
    Box box;
    double middle = 0.0;       ///< along the track
    double straightness = 0.0; ///< chord / arc
};

/// Where the arc of a label's width about `middle` ends, and whether that is straight enough.
std::optional<Candidate> candidateAt(const Track &track, double middle, const LabelSize &size,
                                     const LabelParams &params)
{
    const double half = 0.5 * size.widthPixels;
    const PlanePoint from = track.at(middle - half);
    const PlanePoint to = track.at(middle + half);
    const PlanePoint chord = to - from;
    const double length = std::hypot(chord.x, chord.y);
    const double straightness = length / size.widthPixels;
    if (!(straightness >= params.straightness))
        return std::nullopt;
    const double margin = params.marginPixels;
    // On the line's own middle, so that the line would pass through the text.
    return Candidate{
        {track.at(middle), 1.0 / length * chord, half + margin, 0.5 * size.heightPixels + margin},
        middle,
        straightness};
}

/// Direction of writing from left to right; y on the screen runs downwards.
double uprightAngle(PlanePoint along)
{
    double angle = std::atan2(-along.y, along.x);
    if (angle > 0.5 * std::numbers::pi)
        angle -= std::numbers::pi;
    else if (angle <= -0.5 * std::numbers::pi)
        angle += std::numbers::pi;
    return angle;
}

Box boxOf(const IsoLabel &label, const LabelSize &size, const PlaneWindow &window, double margin)
{
    return {window.toPixel(label.at),
            {std::cos(label.angleRad), -std::sin(label.angleRad)},
            0.5 * size.widthPixels + margin,
            0.5 * size.heightPixels + margin};
}

/// Puts labels one by one.
class Placer
{
public:
    Placer(const PlaneWindow &window, const LabelParams &params) : m_window(window), m_params(params) {}

    void keepFree(const Box &box) { m_boxes.push_back(box); }

    /// Boxes of the labels of a track: the straightest free place in each stretch.
    std::vector<Candidate> place(const Track &track, const LabelSize &size)
    {
        std::vector<Candidate> placed;
        const double half = 0.5 * size.widthPixels;
        const double step = std::max(2.0, 0.25 * size.widthPixels);
        const double apart = std::max(m_params.apartPixels, 2.0 * size.widthPixels);
        std::optional<Candidate> best;
        double stretchEnd = apart;
        for (double middle = half; middle <= track.length() - half;)
        {
            if (middle > stretchEnd)
            {
                keep(placed, best);
                stretchEnd = apart * std::ceil(middle / apart);
            }
            const std::optional<Candidate> here = candidateAt(track, middle, size, m_params);
            if (here && (!best || here->straightness > best->straightness) && isFree(here->box))
                best = here;
            // What is far outside comes back no sooner than by as long a way.
            middle += std::max(step, outsideBy(track.at(middle)));
        }
        keep(placed, best);
        return placed;
    }

private:
    [[nodiscard]] bool isFree(const Box &box) const
    {
        return isWithin(box, m_window) &&
               std::ranges::none_of(m_boxes, [&](const Box &other) { return overlap(box, other); });
    }

    [[nodiscard]] double outsideBy(PlanePoint pixel) const
    {
        const double x = std::max(-pixel.x, pixel.x - static_cast<double>(m_window.columns));
        const double y = std::max(-pixel.y, pixel.y - static_cast<double>(m_window.rows));
        return std::max({0.0, x, y});
    }

    void keep(std::vector<Candidate> &placed, std::optional<Candidate> &best)
    {
        if (!best)
            return;
        m_boxes.push_back(best->box);
        placed.push_back(*best);
        best.reset();
    }

    const PlaneWindow &m_window;
    const LabelParams &m_params;
    std::vector<Box> m_boxes;
};

} // namespace

PlacedLabels placeLabels(std::span<const IsoLine> lines, const PlaneWindow &window,
                         const std::function<LabelSize(double level)> &sizeOf, const LabelParams &params,
                         const PlacedLabels &taken)
{
    Placer placer(window, params);
    for (std::size_t i = 0; i < taken.labels.size(); ++i)
        placer.keepFree(boxOf(taken.labels[i], taken.sizes[i], window, 0.0));

    std::vector<Track> tracks;
    tracks.reserve(lines.size());
    for (const IsoLine &line : lines)
        tracks.emplace_back(line, window);
    std::vector<std::size_t> order(lines.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>{}, [&](std::size_t i) { return tracks[i].length(); });

    std::vector<std::pair<IsoLabel, LabelSize>> placed;
    for (const std::size_t line : order)
    {
        const LabelSize size = sizeOf(lines[line].level);
        if (!(size.widthPixels > 0.0) || !(size.heightPixels > 0.0))
            continue;
        for (const Candidate &candidate : placer.place(tracks[line], size))
            placed.push_back({{line, window.toPlane(candidate.box.centre), uprightAngle(candidate.box.along),
                               lines[line].level},
                              size});
    }
    std::ranges::stable_sort(placed, std::less<>{}, [](const auto &label) { return label.first.line; });
    PlacedLabels result;
    for (const auto &[label, size] : placed)
    {
        result.labels.push_back(label);
        result.sizes.push_back(size);
    }
    return result;
}

} // namespace somnium::latent
