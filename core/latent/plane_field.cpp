// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/plane_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "core/base/parallel.h"

namespace somnium::latent
{

namespace
{

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

Result<PlaneField> emptyField(const PlaneRect &rect, std::size_t side)
{
    if (side == 0 || side > kMostFieldSide)
        return failure(ErrorKind::InvalidArgument,
                       "a field of " + std::to_string(side) + " cells a side; expected 1 to 4096");
    if (!isUsable(rect))
        return failure(ErrorKind::InvalidArgument,
                       "a field on a rectangle without a finite width and height");
    PlaneField field;
    field.rect = rect;
    field.columns = side;
    field.rows = side;
    field.value.assign(side * side, kNone);
    return field;
}

float storable(double value)
{
    const auto stored = static_cast<float>(value);
    return std::isfinite(stored) ? stored : kNone;
}

Error stopped()
{
    return {ErrorKind::Cancelled, "the field on the plane was stopped"};
}

} // namespace

bool isUsable(const PlaneRect &rect)
{
    return std::isfinite(rect.left) && std::isfinite(rect.bottom) && std::isfinite(rect.width()) &&
           std::isfinite(rect.height()) && rect.width() > 0.0 && rect.height() > 0.0;
}

double PlaneField::valueAt(PlanePoint point) const
{
    const double column = (point.x - rect.left) / rect.width() * static_cast<double>(columns);
    const double row = (point.y - rect.bottom) / rect.height() * static_cast<double>(rows);
    if (!(column >= 0.0 && column < static_cast<double>(columns) && row >= 0.0 &&
          row < static_cast<double>(rows)))
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(
        value[static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column)]);
}

FieldRange rangeOf(const PlaneField &field)
{
    // In lanes, which a compiler does in vectors.
    constexpr std::size_t kLanes = 8;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    std::array<float, kLanes> lows{};
    std::array<float, kLanes> highs{};
    lows.fill(kInfinity);
    highs.fill(-kInfinity);
    const auto take = [&](float value, std::size_t lane) {
        const bool isFinite = value - value == 0.0F;
        const float low = isFinite ? value : kInfinity;
        const float high = isFinite ? value : -kInfinity;
        lows[lane] = low < lows[lane] ? low : lows[lane];
        highs[lane] = high > highs[lane] ? high : highs[lane];
    };
    std::size_t i = 0;
    for (; i + kLanes <= field.value.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            take(field.value[i + lane], lane);
    for (; i < field.value.size(); ++i)
        take(field.value[i], 0);
    const double low = static_cast<double>(*std::ranges::min_element(lows));
    const double high = static_cast<double>(*std::ranges::max_element(highs));
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    return low <= high ? FieldRange{low, high} : FieldRange{kNan, kNan};
}

FieldRange centralRangeOf(const PlaneField &field)
{
    std::vector<float> values;
    values.reserve(field.value.size());
    std::ranges::copy_if(field.value, std::back_inserter(values),
                         [](float value) { return std::isfinite(value); });
    if (values.empty())
        return rangeOf(field);
    const auto leftOut = static_cast<std::ptrdiff_t>(values.size() / 100);
    const auto low = values.begin() + leftOut;
    const auto high = values.end() - 1 - leftOut;
    std::nth_element(values.begin(), low, values.end());
    const float least = *low; // the next call moves it
    std::nth_element(low, high, values.end());
    return {static_cast<double>(least), static_cast<double>(*high)};
}

Result<PlaneField> fieldOf(const std::function<double(PlanePoint)> &value, const PlaneRect &rect,
                           std::size_t side, const JobContext &context)
{
    Result<PlaneField> field = emptyField(rect, side);
    if (!field)
        return field;
    const bool isDone = parallelFor(side, context, [&](std::size_t row) {
        for (std::size_t column = 0; column < side; ++column)
            field->value[row * side + column] = storable(value(field->centre(row, column)));
    });
    return isDone ? std::move(field) : failure(stopped());
}

Result<PlaneField> fieldOfMany(const DecodeMany &decode, const PlaneRect &rect, std::size_t side,
                               const JobContext &context)
{
    Result<PlaneField> field = emptyField(rect, side);
    if (!field)
        return field;
    constexpr std::size_t kPlaces = 4096; // enough to keep matrix products busy, and to stop soon
    const std::size_t rowsAtOnce = std::max<std::size_t>(1, kPlaces / side);
    std::vector<PlanePoint> centres;
    for (std::size_t row = 0; row < side; row += rowsAtOnce)
    {
        if (context.shouldStop())
            return failure(stopped());
        const std::size_t end = std::min(side, row + rowsAtOnce);
        centres.clear();
        for (std::size_t i = row * side; i < end * side; ++i)
            centres.push_back(field->centre(i / side, i % side));
        const Result<std::vector<double>> values = decode(centres);
        if (!values)
            return failure(values.error());
        if (values->size() != centres.size())
            return failure(ErrorKind::Mismatch, std::to_string(values->size()) + " values decoded for " +
                                                    std::to_string(centres.size()) + " places");
        std::ranges::transform(*values, field->value.begin() + static_cast<std::ptrdiff_t>(row * side),
                               storable);
        context.report({end, side, "decoding the plane"});
    }
    return field;
}

Result<void> maskBySupport(PlaneField &field, const PlaneField &supported, double minimumPoints)
{
    const bool isSameGrid =
        field.rect == supported.rect && field.columns == supported.columns && field.rows == supported.rows;
    if (!isSameGrid || supported.support.size() != field.value.size())
        return failure(ErrorKind::Mismatch, "a mask from another grid than the field's, or without support");
    field.support = supported.support;
    for (std::size_t i = 0; i < field.value.size(); ++i)
        if (!(static_cast<double>(field.support[i]) >= minimumPoints))
            field.value[i] = kNone;
    return {};
}

} // namespace somnium::latent
