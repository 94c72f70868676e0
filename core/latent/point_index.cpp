// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/point_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "core/base/check.h"
#include "core/base/parallel.h"

namespace somnium::latent
{

namespace
{

/// A number to sort by, and the point that it belongs to.
struct Key
{
    std::uint32_t rank = 0;
    std::uint32_t index = 0;
};

/// Unsigned numbers in the order of the floats (not NaN).
std::uint32_t rankOf(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F); // -0 as 0
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

/// Stable, by rank; `room` has the same size and is overwritten.
void radixSort(std::span<Key> keys, std::span<Key> room)
{
    constexpr std::array<unsigned, 3> kShifts = {0, 11, 22};
    constexpr std::size_t kBuckets = 1U << 11;
    std::array<std::array<std::uint32_t, kBuckets>, kShifts.size()> ends{};
    for (const Key &key : keys)
        for (std::size_t pass = 0; pass < kShifts.size(); ++pass)
            ++ends[pass][(key.rank >> kShifts[pass]) % kBuckets];
    for (std::size_t pass = 0; pass < kShifts.size(); ++pass)
    {
        std::uint32_t before = 0;
        for (std::uint32_t &end : ends[pass])
            before += std::exchange(end, before);
        for (const Key &key : keys)
            room[ends[pass][(key.rank >> kShifts[pass]) % kBuckets]++] = key;
        std::swap(keys, room);
    }
    std::ranges::copy(keys, room.begin()); // three passes end in the other array
}

// Many times more points in a strip than strips: what a strip costs is then little beside its points.
constexpr double kPointsPerStripTimesStrips = 16.0;
constexpr double kLeastPointsPerStrip = 64.0;

void mark(std::vector<std::uint64_t> &marks, std::uint32_t index)
{
    marks[index / 64] |= std::uint64_t{1} << (index % 64);
}

} // namespace

PointIndex::PointIndex(const Points &points, const JobContext &context) : m_count(points.count())
{
    CHECK(points.x.size() == points.y.size());
    CHECK(m_count <= std::numeric_limits<std::uint32_t>::max());
    std::vector<Key> keys;
    keys.reserve(m_count);
    for (std::size_t i = 0; i < m_count; ++i)
        if (std::isfinite(points.x[i]) && std::isfinite(points.y[i]))
            keys.push_back({rankOf(points.x[i]), static_cast<std::uint32_t>(i)});
    const std::size_t placed = keys.size();
    std::vector<Key> room(placed);
    radixSort(keys, room);

    m_x.resize(placed);
    m_y.resize(placed);
    m_index.resize(placed);
    const auto perStrip = static_cast<std::size_t>(
        std::max(kLeastPointsPerStrip, std::sqrt(kPointsPerStripTimesStrips * static_cast<double>(placed))));
    m_strips.resize((placed + perStrip - 1) / perStrip);
    JobContext toTheEnd;
    toTheEnd.threads = context.threads;
    parallelFor(m_strips.size(), toTheEnd, [&](std::size_t number) {
        Strip &strip = m_strips[number];
        strip.begin = number * perStrip;
        strip.end = std::min(placed, strip.begin + perStrip);
        strip.left = points.x[keys[strip.begin].index];
        strip.right = points.x[keys[strip.end - 1].index];
        const auto mine = std::span(keys).subspan(strip.begin, strip.end - strip.begin);
        for (Key &key : mine)
            key.rank = rankOf(points.y[key.index]);
        radixSort(mine, std::span(room).subspan(strip.begin, mine.size()));
        for (std::size_t i = strip.begin; i < strip.end; ++i)
        {
            m_index[i] = keys[i].index;
            m_x[i] = points.x[keys[i].index];
            m_y[i] = points.y[keys[i].index];
        }
    });
}

/// The best so far, as a heap with the worst on top.
class PointIndex::Nearest
{
public:
    using Candidate = std::pair<double, std::uint32_t>; ///< squared distance in pixels, index

    Nearest(PlanePoint at, PlanePoint unitsPerPixel, std::size_t count, double maxPixels)
        : m_at(at), m_pixelsX(1.0 / unitsPerPixel.x), m_pixelsY(1.0 / unitsPerPixel.y), m_count(count),
          m_limit(maxPixels * maxPixels)
    {
        m_isUsable = count > 0 && std::isfinite(at.x) && std::isfinite(at.y) && m_pixelsX > 0.0 &&
                     m_pixelsY > 0.0 && std::isfinite(m_pixelsX) && std::isfinite(m_pixelsY) &&
                     maxPixels >= 0.0;
    }

