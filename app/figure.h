// SPDX-License-Identifier: GPL-3.0-or-later
// One view of a session as a figure, without a window.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/session/session.h"
#include "ui/models/survey_data.h"
#include "ui/views/figure_export.h"

namespace somnium::app
{

struct FigureRequest
{
    std::filesystem::path session;
    std::string device = "cpu";       ///< as compute::chooseBackend takes it; little is computed
    std::string model;                ///< its name; empty: the newest
    std::filesystem::path out;        ///< .png, .svg or .pdf
    std::string view = "map";         ///< map, poster, outliers, furthest, training
    std::string colourBy = "none";    ///< of the map: none, hits, u-matrix, distance, or a column or label
    std::string size = "170x120";     ///< [mm]
    std::string paper;                ///< A4 to A0; empty: `size` (a poster: A3)
    bool isLandscape = false;         ///< of `paper`
    double dpi = 300.0;               ///< of a PNG
    std::optional<std::size_t> slice; ///< of a 3-D map; none: all
};

/// Needs a QApplication, with any platform plugin.
[[nodiscard]] Result<void> writeFigure(const FigureRequest &request, const JobContext &context);

/// What the views show of a map and its collection.
[[nodiscard]] Result<ui::SurveyPointer> loadForViews(const session::Session &session, session::ModelId model,
                                                     compute::Backend &backend, const JobContext &context);

} // namespace somnium::app
