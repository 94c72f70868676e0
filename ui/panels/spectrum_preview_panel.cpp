// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/spectrum_preview_panel.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/panels/parameter_field.h"
#include "ui/session/counted.h"
#include "ui/theme.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{

namespace
{

SpectrumPlot *plotNamed(const QString &objectName, const QString &accessibleName)
{
    auto *plot = new SpectrumPlot;
    plot->setObjectName(objectName);
    plot->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored); // takes what there is
    plot->setMinimumHeight(16 * kGridStep);
    plot->setAccessibleName(accessibleName);
    // What is filled is drawn as a curve of its own: there is nothing to subtract.
    plot->setResidualShown(false);
    return plot;
}

QString gridText(const data::SpectralGrid &grid)
{
    const QLocale locale;
    if (!grid.hasWavelengths())
        return SpectrumPreviewPanel::tr("%L1 values").arg(grid.pixels);
    return SpectrumPreviewPanel::tr("%L1 pixels from %2 to %3 \u00c5")
        .arg(grid.pixels)
        .arg(locale.toString(grid.at(0.0), 'f', 1),
             locale.toString(grid.at(static_cast<double>(grid.pixels) - 1.0), 'f', 1));
}

} // namespace

SpectrumPreviewPanel::SpectrumPreviewPanel(QWidget *parent) : QWidget(parent)
{
    build();
    connect(m_step, &QComboBox::currentIndexChanged, this, &SpectrumPreviewPanel::refresh);
    connect(m_index, &QSpinBox::valueChanged, this, &SpectrumPreviewPanel::indexChanged);
    connect(m_random, &QPushButton::clicked, this, [this] {
        m_index->setValue(1 + static_cast<int>(QRandomGenerator::global()->bounded(m_index->maximum())));
    });
    clear();
}

void SpectrumPreviewPanel::build()
{
    m_before = plotNamed(QStringLiteral("spectrumBefore"), tr("The spectrum as it was read"));
    m_after = plotNamed(QStringLiteral("spectrumAfter"), tr("The prepared spectrum"));
    m_step = new QComboBox;
    m_step->setObjectName(QStringLiteral("afterSpectralStep"));
    m_step->setAccessibleName(tr("Shown after"));
    m_step->setToolTip(tr("What the recipe has made of the spectrum after this step."));
    const auto steps = prepare::spectralSteps({});
    for (std::size_t i = 0; i < steps.size(); ++i)
        m_step->addItem(i + 1 == steps.size()
                            ? tr("all steps")
                            : QStringLiteral("%1  %2").arg(i + 1).arg(translatedText(steps[i].label)));
    m_step->setCurrentIndex(m_step->count() - 1);
    m_text = quietLabel({});
    m_text->setObjectName(QStringLiteral("spectrumPreviewText"));
    m_index = new QSpinBox;
    m_index->setObjectName(QStringLiteral("spectrumIndex"));
    m_index->setAccessibleName(tr("Which spectrum is shown"));
    m_index->setKeyboardTracking(false);
    m_count = quietLabel({});
    m_count->setWordWrap(false);
    m_random = namedButton(QStringLiteral("randomSpectrumButton"), tr("Random"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep);
    layout->addWidget(m_before, 1);
    layout->addLayout(buttonRow({new QLabel(tr("After")), m_step}));
    layout->addWidget(m_after, 1);
    layout->addWidget(m_text);
    layout->addLayout(buttonRow({new QLabel(tr("Spectrum")), m_index, m_count, m_random}));
}

std::size_t SpectrumPreviewPanel::index() const
{
    return static_cast<std::size_t>(std::max(m_index->value(), 1)) - 1;
}

void SpectrumPreviewPanel::setCount(std::size_t count, bool isAll)
{
    const QSignalBlocker blocker(m_index);
    m_index->setRange(count > 0 ? 1 : 0, static_cast<int>(count));
    m_index->setEnabled(count > 1);
    m_random->setEnabled(count > 1);
    m_count->setText(count == 0 ? QString()
                     : isAll    ? tr("of %L1").arg(count)
                                : tr("of the first %L1").arg(count));
}

void SpectrumPreviewPanel::clear()
{
    m_preview.reset();
    setCount(0, true);
    m_before->setSpectra(SpectraPointer());
    m_after->setSpectra(SpectraPointer());
    m_text->setText(tr("The first spectrum appears here."));
}

void SpectrumPreviewPanel::setPreview(const std::shared_ptr<const SpectralPreview> &preview)
{
    m_preview = preview;
    m_before->setSpectra(preview->before);
    refresh();
}

void SpectrumPreviewPanel::setTrouble(const QString &message)
{
    m_preview.reset();
    m_before->setSpectra(SpectraPointer());
    m_after->setSpectra(SpectraPointer());
    m_text->setText(message);
}

void SpectrumPreviewPanel::refresh()
{
    if (!m_preview)
        return;
    const auto step = static_cast<std::size_t>(std::max(m_step->currentIndex(), 0));
    m_after->setSpectra(step < m_preview->after.size() ? m_preview->after[step] : SpectraPointer());
    m_text->setText(text());
}

QString SpectrumPreviewPanel::text() const
{
    QStringList parts;
    QString first = QString::fromStdString(m_preview->name);
    if (m_preview->fault.empty())
        first = tr("%1: %2").arg(first, gridText(m_preview->grid));
    else
        first = tr("%1 cannot be prepared: %2").arg(first, QString::fromStdString(m_preview->fault));
    if (m_preview->fault.empty() && m_preview->filledPixels > 0)
        first += counted(m_preview->filledPixels, tr(", %1 without a value"), tr(", %1 without a value"));
    parts << first + QLatin1Char('.');
    if (!m_preview->note.empty())
        parts << tr("Note: %1.").arg(QString::fromStdString(m_preview->note));
    if (m_preview->isAsObserved)
        parts << tr("Shown as observed: the catalogue is joined when the files are imported.");
    if (m_preview->fault.empty() && m_preview->grid.hasWavelengths())
        parts << tr("The import chooses one grid for all spectra.");
    return parts.join(QLatin1Char(' '));
}

} // namespace somnium::ui
