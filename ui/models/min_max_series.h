// SPDX-License-Identifier: GPL-3.0-or-later
// Smallest and largest of any stretch of a long series, quick enough to draw a million pixels at mouse speed.
// Immutable, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace somnium::ui
{

struct MinMax
{
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    [[nodiscard]] bool isEmpty() const { return low > high; }
    void include(float value) // NaN changes nothing
    {
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    void include(const MinMax &other)
    {
        low = other.low < low ? other.low : low;
        high = other.high > high ? other.high : high;
    }
    friend bool operator==(const MinMax &, const MinMax &) = default;
};

class MinMaxSeries
{
public:
    MinMaxSeries() = default;
    /// NaN: no value there. Infinities count as none.
    explicit MinMaxSeries(std::vector<float> values);

    [[nodiscard]] std::size_t size() const { return m_values.size(); }
    [[nodiscard]] std::span<const float> values() const { return m_values; }
    /// Of [first, last), cut to the series; empty if there is no value. Some ten steps for
    /// every factor of 16 in its length.
    [[nodiscard]] MinMax range(std::size_t first, std::size_t last) const;

private:
    template <class Item> [[nodiscard]] MinMax stretch(std::span<const Item> items, std::size_t level,
                                                       std::size_t first, std::size_t last) const;

    std::vector<float> m_values;
    std::vector<std::vector<MinMax>> m_levels; ///< blocks of 16 values, of 16 of those, and so on
};

/// What each column of a picture shows of a series. `edges`: [columns + 1] where the columns begin and end,
/// in fractions of pixels, rising, pixel i reaching from i to i + 1. A column shows at least the pixel that
/// it begins in.
[[nodiscard]] std::vector<MinMax> minMaxColumns(const MinMaxSeries &series, std::span<const double> edges);
/// The whole series in `columns` columns of one width.
[[nodiscard]] std::vector<MinMax> minMaxColumns(const MinMaxSeries &series, std::size_t columns);
/// Lets each column reach as far as its neighbour on the left, so that a line drawn by columns does not gape.
void joinColumns(std::span<MinMax> columns);

} // namespace somnium::ui
