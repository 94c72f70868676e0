// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faulty_backend.h"

#include <utility>

namespace somnium::test
{

namespace
{

using compute::ConstMatrixView;
using compute::MatrixView;

class FaultyUpdate final : public compute::BatchUpdate
{
public:
    FaultyUpdate(std::unique_ptr<compute::BatchUpdate> inner, Faults &faults)
        : m_inner(std::move(inner)), m_faults(faults)
    {}
    Result<compute::MatchResult> add(const compute::Spectra &images, const JobContext &context) override
    {
        if (auto fault = m_faults.next())
            return failure(*fault);
        return m_inner->add(images, context);
    }
    Result<std::unique_ptr<compute::Spectra>> finish() override
    {
        if (auto fault = m_faults.next())
            return failure(*fault);
        return m_inner->finish();
    }

private:
    std::unique_ptr<compute::BatchUpdate> m_inner;
    Faults &m_faults;
};

class FaultyRows final : public compute::NearestRows
{
public:
    FaultyRows(std::unique_ptr<compute::NearestRows> inner, Faults &faults)
        : m_inner(std::move(inner)), m_faults(faults)
    {}
    const compute::HalfRows &rows() const override { return m_inner->rows(); }
    Result<std::vector<compute::NearRow>> nearest(std::span<const float> queries, std::size_t count,
                                                  const JobContext &context) override
    {
        if (auto fault = m_faults.next())
            return failure(*fault);
        return m_inner->nearest(queries, count, context);
    }

private:
    std::unique_ptr<compute::NearestRows> m_inner;
    Faults &m_faults;
};

class FaultyOps final : public compute::TensorOps
{
public:
    FaultyOps(std::unique_ptr<compute::TensorOps> inner, Faults &faults)
        : m_inner(std::move(inner)), m_faults(faults)
    {}

    Result<std::unique_ptr<compute::Tensor>> allocate(std::size_t size) override
    {
        if (fails())
            return failure(*m_failure);
        return m_inner->allocate(size);
    }
    Result<std::unique_ptr<compute::StagedTensor>> allocateStaged(std::size_t size) override
    {
        if (fails())
            return failure(*m_failure);
        return m_inner->allocateStaged(size);
    }
    Result<void> download(const ConstMatrixView &from, std::span<float> values) override
    {
        if (fails())
            return failure(*m_failure);
        return m_inner->download(from, values);
    }
    Result<void> finish() override
    {
        if (fails())
            return failure(*m_failure);
        return m_inner->finish();
    }
    void upload(std::span<const float> values, const MatrixView &to) override
    {
        if (!fails())
            m_inner->upload(values, to);
    }
    void bring(compute::StagedTensor &staged, std::size_t size) override
    {
        if (!fails())
            m_inner->bring(staged, size);
    }
    void step(const std::function<void()> &operations) override
    {
        if (!fails())
            m_inner->step(operations);
    }
    void fill(const MatrixView &to, float value) override
    {
        if (!fails())
            m_inner->fill(to, value);
    }
    void copy(const ConstMatrixView &from, const MatrixView &to) override
    {
        if (!fails())
            m_inner->copy(from, to);
    }
    void gatherRows(const ConstMatrixView &from, const ConstMatrixView &numbers,
                    const MatrixView &to) override
    {
        if (!fails())
            m_inner->gatherRows(from, numbers, to);
    }
    void multiply(const compute::Product &product) override
    {
        if (!fails())
            m_inner->multiply(product);
    }
    void activate(const ConstMatrixView &x, const ConstMatrixView &bias, compute::Activation activation,
                  const MatrixView &y) override
    {
        if (!fails())
            m_inner->activate(x, bias, activation, y);
    }
    void activateBackward(const ConstMatrixView &y, compute::Activation activation,
                          const MatrixView &dy) override
    {
        if (!fails())
            m_inner->activateBackward(y, activation, dy);
    }
    void columnSums(const ConstMatrixView &x, const MatrixView &sums) override
    {
        if (!fails())
            m_inner->columnSums(x, sums);
    }
    void unfold(const ConstMatrixView &map, const compute::ConvolutionShape &shape,
                const MatrixView &windows) override
    {
        if (!fails())
            m_inner->unfold(map, shape, windows);
    }
    void fold(const ConstMatrixView &windows, const compute::ConvolutionShape &shape,
              const MatrixView &map) override
    {
        if (!fails())
            m_inner->fold(windows, shape, map);
    }
    void transposeRows(const ConstMatrixView &x, std::size_t outer, const MatrixView &y) override
    {
        if (!fails())
            m_inner->transposeRows(x, outer, y);
    }
    void squaredError(const ConstMatrixView &x, const ConstMatrixView &y, const ConstMatrixView &weights,
                      float scale, const MatrixView &gradient, const MatrixView &rowSums) override
    {
        if (!fails())
            m_inner->squaredError(x, y, weights, scale, gradient, rowSums);
    }
    void absolutePenalty(const ConstMatrixView &z, float scale, const MatrixView &dz,
                         const MatrixView &rowSums) override
    {
        if (!fails())
            m_inner->absolutePenalty(z, scale, dz, rowSums);
    }
    void normals(const compute::NoiseKey &key, const MatrixView &to) override
    {
        if (!fails())
            m_inner->normals(key, to);
    }
    void addNoise(const ConstMatrixView &x, const ConstMatrixView &weights, float amplitude,
                  const compute::NoiseKey &key, const MatrixView &y) override
    {
        if (!fails())
            m_inner->addNoise(x, weights, amplitude, key, y);
    }
    void sampleLatent(const ConstMatrixView &moments, const ConstMatrixView &e, const MatrixView &z) override
    {
        if (!fails())
            m_inner->sampleLatent(moments, e, z);
    }
    void sampleLatentBackward(const ConstMatrixView &moments, const ConstMatrixView &e,
                              const ConstMatrixView &dz, float scale, const MatrixView &dMoments,
                              const MatrixView &rowSums) override
    {
        if (!fails())
            m_inner->sampleLatentBackward(moments, e, dz, scale, dMoments, rowSums);
    }
    void adam(const ConstMatrixView &gradient, const compute::AdamStep &step, const MatrixView &parameters,
              const MatrixView &first, const MatrixView &second) override
    {
        if (!fails())
            m_inner->adam(gradient, step, parameters, first, second);
    }

private:
    bool fails()
    {
        auto fault = m_faults.next();
        if (fault && !m_failure)
            m_failure = std::move(fault);
        return m_failure.has_value();
    }

