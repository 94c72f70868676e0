// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/principal_subspace.h"

#include <array>
#include <cmath>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/compute/eigensystem.h"

namespace somnium::compute
{

namespace
{

constexpr std::size_t kBlockRows = 1024;
constexpr std::size_t kOversampling = 10;
/// A direction with a smaller share of the variance is rounding.
constexpr double kLeastShare = 1e-12;

double dot(const double *a, const double *b, std::size_t count)
{
    constexpr std::size_t kLanes = 8;
    std::array<double, kLanes> sums{};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += a[i + lane] * b[i + lane];
    double sum = 0.0;
    for (; i < count; ++i)
        sum += a[i] * b[i];
    for (const double part : sums)
        sum += part;
    return sum;
}

/// Makes the rows of `matrix` [count][width] orthonormal, by Gram and Schmidt, twice; those that depend on
/// earlier ones become 0. cite: Golub & Van Loan 1996, section 5.2.8.
void orthonormalise(std::vector<double> &matrix, std::size_t width, const JobContext &context)
{
    const std::size_t count = matrix.size() / width;
    const auto row = [&](std::size_t i) { return matrix.data() + i * width; };
    double largest = 0.0;
    for (std::size_t i = 0; i < count; ++i)
        largest = std::max(largest, dot(row(i), row(i), width));
    JobContext inner;
    inner.threads = context.threads;
    for (int sweep = 0; sweep < 2; ++sweep)
        for (std::size_t i = 0; i < count; ++i)
        {
            const double square = dot(row(i), row(i), width);
            const double factor =
                square > kLeastShare * kLeastShare * largest ? 1.0 / std::sqrt(square) : 0.0;
            for (std::size_t p = 0; p < width; ++p)
                row(i)[p] *= factor;
            constexpr std::size_t kBlock = 8;
            parallelFor((count - i - 1 + kBlock - 1) / kBlock, inner, [&](std::size_t block) {
                const std::size_t first = i + 1 + block * kBlock;
                for (std::size_t k = first; k < std::min(count, first + kBlock); ++k)
                {
                    const double share = dot(row(i), row(k), width);
                    for (std::size_t p = 0; p < width; ++p)
                        row(k)[p] -= share * row(i)[p];
                }
            });
        }
}

/// The rows, block by block in the memory of the backend, and what they are multiplied with.
class SubspaceIteration
{
public:
    SubspaceIteration(const RowSource &rows, std::size_t basis, TensorOps &ops, const JobContext &context)
        : m_rows(rows), m_basisCount(basis), m_ops(ops), m_context(context)
    {}

    Result<void> allocate();
    /// basis [basisCount][width] := orthonormal basis of basis X^T X.
    Result<void> iterate(std::vector<double> &basis);
    /// basis X^T X basis^T [basisCount][basisCount].
    Result<std::vector<double>> restricted(const std::vector<double> &basis);
    [[nodiscard]] double sumOfSquares() const { return m_sumOfSquares; }
    void setTotals(std::size_t done, std::size_t total)
    {
        m_done = done;
        m_total = total;
    }

private:
    /// For each block of rows X: P = X basis^T, then `take`(rows, products).
    template <class Take> Result<void> forBlocks(const std::vector<double> &basis, const Take &take);
    [[nodiscard]] Result<std::vector<double>> downloaded(const MatrixView &view);

