// SPDX-License-Identifier: GPL-3.0-or-later
// The iso-lines of the latent view: of what, and when they are there.
#include <algorithm>
#include <utility>

#include "ui/views/band_entry.h"
#include "ui/views/iso_controls.h"
#include "ui/views/latent_view.h"

namespace somnium::ui
{

void LatentView::setDecoder(DecoderPointer decoder)
{
    m_decoder = std::move(decoder);
    refreshChoices();
    IsoSettings settings = m_iso->settings();
    for (std::size_t i = 0; m_decoder && i < m_waiting.size(); ++i)
    {
        const IsoField field = std::exchange(m_waiting[i], {});
        if (settings.fields[i].column.isEmpty() && !field.column.isEmpty() && m_decoder->find(field.column))
            settings.fields[i] = field;
    }
    m_iso->setSettings(settings);
    refreshIso();
}

void LatentView::setIsoSettings(const IsoSettings &settings)
{
    for (const IsoField &field : settings.fields)
        if (field.source == FieldSource::Decoded && !field.column.isEmpty())
            keepBand(field.column);
    m_iso->setSettings(settings);
    refreshIso();
}

/// Offers a parameter of the user's own, if the decoder has it.
void LatentView::keepBand(const QString &parameter)
{
    const auto found = m_decoder ? m_decoder->find(parameter)
                                 : Result<DecodedParameter>(failure(ErrorKind::NotFound, "no decoder"));
    const bool isOffered =
        found && (m_bands.contains(found->name) ||
                  std::ranges::find(m_decoder->parameters, found->name, &DecodedParameter::name) !=
                      m_decoder->parameters.end());
    if (!found || isOffered)
        return;
    m_bands << found->name;
    refreshChoices();
}

void LatentView::refreshChoices()
{
    QStringList columns;
    for (const LatentColumn &column : m_columns)
        columns << column.name;
    QStringList parameters;
    if (m_decoder)
    {
        for (const DecodedParameter &parameter : m_decoder->parameters)
            parameters << parameter.name;
        // Bands that were asked for stay, unless these spectra have no such wavelengths.
        for (const QString &band : std::as_const(m_bands))
            if (m_decoder->find(band))
                parameters << band;
    }
    const IsoSettings before = m_iso->settings();
    m_iso->setChoices(columns, parameters, m_decoder != nullptr);
    for (std::size_t i = 0; !m_decoder && i < m_waiting.size(); ++i)
        if (before.fields[i].source == FieldSource::Decoded && !before.fields[i].column.isEmpty())
            m_waiting[i] = before.fields[i];
}

void LatentView::askForBand(std::size_t field)
{
    if (!m_decoder)
        return;
    auto *entry = new BandEntry(m_decoder->find, this);
    entry->setAttribute(Qt::WA_DeleteOnClose);
    connect(entry, &QDialog::accepted, this, [this, entry, field] {
        IsoSettings settings = m_iso->settings();
        settings.fields.at(field).column = entry->parameter();
        settings.fields.at(field).source = FieldSource::Decoded;
        setIsoSettings(settings);
        Q_EMIT lookChanged();
    });
    entry->open();
}

void LatentView::refreshIso()
{
    m_isoStop.request_stop();
    m_isoStop = {};
    const IsoSettings &settings = m_iso->settings();
    m_canvas->setLabelsShown(settings.hasLabels);
    m_canvas->setErrorShown(settings.hasErrors);
    const bool hasFields =
        std::ranges::any_of(settings.fields, [](const IsoField &field) { return !field.column.isEmpty(); });
    if (!m_data || !hasFields)
    {
        m_isoAnswers.forget();
        return showIso({});
    }
    const IsoQuestion question{
        .data = m_data, .settings = settings, .columns = m_columns, .decoder = m_decoder};
    m_isoAnswers.ask(
        this, false,
        [question, stop = m_isoStop.get_token()] {
            JobContext context;
            context.stop = stop;
            return ui::isoLayers(question, context);
        },
        [this](const IsoAnswer &answer) { showIso(answer); });
}

void LatentView::showIso(const IsoAnswer &answer)
{
    if (answer.problem && answer.problem->kind == ErrorKind::Cancelled)
        return;
    m_canvas->setIsoLayers(answer.layers);
    if (answer.problem)
        m_iso->setNote(tr("No iso-lines: %1").arg(QString::fromStdString(answer.problem->message)));
    else if (!answer.withoutLines.isEmpty())
        m_iso->setNote(tr("No lines of %1 where there are enough points")
                           .arg(answer.withoutLines.join(QStringLiteral(", "))));
    else
        m_iso->setNote({});
    Q_EMIT isoLayersChanged();
}

QString LatentView::captionWithDefinitions() const
{
    QStringList lines{m_caption};
    if (isoLayers())
        for (const IsoLayer &layer : *isoLayers())
            if (!layer.definition.isEmpty())
                lines << tr("Decoded %1").arg(layer.definition);
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

} // namespace somnium::ui
