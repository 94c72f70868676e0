// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/spectrum_pane.h"

#include <utility>

#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/views/elided_label.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{

SpectrumPane::SpectrumPane(QWidget *parent)
    : QWidget(parent), m_title(new ElidedLabel(this)), m_plot(new SpectrumPlot(this))
{
    m_title->setObjectName(QStringLiteral("spectrumTitle"));
    m_title->setProperty("quiet", true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, 0);
    layout->setSpacing(kGridStep / 2);
    layout->addWidget(m_title);
    layout->addWidget(m_plot, 1);
    setAccessibleName(tr("Spectrum under the cursor"));
    clear();
}

void SpectrumPane::setFunction(HoverFunction function)
{
    m_function = std::move(function);
    m_next.reset();
    // What is still being answered was asked of another function.
    m_answer.forget();
    m_isAsking = false;
    clear();
}

void SpectrumPane::clear()
{
    m_next.reset();
    m_plot->setSpectra(SpectraPointer());
    m_title->setFullText(tr("Point at a source to see its spectrum"));
}

QString SpectrumPane::title() const
{
    return m_title->text();
}

void SpectrumPane::ask(std::optional<std::size_t> source, const latent::PlanePoint &place)
{
    if (!m_function)
        return;
    if (m_isAsking)
        m_next = Question{source, place};
    else
        begin({source, place});
}

void SpectrumPane::begin(const Question &question)
{
    m_isAsking = true;
    m_answer.ask(
        this, false, [function = m_function, question] { return function(question.source, question.place); },
        [this](const HoverSpectra &answer) {
            m_isAsking = false;
            m_title->setFullText(answer.title);
            m_plot->setSpectra(answer.spectra);
            if (const auto next = std::exchange(m_next, std::nullopt))
                begin(*next);
            Q_EMIT answered();
        });
}

} // namespace somnium::ui
