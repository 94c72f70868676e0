// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/cosmology.h"

#include <gtest/gtest.h>

namespace somnium::simulate
{
namespace
{

TEST(Cosmology, AgreesWithAFineNumericalIntegral)
{
    // Trapezoids with 2 million steps (numpy).
    EXPECT_NEAR(kiloparsecPerArcsec(0.05), 1.010325, 1e-4 * 1.010325);
    EXPECT_NEAR(kiloparsecPerArcsec(0.5), 6.289864, 1e-4 * 6.289864);
    EXPECT_NEAR(kiloparsecPerArcsec(1.5), 8.685192, 1e-4 * 8.685192);
}

TEST(Cosmology, HasAWidestAngle)
{
    EXPECT_GT(kiloparsecPerArcsec(1.6), kiloparsecPerArcsec(0.5));
    EXPECT_GT(kiloparsecPerArcsec(1.6), kiloparsecPerArcsec(5.0));
}

} // namespace
} // namespace somnium::simulate
