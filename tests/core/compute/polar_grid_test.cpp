// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/polar_grid.h"

#include <gtest/gtest.h>

namespace somnium::compute
{
namespace
{

TEST(PolarGrid, IsTheDocumentedOneAt64)
{
    const PolarGrid grid = polarGridFor({1, 64, 64}, MatchPrecision::Standard).value();
    EXPECT_EQ(grid.rings, 48U);
    EXPECT_EQ(grid.angles, 128U);
    EXPECT_DOUBLE_EQ(grid.radius, 31.5);
    EXPECT_EQ(polarGridFor({1, 64, 64}, MatchPrecision::Fine).value().angles, 256U);
    EXPECT_EQ(grid.harmonics, 48U);
    EXPECT_EQ(polarGridFor({1, 64, 64}, MatchPrecision::Fast).value().rings, 32U);
}

TEST(PolarGrid, GrowsWithTheImage)
{
    std::size_t rings = 0;
    std::size_t angles = 0;
    for (const std::size_t side : {3U, 4U, 15U, 16U, 33U, 64U, 100U, 128U, 257U, 1024U, 4096U})
    {
        const PolarGrid grid = polarGridFor({2, side, side}, MatchPrecision::Standard).value();
        EXPECT_TRUE(validate(grid).has_value()) << side;
        EXPECT_GE(grid.rings, rings);
        EXPECT_GE(grid.angles, angles);
        EXPECT_DOUBLE_EQ(grid.radius, (static_cast<double>(side) - 1.0) / 2.0);
        rings = grid.rings;
        angles = grid.angles;
    }
}

TEST(PolarGrid, OuterRingsCarryMoreHarmonics)
{
    const PolarGrid grid = polarGridFor({1, 64, 64}, MatchPrecision::Standard).value();
    for (std::size_t ring = 1; ring < grid.rings; ++ring)
        EXPECT_GE(grid.ringHarmonics(ring), grid.ringHarmonics(ring - 1));
    EXPECT_EQ(grid.ringHarmonics(0), 4U); // pi (0.33 + 0.75) = 3.4: harmonics 0 to 3
    EXPECT_EQ(grid.ringHarmonics(grid.rings - 1), grid.harmonics);
    EXPECT_EQ(grid.firstRing(0), 0U);
    for (std::size_t m = 0; m < grid.harmonics; ++m)
    {
        EXPECT_GT(grid.ringHarmonics(grid.firstRing(m)), m);
        if (grid.firstRing(m) > 0)
        {
            EXPECT_LE(grid.ringHarmonics(grid.firstRing(m) - 1), m);
        }
    }
}

TEST(PolarGrid, RefusesImagesWithoutADisc)
{
    for (const data::ImageShape &shape : {data::ImageShape{1, 2, 64}, data::ImageShape{1, 64, 0},
                                          data::ImageShape{0, 64, 64}, data::ImageShape{1, 64, 5000}})
    {
        const auto grid = polarGridFor(shape, MatchPrecision::Standard);
        ASSERT_FALSE(grid.has_value());
        EXPECT_EQ(grid.error().kind, ErrorKind::InvalidArgument);
    }
}

TEST(PolarGrid, RefusesGridsFromBrokenFiles)
{
    const PolarGrid good = polarGridFor({1, 16, 16}, MatchPrecision::Standard).value();
    const auto isRefused = [&](auto change) {
        PolarGrid grid = good;
        change(grid);
        return !validate(grid).has_value();
    };
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.rings = 0; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.angles = 100; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.angles = std::size_t{1} << 40U; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.harmonics = grid.angles / 2 + 1; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.channels = 0; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.radius = -1.0; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.radius = 0.0 / 0.0; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.channelWeights = {1.0F, 1.0F}; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.channelWeights = {0.0F}; }));
    EXPECT_TRUE(isRefused([](PolarGrid &grid) { grid.channelWeights = {0.0F / 0.0F}; }));
    EXPECT_FALSE(isRefused([](PolarGrid &grid) { grid.channelWeights = {2.0F}; }));
}

} // namespace
} // namespace somnium::compute
