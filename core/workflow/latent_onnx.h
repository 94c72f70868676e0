// SPDX-License-Identifier: GPL-3.0-or-later
// Latent spaces as ONNX files: those of a session written for other programs, encoders trained elsewhere read
// in and the sources of a collection placed by them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/onnx/latent_model.h"
#include "core/onnx/writer.h"
#include "core/session/session.h"
#include "core/workflow/train_latent.h"

namespace somnium::workflow
{

/// What stands behind a latent space of the session, whoever trained it.
[[nodiscard]] Result<onnx::LatentModel> latentModelOf(const session::Session &session,
                                                      session::ModelId latent);

/// PREFIX_encoder.onnx and PREFIX_decoder.onnx, with what is told of the training.
[[nodiscard]] Result<onnx::WrittenFiles> exportLatentOnnx(const session::Session &session,
                                                          const session::LatentSummary &latent,
                                                          const std::filesystem::path &prefix);

struct LatentImport
{
    session::CollectionId collection{};
    std::string name; ///< empty: the encoder file's, without its ending
    std::filesystem::path encoder;
    std::filesystem::path decoder; ///< empty: there is none
    std::string output;            ///< of the encoder, that is the place; empty: the first
    std::string turnToMap;         ///< images: as LatentTrainRequest's
};

struct ImportedLatent
{
    session::ModelId model{};
    std::string name;
    std::size_t dimensions = 0;
    LatentAbout about; ///< losses: on the rows that a training would have validated; none without a decoder
};

/// Places all sources of the collection, and keeps network and places in the session as a latent space; one
/// of that name is replaced. Values are given as they were prepared: scaling is the network's own affair.
/// Errors are those of onnx::ForeignModel; Mismatch if a place is not finite, naming the source.
[[nodiscard]] Result<ImportedLatent> importLatent(session::Session &session, const LatentImport &request,
                                                  compute::Backend &backend, const JobContext &context);

} // namespace somnium::workflow
