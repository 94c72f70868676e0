// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/spectral_medium.h"

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

// Air and vacuum wavelengths of the SDSS line list (sdss.org, "Emission lines"; Morton 1991) and of the NIST
// Atomic Spectra Database.
TEST(SpectralMedium, AgreesWithPublishedPairsOfLines)
{
    struct Pair
    {
        double air;
        double vacuum;
        double tolerance;
    };
    for (const Pair &pair : {Pair{5006.843, 5008.240, 0.002}, Pair{4958.911, 4960.295, 0.002},
                             Pair{6562.801, 6564.614, 0.002}, Pair{4861.325, 4862.683, 0.003},
                             Pair{3933.663, 3934.777, 0.002}, Pair{5889.950954, 5891.583253, 0.0003},
                             Pair{5895.924237, 5897.558147, 0.0003}, Pair{8542.09, 8544.44, 0.006}})
    {
        EXPECT_NEAR(airToVacuum(pair.air), pair.vacuum, pair.tolerance) << pair.air;
        EXPECT_NEAR(vacuumToAir(pair.vacuum), pair.air, pair.tolerance) << pair.air;
    }
}

TEST(SpectralMedium, GoesThereAndBack)
{
    somnium::test::forAll(500, [](Random &random) {
        const double vacuum = random.uniform(2001.0, 25000.0);
        EXPECT_NEAR(airToVacuum(vacuumToAir(vacuum)), vacuum, 1e-9);
        EXPECT_LT(vacuumToAir(vacuum), vacuum);
    });
}

TEST(SpectralMedium, LeavesTheUltravioletAlone)
{
    for (const double wavelength : {0.0, 912.0, 1215.67, 1999.0})
    {
        EXPECT_EQ(vacuumToAir(wavelength), wavelength);
        EXPECT_EQ(refractiveIndexOfAir(wavelength), 1.0);
    }
    EXPECT_EQ(airToVacuum(1215.67), 1215.67);
}

} // namespace
} // namespace somnium::prepare
