// SPDX-License-Identifier: GPL-3.0-or-later
// The operations of the invariant map on whole batches, as both twins (CPU, CUDA) offer them. No CUDA type
// occurs here; a handle hides where the data lie. See the contract at each operation: shapes, ties, NaN,
// allowed error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/half_spectra.h"
#include "core/compute/nearest_rows.h"
#include "core/compute/polar_grid.h"
#include "core/compute/tensor_ops.h"
#include "core/data/sample_store.h"

namespace somnium::compute
{

/// Angular spectra of `count()` images on one grid, wherever the backend keeps them. Immutable once made.
class Spectra
{
public:
    Spectra() = default;
    Spectra(const Spectra &) = delete;
    Spectra &operator=(const Spectra &) = delete;
    virtual ~Spectra() = default;

    [[nodiscard]] virtual std::size_t count() const = 0;
    [[nodiscard]] virtual const PolarGrid &grid() const = 0;
};

/// The result of comparing images with prototypes.
struct MatchResult
{
    std::vector<std::uint32_t> best;    ///< [images] lowest index wins a tie
    std::vector<std::uint32_t> second;  ///< [images]; = best if there is one prototype
    std::vector<float> bestDistance;    ///< [images], Delta (not squared), >= 0
    std::vector<float> secondDistance;  ///< [images]
    std::vector<float> bestAngleRad;    ///< [images], refined by a parabola, in [0, 2 pi)
    std::vector<std::uint8_t> bestFlip; ///< [images]
    std::vector<float> secondAngleRad;  ///< [images], as bestAngleRad
    std::vector<std::uint8_t> secondFlip;
    /// With MatchOptions::all, also for every pair, [images][prototypes]; else empty.
    std::vector<float> distance;
    std::vector<float> angleRad;
    std::vector<std::uint8_t> flip;
};

struct MatchOptions
{
    bool useFlips = true;
    /// Compare only the rotations by 2 pi i / rotations (1: none turned; ties: smallest angle); 0: all.
    /// Between the grid's angles the correlation is that of the parabola through the three nearest.
    std::size_t rotations = 0;
    bool all = false; ///< keep every pair
};

/// What the batch update of SOM.md section 4 needs: for each image its best-matching unit decides the
/// weights.
struct UpdateOptions
{
    bool useFlips = true;
    std::size_t rotations = 0; ///< as in MatchOptions
    double minimumWeight = 1e-3;
    /// [prototypes][prototypes]: h(distance on the layout between best match and neuron).
    std::span<const float> neighbourhood;
};

/// Images to a multiple of which a training is cut into blocks: then the sums, and so the bits, are those of
/// all images at once.
inline constexpr std::size_t kUpdateBlockImages = 2304;

/// One batch-training step over images that come block by block: W_k = sum_i h phi_ik(A_i) / sum_i h with
/// phi_ik the image's best transform for neuron k. A neuron with no weight keeps its spectrum.
class BatchUpdate
{
public:
    BatchUpdate() = default;
    BatchUpdate(const BatchUpdate &) = delete;
    BatchUpdate &operator=(const BatchUpdate &) = delete;
    virtual ~BatchUpdate() = default;

    /// Takes up a block; blocks before the last hold a multiple of kUpdateBlockImages. Returns the match of
    /// its images with the OLD prototypes, since an epoch's figures come from it. Not to be used after a
    /// failure.
    [[nodiscard]] virtual Result<MatchResult> add(const Spectra &images, const JobContext &context) = 0;
    /// The new prototypes.
    [[nodiscard]] virtual Result<std::unique_ptr<Spectra>> finish() = 0;
};

class Backend
{
public:
    Backend() = default;
    Backend(const Backend &) = delete;
    Backend &operator=(const Backend &) = delete;
    virtual ~Backend() = default;

    [[nodiscard]] virtual std::string name() const = 0;   ///< "cpu", "cuda"
    [[nodiscard]] virtual std::string device() const = 0; ///< "AMD EPYC, AVX-512, 2 threads"
    /// What could be allocated now of a memory that is not the processor's; 0 where it is, or if the device
    /// does not tell.
    [[nodiscard]] virtual std::size_t freeDeviceBytes() { return 0; }

    /// Spectra of samples [first, first + count) (SOM.md section 2). NaN pixels count as 0.
    [[nodiscard]] virtual Result<std::unique_ptr<Spectra>> transform(const data::Samples &samples,
                                                                     std::size_t first, std::size_t count,
                                                                     const PolarGrid &grid,
                                                                     const JobContext &context) = 0;

    /// The same in half precision, in main memory.
    [[nodiscard]] virtual Result<HalfSpectra> transformToHalf(const data::Samples &samples, std::size_t first,
                                                              std::size_t count, const PolarGrid &grid,
                                                              const JobContext &context) = 0;
    /// The same where the backend keeps them: upload(transformToHalf(...)) to the bit, which it is for a
    /// backend that does not do it without main memory.
    [[nodiscard]] virtual Result<std::unique_ptr<Spectra>>
    transformAndKeep(const data::Samples &samples, std::size_t first, std::size_t count,
                     const PolarGrid &grid, const JobContext &context);

    /// Puts spectra [count][grid.coefficientCount()] into the backend, and gets them back.
    [[nodiscard]] virtual Result<std::unique_ptr<Spectra>>
    upload(std::span<const float> spectra, std::size_t count, const PolarGrid &grid) = 0;
    /// Keeps them in half precision, shared or copied.
    [[nodiscard]] virtual Result<std::unique_ptr<Spectra>>
    upload(std::shared_ptr<const HalfSpectra> spectra) = 0;
    [[nodiscard]] virtual Result<std::vector<float>> download(const Spectra &spectra) = 0;

    /// Delta of every image to every prototype over all rotations (and flips), SOM.md section 3. Both on one
    /// grid. Deterministic: the same bits for any number of threads.
    [[nodiscard]] virtual Result<MatchResult> match(const Spectra &images, const Spectra &prototypes,
                                                    const MatchOptions &options,
                                                    const JobContext &context) = 0;

    /// Begins a batch-training step. `prototypes` and the neighbourhood must outlive it. Deterministic as
    /// match.
    [[nodiscard]] virtual Result<std::unique_ptr<BatchUpdate>> beginUpdate(const Spectra &prototypes,
                                                                           const UpdateOptions &options) = 0;

    /// A whole step on images that are all there.
    struct Update
    {
        std::unique_ptr<Spectra> prototypes;
        MatchResult match;
    };
    [[nodiscard]] Result<Update> update(const Spectra &images, const Spectra &prototypes,
                                        const UpdateOptions &options, const JobContext &context);

    /// What autoencoders are trained with. Must not outlive the backend; several may exist. Unsupported where
    /// a backend has none.
    [[nodiscard]] virtual Result<std::unique_ptr<TensorOps>> makeTensorOps(const TensorOptions &options);
    [[nodiscard]] Result<std::unique_ptr<TensorOps>> tensorOps(unsigned threads = 0)
    {
        return makeTensorOps({.threads = threads});
    }

    /// Keeps rows where the backend computes. Must not outlive the backend.
    [[nodiscard]] virtual Result<std::unique_ptr<NearestRows>> keepRows(std::shared_ptr<const HalfRows> rows);
};

} // namespace somnium::compute
