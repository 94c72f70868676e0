// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/cpu_backend.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <utility>

#include "core/compute/backend_contract.h"
#include "core/compute/cpu/cpu_spectra.h"
#include "core/compute/cpu/cpu_tensor_ops.h"
#include "core/compute/cpu/flush_tiny.h"
#include "core/compute/cpu/kernel_choice.h"
#include "core/compute/cpu/matcher.h"
#include "core/compute/cpu/updater.h"
#include "core/compute/polar_transform.h"

namespace somnium::compute::cpu
{

namespace
{

/// Images of a block of transform(), and those whose pairs are held at once.
constexpr std::size_t kTransformBlock = 32;
constexpr std::size_t kPairBlock = 96 * kUnitImages;
static_assert(kUpdateBlockImages % kPairBlock == 0, "blocks of a training begin where blocks of pairs do");

const CpuSpectra &own(const Spectra &spectra)
{
    const auto *const mine = dynamic_cast<const CpuSpectra *>(&spectra);
    CHECK(mine != nullptr);
    return *mine;
}

tl::unexpected<Error> cancelled()
{
    return failure(ErrorKind::Cancelled, "stopped");
}

void keepPairs(const Pairs &pairs, std::size_t images, std::size_t prototypes, const PolarGrid &grid,
               MatchResult &result)
{
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t k = 0; k < prototypes; ++k)
        {
            const std::size_t at = i * pairs.stride + k;
            result.distance.push_back(pairs.distance[at]);
            result.angleRad.push_back(angleRadFromSteps(pairs.angleSteps[at], grid));
            result.flip.push_back(pairs.flip[at]);
        }
}

/// Calls `take(i, spectrum)` for the spectra of samples [first, first + count), on all threads.
template <class Take> Result<void> forSpectra(const data::Samples &samples, std::size_t first,
                                              std::size_t count, const PolarGrid &grid,
                                              const JobContext &context, const Take &take)
{
    if (auto good = checkRange(samples, first, count); !good)
        return good;
    const auto transform = PolarTransform::create(grid, samples.shape());
    if (!transform)
        return failure(transform.error());
    const std::size_t blocks = (count + kTransformBlock - 1) / kTransformBlock;
    const bool isDone = parallelKernels(blocks, context, [&](std::size_t block) {
        PolarTransform::Scratch scratch(**transform);
        std::vector<float> spectrum(grid.coefficientCount());
        const std::size_t end = std::min(count, (block + 1) * kTransformBlock);
        for (std::size_t i = block * kTransformBlock; i < end; ++i)
        {
            (*transform)->forward(samples.sample(first + i), spectrum, scratch);
            take(i, std::span<const float>(spectrum));
        }
    });
    if (!isDone)
        return cancelled();
    return {};
}

/// Puts one spectrum into row `index`.
void narrowInto(HalfSpectra &halves, std::size_t index, std::span<const float> spectrum,
                const Kernels &kernels, const CpuSpectra &shape)
{
    const SpectrumPlan &plan = shape.plan();
    thread_local AlignedFloats packed;
    thread_local AlignedFloats row;
    if (packed.size() < halves.rowSize)
        packed = AlignedFloats(halves.rowSize);
    if (row.size() < shape.rowSize() + kRowPadding)
        row = AlignedFloats(shape.rowSize() + kRowPadding);
    float *const end = packed.data() + halves.rowSize;
    float *to = packed.data();
    for (std::size_t m = 0; m < plan.harmonics; ++m)
    {
        const std::size_t skipped = 2 * std::size_t{plan.firstRing[m]};
        to = std::copy_n(spectrum.data() + 2 * m * plan.rings + skipped, 2 * plan.rings - skipped, to);
    }
    std::fill(to, end, 0.0F);
    float largest = 0.0F;
    for (const float *value = packed.data(); value != end; ++value)
        largest = std::abs(*value) <= largest ? largest : std::abs(*value); // NaN is taken, and kept
    const float scale = halfScaleFor(largest);
    std::uint16_t *const half = halves.values.data() + index * halves.rowSize;
    kernels.narrow(packed.data(), halves.rowSize, 1.0F / scale, half);
    kernels.widenRow(plan, half, scale, row.data());
    halves.scales[index] = scale;
    halves.energies[index] = static_cast<float>(sumOfSquares(std::span(row.data(), shape.rowSize())));
}

/// Matches block after block and adds them up.
class CpuBatchUpdate final : public BatchUpdate
{
public:
    CpuBatchUpdate(const Kernels &kernels, const CpuSpectra &prototypes, const UpdateOptions &options)
        : m_prototypes(prototypes), m_matcher(kernels, prototypes, options.useFlips, options.rotations),
          m_updater(kernels, prototypes, options)
    {}

