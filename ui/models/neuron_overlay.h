// SPDX-License-Identifier: GPL-3.0-or-later
// A figure per neuron to lay over the map: what can be chosen, and its values.
#pragma once

#include <vector>

#include <QString>

#include "ui/models/source_labels.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

enum class OverlayKind
{
    None,
    Hits,
    UMatrix,
    MeanDistance,
    ColumnMean,    ///< mean of a numeric catalogue column
    LabelFraction, ///< share of a neuron's sources that carry a label
    LabelPurity,   ///< share of the commonest label among a neuron's labels
};

struct OverlayChoice
{
    OverlayKind kind = OverlayKind::None;
    QString name; ///< column or label
    friend bool operator==(const OverlayChoice &, const OverlayChoice &) = default;
};

/// NaN where a neuron has no value (no source, or none with a value in the column).
struct NeuronOverlay
{
    QString title; ///< "Sources per neuron"
    QString unit;  ///< "mJy/beam", "%", or empty
    std::vector<double> values;
    double low = 0.0; ///< of the values there are; both 0 if there are none
    double high = 0.0;
};

/// Choices that this survey and these labels allow, None first. Labels may be null.
[[nodiscard]] std::vector<OverlayChoice> overlayChoices(const SurveyPointer &survey,
                                                        const LabelsPointer &labels);
/// One pass over the sources. No values without a map.
[[nodiscard]] NeuronOverlay neuronOverlay(const SurveyPointer &survey, const LabelsPointer &labels,
                                          const OverlayChoice &choice);
[[nodiscard]] QString overlayTitle(const OverlayChoice &choice);

/// Sources whose best match is one of `neurons`, ascending.
[[nodiscard]] std::vector<std::size_t> sourcesOfNeurons(const SurveyPointer &survey,
                                                        const std::vector<std::size_t> &neurons);

} // namespace somnium::ui
