// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/blob_images.h"

#include <cmath>
#include <numbers>
#include <vector>

namespace somnium::test
{

namespace
{

void addBlob(data::Image &image, std::size_t channel, Random &random)
{
    const double rows = static_cast<double>(image.rows());
    const double columns = static_cast<double>(image.columns());
    const double reach = std::min(rows, columns) / 2.0;
    const double radius = 0.7 * reach * std::sqrt(random.uniform());
    const double angleRad = random.uniform(0.0, 2.0 * std::numbers::pi);
    const double row = (rows - 1.0) / 2.0 + radius * std::sin(angleRad);
    const double column = (columns - 1.0) / 2.0 + radius * std::cos(angleRad);
    const double width = random.uniform(1.5, 1.5 + reach / 5.0);
    const double height = random.uniform(0.2, 1.0);
    for (std::size_t r = 0; r < image.rows(); ++r)
        for (std::size_t c = 0; c < image.columns(); ++c)
        {
            const double dy = static_cast<double>(r) - row;
            const double dx = static_cast<double>(c) - column;
            image.at(r, c, channel) +=
                static_cast<float>(height * std::exp(-(dx * dx + dy * dy) / (2.0 * width * width)));
        }
}

} // namespace

data::Image blobImage(const data::ImageShape &shape, std::size_t blobs, Random &random)
{
    data::Image image(shape);
    for (std::size_t channel = 0; channel < shape.channels; ++channel)
        for (std::size_t blob = 0; blob < blobs; ++blob)
            addBlob(image, channel, random);
    return image;
}

data::MemorySamples blobSamples(const data::ImageShape &shape, std::size_t count, Random &random)
{
    std::vector<float> values;
    values.reserve(count * shape.size());
    for (std::size_t i = 0; i < count; ++i)
    {
        const data::Image image = blobImage(shape, 1 + random.below(4), random);
        values.insert(values.end(), image.pixels().begin(), image.pixels().end());
    }
    return {shape, std::move(values)};
}

data::Image quarterTurned(const data::ImageView &image, unsigned quarters)
{
    data::Image result(image);
    const std::size_t last = image.rows() - 1;
    for (unsigned turn = 0; turn < quarters % 4; ++turn)
    {
        const data::Image before = result;
        for (std::size_t channel = 0; channel < image.channels(); ++channel)
            for (std::size_t row = 0; row <= last; ++row)
                for (std::size_t column = 0; column <= last; ++column)
                    // (x, y) comes from (y, -x): the column axis goes to the row axis.
                    result.at(row, column, channel) = before.at(last - column, row, channel);
    }
    return result;
}

data::Image rowsFlipped(const data::ImageView &image)
{
    data::Image result(image.shape());
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
        for (std::size_t row = 0; row < image.rows(); ++row)
            for (std::size_t column = 0; column < image.columns(); ++column)
                result.at(row, column, channel) = image.at(image.rows() - 1 - row, column, channel);
    return result;
}

} // namespace somnium::test
