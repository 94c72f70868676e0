// SPDX-License-Identifier: GPL-3.0-or-later
// What the views look at: one collection and, once there is one, one map with its mapping. Immutable; a
// change makes a new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/data/collection.h"
#include "core/data/sample_store.h"
#include "core/data/spectrum_store.h"
#include "core/onnx/latent_model.h"
#include "core/session/session.h"
#include "core/som/mapper.h"
#include "core/som/som.h"
#include "core/workflow/train_latent.h"
#include "ui/models/latent_data.h"

namespace somnium::ui
{

/// A map and everything derived from it that views show.
struct MapData
{
    session::ModelSummary summary;
    som::Som som;
    som::Mapping mapping;
    som::NeuronFigures figures;
    std::vector<double> uMatrix; ///< [neuron]
};

/// A latent space and where the sources of the collection lie on it.
struct LatentSpace
{
    session::LatentSummary summary;
    workflow::LatentAbout about;
    onnx::LatentModel model;
    std::vector<float> places; ///< [source][summary.dimensions]
    std::vector<float> errors; ///< [source] reconstruction error, chi^2 per pixel
};
using LatentSpacePointer = std::shared_ptr<const LatentSpace>;

/// A copy shares the collection: a survey with another map costs nothing.
struct SurveyData
{
    explicit SurveyData(data::Collection all = {})
        : shared(std::make_shared<const data::Collection>(std::move(all)))
    {}

    session::CollectionSummary summary;
    std::shared_ptr<const data::Collection> shared; ///< never null
    const data::Collection &collection = *shared;   // NOLINT: reads as the member that it stands for
    std::shared_ptr<const data::Samples> samples;   ///< prepared, in the order of collection.sources
    std::shared_ptr<const data::Spectra> spectra;   ///< in their place, if it is a collection of spectra
    /// Pixels of the spectra that (almost) none has, data::unobservedPixels: models say nothing there. May be
    /// null.
    std::shared_ptr<const std::vector<std::uint32_t>> unobserved;
    std::shared_ptr<const MapData> map; ///< null: not trained yet
    LatentSpacePointer latent;          ///< null: not trained yet

    /// Whether there is anything to train on and to show: the prepared samples may have gone.
    [[nodiscard]] bool isPrepared() const { return samples != nullptr || spectra != nullptr; }
};
using SurveyPointer = std::shared_ptr<const SurveyData>;

} // namespace somnium::ui
