// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the Inspector: the source, its prototype, the source turned to match, their difference; or
// the spectrum with what the models make of it.
#include <QToolButton>

#include "core/som/mapper.h"
#include "ui/models/image_renderer.h"
#include "ui/models/source_spectrum.h"
#include "ui/models/wording.h"
#include "ui/views/image_pane.h"
#include "ui/views/inspector.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{

namespace
{

/// A map may look at less of the sources than there is: its neurons are then smaller than they are.
bool fitsWithin(const data::ImageShape &neuron, const data::ImageShape &sample)
{
    return neuron.channels == sample.channels && neuron.rows <= sample.rows &&
           neuron.columns <= sample.columns;
}

data::Image middleOf(data::Image image, const data::ImageShape &shape)
{
    if (image.shape() == shape)
        return image;
    data::Image middle(shape);
    const std::size_t firstRow = (image.rows() - shape.rows) / 2;
    const std::size_t firstColumn = (image.columns() - shape.columns) / 2;
    for (std::size_t channel = 0; channel < shape.channels; ++channel)
        for (std::size_t row = 0; row < shape.rows; ++row)
            for (std::size_t column = 0; column < shape.columns; ++column)
                middle.at(row, column, channel) = image.at(firstRow + row, firstColumn + column, channel);
    return middle;
}

data::Image difference(const data::ImageView &a, const data::ImageView &b)
{
    data::Image result(a.shape());
    for (std::size_t i = 0; i < result.pixels().size(); ++i)
        result.pixels()[i] = a.pixels()[i] - b.pixels()[i];
    return result;
}

} // namespace

bool Inspector::hasSample(std::size_t source)
{
    return m_survey->samples && source < m_survey->samples->count() &&
           m_fetcher.has(m_survey->samples, source);
}

void Inspector::refreshSourcePicture(std::size_t source)
{
    m_rawButton->setChecked(m_showsRaw);
    if (m_showsRaw && m_raw)
    {
        m_sourcePane->setPicture(renderImage(m_raw->view(), m_display));
        m_sourcePane->setCaption(tr("raw, %1 x %2 pixels").arg(m_raw->columns()).arg(m_raw->rows()));
        return;
    }
    m_sourcePane->setPicture(hasSample(source) ? renderImage(m_survey->samples->sample(source), m_display)
                                               : QImage());
    m_sourcePane->setCaption(!m_showsRaw              ? tr("source")
                             : m_rawProblem.isEmpty() ? tr("reading the raw data...")
                                                      : m_rawProblem);
}

void Inspector::refreshSpectrum(std::size_t source)
{
    m_rawButton->setChecked(m_showsRaw);
    if (m_showsRaw && m_rawSpectrum)
        return m_spectrum->setSpectra(rawSpectrumSet(*m_rawSpectrum, tr("raw, as read")));
    // Reads from the disk, and runs the model: elsewhere.
    m_spectrumAnswer.ask(
        this, false,
        [survey = m_survey, source] { return prepareSpectra(sourceSpectrumSet(*survey, source)); },
        [this, source](const SpectraPointer &spectra) {
            if (source == currentSource() && !(m_showsRaw && m_rawSpectrum))
                m_spectrum->setSpectra(spectra);
        });
}

void Inspector::refreshPictures(std::size_t source)
{
    const bool isSpectrum = m_survey->spectra && source < m_survey->spectra->count();
    m_spectrum->setVisible(isSpectrum);
    m_sourcePane->setVisible(!isSpectrum);
    if (isSpectrum)
    {
        for (ImagePane *pane : {m_prototypePane, m_turnedPane, m_differencePane})
            pane->hide();
        return refreshSpectrum(source);
    }
    refreshSourcePicture(source);
    const MapData *map = mapOf(source);
    const bool canCompare = map != nullptr && m_survey->samples && source < m_survey->samples->count() &&
                            fitsWithin(map->som.shape, m_survey->samples->shape());
    for (ImagePane *pane : {m_prototypePane, m_turnedPane, m_differencePane})
        pane->setVisible(canCompare);
    if (!canCompare)
        return;
    const std::size_t best = map->mapping.best[source];
    const data::ImageView prototype = map->som.prototype(best);
    if (!hasSample(source)) // the panes stay where they are: it will be here in a moment
    {
        m_turnedPane->setPicture({});
        m_differencePane->setPicture({});
        return;
    }
    const data::ImageView sample = m_survey->samples->sample(source);
    const data::Image turned = middleOf(som::turned(sample, map->mapping.transform[source]), map->som.shape);
    m_prototypePane->setPicture(renderImage(prototype, m_display));
    m_prototypePane->setCaption(tr("prototype %1").arg(neuronName(map->som.layout, best)));
    m_prototypePane->setToolTip(tr("Click: look at this prototype"));
    m_turnedPane->setPicture(renderImage(turned.view(), m_display, imageLimits(sample, m_display)));
    const std::size_t channel = shownChannel(prototype.channels(), m_display).value_or(0);
    m_differencePane->setPicture(
        renderDifference(channelView(difference(turned.view(), prototype).view(), channel)));
    m_differencePane->setToolTip(tr("The turned source minus its prototype: red is more, blue is less"));
}

} // namespace somnium::ui
