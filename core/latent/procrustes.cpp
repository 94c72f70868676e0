// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/procrustes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"
#include "core/compute/eigensystem.h"

namespace somnium::latent
{

namespace
{

/// [size][size], row-major.
using Matrix = std::vector<double>;

bool isFinite(std::span<const float> point)
{
    return std::all_of(point.begin(), point.end(), [](float x) { return std::isfinite(x); });
}

double lengthOf(const std::vector<double> &row)
{
    return std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0));
}

/// Takes from `row` what lies along the orthonormal `rows`; twice, since the first time leaves rounding.
void makePerpendicular(const Matrix &rows, std::vector<double> &row)
{
    const std::size_t size = row.size();
    for (int twice = 0; twice < 2; ++twice)
        for (std::size_t at = 0; at < rows.size(); at += size)
        {
            const double *const other = rows.data() + at;
            const double along = std::inner_product(row.begin(), row.end(), other, 0.0);
            for (std::size_t j = 0; j < size; ++j)
                row[j] -= along * other[j];
        }
}

/// Adds the direction of `row` to the orthonormal `rows`; if less than `least` of it is left beside them,
/// that of the first axis that will do.
void addDirection(Matrix &rows, std::vector<double> row, double least)
{
    const std::size_t size = row.size();
    constexpr double kLeastOfAxis = 0.1; // some axis keeps 1 / sqrt(size)
    makePerpendicular(rows, row);
    for (std::size_t axis = 0; !(lengthOf(row) > least) && axis < size; ++axis)
    {
        least = kLeastOfAxis;
        std::fill(row.begin(), row.end(), 0.0);
        row[axis] = 1.0;
        makePerpendicular(rows, row);
    }
    const double length = lengthOf(row);
    for (const double x : row)
        rows.push_back(x / length);
}

/// The orthogonal matrix nearest to `m`: U V^T of its singular value decomposition U S V^T. Where singular
/// values are 0 (points on a line), one of the nearest.
Matrix nearestOrthogonal(const Matrix &m, std::size_t size)
{
    Matrix square(size * size); // U S^2 U^T
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = 0; j < size; ++j)
            for (std::size_t k = 0; k < size; ++k)
                square[i * size + j] += m[i * size + k] * m[j * size + k];
    const compute::Eigensystem system = compute::eigensystemOf(square, size);
    constexpr double kLeastShare = 1e-9;
    const double least = kLeastShare * std::sqrt(std::max(0.0, system.values[0]));
    Matrix right; // V^T
    for (std::size_t k = 0; k < size; ++k)
    {
        std::vector<double> row(size); // u_k^T m = s_k v_k^T
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
                row[j] += system.vectors[k * size + i] * m[i * size + j];
        addDirection(right, row, least);
    }
    Matrix orthogonal(size * size);
    for (std::size_t k = 0; k < size; ++k)
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
                orthogonal[i * size + j] += system.vectors[k * size + i] * right[k * size + j];
    return orthogonal;
}

} // namespace

Alignment identityAlignment(std::size_t size)
{
    Alignment alignment;
    alignment.rotation.resize(size * size);
    alignment.centre.resize(size);
    for (std::size_t i = 0; i < size; ++i)
        alignment.rotation[i * size + i] = 1.0;
    return alignment;
}

void Alignment::apply(std::span<float> points) const
{
    const std::size_t z = size();
    std::vector<double> point(z);
    for (std::size_t at = 0; at + z <= points.size(); at += z)
    {
        for (std::size_t i = 0; i < z; ++i)
        {
            point[i] = centre[i];
            for (std::size_t j = 0; j < z; ++j)
                point[i] += rotation[i * z + j] * (double{points[at + j]} - centre[j]);
        }
        std::transform(point.begin(), point.end(), points.begin() + static_cast<std::ptrdiff_t>(at),
                       [](double x) { return static_cast<float>(x); });
    }
}

Alignment alignmentTo(std::span<const float> target, std::span<const float> points, std::size_t size)
{
    CHECK(size > 0 && target.size() == points.size() && points.size() % size == 0);
    Alignment alignment = identityAlignment(size);
    std::vector<double> targetMean(size);
    std::vector<double> mean(size);
    std::vector<std::size_t> used;
    for (std::size_t at = 0; at < points.size(); at += size)
    {
        if (!isFinite(points.subspan(at, size)) || !isFinite(target.subspan(at, size)))
            continue;
        used.push_back(at);
        for (std::size_t i = 0; i < size; ++i)
        {
            targetMean[i] += target[at + i];
            mean[i] += points[at + i];
        }
    }
    if (used.empty())
        return alignment;
    for (std::size_t i = 0; i < size; ++i)
    {
        targetMean[i] /= static_cast<double>(used.size());
        mean[i] /= static_cast<double>(used.size());
    }
    Matrix product(size * size); // sum of target times point^T
    for (const std::size_t at : used)
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
                product[i * size + j] += (target[at + i] - targetMean[i]) * (points[at + j] - mean[j]);
    alignment.centre = mean;
    const bool isNothing = std::all_of(product.begin(), product.end(), [](double x) { return x == 0.0; });
    if (!isNothing)
        alignment.rotation = nearestOrthogonal(product, size);
    return alignment;
}

} // namespace somnium::latent
