// SPDX-License-Identifier: GPL-3.0-or-later
// A survey made on the spot for tests of widgets: pairs of blobs whose separation and flux ratio are known,
// and a map whose prototypes run over both.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/som/trainer.h"
#include "ui/models/source_labels.h"
#include "ui/models/survey_data.h"

namespace somnium::test
{

struct SurveyPlan
{
    std::size_t sources = 300;
    std::size_t width = 8;
    std::size_t height = 6;
    std::size_t side = 48;
    std::string layout = {}; ///< as MapLayout::parse reads it; empty: width x height
    std::size_t channels = 1;
    double arcsecPerPixel = 0.0; ///< of the originals' WCS; 0: they have none
    bool hasMap = true;
    bool hasCatalogue = true;
    bool hasLongNames = false;
};

[[nodiscard]] ui::SurveyPointer syntheticSurvey(const SurveyPlan &plan);
/// "FR I" on every fifth source, "bent" on every seventh.
[[nodiscard]] ui::LabelsPointer syntheticLabels(const ui::SurveyData &survey);
/// The survey's map as if it were at `epoch` of 12.
[[nodiscard]] som::TrainingSnapshot syntheticSnapshot(const ui::SurveyData &survey, std::size_t epoch);

} // namespace somnium::test
