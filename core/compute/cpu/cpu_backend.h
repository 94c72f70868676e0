// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU twin: FFTW for the images' spectra, kernels of this folder for comparing and updating.
#pragma once

#include "core/compute/backend.h"
#include "core/compute/cpu/kernels.h"

namespace somnium::compute::cpu
{

/// Accuracy: squared distances to about 4e-6 of the energies they are the difference of. Same bits for any
/// number of threads; other SIMD paths differ by rounding.
class CpuBackend final : public Backend
{
public:
    /// Fails if the environment names a SIMD path that does not run here (see chooseKernels).
    [[nodiscard]] static Result<std::unique_ptr<CpuBackend>> create();
    explicit CpuBackend(const Kernels &kernels) : m_kernels(kernels) {}

    [[nodiscard]] std::string name() const override { return "cpu"; }
    [[nodiscard]] std::string device() const override;
    /// "avx512", "avx2" or "plain": the kernels in use.
    [[nodiscard]] std::string simdPath() const { return m_kernels.name; }

    [[nodiscard]] Result<std::unique_ptr<Spectra>> transform(const data::Samples &samples, std::size_t first,
                                                             std::size_t count, const PolarGrid &grid,
                                                             const JobContext &context) override;
    [[nodiscard]] Result<HalfSpectra> transformToHalf(const data::Samples &samples, std::size_t first,
                                                      std::size_t count, const PolarGrid &grid,
                                                      const JobContext &context) override;
    [[nodiscard]] Result<std::unique_ptr<Spectra>> upload(std::span<const float> spectra, std::size_t count,
                                                          const PolarGrid &grid) override;
    [[nodiscard]] Result<std::unique_ptr<Spectra>>
    upload(std::shared_ptr<const HalfSpectra> spectra) override;
    [[nodiscard]] Result<std::vector<float>> download(const Spectra &spectra) override;
    [[nodiscard]] Result<MatchResult> match(const Spectra &images, const Spectra &prototypes,
                                            const MatchOptions &options, const JobContext &context) override;
    [[nodiscard]] Result<std::unique_ptr<BatchUpdate>> beginUpdate(const Spectra &prototypes,
                                                                   const UpdateOptions &options) override;
    [[nodiscard]] Result<std::unique_ptr<TensorOps>> makeTensorOps(const TensorOptions &options) override;

private:
    const Kernels &m_kernels;
};

} // namespace somnium::compute::cpu