    [[nodiscard]] bool isUsable() const { return m_isUsable; }
    [[nodiscard]] PlanePoint at() const { return m_at; }
    [[nodiscard]] double squareX(double x) const { return square((x - m_at.x) * m_pixelsX); }
    [[nodiscard]] double squareY(double y) const { return square((y - m_at.y) * m_pixelsY); }
    /// Nothing farther than this can still get in.
    [[nodiscard]] bool isTooFar(double squared) const { return squared > m_limit; }

    void offer(double squared, std::uint32_t index)
    {
        const Candidate candidate{squared, index};
        if (isTooFar(squared) || (m_heap.size() == m_count && !(candidate < m_heap.front())))
            return;
        if (m_heap.size() == m_count)
        {
            std::ranges::pop_heap(m_heap);
            m_heap.pop_back();
        }
        m_heap.push_back(candidate);
        std::ranges::push_heap(m_heap);
        if (m_heap.size() == m_count)
            m_limit = m_heap.front().first;
    }

    [[nodiscard]] std::vector<std::size_t> take()
    {
        std::ranges::sort_heap(m_heap);
        std::vector<std::size_t> indices;
        indices.reserve(m_heap.size());
        for (const Candidate &candidate : m_heap)
            indices.push_back(candidate.second);
        return indices;
    }

    std::span<const std::uint8_t> flags; ///< empty: none hidden

private:
    static double square(double value) { return value * value; }

