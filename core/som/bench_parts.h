// SPDX-License-Identifier: GPL-3.0-or-later
// What bench.cpp and pink_bench.cpp measure with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/job.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"

namespace somnium::som
{

/// Operations of the distance of one pair: 4 multiply-adds for each coefficient that its ring carries, and a
/// complex transform.
[[nodiscard]] double operationsPerPair(const compute::PolarGrid &grid);
/// Bytes that the distances of one image cannot do without: its coefficients, and what is found.
[[nodiscard]] std::size_t bytesPerImage(const compute::PolarGrid &grid, std::size_t bytesPerNumber);

/// One epoch over blocks of spectra: `forEach(take)` gives them one after another.
using TakeSpectra = std::function<Result<void>(const compute::Spectra &)>;
[[nodiscard]] Result<void> learnOnce(const std::function<Result<void>(const TakeSpectra &)> &forEach,
                                     const compute::Spectra &prototypes,
                                     const compute::UpdateOptions &options, compute::Backend &backend,
                                     const JobContext &context);

/// A few images as many.
class RepeatedSamples final : public data::Samples
{
public:
    RepeatedSamples(const data::Samples &images, std::size_t count) : m_images(images), m_count(count) {}
    [[nodiscard]] std::size_t count() const override { return m_count; }
    [[nodiscard]] data::ImageShape shape() const override { return m_images.shape(); }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        return m_images.sample(index % m_images.count());
    }

private:
    const data::Samples &m_images;
    std::size_t m_count = 0;
};

/// Images [first, first + count) of a simulated survey of square images, each of one to four round blobs:
/// pixels [count][side][side]. Image i is the same whatever else is made.
[[nodiscard]] std::vector<float> makeBlobImages(std::size_t first, std::size_t count, std::size_t side,
                                                std::uint64_t seed, const JobContext &context);

} // namespace somnium::som
