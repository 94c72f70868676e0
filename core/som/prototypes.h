// SPDX-License-Identifier: GPL-3.0-or-later
// A map's prototypes between images and spectra.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::som
{

/// Images that lie one after another in memory, seen as samples. Borrows them.
class ImagesAsSamples final : public data::Samples
{
public:
    ImagesAsSamples(std::span<const float> values, const data::ImageShape &shape)
        : m_values(values), m_shape(shape)
    {}
    [[nodiscard]] std::size_t count() const override { return m_values.size() / m_shape.size(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_shape; }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        return {m_values.subspan(index * m_shape.size(), m_shape.size()), m_shape};
    }

private:
    std::span<const float> m_values;
    data::ImageShape m_shape;
};

/// The images [count][channel][row][column] that have these spectra; 0 outside the disc.
[[nodiscard]] Result<std::vector<float>> imagesFromSpectra(std::span<const float> spectra,
                                                           const compute::PolarGrid &grid,
                                                           const data::ImageShape &shape, unsigned threads);

/// The map's prototypes in the backend: its spectra, or those of its images if it has none.
[[nodiscard]] Result<std::unique_ptr<compute::Spectra>>
prototypeSpectra(const Som &som, compute::Backend &backend, const JobContext &context);

} // namespace somnium::som
