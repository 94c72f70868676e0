// SPDX-License-Identifier: GPL-3.0-or-later
// Eigenvalues and eigenvectors of small symmetric matrices.
#pragma once

#include <cstddef>
#include <vector>

namespace somnium::compute
{

/// Eigenvalues (falling) and eigenvectors [value][size] of a symmetric matrix [size][size], by Jacobi's
/// rotations. cite: Golub & Van Loan 1996, section 8.4.
struct Eigensystem
{
    std::vector<double> values;
    std::vector<double> vectors;
};
[[nodiscard]] Eigensystem eigensystemOf(std::vector<double> matrix, std::size_t size);

} // namespace somnium::compute
