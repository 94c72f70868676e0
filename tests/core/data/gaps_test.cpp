// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/gaps.h"

#include <gtest/gtest.h>

#include "core/data/spectrum_store.h"

namespace somnium::data
{

TEST(Gaps, LieOnALineBetweenWhatWasCounted)
{
    std::vector<float> values = {9, 2, 4, 9, 9, 10, 1, 9};
    const std::vector<double> counts = {0, 5, 5, 0, 0, 1, 5, 0};
    EXPECT_EQ(bridgeGaps<float>(values, counts), (std::vector<std::uint32_t>{0, 3, 4, 7}));
    EXPECT_EQ(values, (std::vector<float>{2, 2, 4, 6, 8, 10, 1, 1}));
}

TEST(Gaps, NothingChangesWhereAllOrNoneWereCounted)
{
    std::vector<double> values = {1, 2, 3};
    EXPECT_TRUE(bridgeGaps<double>(values, std::vector<double>{1, 1, 1}).empty());
    EXPECT_EQ(bridgeGaps<double>(values, std::vector<double>{0, 0, 0}).size(), 3U);
    EXPECT_EQ(values, (std::vector<double>{1, 2, 3}));
    EXPECT_TRUE(bridgeGaps<double>({}, {}).empty());
}

/// `count` spectra of 6 pixels: the pixel 0 is in none, 1 in every 200th, 2 in every 50th, the rest in all.
MemorySpectra spectraWithGaps(std::size_t count)
{
    const SpectralGrid grid{SpectralGrid::Scale::Index, 0.0, 1.0, 6};
    std::vector<float> weight(6 * count, 2.0F);
    for (std::size_t i = 0; i < count; ++i)
    {
        weight[6 * i] = 0.0F;
        weight[6 * i + 1] = i % 200 == 0 ? 1.0F : 0.0F;
        weight[6 * i + 2] = i % 50 == 0 ? 1.0F : 0.0F;
    }
    return {grid, std::vector<float>(6 * count, 1.0F), std::move(weight)};
}

TEST(Gaps, PixelsThatHardlyAnySpectrumHasAreUnobserved)
{
    using Pixels = std::vector<std::uint32_t>;
    EXPECT_EQ(unobservedPixels(spectraWithGaps(1000)), (Pixels{0, 1}));
    EXPECT_EQ(unobservedPixels(spectraWithGaps(1000), 0.0), (Pixels{0}));
    EXPECT_EQ(unobservedPixels(spectraWithGaps(1000), 0.5), (Pixels{0, 1, 2}));
    EXPECT_EQ(unobservedPixels(spectraWithGaps(10)), (Pixels{0})) << "one of ten is no small share";
}

TEST(Gaps, OfManySpectraSomeAreLookedAtAllOverTheCollection)
{
    // Only the second half has the pixel 1; the first rows alone would not show it.
    const SpectralGrid grid{SpectralGrid::Scale::Index, 0.0, 1.0, 6};
    std::vector<float> weight(6 * 3000, 1.0F);
    for (std::size_t i = 0; i < 1500; ++i)
        weight[6 * i + 1] = 0.0F;
    const MemorySpectra half(grid, std::vector<float>(6 * 3000), std::move(weight));
    EXPECT_EQ(unobservedPixels(half, 0.45, 100), (std::vector<std::uint32_t>{}));
    EXPECT_EQ(unobservedPixels(half, 0.55, 100), (std::vector<std::uint32_t>{1}));
}

TEST(Gaps, WithoutWeightsOrSpectraNothingIsUnobserved)
{
    const SpectralGrid grid{SpectralGrid::Scale::Index, 0.0, 1.0, 3};
    EXPECT_TRUE(unobservedPixels(MemorySpectra(grid, {1, 2, 3})).empty());
    EXPECT_TRUE(unobservedPixels(MemorySpectra(grid, {})).empty());
}

} // namespace somnium::data
