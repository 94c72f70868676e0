// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/pca_baseline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "core/base/check.h"
#include "core/compute/principal_subspace.h"
#include "core/latent/batch_reader.h"

namespace somnium::latent
{

namespace
{

constexpr std::uint64_t kStream = 0x9CA0;
constexpr std::size_t kBatch = 512;

/// A row minus the mean, 0 where there is no value.
void centre(const TrainingData &data, std::size_t row, std::span<const float> mean, std::span<float> values)
{
    thread_local std::vector<float> weights;
    weights.resize(data.hasWeights() ? values.size() : 0);
    data.read(row, values, weights);
    for (std::size_t j = 0; j < values.size(); ++j)
        values[j] = weights.empty() || weights[j] > 0.0F ? values[j] - mean[j] : 0.0F;
}

/// Values and weights as they are, less the mean: the units of the errors of projectRows.
InputScaling plainScaling(const std::vector<float> &mean)
{
    return {mean, 1.0F, 1.0F};
}

/// Projects batches on the axes and says how well they are rebuilt.
class Projector
{
public:
    [[nodiscard]] static Result<std::unique_ptr<Projector>> create(const PrincipalAxes &axes,
                                                                   compute::TensorOps &ops);
    /// projection [rows x axes]; if asked for, rowErrors as TensorOps::squaredError has them.
    [[nodiscard]] Result<void> project(const BatchView &batch, std::span<float> projection,
                                       std::span<float> rowErrors);

private:
    explicit Projector(compute::TensorOps &ops) : m_ops(ops) {}
    compute::TensorOps &m_ops;
    std::size_t m_count = 0;
    std::size_t m_pixels = 0;
    std::unique_ptr<compute::Tensor> m_axes;
    std::unique_ptr<compute::Tensor> m_projection;
    std::unique_ptr<compute::Tensor> m_rebuilt;
    std::unique_ptr<compute::Tensor> m_errors;
};

Result<std::unique_ptr<Projector>> Projector::create(const PrincipalAxes &axes, compute::TensorOps &ops)
{
    std::unique_ptr<Projector> made(new Projector(ops));
    made->m_count = axes.count();
    made->m_pixels = axes.pixels();
    const auto allocate = [&](std::unique_ptr<compute::Tensor> &to, std::size_t size) {
        auto tensor = ops.allocate(size);
        if (tensor)
            to = std::move(*tensor);
    };
    allocate(made->m_axes, axes.axes.size());
    allocate(made->m_projection, kBatch * axes.count());
    allocate(made->m_rebuilt, kBatch * axes.pixels());
    allocate(made->m_errors, kBatch);
    if (const auto good = ops.finish(); !good)
        return failure(good.error());
    ops.upload(axes.axes, {made->m_axes.get(), 0, axes.count(), axes.pixels()});
    return made;
}

Result<void> Projector::project(const BatchView &batch, std::span<float> projection,
                                std::span<float> rowErrors)
{
    const std::size_t rows = batch.values.rows;
    const compute::MatrixView places = {m_projection.get(), 0, rows, m_count};
    const compute::ConstMatrixView axes = {m_axes.get(), 0, m_count, m_pixels};
    m_ops.multiply({.a = batch.values, .b = axes, .c = places, .transposeB = true});
    if (!rowErrors.empty())
    {
        const compute::MatrixView rebuilt = {m_rebuilt.get(), 0, rows, m_pixels};
        const compute::MatrixView errors = {m_errors.get(), 0, rows, 1};
        m_ops.multiply({.a = places, .b = axes, .c = rebuilt});
        m_ops.squaredError(batch.values, rebuilt, batch.weights, 0.0F, {}, errors);
        if (const auto got = m_ops.download(errors, rowErrors); !got)
            return got;
    }
    return m_ops.download(places, projection);
}

/// Mean loss over rows from their errors, in scaled values and weights.
double lossOver(const std::vector<std::uint32_t> &rows, std::span<const float> errors,
                std::span<const std::uint32_t> validCounts, const InputScaling &scaling)
{
    double sum = 0.0;
    double pixels = 0.0;
    for (const std::uint32_t row : rows)
    {
        if (validCounts[row] == 0)
            continue;
        sum += double{errors[row]} * validCounts[row];
        pixels += validCounts[row];
    }
    return sum / pixels * double{scaling.weightScale} / (double{scaling.scale} * double{scaling.scale});
}

/// As projectRows, and how many values of each row are there.
Result<Projected> projectAll(const PrincipalAxes &axes, const TrainingData &data, bool wantsErrors,
                             std::vector<std::uint32_t> *validCounts, compute::Backend &backend,
                             const JobContext &context)
{
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    const InputScaling scaling = plainScaling(axes.mean);
    const auto projector = Projector::create(axes, **ops);
    const auto reader =
        BatchReader::create(data, scaling, {.batch = kBatch, .threads = context.threads}, **ops);
    if (!projector || !reader)
        return failure(projector ? reader.error() : projector.error());
    std::vector<std::uint32_t> order(data.count());
    std::iota(order.begin(), order.end(), 0U);
    (*reader)->start(std::move(order));
    Projected result;
    result.projection.resize(data.count() * axes.count());
    result.reconstructionError.resize(wantsErrors ? data.count() : 0);
    for (std::size_t first = 0; first < data.count();)
    {
        if (context.shouldStop())
            return failure(ErrorKind::Cancelled, "stopped");
        const auto batch = (*reader)->next();
        if (!batch)
            return failure(batch.error());
        const std::size_t count = (*batch)->rows.size();
        const std::span<float> errors =
            wantsErrors ? std::span(result.reconstructionError).subspan(first, count) : std::span<float>();
        const auto done =
            (*projector)
                ->project((*batch)->view,
                          std::span(result.projection).subspan(first * axes.count(), count * axes.count()),
                          errors);
        if (!done)
            return failure(done.error());
        for (std::size_t i = 0; i < count; ++i)
        {
            const std::uint32_t there = (*batch)->validCounts[i];
            if (wantsErrors)
                errors[i] = there == 0 ? std::numeric_limits<float>::quiet_NaN()
                                       : errors[i] / static_cast<float>(there);
            if (validCounts != nullptr)
                validCounts->push_back(there);
        }
        first += count;
        context.report({first, data.count(), "principal components"});
    }
    return result;
}

} // namespace

void PrincipalAxes::project(std::span<const float> values, std::span<const float> weights,
                            std::span<float> projection) const
{
    CHECK(values.size() == pixels() && projection.size() == count());
    CHECK(weights.empty() || weights.size() == values.size());
    std::vector<float> centred(pixels());
    for (std::size_t j = 0; j < centred.size(); ++j)
        centred[j] = weights.empty() || weights[j] > 0.0F ? values[j] - mean[j] : 0.0F;
    for (std::size_t k = 0; k < count(); ++k)
    {
        const float *const axis = axes.data() + k * pixels();
        double sum = 0.0;
        for (std::size_t j = 0; j < centred.size(); ++j)
            sum += double{centred[j]} * double{axis[j]};
        projection[k] = static_cast<float>(sum);
    }
}

void PrincipalAxes::rebuild(std::span<const float> projection, std::span<float> values) const
{
    CHECK(values.size() == pixels() && projection.size() == count());
    std::copy(mean.begin(), mean.end(), values.begin());
    for (std::size_t k = 0; k < count(); ++k)
        for (std::size_t j = 0; j < values.size(); ++j)
            values[j] += projection[k] * axes[k * pixels() + j];
}

Result<PrincipalAxes> principalAxes(const TrainingData &data, std::span<const std::uint32_t> rows,
                                    const PrincipalAxesParams &params, compute::Backend &backend,
                                    const JobContext &context)
{
    if (params.axes == 0 || params.rows < 2)
        return failure(ErrorKind::InvalidArgument, "principal axes: expected at least 1 axis and 2 rows");
    std::vector<std::uint32_t> all(rows.begin(), rows.end());
    if (all.empty())
    {
        all.resize(data.count());
        std::iota(all.begin(), all.end(), 0U);
    }
    const std::vector<std::uint32_t> chosen = chooseRows(all, params.rows, params.seed, kStream);
    auto scaling = measureScaling(data, chosen, params.seed, context);
    if (!scaling)
        return failure(scaling.error());
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    const compute::RowSource source = {
        chosen.size(), data.pixels(),
        [&](std::size_t row, std::span<float> values) { centre(data, chosen[row], scaling->mean, values); }};
    compute::PrincipalSubspaceParams subspaceParams;
    subspaceParams.axes = params.axes;
    subspaceParams.seed = params.seed;
    auto subspace = compute::principalSubspace(source, subspaceParams, **ops, context);
    if (!subspace)
        return failure(subspace.error());
    return PrincipalAxes{std::move(scaling->mean), std::move(subspace->axes), std::move(subspace->variance),
                         subspace->totalVariance};
}

Result<Projected> projectRows(const PrincipalAxes &axes, const TrainingData &data, bool wantsErrors,
                              compute::Backend &backend, const JobContext &context)
{
    if (axes.pixels() != data.pixels())
        return failure(ErrorKind::Mismatch, "samples hold " + std::to_string(data.pixels()) +
                                                " values: the principal axes are of " +
                                                std::to_string(axes.pixels()));
    return projectAll(axes, data, wantsErrors, nullptr, backend, context);
}

Result<PcaBaseline> pcaBaseline(const TrainingData &data, const DataSplit &split, const InputScaling &scaling,
                                std::size_t latentSize, std::uint64_t seed, compute::Backend &backend,
                                const JobContext &context)
{
    auto axes = principalAxes(data, split.training, {.axes = latentSize, .seed = seed}, backend, context);
    if (!axes)
        return failure(axes.error());
    std::vector<std::uint32_t> validCounts;
    auto projected = projectAll(*axes, data, true, &validCounts, backend, context);
    if (!projected)
        return failure(projected.error());
    PcaBaseline baseline;
    baseline.axes = std::move(*axes);
    baseline.trainingLoss = lossOver(split.training, projected->reconstructionError, validCounts, scaling);
    baseline.validationLoss =
        lossOver(split.validation, projected->reconstructionError, validCounts, scaling);
    baseline.projection = std::move(projected->projection);
    baseline.reconstructionError = std::move(projected->reconstructionError);
    return baseline;
}

} // namespace somnium::latent
