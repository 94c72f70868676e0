// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/principal_components.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/compute/eigensystem.h"

namespace somnium::search
{

namespace
{

/// Directions with a smaller share of the variance are rounding.
constexpr double kLeastShare = 1e-10;

std::vector<double> covarianceOf(std::span<const float> rows, const std::vector<double> &mean)
{
    const std::size_t width = mean.size();
    const std::size_t count = rows.size() / width;
    std::vector<double> covariance(width * width);
    std::vector<double> centred(width);
    for (std::size_t row = 0; row < count; ++row)
    {
        for (std::size_t i = 0; i < width; ++i)
            centred[i] = static_cast<double>(rows[row * width + i]) - mean[i];
        for (std::size_t i = 0; i < width; ++i)
            for (std::size_t j = i; j < width; ++j)
                covariance[i * width + j] += centred[i] * centred[j];
    }
    for (std::size_t i = 0; i < width; ++i)
        for (std::size_t j = i; j < width; ++j)
        {
            covariance[i * width + j] /= static_cast<double>(count);
            covariance[j * width + i] = covariance[i * width + j];
        }
    return covariance;
}

} // namespace

PrincipalComponents::PrincipalComponents(std::span<const float> rows, std::size_t width,
                                         std::size_t components)
    : m_mean(width)
{
    CHECK(width > 0 && rows.size() % width == 0);
    const std::size_t count = rows.size() / width;
    if (count == 0)
        return;
    for (std::size_t row = 0; row < count; ++row)
        for (std::size_t i = 0; i < width; ++i)
            m_mean[i] += static_cast<double>(rows[row * width + i]);
    for (double &mean : m_mean)
        mean /= static_cast<double>(count);
    const compute::Eigensystem system = compute::eigensystemOf(covarianceOf(rows, m_mean), width);
    double whole = 0.0;
    for (const double value : system.values)
        whole += std::max(value, 0.0);
    double kept = 0.0;
    std::size_t used = 0;
    while (used < std::min(components, width) && system.values[used] > kLeastShare * whole)
        kept += system.values[used++];
    m_axes.assign(system.vectors.begin(), system.vectors.begin() + static_cast<std::ptrdiff_t>(used * width));
    for (double &axis : m_axes)
        axis /= std::sqrt(kept);
}

void PrincipalComponents::project(std::span<const float> row, std::span<float> projection) const
{
    for (std::size_t component = 0; component < count(); ++component)
    {
        double sum = 0.0;
        for (std::size_t i = 0; i < m_mean.size(); ++i)
            sum += m_axes[component * m_mean.size() + i] * (static_cast<double>(row[i]) - m_mean[i]);
        projection[component] = static_cast<float>(sum);
    }
}

} // namespace somnium::search
