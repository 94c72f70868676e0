// SPDX-License-Identifier: GPL-3.0-or-later
// The step SubtractBackground.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/prepare/steps.h"

namespace somnium::prepare
{

namespace
{

struct Plane
{
    double atCentre = 0.0;
    double perRow = 0.0;
    double perColumn = 0.0;
};

using Equations = std::array<std::array<double, 4>, 3>;

/// Solves three equations by elimination with row exchange; nothing if they do not determine a solution.
std::optional<std::array<double, 3>> solve(Equations m)
{
    for (std::size_t i = 0; i < 3; ++i)
    {
        std::size_t best = i;
        for (std::size_t row = i + 1; row < 3; ++row)
            if (std::abs(m[row][i]) > std::abs(m[best][i]))
                best = row;
        std::swap(m[i], m[best]);
        constexpr double kSingular = 1e-12; // of numbers scaled to about 1
        if (!(std::abs(m[i][i]) > kSingular))
            return std::nullopt;
        for (std::size_t row = 0; row < 3; ++row)
            if (row != i)
            {
                const double factor = m[row][i] / m[i][i];
                for (std::size_t k = i; k < 4; ++k)
                    m[row][k] -= factor * m[i][k];
            }
    }
    return std::array{m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
}

/// A channel with coordinates from -1 to 1 about its centre.
struct Field
{
    std::span<const float> pixels;
    std::size_t rows = 0;
    std::size_t columns = 0;

    [[nodiscard]] double y(std::size_t row) const { return along(row, rows); }
    [[nodiscard]] double x(std::size_t column) const { return along(column, columns); }

private:
    static double along(std::size_t index, std::size_t size)
    {
        return (2.0 * static_cast<double>(index) + 1.0) / static_cast<double>(size) - 1.0;
    }
};

template <class Keep> std::optional<Plane> leastSquares(const Field &field, const Keep &keep)
{
    Equations sums = {};
    double count = 0.0;
    for (std::size_t row = 0; row < field.rows; ++row)
        for (std::size_t column = 0; column < field.columns; ++column)
        {
            const std::size_t pixel = row * field.columns + column;
            if (!keep(pixel))
                continue;
            const std::array<double, 4> terms = {1.0, field.y(row), field.x(column),
                                                 static_cast<double>(field.pixels[pixel])};
            for (std::size_t i = 0; i < 3; ++i)
                for (std::size_t k = 0; k < 4; ++k)
                    sums[i][k] += terms[i] * terms[k];
            count += 1.0;
        }
    if (count < 3.0)
        return std::nullopt;
    for (auto &row : sums)
        for (double &value : row)
            value /= count;
    const auto solution = solve(sums);
    if (!solution)
        return std::nullopt;
    return Plane{(*solution)[0], (*solution)[1], (*solution)[2]};
}

/// The plane at every pixel; of too few pixels for one, their median.
std::vector<double> planeOf(const SubtractBackground &step, const Field &field)
{
    const NoiseLevel start = noiseLevel(field.pixels, step.clipSigma, step.iterations);
    std::vector<double> level(field.pixels.size(), start.median);
    double sigma = start.sigma;
    for (int i = 0; i < step.iterations; ++i)
    {
        const auto isBackground = [&](std::size_t pixel) {
            const double value = field.pixels[pixel];
            return std::isfinite(value) && std::abs(value - level[pixel]) <= step.clipSigma * sigma;
        };
        const auto plane = leastSquares(field, isBackground);
        if (!plane)
            break;
        std::vector<float> residuals;
        for (std::size_t row = 0; row < field.rows; ++row)
            for (std::size_t column = 0; column < field.columns; ++column)
            {
                const std::size_t pixel = row * field.columns + column;
                level[pixel] =
                    plane->atCentre + plane->perRow * field.y(row) + plane->perColumn * field.x(column);
                residuals.push_back(narrow(static_cast<double>(field.pixels[pixel]) - level[pixel]));
            }
        sigma = noiseLevel(residuals, step.clipSigma, step.iterations).sigma;
    }
    return level;
}

/// The boxes of a mesh along one axis of `size` pixels: `count` of equal length. A pixel whose centre lies on
/// the border of two belongs to both, so that the mesh of a mirrored image is the mirrored mesh.
struct Axis
{
    std::size_t size = 1;
    std::size_t count = 1;

    Axis(std::size_t pixels, int boxSide)
        : size(pixels), count(std::max<std::size_t>(1, (2 * pixels + static_cast<std::size_t>(boxSide)) /
                                                           (2 * static_cast<std::size_t>(boxSide))))
    {}
    [[nodiscard]] bool contains(std::size_t box, std::size_t pixel) const
    {
        const std::size_t place = (2 * pixel + 1) * count;
        return place >= 2 * box * size && place <= 2 * (box + 1) * size;
    }
    /// Where the centre of a pixel lies between the centres of the boxes.
    [[nodiscard]] double place(std::size_t pixel) const
    {
        return (2.0 * static_cast<double>(pixel) + 1.0) * static_cast<double>(count) /
                   (2.0 * static_cast<double>(size)) -
               0.5;
    }
};

/// The mode of what a clip leaves, 2.5 median - 1.5 mean; the median where mean and median differ by more
/// than 0.3 sigma, as in a crowded box. NaN of no pixels. cite: Bertin & Arnouts 1996, section 4.1.
double boxLevel(const SubtractBackground &step, std::vector<float> values)
{
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const NoiseLevel level = noiseLevel(values, step.clipSigma, step.iterations);
    double sum = 0.0;
    std::size_t count = 0;
    for (const float value : values)
        if (std::abs(static_cast<double>(value) - level.median) <= step.clipSigma * level.sigma)
        {
            sum += value;
            ++count;
        }
    const double mean = count > 0 ? sum / static_cast<double>(count) : level.median;
    constexpr double kCrowded = 0.3;
    if (std::abs(mean - level.median) > kCrowded * level.sigma)
        return level.median;
    return 2.5 * level.median - 1.5 * mean;
}

/// Each box becomes the median of those around it that have a value; where none has, of all.
std::vector<double> smoothed(const std::vector<double> &mesh, const Axis &rows, const Axis &columns,
                             double otherwise)
{
    std::vector<double> result(mesh.size(), otherwise);
    for (std::size_t row = 0; row < rows.count; ++row)
        for (std::size_t column = 0; column < columns.count; ++column)
        {
            std::vector<float> around;
            for (std::size_t r = row == 0 ? 0 : row - 1; r < std::min(row + 2, rows.count); ++r)
                for (std::size_t c = column == 0 ? 0 : column - 1; c < std::min(column + 2, columns.count);
                     ++c)
                    if (std::isfinite(mesh[r * columns.count + c]))
                        around.push_back(narrow(mesh[r * columns.count + c]));
            // A corner of a tilted background has only neighbours on one side: it keeps its own value.
            const bool isInside = row > 0 && column > 0 && row + 1 < rows.count && column + 1 < columns.count;
            const double own = mesh[row * columns.count + column];
            if (!isInside && std::isfinite(own))
                result[row * columns.count + column] = own;
            else if (!around.empty())
                result[row * columns.count + column] = median(around);
        }
    return result;
}

/// The box below a place, and how far beyond its centre the place is; beyond the outer centres the line goes
/// on.
std::pair<std::size_t, double> between(double place, std::size_t count)
{
    if (count == 1)
        return {0, 0.0};
    const double lower = std::clamp(std::floor(place), 0.0, static_cast<double>(count - 2));
    return {static_cast<std::size_t>(lower), place - lower};
}

std::vector<double> meshOf(const SubtractBackground &step, const Field &field)
{
    const Axis rows(field.rows, step.boxSide);
    const Axis columns(field.columns, step.boxSide);
    std::vector<double> mesh(rows.count * columns.count);
    for (std::size_t r = 0; r < rows.count; ++r)
        for (std::size_t c = 0; c < columns.count; ++c)
        {
            std::vector<float> values;
            for (std::size_t row = 0; row < field.rows; ++row)
                for (std::size_t column = 0; rows.contains(r, row) && column < field.columns; ++column)
                    if (const float value = field.pixels[row * field.columns + column];
                        columns.contains(c, column) && std::isfinite(value))
                        values.push_back(value);
            mesh[r * columns.count + c] = boxLevel(step, std::move(values));
        }
    mesh = smoothed(mesh, rows, columns, noiseLevel(field.pixels, step.clipSigma, step.iterations).median);
    std::vector<double> level(field.pixels.size());
    for (std::size_t row = 0; row < field.rows; ++row)
        for (std::size_t column = 0; column < field.columns; ++column)
        {
            const auto [r, dr] = between(rows.place(row), rows.count);
            const auto [c, dc] = between(columns.place(column), columns.count);
            const std::size_t rNext = std::min(r + 1, rows.count - 1);
            const std::size_t cNext = std::min(c + 1, columns.count - 1);
            const double low =
                mesh[r * columns.count + c] * (1.0 - dc) + mesh[r * columns.count + cNext] * dc;
            const double high =
                mesh[rNext * columns.count + c] * (1.0 - dc) + mesh[rNext * columns.count + cNext] * dc;
            level[row * field.columns + column] = low * (1.0 - dr) + high * dr;
        }
    return level;
}

} // namespace

Result<Prepared> applyStep(const SubtractBackground &step, Prepared input)
{
    data::Image &image = input.image;
    for (std::size_t channel = 0; channel < image.channels(); ++channel)
    {
        const std::span<float> pixels = image.channel(channel);
        const Field field = {pixels, image.rows(), image.columns()};
        std::vector<double> level;
        switch (step.kind)
        {
        case SubtractBackground::Kind::Median:
            level.assign(pixels.size(), noiseLevel(pixels, step.clipSigma, step.iterations).median);
            break;
        case SubtractBackground::Kind::Plane: level = planeOf(step, field); break;
        case SubtractBackground::Kind::Mesh: level = meshOf(step, field); break;
        }
        for (std::size_t i = 0; i < pixels.size(); ++i)
            if (std::isfinite(pixels[i]))
                pixels[i] = narrow(static_cast<double>(pixels[i]) - level[i]);
    }
    return input;
}

} // namespace somnium::prepare
