// SPDX-License-Identifier: GPL-3.0-or-later
// What a collection with a latent space can be asked: the nearest spectra, how good the picture is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/spectrum_store.h"
#include "core/latent/projection_quality.h"
#include "core/search/spectral_index.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// The index by which the nearest spectra of a collection are found: read from beside its store, or made
/// (that reads all spectra, about as long as an epoch of training) and kept there. `spectra`: spectraOf the
/// collection.
[[nodiscard]] Result<std::shared_ptr<const search::SpectralIndex>>
spectralIndexOf(const session::Session &session, session::CollectionId collection,
                const data::Spectra &spectra, compute::Backend &backend, const JobContext &context);

/// LatentQuality of a catalogue column: R^2 from the latent space, from as many principal components, from
/// the full space.
struct LabelQuality
{
    std::string column;
    std::size_t rows = 0; ///< with a label, that were used
    double latentR2 = 0.0;
    double pcaR2 = 0.0;
    double fullR2 = 0.0;
};

struct LatentQuality
{
    latent::NeighbourhoodQuality neighbourhood;    ///< of the latent space
    latent::NeighbourhoodQuality pcaNeighbourhood; ///< of as many principal components
    double validationLoss = 0.0;
    double pcaValidationLoss = 0.0;
    std::vector<LabelQuality> labels; ///< columns of numbers that are not constant, in their order
};

/// Of a latent space of a collection of spectra or images; the rows are said to be sampled in the figures.
[[nodiscard]] Result<LatentQuality> latentQuality(const session::Session &session, session::ModelId latent,
                                                  compute::Backend &backend, const JobContext &context);

} // namespace somnium::workflow
