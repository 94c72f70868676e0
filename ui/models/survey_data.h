// SPDX-License-Identifier: GPL-3.0-or-later
// What the views look at: one collection and, once there is one, one map with its mapping. Immutable; a
// change makes a new one.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/data/collection.h"
#include "core/data/sample_store.h"
#include "core/session/session.h"
#include "core/som/mapper.h"
#include "core/som/som.h"

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
    std::shared_ptr<const MapData> map;             ///< null: not trained yet
};
using SurveyPointer = std::shared_ptr<const SurveyData>;

} // namespace somnium::ui
