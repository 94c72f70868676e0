// SPDX-License-Identifier: GPL-3.0-or-later
// The whole map on one sheet of paper for the wall: every prototype, how many sources each has, what the
// greys and the scale mean, how good the map is and how it was made.
#pragma once

#include <array>

#include <QString>

#include "core/base/result.h"
#include "ui/models/display_settings.h"
#include "ui/models/survey_data.h"
#include "ui/views/figure_export.h"

namespace somnium::ui
{

/// ISO 216, upright.
struct PaperSize
{
    const char *name;
    double widthMm;
    double heightMm;
};
inline constexpr std::array<PaperSize, 5> kPaperSizes = {{{"A4", 210.0, 297.0},
                                                          {"A3", 297.0, 420.0},
                                                          {"A2", 420.0, 594.0},
                                                          {"A1", 594.0, 841.0},
                                                          {"A0", 841.0, 1189.0}}};

/// By its name, whatever its case; InvalidArgument naming the sizes there are otherwise.
[[nodiscard]] Result<PaperSize> paperSize(const QString &name);

/// Empty without a map. What is painted scales with the area.
[[nodiscard]] FigurePainter mapPoster(const SurveyPointer &survey, const DisplaySettings &display);
/// For the file's name and the document's title.
[[nodiscard]] QString posterName(const SurveyData &survey);

/// "batch, 12 epochs, sigma 5 to 0.6 (exponential), ...": how a map was trained.
[[nodiscard]] QString trainingText(const som::TrainingParams &params, std::size_t epochs);

} // namespace somnium::ui
