// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <iterator>

#include "core/som/mapper.h"
#include "core/som/prototypes.h"
#include "core/som/vector_trainer.h"

namespace somnium::som
{

namespace
{

/// Neurons that are compared with their neighbours in one go. A map's neurons are numbered along its sides,
/// so the neighbours of a block are few more than the block.
constexpr std::size_t kBlockNeurons = 64;

/// The spectra of some neurons side by side in the backend.
Result<std::unique_ptr<compute::Spectra>> gathered(std::span<const float> all,
                                                   const std::vector<std::size_t> &neurons,
                                                   const compute::PolarGrid &grid, compute::Backend &backend)
{
    const std::size_t size = grid.coefficientCount();
    std::vector<float> rows;
    rows.reserve(neurons.size() * size);
    for (const std::size_t neuron : neurons)
    {
        const auto row = all.subspan(neuron * size, size);
        rows.insert(rows.end(), row.begin(), row.end());
    }
    return backend.upload(rows, neurons.size(), grid);
}

std::vector<std::size_t> neighboursOf(const std::vector<std::size_t> &block, const MapLayout &layout)
{
    std::vector<std::size_t> all;
    for (const std::size_t neuron : block)
    {
        const std::vector<std::size_t> near = layout.neighbours(neuron);
        all.insert(all.end(), near.begin(), near.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

} // namespace

Result<std::vector<double>> uMatrix(const Som &som, compute::Backend &backend, const JobContext &context)
{
    if (som.params.metric == Metric::Vector)
        return vectorUMatrix(som);
    const auto prototypes = prototypeSpectra(som, backend, context);
    if (!prototypes)
        return failure(prototypes.error());
    const auto spectra = backend.download(**prototypes);
    if (!spectra)
        return failure(spectra.error());
    compute::MatchOptions options = matchOptionsOf(som.params);
    options.all = true;
    const std::size_t neurons = som.layout.neuronCount();
    std::vector<double> heights(neurons);
    for (std::size_t first = 0; first < neurons; first += kBlockNeurons)
    {
        std::vector<std::size_t> block;
        for (std::size_t k = first; k < std::min(neurons, first + kBlockNeurons); ++k)
            block.push_back(k);
        const std::vector<std::size_t> others = neighboursOf(block, som.layout);
        if (others.empty())
            continue;
        const auto ours = gathered(*spectra, block, som.grid, backend);
        const auto theirs = gathered(*spectra, others, som.grid, backend);
        if (!ours || !theirs)
            return failure(ours ? theirs.error() : ours.error());
        const auto match = backend.match(**ours, **theirs, options, context);
        if (!match)
            return failure(match.error());
        for (std::size_t i = 0; i < block.size(); ++i)
        {
            const std::vector<std::size_t> near = som.layout.neighbours(block[i]);
            for (const std::size_t neighbour : near)
            {
                const auto column =
                    std::lower_bound(others.begin(), others.end(), neighbour) - others.begin();
                heights[block[i]] += static_cast<double>(
                    match->distance[i * others.size() + static_cast<std::size_t>(column)]);
            }
            heights[block[i]] /= static_cast<double>(std::max<std::size_t>(near.size(), 1));
        }
    }
    return heights;
}

} // namespace somnium::som
