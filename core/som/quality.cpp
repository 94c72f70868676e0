// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/quality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/random.h"

namespace somnium::som
{

namespace
{

/// Labelled sources as numbers: their neuron and their class.
struct Labelled
{
    std::vector<std::size_t> neuron;
    std::vector<std::size_t> label;
    std::size_t classes = 0;
    std::size_t neurons = 0;
};

struct Sorted
{
    double purity = 0.0;
    std::vector<std::size_t> counts;       ///< [neurons][classes]
    std::vector<std::size_t> commonest;    ///< [neurons]
    std::vector<std::size_t> inOwnNeurons; ///< [classes]
};

Sorted sortLabels(const Labelled &sources)
{
    Sorted sorted;
    sorted.counts.resize(sources.neurons * sources.classes);
    for (std::size_t i = 0; i < sources.neuron.size(); ++i)
        ++sorted.counts[sources.neuron[i] * sources.classes + sources.label[i]];
    sorted.inOwnNeurons.resize(sources.classes);
    std::size_t pure = 0;
    for (std::size_t k = 0; k < sources.neurons; ++k)
    {
        const auto begin = sorted.counts.begin() + static_cast<std::ptrdiff_t>(k * sources.classes);
        const auto most = std::max_element(begin, begin + static_cast<std::ptrdiff_t>(sources.classes));
        sorted.commonest.push_back(static_cast<std::size_t>(most - begin));
        sorted.inOwnNeurons[sorted.commonest.back()] += *most;
        pure += *most;
    }
    sorted.purity = static_cast<double>(pure) / static_cast<double>(sources.neuron.size());
    return sorted;
}

double share(std::size_t part, std::size_t whole)
{
    return whole == 0 ? std::numeric_limits<double>::quiet_NaN()
                      : static_cast<double>(part) / static_cast<double>(whole);
}

void fillChance(Labelled sources, const PurityParams &params, Purity &purity)
{
    Random random(params.seed);
    std::vector<double> values;
    for (std::size_t shuffle = 0; shuffle < params.shuffles; ++shuffle)
    {
        random.shuffle(std::span(sources.label));
        const Sorted sorted = sortLabels(sources);
        values.push_back(sorted.purity);
        for (std::size_t c = 0; c < sources.classes; ++c)
            purity.classes[c].shuffledRecall += share(sorted.inOwnNeurons[c], purity.classes[c].sources) /
                                                static_cast<double>(params.shuffles);
    }
    double sum = 0.0;
    for (const double value : values)
        sum += value;
    purity.shuffledMean = sum / static_cast<double>(values.size());
    double squares = 0.0;
    for (const double value : values)
        squares += (value - purity.shuffledMean) * (value - purity.shuffledMean);
    purity.shuffledSpread =
        values.size() < 2 ? 0.0 : std::sqrt(squares / static_cast<double>(values.size() - 1));
}

} // namespace

double Purity::significance() const
{
    return shuffledSpread > 0.0 ? (purity - shuffledMean) / shuffledSpread : 0.0;
}

Result<Purity> purityOf(const Mapping &mapping, std::size_t neurons, std::span<const std::string> labels,
                        const PurityParams &params)
{
    if (labels.size() != mapping.sourceCount())
        return failure(ErrorKind::Mismatch, std::to_string(labels.size()) + " labels for " +
                                                std::to_string(mapping.sourceCount()) + " mapped sources");
    if (params.shuffles == 0)
        return failure(ErrorKind::InvalidArgument, "purity needs at least 1 shuffle to compare with");
    std::set<std::string> names(labels.begin(), labels.end());
    names.erase("");
    const std::vector<std::string> classNames(names.begin(), names.end());

    Labelled sources;
    sources.classes = classNames.size();
    sources.neurons = neurons;
    Purity purity;
    for (const std::string &name : classNames)
        purity.classes.push_back({name, 0, 0.0, 0.0});
    for (std::size_t i = 0; i < labels.size(); ++i)
    {
        if (labels[i].empty())
            continue;
        if (mapping.best[i] >= neurons)
            return failure(ErrorKind::Mismatch, "source " + std::to_string(i) + " is mapped to neuron " +
                                                    std::to_string(mapping.best[i]) + " of " +
                                                    std::to_string(neurons));
        const auto found = std::lower_bound(classNames.begin(), classNames.end(), labels[i]);
        sources.neuron.push_back(mapping.best[i]);
        sources.label.push_back(static_cast<std::size_t>(found - classNames.begin()));
        ++purity.classes[sources.label.back()].sources;
    }
    purity.labelledSources = sources.neuron.size();
    purity.neuronLabel.resize(neurons);
    purity.neuronPurity.assign(neurons, std::numeric_limits<double>::quiet_NaN());
    if (sources.neuron.empty())
        return purity;

    const Sorted sorted = sortLabels(sources);
    purity.purity = sorted.purity;
    for (std::size_t c = 0; c < sources.classes; ++c)
        purity.classes[c].recall = share(sorted.inOwnNeurons[c], purity.classes[c].sources);
    for (std::size_t k = 0; k < neurons; ++k)
    {
        std::size_t inNeuron = 0;
        for (std::size_t c = 0; c < sources.classes; ++c)
            inNeuron += sorted.counts[k * sources.classes + c];
        if (inNeuron == 0)
            continue;
        purity.neuronLabel[k] = classNames[sorted.commonest[k]];
        purity.neuronPurity[k] = share(sorted.counts[k * sources.classes + sorted.commonest[k]], inNeuron);
    }
    fillChance(std::move(sources), params, purity);
    return purity;
}

} // namespace somnium::som
