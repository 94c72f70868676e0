// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/latent_plane.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/compute/eigensystem.h"

namespace somnium::latent
{

namespace
{

std::vector<double> meanOf(std::span<const float> places, std::size_t dimensions)
{
    std::vector<double> mean(dimensions, 0.0);
    const std::size_t count = places.size() / dimensions;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t d = 0; d < dimensions; ++d)
            mean[d] += static_cast<double>(places[i * dimensions + d]);
    for (double &value : mean)
        value /= static_cast<double>(std::max<std::size_t>(count, 1));
    return mean;
}

/// [z][z]
std::vector<double> covarianceOf(std::span<const float> places, const std::vector<double> &mean)
{
    const std::size_t dimensions = mean.size();
    std::vector<double> covariance(dimensions * dimensions, 0.0);
    for (std::size_t first = 0; first < places.size(); first += dimensions)
        for (std::size_t a = 0; a < dimensions; ++a)
            for (std::size_t b = a; b < dimensions; ++b)
                covariance[a * dimensions + b] += (static_cast<double>(places[first + a]) - mean[a]) *
                                                  (static_cast<double>(places[first + b]) - mean[b]);
    for (std::size_t a = 0; a < dimensions; ++a)
        for (std::size_t b = 0; b < a; ++b)
            covariance[a * dimensions + b] = covariance[b * dimensions + a];
    return covariance;
}

double product(std::span<const double> a, std::span<const double> b)
{
    double sum = 0.0;
    for (std::size_t d = 0; d < a.size(); ++d)
        sum += a[d] * b[d];
    return sum;
}

/// Takes out of `origin` what lies in the plane.
LatentPlane madeFrom(std::vector<double> origin, std::vector<double> right, std::vector<double> up)
{
    const double alongRight = product(origin, right);
    const double alongUp = product(origin, up);
    for (std::size_t d = 0; d < origin.size(); ++d)
        origin[d] -= alongRight * right[d] + alongUp * up[d];
    return {std::move(origin), std::move(right), std::move(up)};
}

std::vector<float> projected(std::span<const float> places, const std::vector<double> &axis)
{
    const std::size_t dimensions = axis.size();
    std::vector<float> values(places.size() / dimensions);
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        double sum = 0.0;
        for (std::size_t d = 0; d < dimensions; ++d)
            sum += axis[d] * static_cast<double>(places[i * dimensions + d]);
        values[i] = static_cast<float>(sum);
    }
    return values;
}

} // namespace

std::vector<float> LatentPlane::xOf(std::span<const float> places) const
{
    return projected(places, right);
}

std::vector<float> LatentPlane::yOf(std::span<const float> places) const
{
    return projected(places, up);
}

void LatentPlane::latentAt(PlanePoint point, std::span<float> latent) const
{
    CHECK(latent.size() == dimensions());
    for (std::size_t d = 0; d < latent.size(); ++d)
        latent[d] = static_cast<float>(origin[d] + point.x * right[d] + point.y * up[d]);
}

LatentPlane coordinatePlane(std::span<const float> places, std::size_t dimensions, std::size_t first,
                            std::size_t second)
{
    CHECK(dimensions > 0 && first < dimensions && places.size() % dimensions == 0);
    std::vector<double> right(dimensions, 0.0);
    std::vector<double> up(dimensions, 0.0);
    right[first] = 1.0;
    if (second < dimensions && second != first)
        up[second] = 1.0;
    return madeFrom(meanOf(places, dimensions), std::move(right), std::move(up));
}

LatentPlane principalPlane(std::span<const float> places, std::size_t dimensions)
{
    CHECK(dimensions > 0 && places.size() % dimensions == 0);
    if (dimensions < 2)
        return coordinatePlane(places, dimensions, 0, 1);
    const std::vector<double> mean = meanOf(places, dimensions);
    const compute::Eigensystem system = compute::eigensystemOf(covarianceOf(places, mean), dimensions);
    const auto axis = [&](std::size_t number) {
        const auto begin = system.vectors.begin() + static_cast<std::ptrdiff_t>(number * dimensions);
        std::vector<double> values(begin, begin + static_cast<std::ptrdiff_t>(dimensions));
        const double largest = *std::max_element(
            values.begin(), values.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
        if (largest < 0.0)
            std::transform(values.begin(), values.end(), values.begin(), std::negate<>());
        return values;
    };
    return madeFrom(mean, axis(0), axis(1));
}

} // namespace somnium::latent