    const RowSource &m_rows;
    std::size_t m_basisCount;
    TensorOps &m_ops;
    const JobContext &m_context;
    std::unique_ptr<StagedTensor> m_block;
    std::unique_ptr<Tensor> m_basis;
    std::unique_ptr<Tensor> m_products;
    std::unique_ptr<Tensor> m_sums;
    double m_sumOfSquares = 0.0;
    std::size_t m_done = 0;
    std::size_t m_total = 0;
};

Result<void> SubspaceIteration::allocate()
{
    auto block = m_ops.allocateStaged(kBlockRows * m_rows.width);
    auto basis = m_ops.allocate(m_basisCount * m_rows.width);
    auto products = m_ops.allocate(kBlockRows * m_basisCount);
    auto sums = m_ops.allocate(m_basisCount * std::max(m_rows.width, m_basisCount));
    if (!block)
        return failure(block.error());
    for (const auto *tensor : {&basis, &products, &sums})
        if (!*tensor)
            return failure(tensor->error());
    m_block = std::move(*block);
    m_basis = std::move(*basis);
    m_products = std::move(*products);
    m_sums = std::move(*sums);
    return {};
}

template <class Take>
Result<void> SubspaceIteration::forBlocks(const std::vector<double> &basis, const Take &take)
{
    const std::size_t width = m_rows.width;
    const std::vector<float> rounded(basis.begin(), basis.end());
    const MatrixView basisView{m_basis.get(), 0, m_basisCount, width};
    m_ops.upload(rounded, basisView);
    m_ops.fill({m_sums.get(), 0, 1, m_sums->size()}, 0.0F);
    m_sumOfSquares = 0.0;
    for (std::size_t first = 0; first < m_rows.count; first += kBlockRows)
    {
        const std::size_t count = std::min(kBlockRows, m_rows.count - first);
        const std::span<float> host = m_block->host().first(count * width);
        if (!readRows(m_rows, first, host, m_context))
            return failure(ErrorKind::Cancelled, "stopped");
        double squares = 0.0;
        for (const float value : host)
            squares += static_cast<double>(value) * static_cast<double>(value);
        m_sumOfSquares += squares;
        m_ops.bring(*m_block, host.size());
        const ConstMatrixView block(&m_block->device(), 0, count, width);
        const MatrixView products{m_products.get(), 0, count, m_basisCount};
        m_ops.multiply({.a = block, .b = basisView, .c = products, .transposeB = true, .bias = {}});
        take(block, products);
        if (auto done = m_ops.finish(); !done)
            return done;
        m_done += count;
        m_context.report({m_done, m_total, "finding principal components"});
    }
    return {};
}

Result<std::vector<double>> SubspaceIteration::downloaded(const MatrixView &view)
{
    std::vector<float> values(view.size());
    if (auto done = m_ops.download(view, values); !done)
        return failure(done.error());
    return std::vector<double>(values.begin(), values.end());
}

Result<void> SubspaceIteration::iterate(std::vector<double> &basis)
{
    const MatrixView sums{m_sums.get(), 0, m_basisCount, m_rows.width};
    const auto done = forBlocks(basis, [&](const ConstMatrixView &block, const MatrixView &products) {
        m_ops.multiply(
            {.a = products, .b = block, .c = sums, .transposeA = true, .accumulate = true, .bias = {}});
    });
    if (!done)
        return done;
    auto next = downloaded(sums);
    if (!next)
        return failure(next.error());
    basis = std::move(*next);
    orthonormalise(basis, m_rows.width, m_context);
    return {};
}

Result<std::vector<double>> SubspaceIteration::restricted(const std::vector<double> &basis)
{
    const MatrixView sums{m_sums.get(), 0, m_basisCount, m_basisCount};
    const auto done = forBlocks(basis, [&](const ConstMatrixView &, const MatrixView &products) {
        m_ops.multiply(
            {.a = products, .b = products, .c = sums, .transposeA = true, .accumulate = true, .bias = {}});
    });
    if (!done)
        return failure(done.error());
    auto matrix = downloaded(sums);
    if (!matrix)
        return matrix;
    for (std::size_t i = 0; i < m_basisCount; ++i) // of rounding
        for (std::size_t j = 0; j < i; ++j)
            (*matrix)[i * m_basisCount + j] = (*matrix)[j * m_basisCount + i];
    return matrix;
}

/// Largest element positive, so that a subspace is the same wherever it was found.
void fixSign(std::vector<double> &axis)
{
    const auto largest = std::max_element(axis.begin(), axis.end(),
                                          [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (largest != axis.end() && *largest < 0.0)
        for (double &value : axis)
            value = -value;
}

PrincipalSubspace subspaceOf(const std::vector<double> &basis, const Eigensystem &system, std::size_t width,
                             std::size_t rows, double sumOfSquares, std::size_t axes)
{
    const std::size_t basisCount = basis.size() / width;
    PrincipalSubspace subspace;
    subspace.width = width;
    subspace.totalVariance = sumOfSquares / static_cast<double>(rows);
    for (std::size_t k = 0; k < std::min(axes, basisCount); ++k)
    {
        const double variance = system.values[k] / static_cast<double>(rows);
        if (!(variance > 1e-9 * subspace.totalVariance)) // rounding, in floats
            break;
        std::vector<double> axis(width);
        for (std::size_t b = 0; b < basisCount; ++b)
            for (std::size_t p = 0; p < width; ++p)
                axis[p] += system.vectors[k * basisCount + b] * basis[b * width + p];
        fixSign(axis);
        subspace.axes.insert(subspace.axes.end(), axis.begin(), axis.end());
        subspace.variance.push_back(variance);
    }
    return subspace;
}

} // namespace

bool readRows(const RowSource &rows, std::size_t first, std::span<float> to, const JobContext &context)
{
    constexpr std::size_t kBlock = 16;
    const std::size_t count = to.size() / rows.width;
    JobContext inner = context;
    inner.onProgress = {};
    return parallelFor((count + kBlock - 1) / kBlock, inner, [&](std::size_t block) {
        for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i)
            rows.read(first + i, to.subspan(i * rows.width, rows.width));
    });
}

Result<PrincipalSubspace> principalSubspace(const RowSource &rows, const PrincipalSubspaceParams &params,
                                            TensorOps &ops, const JobContext &context)
{
    if (rows.count == 0 || rows.width == 0)
        return failure(ErrorKind::InvalidArgument, "no rows to find principal components of");
    const std::size_t basisCount = std::min({params.axes + kOversampling, rows.count, rows.width});
    SubspaceIteration iteration(rows, basisCount, ops, context);
    if (auto ready = iteration.allocate(); !ready)
        return failure(ready.error());
    iteration.setTotals(0, (params.iterations + 1) * rows.count);
    Random random(params.seed);
    std::vector<double> basis(basisCount * rows.width);
    for (double &value : basis)
        value = random.normal();
    orthonormalise(basis, rows.width, context);
    for (std::size_t i = 0; i < params.iterations; ++i)
        if (auto done = iteration.iterate(basis); !done)
            return failure(done.error());
    auto matrix = iteration.restricted(basis);
    if (!matrix)
        return failure(matrix.error());
    const Eigensystem system = eigensystemOf(std::move(*matrix), basisCount);
    return subspaceOf(basis, system, rows.width, rows.count, iteration.sumOfSquares(), params.axes);
}

} // namespace somnium::compute
