// SPDX-License-Identifier: GPL-3.0-or-later
// Counts and figures in words, the same in every view.
#pragma once

#include <cstddef>

#include <QString>

#include "core/data/catalogue.h"

namespace somnium::ui
{

/// "1 source", "12,000 sources".
[[nodiscard]] QString sourcesText(std::size_t count);
/// A cell of a catalogue for people: numbers with fractions in at most 8 digits, all else as it is.
[[nodiscard]] QString cellText(const data::Column &column, std::size_t row);
/// "1 epoch", "12 epochs".
[[nodiscard]] QString epochsText(std::size_t count);
/// "1,300 images/s", "21k images/s"; empty if the rate is not known.
[[nodiscard]] QString rateText(double imagesPerSecond);
/// "4 s", "3 min", "1 h 20 min".
[[nodiscard]] QString durationText(double seconds);

} // namespace somnium::ui
