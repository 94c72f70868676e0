// SPDX-License-Identifier: GPL-3.0-or-later
// What the views look at: one collection and, once there is one, one map with its mapping. Immutable; a
// change makes a new one.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
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

struct SurveyData
{
    session::CollectionSummary summary;
    data::Collection collection;
    std::shared_ptr<const data::Samples> samples; ///< prepared, in the order of collection.sources
    std::shared_ptr<const MapData> map;           ///< null: not trained yet
};
using SurveyPointer = std::shared_ptr<const SurveyData>;

} // namespace somnium::ui
