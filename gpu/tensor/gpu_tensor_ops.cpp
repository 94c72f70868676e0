// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/tensor/gpu_tensor_ops.h"

#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "gpu/device/at_border.h"
#include "gpu/tensor/gpu_tensor.h"
#include "gpu/tensor/window_shape.h"

namespace somnium::gpu
{

namespace
{

using compute::Activation;
using compute::ConstMatrixView;
using compute::ConvolutionShape;
using compute::MatrixView;
using compute::NoiseKey;
using compute::Product;

/// Of the floats of the largest matrix, what the sums of pieces of its columns take: a block of
/// ColumnSumsKernel has 128 rows at least, and where it has fewer columns than its width allows, more.
constexpr std::size_t kFloatsOfPartialSum = 32;
constexpr std::size_t kLeastPartialSums = 4096;

ElementFunction functionOf(Activation activation)
{
    return static_cast<ElementFunction>(activation);
}
static_assert(static_cast<int>(Activation::Linear) == static_cast<int>(ElementFunction::Linear) &&
              static_cast<int>(Activation::LeakyRelu) == static_cast<int>(ElementFunction::LeakyRelu) &&
              static_cast<int>(Activation::Tanh) == static_cast<int>(ElementFunction::Tanh) &&
              static_cast<int>(Activation::Sigmoid) == static_cast<int>(ElementFunction::Sigmoid));
static_assert(compute::kLeak == kLeakOnDevice);

Rounding roundingOf(compute::ProductPrecision precision)
{
    switch (precision)
    {
    case compute::ProductPrecision::Float32: return Rounding::Float32;
    case compute::ProductPrecision::Tf32: return Rounding::Tf32;
    case compute::ProductPrecision::Bfloat16: return Rounding::Bfloat16;
    }
    return Rounding::Float32;
}

class GpuTensorOps final : public compute::TensorOps
{
public:
    GpuTensorOps(Device &device, const compute::TensorOptions &options)
        : m_device(device), m_rounding(roundingOf(options.precision)),
          m_partialSums(device, kLeastPartialSums)
    {}

    [[nodiscard]] bool areOnProcessor() const override { return false; }
    [[nodiscard]] Result<std::unique_ptr<compute::Tensor>> allocate(std::size_t size) override;
    [[nodiscard]] Result<std::unique_ptr<compute::StagedTensor>> allocateStaged(std::size_t size) override;
    void upload(std::span<const float> values, const MatrixView &to) override;
    void bring(compute::StagedTensor &staged, std::size_t size) override;
    [[nodiscard]] Result<void> download(const ConstMatrixView &from, std::span<float> values) override;
    [[nodiscard]] Result<void> finish() override;
    void step(const std::function<void()> &operations) override;
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
    void adam(const ConstMatrixView &gradient, const compute::AdamStep &step, const MatrixView &parameters,
              const MatrixView &first, const MatrixView &second) override;

private:
    /// Unless there was a failure: runs `work`, keeping what it throws.
    template <class Work> void guarded(const Work &work)
    {
        if (!m_state)
            return;
        Result<void> done = atBorder([&]() -> Result<void> {
            work();
            return {};
        });
        if (m_state) // else an operation of a step has failed before
            m_state = std::move(done);
    }
    void launch(const AnyKernel &kernel)
    {
        guarded([&] { m_device.launch(Lane::Compute, kernel); });
    }
    template <class Operation> void launchElements(const Operation &operation, std::size_t count)
    {
        launch(ElementKernel<Operation>{operation, count});
    }
    /// Where a view's floats lie; they are used by the operation that asks.
    [[nodiscard]] float *floats(const MatrixView &view)
    {
        return place(view.tensor, view.offset, view.size());
    }
    [[nodiscard]] const float *floats(const ConstMatrixView &view)
    {
        return place(view.tensor, view.offset, view.size());
    }
    [[nodiscard]] float *place(const compute::Tensor *of, std::size_t offset, std::size_t size);
    /// Null where there is none.
    template <class View> [[nodiscard]] auto floatsIfAny(const View &view)
    {
        return view.tensor == nullptr ? nullptr : floats(view);
    }
    /// For sums of columns of tensors of this size: made here, since no operation may allocate (see `step`).
    void keepRoomFor(std::size_t size);
    /// All operations so far are done.
    void waitForAll();

