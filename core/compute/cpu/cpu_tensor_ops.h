// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU twin of TensorOps.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/base/job.h"
#include "core/compute/cpu/gemm.h"
#include "core/compute/cpu/tensor_kernels.h"
#include "core/compute/tensor_ops.h"

namespace somnium::compute::cpu
{

/// Operations are done when they return.
class CpuTensorOps final : public TensorOps
{
public:
    /// `threads` 0: all.
    CpuTensorOps(const TensorKernels &kernels, unsigned threads);

    [[nodiscard]] Result<std::unique_ptr<Tensor>> allocate(std::size_t size) override;
    [[nodiscard]] Result<std::unique_ptr<StagedTensor>> allocateStaged(std::size_t size) override;
    void upload(std::span<const float> values, const MatrixView &to) override;
    void bring(StagedTensor &staged, std::size_t size) override;
    [[nodiscard]] Result<void> download(const ConstMatrixView &from, std::span<float> values) override;
    [[nodiscard]] Result<void> finish() override;
    void fill(const MatrixView &to, float value) override;
    void copy(const ConstMatrixView &from, const MatrixView &to) override;
    void gatherRows(const ConstMatrixView &from, const ConstMatrixView &numbers,
                    const MatrixView &to) override;
    void multiply(const Product &product) override;
    void activate(const ConstMatrixView &x, const ConstMatrixView &bias, Activation activation,
                  const MatrixView &y) override;
    void activateBackward(const ConstMatrixView &y, Activation activation, const MatrixView &dy) override;
    void columnSums(const ConstMatrixView &x, const MatrixView &sums) override;
    void unfold(const ConstMatrixView &map, const ConvolutionShape &shape,
                const MatrixView &windows) override;
    void fold(const ConstMatrixView &windows, const ConvolutionShape &shape, const MatrixView &map) override;
    void transposeRows(const ConstMatrixView &x, std::size_t outer, const MatrixView &y) override;
    void squaredError(const ConstMatrixView &x, const ConstMatrixView &y, const ConstMatrixView &weights,
                      float scale, const MatrixView &gradient, const MatrixView &rowSums) override;
    void absolutePenalty(const ConstMatrixView &z, float scale, const MatrixView &dz,
                         const MatrixView &rowSums) override;
    void normals(const NoiseKey &key, const MatrixView &to) override;
    void addNoise(const ConstMatrixView &x, const ConstMatrixView &weights, float amplitude,
                  const NoiseKey &key, const MatrixView &y) override;
    void sampleLatent(const ConstMatrixView &moments, const ConstMatrixView &e, const MatrixView &z) override;
    void sampleLatentBackward(const ConstMatrixView &moments, const ConstMatrixView &e,
                              const ConstMatrixView &dz, float scale, const MatrixView &dMoments,
                              const MatrixView &rowSums) override;
    void adam(const ConstMatrixView &gradient, const AdamStep &step, const MatrixView &parameters,
              const MatrixView &first, const MatrixView &second) override;

private:
    /// Unless there was a failure: runs `work`, keeping what it throws.
    void guarded(const std::function<void()> &work);
    /// work(first, count) for [0, count) in pieces of `grain`, on all threads if there are two or more.
    void share(std::size_t count, std::size_t grain,
               const std::function<void(std::size_t first, std::size_t count)> &work) const;

    const TensorKernels &m_kernels;
    JobContext m_context;
    Gemm m_gemm;
    std::vector<float> m_scratch;
    Result<void> m_state;
};

} // namespace somnium::compute::cpu
