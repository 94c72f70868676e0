// SPDX-License-Identifier: GPL-3.0-or-later
// A trained map and what mapping sources on it gives: plain values, no algorithms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/compute/backend.h"
#include "core/data/image.h"
#include "core/som/layout.h"

namespace somnium::som
{

/// A rotation and flip. Applied to a source (flip of the rows first, then rotation) it lays the source on the
/// prototype. The angle is in radians in [0, 2 pi), turning from the column axis towards the row axis.
struct SpatialTransform
{
    float angleRad = 0.0F;
    bool isFlipped = false;
    friend bool operator==(const SpatialTransform &, const SpatialTransform &) = default;
};

/// One epoch's figures.
struct EpochReport
{
    std::size_t epoch = 0; ///< 1 = first
    double sigma = 0.0;
    double meanDistance = 0.0;     ///< AQE: mean distance to the best-matching unit, disc metric
    double topographicError = 0.0; ///< share of sources whose two best neurons are not adjacent
    std::size_t emptyNeurons = 0;  ///< neurons that are nobody's best match
    double imagesPerSecond = 0.0;
    std::size_t images = 0; ///< the epoch learnt from: all, or those of the coarse start; 0: not known
    friend bool operator==(const EpochReport &, const EpochReport &) = default;
};

enum class LearningRule
{
    Batch,  ///< per epoch, every neuron becomes the weighted mean of all sources (the default)
    Online, ///< PINK's: a step towards every source, or towards the mean of a few, one after the other
};

/// How a source is compared with a prototype.
enum class Metric
{
    Invariant, ///< images, in all rotations and flips: Delta of SOM.md section 1
    Vector,    ///< spectra and other vectors, pixel by pixel: core/som/vector_trainer.h
};

/// How a figure goes from its first to its last value over the epochs.
enum class Schedule
{
    Exponential,
    Linear,
    Constant, ///< stays at the first
};

/// h(d) at the distance d on the layout. The batch rule divides by the sum of the weights, so their height
/// matters to the online rule only.
enum class Neighbourhood
{
    Gaussian,     ///< exp(-d^2 / 2 sigma^2), peak 1: PINK's "unitygaussian"
    Bubble,       ///< 1 within sigma, else 0
    PinkGaussian, ///< the same Gaussian with the peak 1 / (sigma sqrt(2 pi)): PINK's "gaussian"
    MexicanHat,   ///< 2 / (sqrt(3 sigma) pi^(1/4)) (1 - d^2/sigma^2) exp(-d^2 / 2 sigma^2), as PINK has it
};

enum class Initialisation
{
    RandomSources,
    Noise, ///< uniform in [0, 1)
    Zero,
    PreferredDirection, ///< noise with a bright diagonal, as PINK has it
    GivenMap,           ///< the prototypes of another map, or of a file
    PrincipalAxes,      ///< vectors only: spread over the plane (line, box) in which they differ most
};

/// How the coefficients of the samples are kept while a map is trained.
enum class Coefficients
{
    Automatic, ///< Full up to 256 MiB (some 14,000 images of 64 x 64), else Half
    Full,      ///< float, all in memory
    Half,      ///< compute::HalfSpectra, streamed from a file where memory is short
};

/// Everything that decides the result of a training, besides the samples (and the map of GivenMap).
struct TrainingParams
{
    MapLayout layout = MapLayout::rectangular(10, 10).value();
    /// Flips, rotations, precision, neuronSide, channelWeights and coefficients are of Invariant only.
    Metric metric = Metric::Invariant;
    std::size_t epochs = 12;
    double sigmaStart = 0.0; ///< 0: half the longest side of the layout
    double sigmaEnd = 0.6;
    Schedule schedule = Schedule::Exponential;
    Neighbourhood neighbourhood = Neighbourhood::Gaussian;
    Initialisation initialisation = Initialisation::RandomSources;
    bool useFlips = true;
    compute::MatchPrecision precision = compute::MatchPrecision::Standard;
    double minimumWeight = 1e-3; ///< neighbourhood weights below it (times the peak) are skipped
    std::uint64_t seed = 1;

    LearningRule rule = LearningRule::Batch;
    // Of the online rule: the factor alpha of each step (PINK's damping), how it falls, sources per step (1 =
    // PINK's), and whether every epoch has its own random order.
    double learningRateStart = 0.2;
    double learningRateEnd = 0.05;
    Schedule learningRateSchedule = Schedule::Exponential;
    std::size_t sourcesPerStep = 1;
    bool shuffles = true;

    double maxUpdateDistance = 0.0;    ///< neurons further from the best one learn nothing; 0: no such limit
    std::size_t rotations = 0;         ///< compare this many evenly spaced ones, 1 = none turned; 0: all
    std::size_t neuronSide = 0;        ///< pixels of a prototype's side; 0: as the sources
    std::vector<float> channelWeights; ///< factors of the channels' squared differences; empty: 1 each
    /// Stop before `epochs` when the mean distance (relative) and the topographic error have changed by less
    /// than this in each of three epochs; 0: never.
    double settledTolerance = 0.0;

    /// Coarse start: of a survey at least twice as large, epochs of the first half learn from so many sources
    /// picked at random, as long as each neuron's neighbourhood still holds a thousand of them. 0: always
    /// all.
    std::size_t coarseSources = 20000;
    Coefficients coefficients = Coefficients::Automatic;
    friend bool operator==(const TrainingParams &, const TrainingParams &) = default;
};
[[nodiscard]] Result<void> validate(const TrainingParams &params);
/// How sources are compared with a map of these params.
[[nodiscard]] inline compute::MatchOptions matchOptionsOf(const TrainingParams &params)
{
    return {.useFlips = params.useFlips, .rotations = params.rotations};
}

/// A map: prototypes as images (for people and files) and as angular spectra (for matching). A prototype of
/// Metric::Vector is an image of one row, with neither grid nor spectra.
struct Som
{
    MapLayout layout;
    data::ImageShape shape;        ///< of one prototype
    compute::PolarGrid grid;       ///< of the spectra
    std::vector<float> prototypes; ///< [neuron][channel][row][column]
    std::vector<float> spectra; ///< [neuron][grid.coefficientCount()], empty for a map from a file of images
    TrainingParams params;
    std::vector<EpochReport> history;
    std::string device; ///< that the last epoch was learned on (Backend::device()); empty: not known
    /// What the user was told while it was trained, e.g. that the processor took over from a graphics card.
    std::vector<std::string> notices;

    [[nodiscard]] data::ImageView prototype(std::size_t neuron) const
    {
        return {std::span(prototypes).subspan(neuron * shape.size(), shape.size()), shape};
    }
    friend bool operator==(const Som &, const Som &) = default;
};

/// Per source: best and second best neuron, distances, and how the source lies on its best prototype.
struct Mapping
{
    std::vector<std::uint32_t> best;
    std::vector<std::uint32_t> second; ///< equal to `best` on a map of one neuron
    std::vector<float> distance; ///< to `best`: Delta of SOM.md section 1, in units of the prepared image
    std::vector<float>
        secondDistance; ///< less than `distance`, by up to 2 %, where pixels decided a close call
    std::vector<SpatialTransform> transform; ///< lays the source on `best`

    [[nodiscard]] std::size_t sourceCount() const { return best.size(); }
    friend bool operator==(const Mapping &, const Mapping &) = default;
};

} // namespace somnium::som