    Device &m_device;
    Rounding m_rounding;
    DeviceBuffer<float> m_partialSums;
    std::uint64_t m_operations = 0; ///< given to the device
    std::uint64_t m_done = 0;       ///< of these, known to be done
    bool m_isInStep = false;
    Result<void> m_state;
};

float *GpuTensorOps::place(const compute::Tensor *of, std::size_t offset, std::size_t size)
{
    const auto *const tensor = dynamic_cast<const GpuTensor *>(of);
    CHECK(tensor != nullptr && offset <= tensor->size() && size <= tensor->size() - offset);
    tensor->noteUse(++m_operations);
    return tensor->data() + offset;
}

void GpuTensorOps::keepRoomFor(std::size_t size)
{
    const std::size_t wanted = size / kFloatsOfPartialSum;
    if (wanted > m_partialSums.size())
        m_partialSums = DeviceBuffer<float>(m_device, wanted);
}

void GpuTensorOps::waitForAll()
{
    m_device.wait(Lane::Compute); // which waits for what was brought
    m_done = m_operations;
}

Result<std::unique_ptr<compute::Tensor>> GpuTensorOps::allocate(std::size_t size)
{
    CHECK(!m_isInStep);
    std::unique_ptr<compute::Tensor> tensor;
    guarded([&] {
        keepRoomFor(size);
        tensor = std::make_unique<GpuTensor>(m_device, size);
    });
    if (!m_state)
        return failure(m_state.error());
    return tensor;
}

Result<std::unique_ptr<compute::StagedTensor>> GpuTensorOps::allocateStaged(std::size_t size)
{
    CHECK(!m_isInStep);
    std::unique_ptr<GpuStaged> staged;
    guarded([&] {
        keepRoomFor(size);
        staged = std::make_unique<GpuStaged>(m_device, size);
        staged->tensor().noteUse(++m_operations); // it is cleared
    });
    if (!m_state)
        return failure(m_state.error());
    return staged;
}

void GpuTensorOps::upload(std::span<const float> values, const MatrixView &to)
{
    CHECK(!m_isInStep && values.size() == to.size());
    float *const target = floats(to);
    guarded([&] {
        m_device.copyIn(Lane::Compute, target, values.data(), values.size_bytes());
        waitForAll();
    });
}

void GpuTensorOps::bring(compute::StagedTensor &staged, std::size_t size)
{
    auto *const mine = dynamic_cast<GpuStaged *>(&staged);
    CHECK(!m_isInStep && mine != nullptr && size <= mine->host().size());
    guarded([&] {
        if (mine->tensor().lastUse() > m_done) // what it holds may still be computed with
        {
            m_device.setMark(Lane::Compute, kUsedMark);
            m_device.waitForMark(Lane::Copy, kUsedMark);
        }
        m_device.copyIn(Lane::Copy, mine->tensor().data(), mine->host().data(), size * sizeof(float));
        m_device.setMark(Lane::Copy, kArrivedMark);
        m_device.waitForMark(Lane::Compute, kArrivedMark);
    });
}

Result<void> GpuTensorOps::download(const ConstMatrixView &from, std::span<float> values)
{
    CHECK(!m_isInStep && values.size() == from.size());
    const float *const source = floats(from);
    guarded([&] {
        m_device.copyOut(Lane::Compute, values.data(), source, values.size_bytes());
        waitForAll();
    });
    return m_state;
}

Result<void> GpuTensorOps::finish()
{
    CHECK(!m_isInStep);
    guarded([&] { waitForAll(); });
    return m_state;
}

void GpuTensorOps::step(const std::function<void()> &operations)
{
    CHECK(!m_isInStep);
    if (!m_state)
        return operations(); // none of which does anything
    m_isInStep = true;
    guarded([&] {
        m_device.record([&] {
            operations();
            if (!m_state)
                throw DeviceError(m_state.error().kind, m_state.error().message); // half a step is none
        });
    });
    m_isInStep = false;
}

void GpuTensorOps::fill(const MatrixView &to, float value)
{
    launch(FillKernel{floats(to), to.size(), value});
}

void GpuTensorOps::copy(const ConstMatrixView &from, const MatrixView &to)
{
    CHECK(from.size() == to.size());
    const float *const source = floats(from);
    float *const target = floats(to);
    guarded([&] { m_device.copyWithin(Lane::Compute, target, source, to.size() * sizeof(float)); });
}

void GpuTensorOps::gatherRows(const ConstMatrixView &from, const ConstMatrixView &numbers,
                              const MatrixView &to)
{
    CHECK(from.rows <= compute::kMostGatherable && numbers.size() == to.rows && from.columns == to.columns);
    const float *const source = floats(from);
    float *const target = floats(to);
    const bool isWell = to.columns % kQuad == 0 && liesWell(source, target);
    launchElements(GatherRows{source, from.rows, to.columns, floats(numbers), target, isWell}, to.size());
}

void GpuTensorOps::multiply(const Product &product)
{
    MatrixProduct p;
    p.m = product.transposeA ? product.a.columns : product.a.rows;
    p.k = product.transposeA ? product.a.rows : product.a.columns;
    p.n = product.transposeB ? product.b.rows : product.b.columns;
    CHECK(p.k == (product.transposeB ? product.b.columns : product.b.rows) && p.k > 0);
    CHECK(product.c.rows == p.m && product.c.columns == p.n);
    p.a = floats(product.a);
    p.b = floats(product.b);
    p.c = floats(product.c);
    p.aStride = product.a.columns;
    p.bStride = product.b.columns;
    p.cStride = product.c.columns;
    p.transposeA = product.transposeA;
    p.transposeB = product.transposeB;
    p.beta = product.accumulate ? 1.0F : 0.0F;
    guarded([&] { m_device.multiply(Lane::Compute, p, m_rounding); });
    if (product.bias.tensor != nullptr || product.activation != Activation::Linear)
        activate(product.c, product.bias, product.activation, product.c);
}

void GpuTensorOps::activate(const ConstMatrixView &x, const ConstMatrixView &bias, Activation activation,
                            const MatrixView &y)
{
    CHECK(x.rows == y.rows && x.columns == y.columns);
    CHECK(bias.tensor == nullptr || bias.size() == x.columns);
    const float *const from = floats(x);
    float *const to = floats(y);
    launchElements(
        Activate{from, floatsIfAny(bias), x.columns, to, functionOf(activation), liesWell(from, to)},
        x.size());
}

void GpuTensorOps::activateBackward(const ConstMatrixView &y, Activation activation, const MatrixView &dy)
{
    CHECK(y.size() == dy.size());
    if (activation == Activation::Linear)
        return;
    const float *const from = floats(y);
    float *const to = floats(dy);
    launchElements(ActivateBackward{from, to, functionOf(activation), liesWell(from, to)}, y.size());
}

void GpuTensorOps::columnSums(const ConstMatrixView &x, const MatrixView &sums)
{
    CHECK(sums.size() == x.columns);
    const float *from = floats(x);
    float *const to = floats(sums);
    if (x.rows == 0)
        return fill(sums, 0.0F);
    float *partial = m_partialSums.data();
    const float *const end = partial + m_partialSums.size();
    for (std::size_t rows = x.rows; rows > 0;)
    {
        ColumnSumsKernel kernel = {from, rows, x.columns, to};
        const std::size_t chunks = kernel.chunks();
        if (chunks > 1)
        {
            CHECK(chunks * x.columns <= static_cast<std::size_t>(end - partial));
            kernel.to = partial;
            partial += chunks * x.columns;
        }
        launch(kernel);
        from = kernel.to;
        rows = chunks > 1 ? chunks : 0;
    }
}

void GpuTensorOps::unfold(const ConstMatrixView &map, const ConvolutionShape &shape,
                          const MatrixView &windows)
{
    checkWindows(shape, map, windows);
    const float *const from = floats(map);
    float *const to = floats(windows);
    if (shape.channels % kQuad == 0 && liesWell(from, to))
        launch(UnfoldQuadsKernel(reinterpret_cast<const Quad *>(from), reinterpret_cast<Quad *>(to), map.rows,
                                 windowShapeOf(shape, kQuad)));
    else
        launch(UnfoldFloatsKernel(from, to, map.rows, windowShapeOf(shape, 1)));
}

void GpuTensorOps::fold(const ConstMatrixView &windows, const ConvolutionShape &shape, const MatrixView &map)
{
    checkWindows(shape, map, windows);
    const float *const from = floats(windows);
    float *const to = floats(map);
    if (shape.channels % kQuad == 0 && liesWell(from, to))
        launch(FoldQuadsKernel(reinterpret_cast<const Quad *>(from), reinterpret_cast<Quad *>(to), map.rows,
                               windowShapeOf(shape, kQuad)));
    else
        launch(FoldFloatsKernel(from, to, map.rows, windowShapeOf(shape, 1)));
}

void GpuTensorOps::transposeRows(const ConstMatrixView &x, std::size_t outer, const MatrixView &y)
{
    CHECK(x.rows == y.rows && x.columns == y.columns && outer > 0 && x.columns % outer == 0);
    launch(TransposeRowsKernel(floats(x), floats(y), x.rows, outer, x.columns / outer));
}

void GpuTensorOps::squaredError(const ConstMatrixView &x, const ConstMatrixView &y,
                                const ConstMatrixView &weights, float scale, const MatrixView &gradient,
                                const MatrixView &rowSums)
{
    CHECK(x.rows == y.rows && x.columns == y.columns && rowSums.size() == x.rows && x.columns > 0);
    CHECK(weights.tensor == nullptr || weights.size() == x.size());
    CHECK(gradient.tensor == nullptr || gradient.size() == x.size());
    SquaredErrorKernel kernel;
    kernel.x = floats(x);
    kernel.y = floats(y);
    kernel.weights = floatsIfAny(weights);
    kernel.gradient = floatsIfAny(gradient);
    kernel.rowSums = floats(rowSums);
    kernel.rows = x.rows;
    kernel.columns = x.columns;
    kernel.twiceScale = 2.0F * scale;
    kernel.isWell = x.columns % kQuad == 0 && liesWell(kernel.x, kernel.y, kernel.weights, kernel.gradient);
    launch(kernel);
}

void GpuTensorOps::absolutePenalty(const ConstMatrixView &z, float scale, const MatrixView &dz,
                                   const MatrixView &rowSums)
{
    CHECK(z.size() == dz.size() && rowSums.size() == z.rows);
    launch(AbsolutePenaltyKernel{{floats(z), z.columns, scale, floats(dz), floats(rowSums)}, z.rows});
}

void GpuTensorOps::normals(const NoiseKey &key, const MatrixView &to)
{
    float *const values = floats(to);
    launchElements(Normals{{key.seed, key.stream}, values, liesWell(values)}, to.size());
}

void GpuTensorOps::addNoise(const ConstMatrixView &x, const ConstMatrixView &weights, float amplitude,
                            const NoiseKey &key, const MatrixView &y)
{
    CHECK(x.size() == y.size() && (weights.tensor == nullptr || weights.size() == x.size()));
    const float *const from = floats(x);
    const float *const weight = floatsIfAny(weights);
    float *const to = floats(y);
    launchElements(AddNoise{{key.seed, key.stream}, from, weight, amplitude, to, liesWell(from, weight, to)},
                   x.size());
}

void GpuTensorOps::sampleLatent(const ConstMatrixView &moments, const ConstMatrixView &e, const MatrixView &z)
{
    CHECK(z.rows == moments.rows && moments.columns == 2 * z.columns && e.size() == z.size());
    launch(SampleLatentKernel{{floats(moments), floats(e), z.columns, floats(z)}, z.rows});
}

void GpuTensorOps::sampleLatentBackward(const ConstMatrixView &moments, const ConstMatrixView &e,
                                        const ConstMatrixView &dz, float scale, const MatrixView &dMoments,
                                        const MatrixView &rowSums)
{
    CHECK(dz.rows == moments.rows && moments.columns == 2 * dz.columns && e.size() == dz.size());
    CHECK(dMoments.size() == moments.size() && rowSums.size() == dz.rows);
    launch(SampleLatentBackwardKernel{
        {floats(moments), floats(e), floats(dz), dz.columns, scale, floats(dMoments), floats(rowSums)},
        dz.rows});
}

void GpuTensorOps::adam(const ConstMatrixView &gradient, const compute::AdamStep &step,
                        const MatrixView &parameters, const MatrixView &first, const MatrixView &second)
{
    const std::size_t size = parameters.size();
    CHECK(gradient.size() == size && first.size() == size && second.size() == size && step.step > 0);
    const auto t = static_cast<double>(step.step);
    Adam adam;
    adam.gradient = floats(gradient);
    adam.parameters = floats(parameters);
    adam.first = floats(first);
    adam.second = floats(second);
    adam.beta1 = static_cast<float>(step.beta1);
    adam.beta2 = static_cast<float>(step.beta2);
    adam.rest1 = static_cast<float>(1.0 - step.beta1);
    adam.rest2 = static_cast<float>(1.0 - step.beta2);
    adam.rate = static_cast<float>(step.learningRate / (1.0 - std::pow(step.beta1, t)));
    adam.root = static_cast<float>(1.0 / (1.0 - std::pow(step.beta2, t)));
    adam.epsilon = static_cast<float>(step.epsilon);
    adam.isWell = liesWell(adam.gradient, adam.parameters, adam.first, adam.second);
    launchElements(adam, size);
}

} // namespace

Result<std::unique_ptr<compute::TensorOps>> makeTensorOps(Device &device,
                                                          const compute::TensorOptions &options)
{
    return atBorder([&]() -> Result<std::unique_ptr<compute::TensorOps>> {
        return std::make_unique<GpuTensorOps>(device, options);
    });
}

} // namespace somnium::gpu
