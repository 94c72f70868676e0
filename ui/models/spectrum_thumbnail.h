// SPDX-License-Identifier: GPL-3.0-or-later
// A spectrum as a small picture, for galleries and for maps whose prototypes are spectra.
#pragma once

#include <span>

#include <QImage>
#include <QPalette>
#include <QSize>

namespace somnium::ui
{

/// The whole spectrum as one line from edge to edge, lowest to highest value of the pixels that count.
/// `weight`: 0 where a pixel does not count, the line breaks there; empty: all count, unless NaN. `size` in
/// device pixels; the colours are those of the palette's theme. Any thread.
[[nodiscard]] QImage renderSpectrumThumbnail(std::span<const float> flux, std::span<const float> weight,
                                             QSize size, const QPalette &palette);

} // namespace somnium::ui
