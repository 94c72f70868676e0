// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/spectral_features.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/check.h"

namespace somnium::search
{

namespace
{

/// Spreads from which on a value hardly counts for more: one broken spectrum is not to be the measure of all
/// distances.
constexpr float kFar = 10.0F;
/// Between the quartiles of a normal distribution lie so many standard deviations.
constexpr double kQuartilesOfNormal = 1.349;

double varianceOf(const std::vector<float> &values)
{
    double sum = 0.0;
    double squares = 0.0;
    for (const float value : values)
    {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const auto n = static_cast<double>(std::max<std::size_t>(values.size(), 1));
    return std::max(0.0, squares / n - sum / n * (sum / n));
}

/// Of the middle half of the values; their standard deviation if that is one value.
double spreadOf(std::vector<float> values)
{
    if (values.empty())
        return 0.0;
    const auto at = [&values](std::size_t index) {
        const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
        std::nth_element(values.begin(), place, values.end());
        return static_cast<double>(*place);
    };
    const double low = at(values.size() / 4);
    const double high = at(values.size() * 3 / 4);
    return high > low ? (high - low) / kQuartilesOfNormal : std::sqrt(varianceOf(values));
}

/// In spreads; those far out are drawn in, in their order.
void standardise(std::vector<float> &values)
{
    const auto spread = static_cast<float>(spreadOf(values));
    for (float &value : values)
    {
        const float own = spread > 0.0F ? value / spread : 0.0F;
        value = own / std::hypot(1.0F, own / kFar);
    }
}

} // namespace

ShapeFeatures spectralFeatures(const SpectralIndex &index, std::span<const float> signalToNoise,
                               std::size_t most)
{
    CHECK(signalToNoise.size() == index.count());
    const compute::HalfRows &rows = index.rows();
    const std::size_t count = index.count();
    ShapeFeatures features;
    features.dimensions = std::min(most, index.components());
    features.signalToNoise.assign(signalToNoise.begin(), signalToNoise.end());
    features.values.resize(count * features.dimensions);
    features.energy.resize(count);
    std::vector<float> row(rows.width());
    std::vector<std::vector<float>> components(features.dimensions, std::vector<float>(count));
    for (std::size_t i = 0; i < count; ++i)
    {
        rows.get(i, row);
        for (std::size_t d = 0; d < features.dimensions; ++d)
        {
            components[d][i] = row[d];
            features.energy[i] += row[d] * row[d];
        }
    }
    double total = 0.0;
    for (std::vector<float> &component : components)
    {
        standardise(component);
        total += varianceOf(component);
    }
    // Squared distances of rows average twice the sum of the variances.
    const float whole = total > 0.0 ? static_cast<float>(1.0 / std::sqrt(total)) : 0.0F;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t d = 0; d < features.dimensions; ++d)
            features.values[i * features.dimensions + d] = components[d][i] * whole;
    return features;
}

} // namespace somnium::search
