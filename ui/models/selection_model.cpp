// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/selection_model.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <utility>

namespace somnium::ui
{

namespace
{

std::vector<std::size_t> combined(const std::vector<std::size_t> &old, const std::vector<std::size_t> &given,
                                  SelectionMode mode)
{
    std::vector<std::size_t> result;
    switch (mode)
    {
    case SelectionMode::New: return given;
    case SelectionMode::Add: std::ranges::set_union(old, given, std::back_inserter(result)); break;
    case SelectionMode::Remove: std::ranges::set_difference(old, given, std::back_inserter(result)); break;
    case SelectionMode::Intersect:
        std::ranges::set_intersection(old, given, std::back_inserter(result));
        break;
    }
    return result;
}

/// Ascending, each once, below `count`. A list of a good part of all sources is sorted by marking them: a
/// sort of a million would hold up the window.
std::vector<std::size_t> tidied(std::vector<std::size_t> sources, std::size_t count)
{
    const auto isBefore = [](std::size_t a, std::size_t b) { return a < b; };
    const bool isTidy = std::ranges::adjacent_find(sources, std::not_fn(isBefore)) == sources.end();
    if (isTidy && (sources.empty() || sources.back() < count))
        return sources;
    constexpr std::size_t kMarkedShare = 16;
    if (sources.size() < count / kMarkedShare)
    {
        std::erase_if(sources, [count](std::size_t source) { return source >= count; });
        std::ranges::sort(sources);
        sources.erase(std::ranges::unique(sources).begin(), sources.end());
        return sources;
    }
    std::vector<std::uint8_t> isThere(count, 0);
    for (const std::size_t source : sources)
        if (source < count)
            isThere[source] = 1;
    sources.clear();
    for (std::size_t source = 0; source < count; ++source)
        if (isThere[source] != 0)
            sources.push_back(source);
    return sources;
}

} // namespace

SelectionModel::SelectionModel(QObject *parent) : QObject(parent) {}

void SelectionModel::reset(std::size_t sourceCount, std::size_t neuronCount)
{
    m_sourceCount = sourceCount;
    m_neuronCount = neuronCount;
    m_selected.clear();
    m_isSelected.assign(sourceCount, false);
    m_currentSource.reset();
    m_currentNeuron.reset();
    Q_EMIT selectionChanged();
    Q_EMIT currentSourceChanged();
    Q_EMIT currentNeuronChanged();
}

bool SelectionModel::isSelected(std::size_t source) const
{
    return source < m_isSelected.size() && m_isSelected[source];
}

void SelectionModel::select(std::vector<std::size_t> sources, SelectionMode mode)
{
    sources = tidied(std::move(sources), m_sourceCount);
    std::vector<std::size_t> result =
        mode == SelectionMode::New ? std::move(sources) : combined(m_selected, sources, mode);
    if (result == m_selected)
        return;
    m_selected = std::move(result);
    m_isSelected.assign(m_sourceCount, false);
    for (const std::size_t source : m_selected)
        m_isSelected[source] = true;
    Q_EMIT selectionChanged();
}

void SelectionModel::clearSelection()
{
    select({}, SelectionMode::New);
}

void SelectionModel::setCurrentSource(std::optional<std::size_t> source)
{
    if (source && *source >= m_sourceCount)
        source.reset();
    if (source == m_currentSource)
        return;
    m_currentSource = source;
    Q_EMIT currentSourceChanged();
}

void SelectionModel::setCurrentNeuron(std::optional<std::size_t> neuron)
{
    if (neuron && *neuron >= m_neuronCount)
        neuron.reset();
    if (neuron == m_currentNeuron)
        return;
    m_currentNeuron = neuron;
    Q_EMIT currentNeuronChanged();
}

} // namespace somnium::ui
