// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/selection_gesture.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace somnium::ui
{

void SelectionGesture::apply(SelectionModel &selection, int row, Qt::KeyboardModifiers modifiers,
                             const SourceOfRow &sourceOfRow)
{
    const std::size_t source = sourceOfRow(row);
    const bool isRange = modifiers.testFlag(Qt::ShiftModifier) && m_anchor >= 0;
    const bool isToggle = modifiers.testFlag(Qt::ControlModifier);
    if (isRange)
    {
        std::vector<std::size_t> range;
        for (int i = std::min(row, m_anchor); i <= std::max(row, m_anchor); ++i)
            range.push_back(sourceOfRow(i));
        selection.select(std::move(range), isToggle ? SelectionMode::Add : SelectionMode::New);
    }
    else
    {
        const SelectionMode toggle =
            selection.isSelected(source) ? SelectionMode::Remove : SelectionMode::Add;
        selection.select({source}, isToggle ? toggle : SelectionMode::New);
        m_anchor = row;
    }
    selection.setCurrentSource(source);
}

} // namespace somnium::ui
