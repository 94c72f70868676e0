// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/eigensystem.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace somnium::compute
{
namespace
{

TEST(Eigensystem, MakesTheMatrixAgain)
{
    Random random(2);
    for (const std::size_t size : {1U, 2U, 7U, 40U})
    {
        std::vector<double> matrix(size * size);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j <= i; ++j)
                matrix[i * size + j] = matrix[j * size + i] = random.normal();
        const Eigensystem system = eigensystemOf(matrix, size);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
            {
                double sum = 0.0;
                for (std::size_t k = 0; k < size; ++k)
                    sum += system.values[k] * system.vectors[k * size + i] * system.vectors[k * size + j];
                EXPECT_NEAR(sum, matrix[i * size + j], 1e-9) << size;
            }
        EXPECT_TRUE(std::is_sorted(system.values.rbegin(), system.values.rend()));
    }
}

} // namespace
} // namespace somnium::compute
