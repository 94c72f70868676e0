// SPDX-License-Identifier: GPL-3.0-or-later
// Clicks and keys on a list of sources, turned into changes of the shared selection. The table and the
// thumbnails use it, so that both answer to shift and ctrl alike.
#pragma once

#include <cstddef>
#include <functional>

#include <Qt>

#include "ui/models/selection_model.h"

namespace somnium::ui
{

class SelectionGesture
{
public:
    using SourceOfRow = std::function<std::size_t(int)>;

    /// `row` was clicked, or reached by a key. Plain: it alone; ctrl: toggles it; shift: all from the anchor.
    void apply(SelectionModel &selection, int row, Qt::KeyboardModifiers modifiers,
               const SourceOfRow &sourceOfRow);
    void forgetAnchor() { m_anchor = -1; }

private:
    int m_anchor = -1;
};

} // namespace somnium::ui
