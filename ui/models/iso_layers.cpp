// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/iso_layers.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QCoreApplication>
#include <QLocale>

#include "core/latent/observed_field.h"

namespace somnium::ui
{

namespace
{

constexpr std::size_t kSide = 256;
constexpr std::size_t kAboutLevels = 9;

latent::FieldParams paramsOf(const IsoSettings &settings, FieldStatistic statistic)
{
    latent::FieldParams params;
    params.side = kSide;
    params.bandwidth = settings.bandwidth;
    params.minimumPoints = settings.leastPoints;
    params.statistic = statistic == FieldStatistic::Median ? latent::FieldParams::Statistic::Median
                                                           : latent::FieldParams::Statistic::Mean;
    return params;
}

Result<latent::PlaneField> observedLayer(const IsoQuestion &question, const IsoField &field,
                                         const LatentColumn &column, IsoLayer &layer,
                                         const JobContext &context)
{
    layer.name = column.name;
    layer.unit = column.unit;
    return latent::observedField(question.data->points(), *column.values, question.data->bounds,
                                 paramsOf(question.settings, field.statistic), context);
}

Result<latent::PlaneField> decodedLayer(const IsoQuestion &question, const IsoField &field, IsoLayer &layer,
                                        const JobContext &context)
{
    const auto parameter = question.decoder->find(field.column);
    if (!parameter)
        return failure(parameter.error());
    layer.name = QCoreApplication::translate("somnium::ui::IsoLayers", "%1 (decoded)").arg(parameter->name);
    layer.unit = parameter->unit;
    layer.definition = parameter->definition;
    return question.decoder->field(field.column, *question.data,
                                   paramsOf(question.settings, FieldStatistic::Mean), context);
}

/// The layer without lines; none if the column is gone.
std::optional<Result<IsoLayer>> fieldLayer(const IsoQuestion &question, std::size_t slot,
                                           const JobContext &context)
{
    const IsoField &field = question.settings.fields[slot];
    IsoLayer layer;
    layer.slot = slot;
    Result<latent::PlaneField> made = latent::PlaneField{};
    if (field.source == FieldSource::Observed)
    {
        const auto column = std::ranges::find(question.columns, field.column, &LatentColumn::name);
        if (column == question.columns.end() || !column->values)
            return std::nullopt;
        made = observedLayer(question, field, *column, layer, context);
    }
    else
    {
        if (!question.decoder)
            return std::nullopt;
        made = decodedLayer(question, field, layer, context);
    }
    if (!made)
        return Result<IsoLayer>(failure(made.error()));
    layer.field = std::move(*made);
    layer.title = layer.unit.isEmpty() ? layer.name : QStringLiteral("%1 [%2]").arg(layer.name, layer.unit);
    return Result<IsoLayer>(std::move(layer));
}

void drawLines(IsoLayer &layer, const IsoField &field)
{
    const std::optional<std::vector<double>> typed = parseLevels(field.levels);
    const latent::FieldRange range = field.source == FieldSource::Observed
                                         ? latent::rangeOf(layer.field)
                                         : latent::centralRangeOf(layer.field);
    layer.levels = typed && !typed->empty()
                       ? *typed
                       : latent::niceLevels(range.low, range.high, kAboutLevels, field.isLog);
    layer.lines = latent::isoLines(layer.field, layer.levels);
}

} // namespace

IsoAnswer isoLayers(const IsoQuestion &question, const JobContext &context)
{
    IsoAnswer answer;
    if (!question.data)
        return answer;
    std::vector<IsoLayer> layers;
    for (std::size_t slot = 0; slot < question.settings.fields.size(); ++slot)
    {
        if (question.settings.fields[slot].column.isEmpty())
            continue;
        std::optional<Result<IsoLayer>> layer = fieldLayer(question, slot, context);
        if (!layer)
            continue;
        if (!*layer)
        {
            if (!answer.problem)
                answer.problem = layer->error();
            continue;
        }
        drawLines(**layer, question.settings.fields[slot]);
        if ((*layer)->lines.empty())
            answer.withoutLines << (*layer)->title;
        layers.push_back(std::move(**layer));
    }
    if (!layers.empty())
        answer.layers = std::make_shared<const std::vector<IsoLayer>>(std::move(layers));
    return answer;
}

data::Catalogue isoCatalogue(const std::vector<IsoLayer> &layers)
{
    std::vector<latent::IsoLineSet> sets;
    for (const IsoLayer &layer : layers)
        sets.push_back(
            {.parameter = layer.name.toStdString(), .unit = layer.unit.toStdString(), .lines = layer.lines});
    return latent::isoLineCatalogue(sets);
}

QString levelText(double level, const std::vector<double> &levels)
{
    double step = 0.0;
    for (std::size_t i = 1; i < levels.size(); ++i)
        step = i == 1 ? levels[1] - levels[0] : std::min(step, levels[i] - levels[i - 1]);
    const QLocale locale;
    if (!(step > 0.0) || std::abs(level) >= 1e7 || step < 1e-5)
        return locale.toString(level, 'g', 4);
    // The fewest decimals that write every level as it is, to a thousandth of the smallest step.
    int decimals = 0;
    const auto isExact = [&](double value) {
        const double factor = std::pow(10.0, decimals);
        return std::abs(std::round(value * factor) / factor - value) < 1e-3 * step;
    };
    while (decimals < 8 && !std::ranges::all_of(levels, isExact))
        ++decimals;
    QLocale plain = locale;
    if (std::abs(level) < 1e5)
        plain.setNumberOptions(QLocale::OmitGroupSeparator);
    return plain.toString(level, 'f', decimals);
}

} // namespace somnium::ui
