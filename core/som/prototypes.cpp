// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/prototypes.h"

#include "core/base/parallel.h"
#include "core/compute/polar_transform.h"

namespace somnium::som
{

Result<std::vector<float>> imagesFromSpectra(std::span<const float> spectra, const compute::PolarGrid &grid,
                                             const data::ImageShape &shape, unsigned threads)
{
    const auto transform = compute::PolarTransform::create(grid, shape);
    if (!transform)
        return failure(transform.error());
    const std::size_t size = grid.coefficientCount();
    const std::size_t count = spectra.size() / size;
    std::vector<float> images(count * shape.size());
    JobContext context;
    context.threads = threads;
    constexpr std::size_t kBlock = 8;
    parallelFor((count + kBlock - 1) / kBlock, context, [&](std::size_t block) {
        compute::PolarTransform::Scratch scratch(**transform);
        for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i)
            (*transform)
                ->inverse(spectra.subspan(i * size, size),
                          std::span(images).subspan(i * shape.size(), shape.size()), scratch);
    });
    return images;
}

Result<std::unique_ptr<compute::Spectra>> prototypeSpectra(const Som &som, compute::Backend &backend,
                                                           const JobContext &context)
{
    if (som.params.metric == Metric::Vector)
        return failure(ErrorKind::Mismatch, "a map of vectors has no prototypes to turn");
    if (!som.spectra.empty())
        return backend.upload(som.spectra, som.layout.neuronCount(), som.grid);
    const ImagesAsSamples images(som.prototypes, som.shape);
    if (images.count() != som.layout.neuronCount())
        return failure(ErrorKind::Mismatch, "map of " + std::to_string(som.layout.neuronCount()) +
                                                " neurons holds " + std::to_string(images.count()) +
                                                " prototypes");
    return backend.transform(images, 0, images.count(), som.grid, context);
}

} // namespace somnium::som
