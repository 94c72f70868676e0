// SPDX-License-Identifier: GPL-3.0-or-later
// How pixel values become colours: stretch, limits, colour map. A plain value; the same for every picture of
// a window.
#pragma once

#include <cstddef>
#include <optional>

#include <QString>
#include <QStringList>

namespace somnium::ui
{

enum class ImageStretch
{
    Linear,
    Log,
    Sqrt,
    Asinh,
    Power,
    HistogramEqualisation,
};

enum class ImageLimits
{
    MinMax,
    Percentile, ///< central `percent` of the pixels
    ZScale,     ///< IRAF's
};

struct DisplaySettings
{
    QString colourMap = QStringLiteral("gray"); ///< a name of colourMapNames()
    bool isInverted = false;
    ImageStretch stretch = ImageStretch::Asinh;
    ImageLimits limits = ImageLimits::Percentile;
    double percent = 99.5;
    double contrast = 1.0; ///< right-drag, as in DS9
    double bias = 0.5;
    std::optional<std::size_t> channel; ///< of images of several; none: the first three as one colour picture
    friend bool operator==(const DisplaySettings &, const DisplaySettings &) = default;
};

} // namespace somnium::ui