    PlanePoint m_at;
    double m_pixelsX;
    double m_pixelsY;
    std::size_t m_count;
    double m_limit;
    bool m_isUsable = false;
    std::vector<Candidate> m_heap;
};

void PointIndex::searchStrip(const Strip &strip, Nearest &found) const
{
    const auto first = m_y.begin();
    const auto middle = static_cast<std::size_t>(
        std::lower_bound(first + static_cast<std::ptrdiff_t>(strip.begin),
                         first + static_cast<std::ptrdiff_t>(strip.end), found.at().y,
                         [](float y, double bound) { return static_cast<double>(y) < bound; }) -
        first);
    // True while points in this direction may be near enough.
    const auto look = [&](std::size_t i) {
        const double alongY = found.squareY(static_cast<double>(m_y[i]));
        if (found.isTooFar(alongY))
            return false;
        if (found.flags.empty() || (found.flags[m_index[i]] & kHidden) == 0)
            found.offer(alongY + found.squareX(static_cast<double>(m_x[i])), m_index[i]);
        return true;
    };
    for (std::size_t i = middle; i < strip.end && look(i); ++i)
    {}
    for (std::size_t i = middle; i > strip.begin && look(i - 1); --i)
    {}
}

void PointIndex::search(Nearest &found) const
{
    const double x = found.at().x;
    // The first strip that ends at or right of x; those before it lie left of x, nearer ones later.
    const auto right = std::ranges::lower_bound(
        m_strips, x, std::less<>{}, [](const Strip &strip) { return static_cast<double>(strip.right); });
    const auto middle = static_cast<std::size_t>(right - m_strips.begin());
    std::size_t next = middle;
    std::size_t previous = middle;
    const auto reachRight = [&] {
        return next < m_strips.size() ? found.squareX(std::max(x, static_cast<double>(m_strips[next].left)))
                                      : std::numeric_limits<double>::infinity();
    };
    const auto reachLeft = [&] {
        return previous > 0 ? found.squareX(static_cast<double>(m_strips[previous - 1].right))
                            : std::numeric_limits<double>::infinity();
    };
    // Outwards, the nearer side first.
    while (next < m_strips.size() || previous > 0)
    {
        const double rightwards = reachRight();
        const double leftwards = reachLeft();
        if (found.isTooFar(std::min(rightwards, leftwards)))
            return;
        if (next < m_strips.size() && (previous == 0 || rightwards <= leftwards))
            searchStrip(m_strips[next++], found);
        else
            searchStrip(m_strips[--previous], found);
    }
}

std::optional<std::size_t> PointIndex::nearest(PlanePoint point, PlanePoint unitsPerPixel, double maxPixels,
                                               std::span<const std::uint8_t> flags) const
{
    const std::vector<std::size_t> found = nearestMany(point, unitsPerPixel, 1, maxPixels, flags);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<std::size_t> PointIndex::nearestMany(PlanePoint point, PlanePoint unitsPerPixel,
                                                 std::size_t count, double maxPixels,
                                                 std::span<const std::uint8_t> flags) const
{
    CHECK(flags.empty() || flags.size() == m_count);
    Nearest found(point, unitsPerPixel, std::min(count, placedCount()), maxPixels);
    found.flags = flags;
    if (found.isUsable())
        search(found);
    return found.take();
}

std::vector<std::size_t> PointIndex::ascending(std::span<const std::uint64_t> marks,
                                               std::span<const std::uint8_t> flags) const
{
    CHECK(flags.empty() || flags.size() == m_count);
    std::size_t size = 0;
    for (const std::uint64_t word : marks)
        size += static_cast<std::size_t>(std::popcount(word));
    std::vector<std::size_t> indices;
    indices.reserve(size);
    for (std::size_t i = 0; i < marks.size(); ++i)
        for (std::uint64_t word = marks[i]; word != 0; word &= word - 1)
        {
            const std::size_t index = i * 64 + static_cast<std::size_t>(std::countr_zero(word));
            if (flags.empty() || (flags[index] & kHidden) == 0)
                indices.push_back(index);
        }
    return indices;
}

std::vector<std::size_t> PointIndex::insideRect(const PlaneRect &rect,
                                                std::span<const std::uint8_t> flags) const
{
    std::vector<std::uint64_t> marks((m_count + 63) / 64);
    for (const Strip &strip : m_strips)
    {
        if (!(static_cast<double>(strip.right) >= rect.left && static_cast<double>(strip.left) <= rect.right))
            continue;
        const bool isWithin =
            static_cast<double>(strip.left) >= rect.left && static_cast<double>(strip.right) <= rect.right;
        const auto end = m_y.begin() + static_cast<std::ptrdiff_t>(strip.end);
        const auto from =
            std::lower_bound(m_y.begin() + static_cast<std::ptrdiff_t>(strip.begin), end, rect.bottom,
                             [](float y, double bound) { return static_cast<double>(y) < bound; });
        for (auto i = static_cast<std::size_t>(from - m_y.begin());
             i < strip.end && static_cast<double>(m_y[i]) <= rect.top; ++i)
        {
            const auto x = static_cast<double>(m_x[i]);
            if (isWithin || (x >= rect.left && x <= rect.right))
                mark(marks, m_index[i]);
        }
    }
    return ascending(marks, flags);
}

namespace
{

/// A side of a polygon, upwards.
struct Side
{
    PlanePoint low;
    PlanePoint high;

    [[nodiscard]] double left() const { return std::min(low.x, high.x); }
    [[nodiscard]] double right() const { return std::max(low.x, high.x); }
    [[nodiscard]] bool spans(double y) const { return low.y <= y && y < high.y; }
    /// Where the side is at height y, never beyond its ends, so that a whole strip on one side of it is so
    /// for every point.
    [[nodiscard]] double xAt(double y) const
    {
        const double share = (y - low.y) / (high.y - low.y);
        return std::clamp(low.x + share * (high.x - low.x), left(), right());
    }
};

/// Sides that a ray along x can cross: not level.
std::vector<Side> sidesOf(std::span<const PlanePoint> polygon)
{
    std::vector<Side> sides;
    if (polygon.size() < 3)
        return sides;
    for (std::size_t i = 0; i < polygon.size(); ++i)
    {
        const PlanePoint &a = polygon[i];
        const PlanePoint &b = polygon[i + 1 == polygon.size() ? 0 : i + 1];
        if (!std::isfinite(a.x) || !std::isfinite(a.y))
            return {};
        if (a.y != b.y)
            sides.push_back(a.y < b.y ? Side{a, b} : Side{b, a});
    }
    return sides;
}

} // namespace

bool isInsidePolygon(PlanePoint point, std::span<const PlanePoint> polygon)
{
    bool isInside = false;
    for (const Side &side : sidesOf(polygon))
        if (side.spans(point.y) && point.x < side.xAt(point.y))
            isInside = !isInside;
    return isInside;
}

/// Goes up a strip with the sides that are at the height of the points: runs of points with no side among
/// them are decided at once.
class PointIndex::LassoSweep
{
public:
    explicit LassoSweep(std::span<const PlanePoint> polygon) : m_sides(sidesOf(polygon))
    {
        for (std::size_t i = 0; i < m_sides.size(); ++i)
        {
            const Side &side = m_sides[i];
            m_left = std::min(m_left, side.left());
            m_right = std::max(m_right, side.right());
            m_allEvents.push_back({side.low.y, i});
            m_allEvents.push_back({side.high.y, i});
        }
        std::ranges::sort(m_allEvents);
    }

    /// Marks what is inside of the strip [begin, end) of `index`.
    void sweep(const PointIndex &index, const Strip &strip, std::vector<std::uint64_t> &marks)
    {
        if (m_sides.empty() || static_cast<double>(strip.left) > m_right ||
            static_cast<double>(strip.right) < m_left)
            return;
        start(strip);
        const auto firstY = index.m_y.begin();
        auto i = static_cast<std::size_t>(
            std::lower_bound(firstY + static_cast<std::ptrdiff_t>(strip.begin),
                             firstY + static_cast<std::ptrdiff_t>(strip.end), m_allEvents.front().first,
                             [](float y, double bound) { return static_cast<double>(y) < bound; }) -
            firstY);
        const double top = m_allEvents.back().first;
        while (i < strip.end && static_cast<double>(index.m_y[i]) < top)
        {
            advance(static_cast<double>(index.m_y[i]));
            if (!m_crossing.empty())
            {
                if (isInside(index.m_x[i], index.m_y[i]))
                    mark(marks, index.m_index[i]);
                ++i;
                continue;
            }
            // No side among the points up to the next event: all are inside, or none is.
            for (; i < strip.end && static_cast<double>(index.m_y[i]) < m_nextEvent; ++i)
                if (m_isOdd)
                    mark(marks, index.m_index[i]);
        }
    }

private:
    using Event = std::pair<double, std::size_t>; ///< height, side that begins or ends there, or kFlip

    /// Keeps the sides that matter for the strip: those that cross its width, and those wholly right of it,
    /// which every ray crosses.
    void start(const Strip &strip)
    {
        m_events.clear();
        m_crossing.clear();
        m_isOdd = false;
        m_next = 0;
        for (const Event &event : m_allEvents)
        {
            const Side &side = m_sides[event.second];
            if (side.right() <= static_cast<double>(strip.left))
                continue; // no ray to the right of it crosses it
            const bool isRight = side.left() > static_cast<double>(strip.right);
            m_events.push_back({event.first, isRight ? kFlip : event.second});
        }
    }

    /// Takes in all events up to and at `y`.
    void advance(double y)
    {
        for (; m_next < m_events.size() && m_events[m_next].first <= y; ++m_next)
        {
            const std::size_t side = m_events[m_next].second;
            if (side == kFlip)
                m_isOdd = !m_isOdd;
            else if (const auto at = std::ranges::find(m_crossing, side); at != m_crossing.end())
                m_crossing.erase(at);
            else
                m_crossing.push_back(side);
        }
        m_nextEvent =
            m_next < m_events.size() ? m_events[m_next].first : std::numeric_limits<double>::infinity();
    }

    [[nodiscard]] bool isInside(float x, float y) const
    {
        bool isInside = m_isOdd;
        for (const std::size_t side : m_crossing)
            if (static_cast<double>(x) < m_sides[side].xAt(static_cast<double>(y)))
                isInside = !isInside;
        return isInside;
    }

    static constexpr std::size_t kFlip = std::numeric_limits<std::size_t>::max();

    std::vector<Side> m_sides;
    std::vector<Event> m_allEvents; ///< by height
    double m_left = std::numeric_limits<double>::infinity();
    double m_right = -std::numeric_limits<double>::infinity();
    std::vector<Event> m_events; ///< those of the strip
    std::size_t m_next = 0;
    double m_nextEvent = 0.0;
    std::vector<std::size_t> m_crossing; ///< sides at this height that cross the strip
    bool m_isOdd = false;
};

std::vector<std::size_t> PointIndex::insidePolygon(std::span<const PlanePoint> polygon,
                                                   std::span<const std::uint8_t> flags) const
{
    std::vector<std::uint64_t> marks((m_count + 63) / 64);
    LassoSweep lasso(polygon);
    for (const Strip &strip : m_strips)
        lasso.sweep(*this, strip, marks);
    return ascending(marks, flags);
}

} // namespace somnium::latent