    [[nodiscard]] Result<MatchResult> add(const Spectra &images, const JobContext &context) override;
    [[nodiscard]] Result<std::unique_ptr<Spectra>> finish() override { return m_updater.finish(); }

private:
    const CpuSpectra &m_prototypes;
    Matcher m_matcher;
    Updater m_updater;
    Pairs m_pairs;
};

Result<MatchResult> CpuBatchUpdate::add(const Spectra &images, const JobContext &context)
{
    if (const auto good = checkPair(images, m_prototypes); !good)
        return failure(good.error());
    const CpuSpectra &from = own(images);
    const std::size_t blockImages = std::min(kPairBlock, from.count());
    if (m_pairs.distance.size() < blockImages * m_pairs.stride || m_pairs.stride == 0)
        m_pairs = m_matcher.makePairs(blockImages);
    MatchResult result = makeMatchResult(from.count());
    for (std::size_t first = 0; first < from.count(); first += blockImages)
    {
        const std::size_t count = std::min(blockImages, from.count() - first);
        if (!m_matcher.matchRange(from, first, count, m_pairs, result, context) ||
            !m_updater.add(from, first, count, m_pairs, result.best, context))
            return cancelled();
        context.report({first + count, from.count(), "training"});
    }
    return result;
}

} // namespace

Result<std::unique_ptr<CpuBackend>> CpuBackend::create()
{
    const auto kernels = chooseKernels();
    if (!kernels)
        return failure(kernels.error());
    return std::make_unique<CpuBackend>(**kernels);
}

std::string CpuBackend::device() const
{
    const std::string path = simdPath();
    const std::string simd = path == "avx512" ? "AVX-512" : path == "avx2" ? "AVX2" : "no wide vectors";
    const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
    return processorName() + ", " + simd + ", " + std::to_string(processors) +
           (processors == 1 ? " thread" : " threads");
}

Result<std::unique_ptr<Spectra>> CpuBackend::transform(const data::Samples &samples, std::size_t first,
                                                       std::size_t count, const PolarGrid &grid,
                                                       const JobContext &context)
{
    auto spectra = std::make_unique<CpuSpectra>(grid, count);
    const auto done =
        forSpectra(samples, first, count, grid, context,
                   [&](std::size_t i, std::span<const float> spectrum) { spectra->setRow(i, spectrum); });
    if (!done)
        return failure(done.error());
    return spectra;
}

Result<HalfSpectra> CpuBackend::transformToHalf(const data::Samples &samples, std::size_t first,
                                                std::size_t count, const PolarGrid &grid,
                                                const JobContext &context)
{
    HalfSpectra halves = makeHalfSpectra(grid, count);
    const CpuSpectra shape(grid, 0);
    const auto done =
        forSpectra(samples, first, count, grid, context, [&](std::size_t i, std::span<const float> spectrum) {
            narrowInto(halves, i, spectrum, m_kernels, shape);
        });
    if (!done)
        return failure(done.error());
    return halves;
}

Result<std::unique_ptr<Spectra>> CpuBackend::upload(std::shared_ptr<const HalfSpectra> spectra)
{
    CHECK(spectra != nullptr);
    if (const auto good = checkSpectra(*spectra); !good)
        return failure(good.error());
    return std::make_unique<CpuSpectra>(std::move(spectra));
}

Result<std::unique_ptr<Spectra>> CpuBackend::upload(std::span<const float> spectra, std::size_t count,
                                                    const PolarGrid &grid)
{
    if (const auto good = checkSpectra(spectra, count, grid); !good)
        return failure(good.error());
    auto uploaded = std::make_unique<CpuSpectra>(grid, count);
    for (std::size_t i = 0; i < count; ++i)
        uploaded->setRow(i, spectra.subspan(i * grid.coefficientCount(), grid.coefficientCount()));
    return uploaded;
}

Result<std::vector<float>> CpuBackend::download(const Spectra &spectra)
{
    const CpuSpectra &mine = own(spectra);
    const std::size_t size = mine.grid().coefficientCount();
    std::vector<float> values(mine.count() * size);
    for (std::size_t i = 0; i < mine.count(); ++i)
        mine.copyRow(i, std::span(values).subspan(i * size, size));
    return values;
}

Result<MatchResult> CpuBackend::match(const Spectra &images, const Spectra &prototypes,
                                      const MatchOptions &options, const JobContext &context)
{
    if (const auto good = checkPair(images, prototypes); !good)
        return failure(good.error());
    const CpuSpectra &from = own(images);
    const Matcher matcher(m_kernels, own(prototypes), options.useFlips, options.rotations);
    const std::size_t blockImages = std::min(kPairBlock, from.count());
    Pairs pairs = matcher.makePairs(blockImages);
    MatchResult result = makeMatchResult(from.count());
    for (std::size_t first = 0; first < from.count(); first += blockImages)
    {
        const std::size_t count = std::min(blockImages, from.count() - first);
        if (!matcher.matchRange(from, first, count, pairs, result, context))
            return cancelled();
        if (options.all)
            keepPairs(pairs, count, prototypes.count(), from.grid(), result);
        context.report({first + count, from.count(), "comparing"});
    }
    return result;
}

Result<std::unique_ptr<BatchUpdate>> CpuBackend::beginUpdate(const Spectra &prototypes,
                                                             const UpdateOptions &options)
{
    if (const auto good = checkUpdate(prototypes, options); !good)
        return failure(good.error());
    return std::make_unique<CpuBatchUpdate>(m_kernels, own(prototypes), options);
}

Result<std::unique_ptr<TensorOps>> CpuBackend::makeTensorOps(const TensorOptions &options)
{
    return std::make_unique<CpuTensorOps>(tensorKernelsFor(m_kernels), options.threads);
}

} // namespace somnium::compute::cpu
