// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/eigensystem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"

namespace somnium::compute
{

namespace
{

constexpr int kMostSweeps = 50;

double offDiagonal(const std::vector<double> &matrix, std::size_t size)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = i + 1; j < size; ++j)
            sum += matrix[i * size + j] * matrix[i * size + j];
    return sum;
}

/// Turns coordinates p and q so that element (p, q) vanishes.
void rotate(std::vector<double> &matrix, std::vector<double> &vectors, std::size_t size, std::size_t p,
            std::size_t q)
{
    const double apq = matrix[p * size + q];
    if (apq == 0.0)
        return;
    const double theta = (matrix[q * size + q] - matrix[p * size + p]) / (2.0 * apq);
    const double t = (theta >= 0.0 ? 1.0 : -1.0) / (std::abs(theta) + std::hypot(theta, 1.0));
    const double c = 1.0 / std::hypot(t, 1.0);
    const double s = t * c;
    const auto turn = [c, s](double &a, double &b) {
        const double old = a;
        a = c * old - s * b;
        b = s * old + c * b;
    };
    for (std::size_t k = 0; k < size; ++k)
        turn(matrix[k * size + p], matrix[k * size + q]);
    for (std::size_t k = 0; k < size; ++k)
        turn(matrix[p * size + k], matrix[q * size + k]);
    for (std::size_t k = 0; k < size; ++k)
        turn(vectors[p * size + k], vectors[q * size + k]);
}

} // namespace

Eigensystem eigensystemOf(std::vector<double> matrix, std::size_t size)
{
    CHECK(matrix.size() == size * size);
    std::vector<double> vectors(size * size);
    for (std::size_t i = 0; i < size; ++i)
        vectors[i * size + i] = 1.0;
    const double tolerance = 1e-24 * (offDiagonal(matrix, size) + 1e-300);
    for (int sweep = 0; sweep < kMostSweeps && offDiagonal(matrix, size) > tolerance; ++sweep)
        for (std::size_t p = 0; p < size; ++p)
            for (std::size_t q = p + 1; q < size; ++q)
                rotate(matrix, vectors, size, p, q);
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return matrix[a * size + a] > matrix[b * size + b];
    });
    Eigensystem system;
    for (const std::size_t i : order)
    {
        system.values.push_back(matrix[i * size + i]);
        const auto first = vectors.begin() + static_cast<std::ptrdiff_t>(i * size);
        system.vectors.insert(system.vectors.end(), first, first + static_cast<std::ptrdiff_t>(size));
    }
    return system;
}

} // namespace somnium::compute
