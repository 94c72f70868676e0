// SPDX-License-Identifier: GPL-3.0-or-later
// The one selection that every view shares: selected sources, the source looked at, the prototype looked at.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <QObject>

namespace somnium::ui
{

enum class SelectionMode
{
    New,
    Add,
    Remove,
    Intersect,
};

/// Views ask it to change and repaint on its signals; none of them keeps a selection of its own. GUI thread
/// only.
class SelectionModel : public QObject
{
    Q_OBJECT

public:
    explicit SelectionModel(QObject *parent = nullptr);

    /// Sources are numbered [0, count). Clears everything.
    void reset(std::size_t sourceCount, std::size_t neuronCount);

    [[nodiscard]] const std::vector<std::size_t> &selected() const { return m_selected; } ///< ascending
    [[nodiscard]] bool isSelected(std::size_t source) const;
    [[nodiscard]] std::optional<std::size_t> currentSource() const { return m_currentSource; }
    [[nodiscard]] std::optional<std::size_t> currentNeuron() const { return m_currentNeuron; }
    [[nodiscard]] std::size_t sourceCount() const { return m_sourceCount; }

    /// Combines `sources` with the selection. Indices out of range are ignored.
    void select(std::vector<std::size_t> sources, SelectionMode mode = SelectionMode::New);
    void clearSelection();
    void setCurrentSource(std::optional<std::size_t> source);
    void setCurrentNeuron(std::optional<std::size_t> neuron);

Q_SIGNALS:
    void selectionChanged();
    void currentSourceChanged();
    void currentNeuronChanged();

private:
    std::size_t m_sourceCount = 0;
    std::size_t m_neuronCount = 0;
    std::vector<std::size_t> m_selected;
    std::vector<bool> m_isSelected;
    std::optional<std::size_t> m_currentSource;
    std::optional<std::size_t> m_currentNeuron;
};

} // namespace somnium::ui
