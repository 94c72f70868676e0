// SPDX-License-Identifier: GPL-3.0-or-later
// The few directions in which rows of numbers differ most.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace somnium::search
{

/// Projects rows of `width` numbers on their principal components. cite: Jolliffe 2002, chapter 1.
class PrincipalComponents
{
public:
    PrincipalComponents() = default;
    /// Of `rows` [count][width], at most `components` of them, largest variance first; fewer where the rows
    /// do not differ in so many directions. Projections are scaled so that their squares sum to 1 in the
    /// mean. Cost: count x width^2.
    PrincipalComponents(std::span<const float> rows, std::size_t width, std::size_t components);

    [[nodiscard]] std::size_t count() const { return m_mean.empty() ? 0 : m_axes.size() / m_mean.size(); }
    /// Writes count() numbers.
    void project(std::span<const float> row, std::span<float> projection) const;

private:
    std::vector<double> m_mean; ///< [width]
    std::vector<double> m_axes; ///< [component][width], scaled
};

} // namespace somnium::search
