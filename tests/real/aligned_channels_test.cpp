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

struct Place
{
    double row = 0.0;
    double column = 0.0;
};

/// Brightness-weighted mean place of what is above half of the maximum.
Place centroid(const data::Image &image, std::size_t channel)
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

double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
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
    std::vector<double> north;
    std::vector<double> west;
    std::vector<double> offsets;
    for (std::size_t i = 0; i < sets->sets.size(); ++i)
    {
        auto aligned = readAligned(sets->sets[i].origins, alignment);
        ASSERT_TRUE(aligned) << aligned.error().message;
        ASSERT_EQ(aligned->image.channels(), 2U);
        EXPECT_EQ(aligned->image.rows(), 54U);
        blur(aligned->image, 0, 45.0 / 2.355 / 5.0); // the beam of NVSS
        const Place first = centroid(aligned->image, 0);
        const Place nvss = centroid(aligned->image, 1);
        north.push_back(5.0 * (nvss.row - first.row));
        west.push_back(5.0 * (nvss.column - first.column));
        offsets.push_back(std::hypot(north.back(), west.back()));
    }
    // These NVSS images took the nearest pixel of the survey: single ones are off by up to half a pixel of 15
    // arcsec along each axis, and a few fields hold more than one source. A wrong alignment shifts all of
    // them.
    const double share = static_cast<double>(std::count_if(offsets.begin(), offsets.end(),
                                                           [](double one) { return one <= 15.0; })) /
                         static_cast<double>(offsets.size());
    RecordProperty("median_north_arcsec", std::to_string(medianOf(north)));
    RecordProperty("median_west_arcsec", std::to_string(medianOf(west)));
    RecordProperty("median_arcsec", std::to_string(medianOf(offsets)));
    RecordProperty("share_within_an_nvss_pixel", std::to_string(share));
    EXPECT_LT(std::abs(medianOf(north)), 2.0);
    EXPECT_LT(std::abs(medianOf(west)), 2.0);
    EXPECT_GT(share, 0.8);
}

} // namespace
} // namespace somnium::workflow
