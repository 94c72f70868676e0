// SPDX-License-Identifier: GPL-3.0-or-later
// Counts and figures in words, the same in every view.
#pragma once

#include <cstddef>

#include <QString>

#include "core/data/catalogue.h"
#include "core/session/annotations.h"
#include "core/som/layout.h"
#include "ui/models/oddity_data.h"

namespace somnium::ui
{

/// "1 source", "12,000 sources".
[[nodiscard]] QString sourcesText(std::size_t count);
/// A neuron by its place: "(3)", "(5, 3)" or "(5, 3, 1)", counted from 0.
[[nodiscard]] QString neuronName(const som::MapLayout &layout, std::size_t neuron);
/// A cell of a catalogue for people: numbers with fractions in at most 8 digits, all else as it is.
[[nodiscard]] QString cellText(const data::Column &column, std::size_t row);
/// "Unexplained light", and in a line what that is.
[[nodiscard]] QString oddityName(const AnyOddityScore &score);
[[nodiscard]] QString oddityDescription(const AnyOddityScore &score);
/// The numbers behind the scores: "2.3 x the median of its neuron (12 sources), ...".
[[nodiscard]] QString reasonsText(const search::OddityReasons &reasons);
/// The same of a spectrum: "reconstruction error 1.7 x what is usual at its S/N of 12; ...".
[[nodiscard]] QString reasonsText(std::size_t source, const search::SpectralOutlierFigures &figures);
/// "interesting", "boring", "artefact", or nothing.
[[nodiscard]] QString verdictText(session::Verdict verdict);
/// "1 epoch", "12 epochs".
[[nodiscard]] QString epochsText(std::size_t count);
/// "1,300 images/s", "21k images/s"; empty if the rate is not known.
[[nodiscard]] QString rateText(double imagesPerSecond);
/// "4 s", "3 min", "1 h 20 min".
[[nodiscard]] QString durationText(double seconds);

} // namespace somnium::ui
