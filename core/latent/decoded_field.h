// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder gives for places of the latent plane: a number measured on its samples, as a field to be
// contoured.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/latent/autoencoder.h"
#include "core/latent/latent_plane.h"
#include "core/latent/observed_field.h"
#include "core/latent/plane_field.h"

namespace somnium::latent
{

/// Some rows, decoded: the first one's number, and [rows][pixels asked for], in the units of the data.
using DecodedRows = std::function<void(std::size_t first, std::span<const float> values)>;

/// Decodes `latent` [n][z] batch by batch and hands out `pixels` of each sample (any order, repeats allowed).
/// A last layer that is dense is worked out at these pixels only. The same numbers as Autoencoder::decode but
/// for rounding. Fails: Mismatch (lengths, a pixel that is not there), Cancelled, the backend's failure.
[[nodiscard]] Result<void> decodePixels(const Autoencoder &model, std::span<const float> latent,
                                        std::span<const std::size_t> pixels, compute::Backend &backend,
                                        const JobContext &context, const DecodedRows &use);

/// A number that is measured on some pixels of a sample, in the units of the data.
struct SampleMeasure
{
    std::vector<std::size_t> pixels;
    /// From these pixels. Called from several threads; not finite: none.
    std::function<double(std::span<const float> values)> measure;
};

/// The sources of a latent space as they are seen on a plane through it.
struct PlaneSources
{
    const LatentPlane *plane = nullptr;
    std::span<const float> places; ///< [n][z]
    Points points;                 ///< [n], of these places on the plane
};

/// The latent numbers of places of the plane. In a space of more than two dimensions a place of the plane is
/// a line or more of it: there it takes the mean of the sources near that place, smoothed as a column would
/// be, in all directions that the plane does not show. `cells`: of `grid`, whose rectangle and side
/// `params` are for. [cells][z].
[[nodiscard]] Result<std::vector<float>> latentOfCells(const PlaneSources &sources, const PlaneField &grid,
                                                       std::span<const std::size_t> cells,
                                                       const FieldParams &params, const JobContext &context);

/// Any decoder, as decodePixels calls `use`.
using PixelDecoder = std::function<Result<void>(std::span<const float> latent,
                                                std::span<const std::size_t> pixels, const DecodedRows &use)>;

/// The measure of what the decoder gives for the centre of each cell of `rect` that has enough sources near
/// it (FieldParams::minimumPoints); NaN elsewhere, where a decoder says anything. The field has the sources'
/// support, and no error. Fails: Mismatch (lengths), InvalidArgument (rect, params), Cancelled, the backend's
/// failure.
[[nodiscard]] Result<PlaneField> decodedField(const Autoencoder &model, const SampleMeasure &measure,
                                              const PlaneSources &sources, const PlaneRect &rect,
                                              const FieldParams &params, compute::Backend &backend,
                                              const JobContext &context);
[[nodiscard]] Result<PlaneField> decodedField(const PixelDecoder &decode, const SampleMeasure &measure,
                                              const PlaneSources &sources, const PlaneRect &rect,
                                              const FieldParams &params, const JobContext &context);

} // namespace somnium::latent
