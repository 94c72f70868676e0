// SPDX-License-Identifier: GPL-3.0-or-later
// How the two sets of iso-lines differ: solid and dashed, and in two colours of Okabe & Ito's set that are
// neither the selection's nor the comparison's.
#pragma once

#include <cstddef>

#include <QPen>

#include "ui/theme.h"

namespace somnium::ui
{

/// `field`: 0 or 1.
[[nodiscard]] inline QPen isoPen(std::size_t field, const ThemeColours &colours, double width)
{
    // Bluish green and reddish purple; on paper and light ground a little darker than the set's.
    const QColor first = colours.isDark ? QColor(0x2fd6a4U) : QColor(0x007a59U);
    const QColor second = colours.isDark ? QColor(0xe7a3cbU) : QColor(0xa8447fU);
    QPen pen(field == 0 ? first : second, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    if (field != 0)
        pen.setDashPattern({4.0, 3.0});
    return pen;
}

} // namespace somnium::ui
