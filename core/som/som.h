// SPDX-License-Identifier: GPL-3.0-or-later
// A trained map and what mapping sources on it gives: plain values, no algorithms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/compute/polar_grid.h"
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
    friend bool operator==(const EpochReport &, const EpochReport &) = default;
};

enum class SigmaSchedule
{
    Exponential,
    Linear,
    Constant,
};

enum class Neighbourhood
{
    Gaussian, ///< exp(-d^2 / 2 sigma^2), peak 1
    Bubble,   ///< 1 within sigma, else 0
};

enum class Initialisation
{
    RandomSources,
    Noise,
    Zero,
};

/// Everything that decides the result of a training, besides the samples.
struct TrainingParams
{
    MapLayout layout = MapLayout::rectangular(10, 10).value();
    std::size_t epochs = 12;
    double sigmaStart = 0.0; ///< 0: half the longer side of the layout
    double sigmaEnd = 0.6;
    SigmaSchedule schedule = SigmaSchedule::Exponential;
    Neighbourhood neighbourhood = Neighbourhood::Gaussian;
    Initialisation initialisation = Initialisation::RandomSources;
    bool useFlips = true;
    compute::MatchPrecision precision = compute::MatchPrecision::Standard;
    double minimumWeight = 1e-3; ///< neighbourhood weights below it are skipped
    std::uint64_t seed = 1;
    friend bool operator==(const TrainingParams &, const TrainingParams &) = default;
};
[[nodiscard]] Result<void> validate(const TrainingParams &params);

/// A map: prototypes as images (for people and files) and as angular spectra (for matching).
struct Som
{
    MapLayout layout;
    data::ImageShape shape;        ///< of one prototype
    compute::PolarGrid grid;       ///< of the spectra
    std::vector<float> prototypes; ///< [neuron][channel][row][column]
    std::vector<float> spectra; ///< [neuron][grid.coefficientCount()], empty for a map from a file of images
    TrainingParams params;
    std::vector<EpochReport> history;

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
