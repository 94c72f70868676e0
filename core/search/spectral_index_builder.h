// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a SpectralIndex; for spectral_index.cpp only.
#pragma once

#include <memory>
#include <vector>

#include "core/compute/principal_subspace.h"
#include "core/search/spectral_index.h"

namespace somnium::search
{

class SpectralIndexBuilder
{
public:
    SpectralIndexBuilder(const data::Spectra &spectra, const SpectralIndexParams &params,
                         compute::TensorOps &ops, const JobContext &context)
        : m_spectra(spectra), m_params(params), m_ops(ops), m_context(context)
    {}
    Result<SpectralIndex> build();

    /// Fluxes as the components see them: centred, scaled, 0 where masked. Returns the share of the weight
    /// that is not masked, and marks the masked pixels unless `masked` is empty.
    static double prepare(std::span<const float> mean, std::span<const float> scale, std::span<float> flux,
                          std::span<const float> weight, std::span<std::uint8_t> masked);

private:
    void pickRows();
    /// Mean and scale of the pixels.
    Result<void> weighPixels();
    Result<void> findComponents();
    void keepAxes(const compute::PrincipalSubspace &subspace);
    Result<void> projectAll();
    Result<void> allocate();
    Result<void> projectBlock(std::size_t first, std::size_t count);
    /// Of a spectrum of the block; empty without weights.
    std::span<std::uint8_t> maskOf(std::size_t row);
    Result<void> readBlock(std::size_t first, std::size_t count);
    /// Fills the gaps of the block and keeps its rows of components, which `projections` [count][component]
    /// are but for the gaps.
    Result<void> storeBlock(std::size_t first, std::size_t count, std::span<float> projections);

    const data::Spectra &m_spectra;
    const SpectralIndexParams &m_params;
    compute::TensorOps &m_ops;
    const JobContext &m_context;
    SpectralIndex m_index;
    std::size_t m_components = 0;
    std::vector<std::size_t> m_picks;
    // Of a block of spectra.
    std::unique_ptr<compute::StagedTensor> m_block;
    std::unique_ptr<compute::Tensor> m_axes;
    std::unique_ptr<compute::Tensor> m_projections;
    std::vector<std::uint8_t> m_masked;
    std::vector<double> m_validShare;
};

} // namespace somnium::search