    std::unique_ptr<compute::TensorOps> m_inner;
    Faults &m_faults;
    std::optional<Error> m_failure; ///< kept
};

} // namespace

std::optional<Error> Faults::next()
{
    ++calls;
    if (atCall == 0 || calls < atCall || calls - atCall >= times)
        return std::nullopt;
    return Error{kind, "call " + std::to_string(calls) + " was told to fail"};
}

Result<std::unique_ptr<compute::Spectra>> FaultyBackend::transform(const data::Samples &samples,
                                                                   std::size_t first, std::size_t count,
                                                                   const compute::PolarGrid &grid,
                                                                   const JobContext &context)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    return m_inner.transform(samples, first, count, grid, context);
}

Result<compute::HalfSpectra> FaultyBackend::transformToHalf(const data::Samples &samples, std::size_t first,
                                                            std::size_t count, const compute::PolarGrid &grid,
                                                            const JobContext &context)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    return m_inner.transformToHalf(samples, first, count, grid, context);
}

Result<std::unique_ptr<compute::Spectra>>
FaultyBackend::upload(std::span<const float> spectra, std::size_t count, const compute::PolarGrid &grid)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    return m_inner.upload(spectra, count, grid);
}

Result<std::unique_ptr<compute::Spectra>>
FaultyBackend::upload(std::shared_ptr<const compute::HalfSpectra> spectra)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    return m_inner.upload(std::move(spectra));
}

Result<std::vector<float>> FaultyBackend::download(const compute::Spectra &spectra)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    return m_inner.download(spectra);
}

Result<compute::MatchResult> FaultyBackend::match(const compute::Spectra &images,
                                                  const compute::Spectra &prototypes,
                                                  const compute::MatchOptions &options,
                                                  const JobContext &context)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    return m_inner.match(images, prototypes, options, context);
}

Result<std::unique_ptr<compute::BatchUpdate>>
FaultyBackend::beginUpdate(const compute::Spectra &prototypes, const compute::UpdateOptions &options)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    auto update = m_inner.beginUpdate(prototypes, options);
    if (!update)
        return failure(update.error());
    return std::make_unique<FaultyUpdate>(std::move(*update), m_faults);
}

Result<std::unique_ptr<compute::TensorOps>>
FaultyBackend::makeTensorOps(const compute::TensorOptions &options)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    auto ops = m_inner.makeTensorOps(options);
    if (!ops)
        return failure(ops.error());
    return std::make_unique<FaultyOps>(std::move(*ops), m_faults);
}

Result<std::unique_ptr<compute::NearestRows>>
FaultyBackend::keepRows(std::shared_ptr<const compute::HalfRows> rows)
{
    if (auto fault = m_faults.next())
        return failure(*fault);
    auto kept = m_inner.keepRows(std::move(rows));
    if (!kept)
        return failure(kept.error());
    return std::make_unique<FaultyRows>(std::move(*kept), m_faults);
}

} // namespace somnium::test
