// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/collection.h"

#include <gtest/gtest.h>

namespace somnium::data
{
namespace
{

TEST(Collection, OriginInWordsNamesFileMemberAndHdu)
{
    EXPECT_EQ(toString(SourceOrigin{.file = "/a/b.fits", .member = {}, .hdu = 1, .index = 0}),
              "/a/b.fits, HDU 1");
    EXPECT_EQ(toString(SourceOrigin{.file = "/a/b.tar", .member = "c/d.fits", .hdu = 2, .index = 0}),
              "/a/b.tar[c/d.fits], HDU 2");
    EXPECT_EQ(toString(SourceOrigin{.file = "/a/b.png", .member = {}, .hdu = 0, .index = 0}), "/a/b.png");
    EXPECT_EQ(toString(SourceOrigin{.file = "/a/b.npy", .member = {}, .hdu = 0, .index = 6}),
              "/a/b.npy, image 7");
}

TEST(Collection, ProblemInWordsSaysExpectedAndFound)
{
    const ImportProblem problem = {.origin = {.file = "x.fits", .member = {}, .hdu = 1, .index = 0},
                                   .expected = "a 2-D image",
                                   .found = "NAXIS = 0"};
    EXPECT_EQ(toString(problem), "x.fits, HDU 1: expected a 2-D image, found NAXIS = 0");
}

} // namespace
} // namespace somnium::data
