// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/cpu_backend.h"

#include <algorithm>
#include <string>
#include <thread>

#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_spectra.h"
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

const CpuSpectra &own(const Spectra &spectra)
{
    const auto *const mine = dynamic_cast<const CpuSpectra *>(&spectra);
    CHECK(mine != nullptr);
    return *mine;
}

Result<void> checkPair(const Spectra &images, const Spectra &prototypes)
{
    if (!(images.grid() == prototypes.grid()))
        return failure(ErrorKind::Mismatch, "images and prototypes lie on different polar grids");
    if (prototypes.count() == 0)
        return failure(ErrorKind::InvalidArgument, "no prototypes to compare with");
    return {};
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
    if (first > samples.count() || count > samples.count() - first)
        return failure(ErrorKind::InvalidArgument,
                       "samples " + std::to_string(first) + " to " + std::to_string(first + count) +
                           " asked for, there are " + std::to_string(samples.count()));
    const auto transform = PolarTransform::create(grid, samples.shape());
    if (!transform)
        return failure(transform.error());
    auto spectra = std::make_unique<CpuSpectra>(grid, count);
    const std::size_t blocks = (count + kTransformBlock - 1) / kTransformBlock;
    const bool isDone = parallelFor(blocks, context, [&](std::size_t block) {
        PolarTransform::Scratch scratch(**transform);
        std::vector<float> spectrum(grid.coefficientCount());
        const std::size_t end = std::min(count, (block + 1) * kTransformBlock);
        for (std::size_t i = block * kTransformBlock; i < end; ++i)
        {
            (*transform)->forward(samples.sample(first + i), spectrum, scratch);
            spectra->setRow(i, spectrum);
        }
    });
    if (!isDone)
        return cancelled();
    return spectra;
}

Result<std::unique_ptr<Spectra>> CpuBackend::upload(std::span<const float> spectra, std::size_t count,
                                                    const PolarGrid &grid)
{
    if (const auto valid = validate(grid); !valid)
        return failure(valid.error());
    if (spectra.size() != count * grid.coefficientCount())
        return failure(ErrorKind::Mismatch, "spectra hold " + std::to_string(spectra.size()) +
                                                " values: expected " + std::to_string(count) + " times " +
                                                std::to_string(grid.coefficientCount()));
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

Result<Backend::Update> CpuBackend::update(const Spectra &images, const Spectra &prototypes,
                                           const UpdateOptions &options, const JobContext &context)
{
    if (const auto good = checkPair(images, prototypes); !good)
        return failure(good.error());
    if (options.neighbourhood.size() != prototypes.count() * prototypes.count())
        return failure(ErrorKind::Mismatch,
                       "neighbourhood has " + std::to_string(options.neighbourhood.size()) +
                           " weights: expected " + std::to_string(prototypes.count()) + " squared");
    const CpuSpectra &from = own(images);
    const Matcher matcher(m_kernels, own(prototypes), options.useFlips, options.rotations);
    Updater updater(m_kernels, own(prototypes), options);
    const std::size_t blockImages = std::min(kPairBlock, from.count());
    Pairs pairs = matcher.makePairs(blockImages);
    MatchResult result = makeMatchResult(from.count());
    for (std::size_t first = 0; first < from.count(); first += blockImages)
    {
        const std::size_t count = std::min(blockImages, from.count() - first);
        if (!matcher.matchRange(from, first, count, pairs, result, context) ||
            !updater.add(from, first, count, pairs, result.best, context))
            return cancelled();
        context.report({first + count, from.count(), "training"});
    }
    return Update{updater.finish(), std::move(result)};
}

} // namespace somnium::compute::cpu
