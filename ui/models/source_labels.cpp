// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/source_labels.h"

#include <algorithm>

namespace somnium::ui
{

SourceLabels::SourceLabels(const std::vector<session::Label> &labels)
{
    for (const session::Label &label : labels)
    {
        const QString text = QString::fromStdString(label.text);
        m_bySource[label.source].append(text);
        m_byText[text].push_back(label.source);
        if (label.origin != session::LabelOrigin::Prototype)
            m_given.insert(label.source);
    }
    for (QStringList &texts : m_bySource)
        texts.sort();
    for (std::vector<std::size_t> &sources : m_byText)
        std::ranges::sort(sources);
}

} // namespace somnium::ui
