// SPDX-License-Identifier: GPL-3.0-or-later
// A quantity on a regular grid over the plane: what is contoured and shaded.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/latent/plane.h"

namespace somnium::latent
{

/// columns x rows cells that fill `rect`; the values belong to the centres of the cells. Arrays are
/// [row][column], row 0 at the bottom.
struct PlaneField
{
    PlaneRect rect;
    std::size_t columns = 0;
    std::size_t rows = 0;
    std::vector<float> value;   ///< NaN: no support
    std::vector<float> error;   ///< standard error of `value`, NaN: unknown; or empty
    std::vector<float> support; ///< effective number of points; or empty
    double bandwidth = 0.0;     ///< sigma of the smoothing in units of the plane; 0: not smoothed

    /// Centre of cell (0, 0) is (left + width/2/columns, bottom + height/2/rows).
    [[nodiscard]] PlanePoint centre(std::size_t row, std::size_t column) const
    {
        return {rect.left + (static_cast<double>(column) + 0.5) * rect.width() / static_cast<double>(columns),
                rect.bottom + (static_cast<double>(row) + 0.5) * rect.height() / static_cast<double>(rows)};
    }
    /// Of the cell that holds the point; NaN outside or without support.
    [[nodiscard]] double valueAt(PlanePoint point) const;
};

inline constexpr std::size_t kMostFieldSide = 4096;

/// Finite, with a width and a height above zero.
[[nodiscard]] bool isUsable(const PlaneRect &rect);

/// Least and largest finite value; {NaN, NaN} if there is none.
struct FieldRange
{
    double low = 0.0;
    double high = 0.0;
};
[[nodiscard]] FieldRange rangeOf(const PlaneField &field);
/// The range of the finite values without a hundredth of them at either end: levels of a ratio are not to be
/// those of a few places where its denominator vanishes.
[[nodiscard]] FieldRange centralRangeOf(const PlaneField &field);

/// A function on `side` x `side` centres. It is called from several threads at once; a value that is not
/// finite becomes NaN. Fails: InvalidArgument (rect, side), Cancelled.
[[nodiscard]] Result<PlaneField> fieldOf(const std::function<double(PlanePoint)> &value,
                                         const PlaneRect &rect, std::size_t side, const JobContext &context);

/// As `fieldOf` for a function that is cheaper for many places at once, as a decoder is: called from this
/// thread with the centres of some whole rows, returns as many values (else Mismatch) or fails, which ends
/// it.
using DecodeMany = std::function<Result<std::vector<double>>(std::span<const PlanePoint>)>;
[[nodiscard]] Result<PlaneField> fieldOfMany(const DecodeMany &decode, const PlaneRect &rect,
                                             std::size_t side, const JobContext &context);

/// Takes over the support of `supported`, a field of the same shape and place, and sets to NaN what has less
/// than `minimumPoints`. Fails (Mismatch) if it is another grid or has no support.
[[nodiscard]] Result<void> maskBySupport(PlaneField &field, const PlaneField &supported,
                                         double minimumPoints);

} // namespace somnium::latent
