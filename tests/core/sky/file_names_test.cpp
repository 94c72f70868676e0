// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/file_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace somnium::sky
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FileNames, OnlyKnownEndingsAreTakenOff)
{
    EXPECT_EQ(withoutEnding("a.fits.gz"), "a");
    EXPECT_EQ(withoutEnding("A.FITS.GZ"), "A");
    EXPECT_EQ(withoutEnding("g2v.sed"), "g2v");
    EXPECT_EQ(withoutEnding("J0910+0123_0093.36"), "J0910+0123_0093.36");
    EXPECT_EQ(withoutEnding(".fits"), ".fits");
    EXPECT_EQ(withoutFolder("/a/b\\c.fits"), "c.fits");
}

TEST(FileNames, NumbersFromLeftToRight)
{
    EXPECT_THAT(numbersInFileName("/7/MILES_res2.50_star_m0263V.fits"), ElementsAre(2, 50, 263));
    EXPECT_THAT(numbersInFileName("star.fits"), IsEmpty());
    EXPECT_THAT(numbersInFileName("99123456789012345678.txt"), ElementsAre(123456789012345678));
}

} // namespace
} // namespace somnium::sky
