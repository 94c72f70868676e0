// SPDX-License-Identifier: GPL-3.0-or-later
// FIRST and NVSS images of the same radio galaxies (FR-DEEP) as two channels on one grid.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "core/workflow/aligned_reader.h"
#include "tests/support/real_data.h"

namespace somnium::workflow
{
namespace
{

/// Brightness-weighted mean place of what is above half of the maximum.
std::pair<double, double> centroid(const data::Image &image, std::size_t channel)
{
    float largest = 0.0F;
    for (const float value : image.channel(channel))
        if (std::isfinite(value))
            largest = std::max(largest, value);
    double sum = 0.0;
    double row = 0.0;
    double column = 0.0;
    for (std::size_t r = 0; r < image.rows(); ++r)
        for (std::size_t c = 0; c < image.columns(); ++c)
            if (const double value = image.at(r, c, channel); value > 0.5 * static_cast<double>(largest))
            {
                sum += value;
                row += value * static_cast<double>(r);
                column += value * static_cast<double>(c);
            }
    return {row / sum, column / sum};
}

/// A channel as a telescope of a larger beam sees it: convolved with a Gaussian, empty pixels as 0.
void blur(data::Image &image, std::size_t channel, double sigmaPixels)
{
    const auto blurredLines = [&](const std::vector<double> &in, std::size_t lines, std::size_t length) {
        std::vector<double> out(in.size(), 0.0); // transposed
        for (std::size_t line = 0; line < lines; ++line)
            for (std::size_t to = 0; to < length; ++to)
                for (std::size_t from = 0; from < length; ++from)
                {
                    const double distance =
                        (static_cast<double>(to) - static_cast<double>(from)) / sigmaPixels;
                    out[to * lines + line] += std::exp(-0.5 * distance * distance) * in[line * length + from];
                }
        return out;
    };
    std::vector<double> values;
    for (const float value : image.channel(channel))
        values.push_back(std::isfinite(value) ? static_cast<double>(value) : 0.0);
    values = blurredLines(values, image.rows(), image.columns());
    values = blurredLines(values, image.columns(), image.rows());
    std::copy(values.begin(), values.end(), image.channel(channel).begin());
}

TEST(RealChannels, FirstAndNvssPeaksCoincideWithinAnNvssPixel)
{
    SOMNIUM_REQUIRE_REAL_DATA(folder, "radio/frdeep");
    const auto sets = pairChannels({{"FIRST", {folder / "FIRST"}}, {"NVSS", {folder / "NVSS"}}}, 0, {}, {});
    ASSERT_TRUE(sets) << sets.error().message;
    EXPECT_EQ(sets->sets.size(), 150U);
    prepare::Alignment alignment;
    alignment.channels = {"FIRST", "NVSS"};
    alignment.pixelScaleArcsec = 5.0; // NVSS has a beam of 45 arcsec
    std::vector<double> offsets;
    for (std::size_t i = 0; i < sets->sets.size(); i += 3)
    {
        auto aligned = readAligned(sets->sets[i].origins, alignment);
        ASSERT_TRUE(aligned) << aligned.error().message;
        ASSERT_EQ(aligned->image.channels(), 2U);
        EXPECT_EQ(aligned->image.rows(), 54U);
        blur(aligned->image, 0, 45.0 / 2.355 / 5.0); // the beam of NVSS: now both must agree
        const auto [firstRow, firstColumn] = centroid(aligned->image, 0);
        const auto [nvssRow, nvssColumn] = centroid(aligned->image, 1);
        offsets.push_back(5.0 * std::hypot(firstRow - nvssRow, firstColumn - nvssColumn));
    }
    std::sort(offsets.begin(), offsets.end());
    const double medianArcsec = offsets[offsets.size() / 2];
    const double share = static_cast<double>(std::count_if(offsets.begin(), offsets.end(),
                                                           [](double one) { return one <= 15.0; })) /
                         static_cast<double>(offsets.size());
    RecordProperty("median_offset_arcsec", std::to_string(medianArcsec));
    RecordProperty("share_within_15_arcsec", std::to_string(share));
    EXPECT_LT(medianArcsec, 4.0);
    EXPECT_GT(share, 0.9);
}

} // namespace
} // namespace somnium::workflow
