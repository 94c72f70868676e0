// SPDX-License-Identifier: GPL-3.0-or-later
// The labels of a collection as views want them: by source and by text. Immutable; a change makes a new one.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <QHash>
#include <QMap>
#include <QSet>
#include <QString>
#include <QStringList>

#include "core/session/session.h"

namespace somnium::ui
{

class SourceLabels
{
public:
    SourceLabels() = default;
    explicit SourceLabels(const std::vector<session::Label> &labels);

    /// Texts of a source, in the order of the alphabet.
    [[nodiscard]] QStringList of(std::size_t source) const { return m_bySource.value(source); }
    /// All texts in use.
    [[nodiscard]] QStringList texts() const { return m_byText.keys(); }
    /// Sources that carry `text`, ascending.
    [[nodiscard]] std::vector<std::size_t> sources(const QString &text) const { return m_byText.value(text); }
    /// A person or a catalogue gave it a label: it has more than what came from prototypes.
    [[nodiscard]] bool isGiven(std::size_t source) const { return m_given.contains(source); }
    [[nodiscard]] bool isEmpty() const { return m_byText.isEmpty(); }

private:
    QHash<std::size_t, QStringList> m_bySource;
    QMap<QString, std::vector<std::size_t>> m_byText;
    QSet<std::size_t> m_given;
};
using LabelsPointer = std::shared_ptr<const SourceLabels>;

} // namespace somnium::ui
