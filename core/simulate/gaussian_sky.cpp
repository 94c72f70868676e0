// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/gaussian_sky.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace somnium::simulate
{

namespace
{

const double kFwhmPerSigma = 2.0 * std::sqrt(2.0 * std::log(2.0));

double square(double value)
{
    return value * value;
}

/// A Gaussian on the pixel grid: amplitude exp(-(a dx^2 + 2 b dx dy + c dy^2) / 2).
struct PixelGaussian
{
    double amplitude = 0.0;
    double row = 0.0;
    double column = 0.0;
    double a = 0.0;
    double b = 0.0;
    double c = 0.0;
    double rowReach = 0.0; ///< beyond it, less than 1e-5 of the amplitude
    double columnReach = 0.0;
};

PixelGaussian convolved(const GaussianBlob &blob, const Observation &observation)
{
    const double toPixels = 1.0 / observation.pixelArcsec;
    const double major = square(blob.majorFwhm * toPixels / kFwhmPerSigma);
    const double minor = square(blob.minorFwhm * toPixels / kFwhmPerSigma);
    const double beam = square(observation.beamArcsec * toPixels / kFwhmPerSigma);
    const double cosine = std::cos(blob.angleRad);
    const double sine = std::sin(blob.angleRad);
    // Columns grow to the west: the covariance of column and row has the other sign than that of x and y.
    const double columns = major * square(cosine) + minor * square(sine) + beam;
    const double rows = major * square(sine) + minor * square(cosine) + beam;
    const double mixed = -(major - minor) * cosine * sine;
    const double determinant = columns * rows - square(mixed);
    const double centre = 0.5 * static_cast<double>(observation.side - 1);
    constexpr double kReach = 4.8;
    return {.amplitude = blob.flux * beam / std::sqrt(determinant),
            .row = centre + blob.y * toPixels,
            .column = centre - blob.x * toPixels,
            .a = rows / determinant,
            .b = -mixed / determinant,
            .c = columns / determinant,
            .rowReach = kReach * std::sqrt(rows),
            .columnReach = kReach * std::sqrt(columns)};
}

struct PixelRange
{
    std::size_t first = 0;
    std::size_t end = 0;
};

PixelRange rangeAround(double centre, double reach, std::size_t side)
{
    const double first = std::clamp(std::ceil(centre - reach), 0.0, static_cast<double>(side));
    const double end = std::clamp(std::floor(centre + reach) + 1.0, first, static_cast<double>(side));
    return {static_cast<std::size_t>(first), static_cast<std::size_t>(end)};
}

/// Along a row a Gaussian is the product of factors whose ratio is constant: two products a pixel, no exp.
void addRow(const PixelGaussian &gaussian, double dy, const PixelRange &columns, std::span<float> row)
{
    const double dx = static_cast<double>(columns.first) - gaussian.column;
    const double exponent = gaussian.a * dx * dx + 2.0 * gaussian.b * dx * dy + gaussian.c * dy * dy;
    double value = gaussian.amplitude * std::exp(-0.5 * exponent);
    double factor = std::exp(-0.5 * (gaussian.a * (2.0 * dx + 1.0) + 2.0 * gaussian.b * dy));
    const double ratio = std::exp(-gaussian.a);
    for (std::size_t column = columns.first; column < columns.end; ++column)
    {
        row[column] += static_cast<float>(value);
        value *= factor;
        factor *= ratio;
    }
}

/// A Gaussian kernel whose sum of squares over two dimensions is 1, so that white noise keeps its variance.
std::vector<double> noiseKernel(double sigma)
{
    const auto half = static_cast<long>(std::ceil(4.0 * sigma));
    std::vector<double> kernel;
    double squares = 0.0;
    for (long i = -half; i <= half; ++i)
    {
        kernel.push_back(std::exp(-0.5 * square(static_cast<double>(i) / sigma)));
        squares += square(kernel.back());
    }
    for (double &value : kernel)
        value /= std::sqrt(squares);
    return kernel;
}

} // namespace

void render(std::span<const GaussianBlob> blobs, const Observation &observation, data::Image &image)
{
    for (const GaussianBlob &blob : blobs)
    {
        const PixelGaussian gaussian = convolved(blob, observation);
        const PixelRange rows = rangeAround(gaussian.row, gaussian.rowReach, observation.side);
        const PixelRange columns = rangeAround(gaussian.column, gaussian.columnReach, observation.side);
        for (std::size_t row = rows.first; row < rows.end; ++row)
            addRow(gaussian, static_cast<double>(row) - gaussian.row, columns,
                   image.pixels().subspan(row * observation.side, observation.side));
    }
}

void addNoise(double rms, const Observation &observation, Random &random, data::Image &image)
{
    if (rms <= 0.0)
        return;
    const double beamSigma = observation.beamArcsec / observation.pixelArcsec / kFwhmPerSigma;
    const std::vector<double> kernel = noiseKernel(beamSigma / std::numbers::sqrt2);
    const std::size_t side = observation.side;
    const std::size_t wide = side + kernel.size() - 1;
    std::vector<double> white(wide * wide);
    for (double &value : white)
        value = rms * random.normal();
    std::vector<double> smoothRows(wide * side, 0.0);
    for (std::size_t row = 0; row < wide; ++row)
        for (std::size_t k = 0; k < kernel.size(); ++k)
            for (std::size_t column = 0; column < side; ++column)
                smoothRows[row * side + column] += kernel[k] * white[row * wide + column + k];
    std::vector<double> line(side);
    for (std::size_t row = 0; row < side; ++row)
    {
        std::fill(line.begin(), line.end(), 0.0);
        for (std::size_t k = 0; k < kernel.size(); ++k)
            for (std::size_t column = 0; column < side; ++column)
                line[column] += kernel[k] * smoothRows[(row + k) * side + column];
        for (std::size_t column = 0; column < side; ++column)
            image.at(row, column) += static_cast<float>(line[column]);
    }
}

} // namespace somnium::simulate
