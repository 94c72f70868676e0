// SPDX-License-Identifier: GPL-3.0-or-later
// Colour maps by name: 256 colours each. All but RdBu rise steadily in lightness.
#pragma once

#include <array>

#include <QRgb>
#include <QStringList>

namespace somnium::ui
{

using ColourTable = std::array<QRgb, 256>;

/// In the order a menu shows them: gray, viridis, inferno, magma, cividis, cubehelix, gist_heat, RdBu.
[[nodiscard]] QStringList colourMapNames();

/// The table of a name; gray if there is no such map. Valid as long as the program.
[[nodiscard]] const ColourTable &colourTable(const QString &name);

/// The colour at `fraction` of the map, clamped to [0, 1]; NaN gives transparent.
[[nodiscard]] QRgb colourAt(const ColourTable &table, double fraction);

} // namespace somnium::ui
