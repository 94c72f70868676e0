// SPDX-License-Identifier: GPL-3.0-or-later
// The steps that look at several channels together.
#include <algorithm>
#include <cmath>

#include "core/prepare/steps.h"

namespace somnium::prepare
{

namespace
{

/// Multiplies the finite values of one pixel by f(I) / I. cite: Lupton et al. 2004, equations 2 and 3.
void stretchPixel(data::Image &image, std::size_t pixel, double softening)
{
    double sum = 0.0;
    double largest = 0.0;
    std::size_t count = 0;
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
        if (const double value = image.channel(channel)[pixel]; std::isfinite(value))
        {
            sum += value;
            largest = std::max(largest, value);
            ++count;
        }
    const double mean = count > 0 ? sum / static_cast<double>(count) : 0.0;
    double factor = 0.0;
    if (mean > 0.0)
        factor = std::asinh(mean / softening) / std::asinh(1.0 / softening) / mean;
    if (factor * largest > 1.0)
        factor = 1.0 / largest;
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
        if (float &value = image.channel(channel)[pixel]; std::isfinite(value))
            value = narrow(factor * static_cast<double>(value));
}

} // namespace

data::Image withChannels(const data::Image &image, const std::vector<std::size_t> &channels)
{
    data::Image chosen({channels.size(), image.rows(), image.columns()});
    for (std::size_t i = 0; i < channels.size(); ++i)
        std::copy_n(image.channel(channels[i]).begin(), image.shape().channelSize(),
                    chosen.channel(i).begin());
    return chosen;
}

Result<Prepared> applyStep(const ColourStretch &step, Prepared input)
{
    for (std::size_t pixel = 0; pixel < input.image.shape().channelSize(); ++pixel)
        stretchPixel(input.image, pixel, step.softening);
    return input;
}

Result<Prepared> applyStep(const KeepChannels & /*step*/, Prepared input)
{
    return input; // all that it was given are those to keep
}

} // namespace somnium::prepare
