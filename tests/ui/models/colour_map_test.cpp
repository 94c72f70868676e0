// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/colour_map.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace somnium::ui
{
namespace
{

/// CIE 1976 lightness of an sRGB colour.
double lightness(QRgb colour)
{
    const auto linear = [](int byte) {
        const double v = byte / 255.0;
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    const double y =
        0.2126 * linear(qRed(colour)) + 0.7152 * linear(qGreen(colour)) + 0.0722 * linear(qBlue(colour));
    return y > 0.008856 ? 116.0 * std::cbrt(y) - 16.0 : 903.3 * y;
}

TEST(ColourMap, RisesSteadilyInLightnessUnlessDiverging)
{
    for (const QString &name : colourMapNames())
    {
        if (name == QLatin1String("RdBu"))
            continue;
        const ColourTable &table = colourTable(name);
        // Half a unit of lightness is what rounding to bytes can cost.
        for (std::size_t i = 1; i < table.size(); ++i)
            ASSERT_GE(lightness(table[i]), lightness(table[i - 1]) - 0.8) << qPrintable(name) << " at " << i;
        EXPECT_GT(lightness(table[255]) - lightness(table[0]), 60.0) << qPrintable(name);
    }
}

TEST(ColourMap, HasThePublishedEnds)
{
    EXPECT_EQ(colourTable(QStringLiteral("viridis"))[0], qRgb(0x44, 0x01, 0x54));
    EXPECT_EQ(colourTable(QStringLiteral("viridis"))[255], qRgb(0xfd, 0xe7, 0x25));
    EXPECT_EQ(colourTable(QStringLiteral("cubehelix"))[0], qRgb(0, 0, 0));
    EXPECT_EQ(colourTable(QStringLiteral("cubehelix"))[255], qRgb(255, 255, 255));
    EXPECT_EQ(colourTable(QStringLiteral("RdBu"))[0], qRgb(0x05, 0x30, 0x61));
    EXPECT_EQ(colourTable(QStringLiteral("RdBu"))[255], qRgb(0x67, 0x00, 0x1f));
}

TEST(ColourMap, DivergingIsLightestInTheMiddle)
{
    const ColourTable &table = colourTable(QStringLiteral("RdBu"));
    for (std::size_t i = 1; i <= 127; ++i)
    {
        EXPECT_GE(lightness(table[i]), lightness(table[i - 1]) - 0.8);
        EXPECT_LE(lightness(table[128 + i]), lightness(table[127 + i]) + 0.8);
    }
}

TEST(ColourMap, ClampsAndLeavesNaNTransparent)
{
    const ColourTable &table = colourTable(QStringLiteral("magma"));
    EXPECT_EQ(colourAt(table, -3.0), table[0]);
    EXPECT_EQ(colourAt(table, 7.0), table[255]);
    EXPECT_EQ(qAlpha(colourAt(table, std::numeric_limits<double>::quiet_NaN())), 0);
    EXPECT_EQ(&colourTable(QStringLiteral("no such map")), &colourTable(QStringLiteral("gray")));
}

} // namespace
} // namespace somnium::ui
