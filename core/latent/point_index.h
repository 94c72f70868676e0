// SPDX-License-Identifier: GPL-3.0-or-later
// Which points are under the cursor, in a rectangle, in a lasso.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/latent/plane.h"
#include "core/latent/point_flags.h"

namespace somnium::latent
{

/// Points in strips of equal number along x, sorted by y within each strip (the leaves of a sort-tile tree,
/// Leutenegger et al. 1997), which far-off or crowded points do not spoil as they would an even grid. Keeps
/// 12 bytes a point of its own and borrows nothing; immutable, so any number of threads may ask. Points
/// without a place are in no answer; nor are those whose `flags` (empty, or one a point) say kHidden.
class PointIndex
{
public:
    PointIndex() = default;
    /// Uses `context.threads` and does not stop early. At most 2^32 - 1 points.
    explicit PointIndex(const Points &points, const JobContext &context = {});

    /// Number of points with a place.
    [[nodiscard]] std::size_t placedCount() const { return m_y.size(); }

    /// The nearest point on the screen, `unitsPerPixel` > 0 along x and y, if it is within `maxPixels`; the
    /// lowest index of equals.
    [[nodiscard]] std::optional<std::size_t> nearest(PlanePoint point, PlanePoint unitsPerPixel,
                                                     double maxPixels,
                                                     std::span<const std::uint8_t> flags = {}) const;
    /// Up to `count` of the nearest within `maxPixels`, nearest first, equals by index.
    [[nodiscard]] std::vector<std::size_t>
    nearestMany(PlanePoint point, PlanePoint unitsPerPixel, std::size_t count,
                double maxPixels = std::numeric_limits<double>::infinity(),
                std::span<const std::uint8_t> flags = {}) const;

    /// Points in the closed rectangle, ascending.
    [[nodiscard]] std::vector<std::size_t> insideRect(const PlaneRect &rect,
                                                      std::span<const std::uint8_t> flags = {}) const;
    /// Points inside the closed polygon by the even-odd rule (see `isInsidePolygon`), ascending. Fewer than
    /// three vertices, or one that is not finite: none.
    [[nodiscard]] std::vector<std::size_t> insidePolygon(std::span<const PlanePoint> polygon,
                                                         std::span<const std::uint8_t> flags = {}) const;

private:
    struct Strip
    {
        std::size_t begin = 0;
        std::size_t end = 0;
        float left = 0.0F; ///< least and largest x
        float right = 0.0F;
    };
    class Nearest;
    class LassoSweep;

    void sortStrip(const Strip &strip);
    void searchStrip(const Strip &strip, Nearest &found) const;
    void search(Nearest &found) const;
    [[nodiscard]] std::vector<std::size_t> ascending(std::span<const std::uint64_t> marks,
                                                     std::span<const std::uint8_t> flags) const;

    std::size_t m_count = 0;     ///< with and without a place
    std::vector<Strip> m_strips; ///< by rank in x: neighbours may share a border
    std::vector<float> m_x;
    std::vector<float> m_y;
    std::vector<std::uint32_t> m_index;
};

/// Even-odd rule: whether a ray towards larger x crosses an odd number of sides. A side holds its lower end
/// and not its upper, so that polygons that share a side share no point.
[[nodiscard]] bool isInsidePolygon(PlanePoint point, std::span<const PlanePoint> polygon);

} // namespace somnium::latent
