// SPDX-License-Identifier: GPL-3.0-or-later
// A few numbers per source that say what it looks like, whichever way it is turned: what a learned ranking
// and a search for loners compare.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::search
{

/// Rows of `dimensions` numbers, one a source; squared distances between rows average 2.
struct ShapeFeatures
{
    std::size_t dimensions = 0;
    std::vector<float> values;        ///< [source][dimension]
    std::vector<float> energy;        ///< [source] sum of squares over the disc, as Delta^2 counts it
    std::vector<float> signalToNoise; ///< [source] signalToNoiseOf the prepared image

    [[nodiscard]] std::size_t sourceCount() const { return energy.size(); }
    [[nodiscard]] std::span<const float> of(std::size_t source) const
    {
        return std::span(values).subspan(source * dimensions, dimensions);
    }
};

/// Of each kind, so many components are kept: 24 numbers a source, 100 MB for a million.
inline constexpr std::size_t kComponentsOfAKind = 12;

/// Two kinds. The angular power spectrum: the light in bands of rings and harmonics, the root of its share of
/// the whole; turning and flipping change none of it. The fingerprint: how alike (cosine over the best turn)
/// the source and each of up to 128 prototypes are. The principal components of each, fitted to at most 8,192
/// sources. One pass over the samples, about the cost of mapping them.
[[nodiscard]] Result<ShapeFeatures> shapeFeatures(const som::Som &som, const data::Samples &samples,
                                                  compute::Backend &backend, const JobContext &context);

/// Squared Euclidean distance.
[[nodiscard]] float squaredDistance(std::span<const float> a, std::span<const float> b);

/// Brightest pixel over the noise, which is 1.4826 times the median absolute deviation, or on a background
/// that was clipped the faintest pixel left: there and after a stretch only its order among the images of one
/// recipe means something. 0 for an image without light.
[[nodiscard]] float signalToNoiseOf(const data::ImageView &image);

/// Per source, how far (in the features) its `neighbour`-th nearest source is, of at most 4,096 spread evenly
/// over the collection. Fails only if stopped.
[[nodiscard]] Result<std::vector<float>> neighbourDistances(const ShapeFeatures &features,
                                                            std::size_t neighbour, const JobContext &context);

} // namespace somnium::search
