// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/neuron_overlay.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>

namespace somnium::ui
{

namespace
{

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

QString translated(const char *text)
{
    return QCoreApplication::translate("NeuronOverlay", text);
}

bool isNumeric(const data::Column &column)
{
    return column.width == 1 && column.type() != data::ColumnType::Text;
}

struct Means
{
    std::vector<double> sum;
    std::vector<std::size_t> count;
    explicit Means(std::size_t neurons) : sum(neurons, 0.0), count(neurons, 0) {}
    void add(std::size_t neuron, double value)
    {
        if (neuron >= sum.size() || !std::isfinite(value))
            return;
        sum[neuron] += value;
        ++count[neuron];
    }
    [[nodiscard]] std::vector<double> values(double factor) const
    {
        std::vector<double> result(sum.size(), kNoValue);
        for (std::size_t i = 0; i < sum.size(); ++i)
            if (count[i] > 0)
                result[i] = factor * sum[i] / static_cast<double>(count[i]);
        return result;
    }
};

std::vector<double> columnMeans(const SurveyData &survey, const data::Column &column)
{
    const som::Mapping &mapping = survey.map->mapping;
    Means means(survey.map->som.layout.neuronCount());
    for (std::size_t i = 0; i < std::min(mapping.sourceCount(), column.rowCount()); ++i)
        means.add(mapping.best[i], column.number(i));
    return means.values(1.0);
}

std::vector<double> labelPercents(const SurveyData &survey, const SourceLabels &labels, const QString &text)
{
    const som::Mapping &mapping = survey.map->mapping;
    std::vector<double> carries(mapping.sourceCount(), 0.0);
    for (const std::size_t source : labels.sources(text))
        if (source < carries.size())
            carries[source] = 1.0;
    Means means(survey.map->som.layout.neuronCount());
    for (std::size_t i = 0; i < carries.size(); ++i)
        means.add(mapping.best[i], carries[i]);
    return means.values(100.0);
}

std::vector<double> purityPercents(const SurveyData &survey, const SourceLabels &labels)
{
    const som::Mapping &mapping = survey.map->mapping;
    const std::size_t neurons = survey.map->som.layout.neuronCount();
    std::vector<std::size_t> most(neurons);
    std::vector<std::size_t> all(neurons);
    for (const QString &text : labels.texts())
    {
        std::vector<std::size_t> count(neurons);
        for (const std::size_t source : labels.sources(text))
            if (source < mapping.sourceCount())
                ++count[mapping.best[source]];
        for (std::size_t k = 0; k < neurons; ++k)
        {
            most[k] = std::max(most[k], count[k]);
            all[k] += count[k];
        }
    }
    std::vector<double> values(neurons, kNoValue);
    for (std::size_t k = 0; k < neurons; ++k)
        if (all[k] > 0)
            values[k] = 100.0 * static_cast<double>(most[k]) / static_cast<double>(all[k]);
    return values;
}

void fill(NeuronOverlay &overlay, const SurveyData &survey, const LabelsPointer &labels,
          const OverlayChoice &choice)
{
    const MapData &map = *survey.map;
    switch (choice.kind)
    {
    case OverlayKind::None: break;
    case OverlayKind::Hits: overlay.values.assign(map.figures.hits.begin(), map.figures.hits.end()); break;
    case OverlayKind::UMatrix: overlay.values = map.uMatrix; break;
    case OverlayKind::MeanDistance: overlay.values = map.figures.meanDistance; break;
    case OverlayKind::ColumnMean:
        if (const auto column = survey.collection.catalogue.find(choice.name.toStdString()))
        {
            const data::Column &found = survey.collection.catalogue.columns()[*column];
            overlay.values = columnMeans(survey, found);
            overlay.unit = QString::fromStdString(found.unit);
        }
        break;
    case OverlayKind::LabelFraction:
        if (labels)
            overlay.values = labelPercents(survey, *labels, choice.name);
        overlay.unit = QStringLiteral("%");
        break;
    case OverlayKind::LabelPurity:
        if (labels)
            overlay.values = purityPercents(survey, *labels);
        overlay.unit = QStringLiteral("%");
        break;
    }
}

void findRange(NeuronOverlay &overlay)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : overlay.values)
    {
        if (!std::isfinite(value))
            continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    if (low <= high)
    {
        overlay.low = low;
        overlay.high = high;
    }
}

} // namespace

std::vector<OverlayChoice> overlayChoices(const SurveyPointer &survey, const LabelsPointer &labels)
{
    std::vector<OverlayChoice> choices = {{}};
    if (!survey || !survey->map)
        return choices;
    choices.push_back({OverlayKind::Hits, {}});
    choices.push_back({OverlayKind::UMatrix, {}});
    choices.push_back({OverlayKind::MeanDistance, {}});
    for (const data::Column &column : survey->collection.catalogue.columns())
        if (isNumeric(column))
            choices.push_back({OverlayKind::ColumnMean, QString::fromStdString(column.name)});
    if (labels && !labels->isEmpty())
        choices.push_back({OverlayKind::LabelPurity, {}});
    if (labels)
        for (const QString &text : labels->texts())
            choices.push_back({OverlayKind::LabelFraction, text});
    return choices;
}

NeuronOverlay neuronOverlay(const SurveyPointer &survey, const LabelsPointer &labels,
                            const OverlayChoice &choice)
{
    NeuronOverlay overlay;
    overlay.title = overlayTitle(choice);
    if (!survey || !survey->map)
        return overlay;
    fill(overlay, *survey, labels, choice);
    overlay.values.resize(choice.kind == OverlayKind::None ? 0 : survey->map->som.layout.neuronCount(),
                          kNoValue);
    findRange(overlay);
    return overlay;
}

QString overlayTitle(const OverlayChoice &choice)
{
    switch (choice.kind)
    {
    case OverlayKind::None: return translated(QT_TRANSLATE_NOOP("NeuronOverlay", "None"));
    case OverlayKind::Hits: return translated(QT_TRANSLATE_NOOP("NeuronOverlay", "Sources per neuron"));
    case OverlayKind::UMatrix: return translated(QT_TRANSLATE_NOOP("NeuronOverlay", "U-matrix"));
    case OverlayKind::MeanDistance: return translated(QT_TRANSLATE_NOOP("NeuronOverlay", "Mean distance"));
    case OverlayKind::ColumnMean:
        return translated(QT_TRANSLATE_NOOP("NeuronOverlay", "Mean of %1")).arg(choice.name);
    case OverlayKind::LabelFraction:
        return translated(QT_TRANSLATE_NOOP("NeuronOverlay", "Share of %1")).arg(choice.name);
    case OverlayKind::LabelPurity: return translated(QT_TRANSLATE_NOOP("NeuronOverlay", "Label purity"));
    }
    return {};
}

std::vector<std::size_t> sourcesOfNeurons(const SurveyPointer &survey,
                                          const std::vector<std::size_t> &neurons)
{
    std::vector<std::size_t> sources;
    if (!survey || !survey->map)
        return sources;
    std::vector<bool> isWanted(survey->map->som.layout.neuronCount(), false);
    for (const std::size_t neuron : neurons)
        if (neuron < isWanted.size())
            isWanted[neuron] = true;
    const std::vector<std::uint32_t> &best = survey->map->mapping.best;
    for (std::size_t i = 0; i < best.size(); ++i)
        if (best[i] < isWanted.size() && isWanted[best[i]])
            sources.push_back(i);
    return sources;
}

} // namespace somnium::ui
