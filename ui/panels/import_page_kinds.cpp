// SPDX-License-Identifier: GPL-3.0-or-later
// The import page: what differs between images and spectra.
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>

#include "ui/panels/import_page.h"
#include "ui/panels/recipe_editor.h"
#include "ui/panels/recipe_preview_panel.h"
#include "ui/panels/spectral_recipe_form.h"
#include "ui/panels/spectrum_preview_panel.h"
#include "ui/session/counted.h"

namespace somnium::ui
{

void ImportPage::connectSpectra()
{
    SpectraScout &scout = m_scout.spectra();
    const auto preview = [this] {
        m_scout.spectra().preview(m_spectralRecipe->recipe(), m_spectrumPreview->index());
    };
    connect(&scout, &SpectraScout::looked, this, &ImportPage::showSpectra);
    connect(&scout, &SpectraScout::previewFailed, m_spectrumPreview, &SpectrumPreviewPanel::setTrouble);
    connect(&scout, &SpectraScout::previewed, this,
            [this](const std::shared_ptr<const SpectralPreview> &one) {
                m_spectrumPreview->setPreview(one);
                m_spectralRecipe->setEffects(one->effects);
            });
    connect(m_spectrumPreview, &SpectrumPreviewPanel::indexChanged, this, preview);
    connect(m_spectralRecipe, &SpectralRecipeForm::recipeChanged, this, [this, preview] {
        refreshButtons();
        preview();
    });
    connect(m_spectralRecipe->reading(), &SpectrumReadingForm::edited, this, &ImportPage::lookAtSpectra);
}

ImportKind ImportPage::kind() const
{
    return static_cast<ImportKind>(m_kind->currentIndex());
}

void ImportPage::setKind(ImportKind kind)
{
    const QSignalBlocker blocker(m_kind);
    m_kind->setCurrentIndex(static_cast<int>(kind));
    m_recipes->setCurrentIndex(static_cast<int>(kind));
    m_previews->setCurrentIndex(static_cast<int>(kind));
    m_areChannels->setVisible(kind == ImportKind::Images);
    refreshList();
    refreshButtons();
}

void ImportPage::lookCloser()
{
    if (!m_report)
        return;
    if (kind() == ImportKind::Spectra)
        return lookAtSpectra();
    m_preview->setCount(m_report->images.size());
    m_scout.preview(m_recipe->recipe(), m_preview->index());
    refreshButtons();
}

void ImportPage::lookAtSpectra()
{
    m_spectrumPreview->clear();
    if (m_report)
        m_scout.spectra().look(m_report->spectra, m_spectralRecipe->reading()->options());
    refreshButtons();
}

void ImportPage::showSpectra(const std::shared_ptr<const SpectraReport> &report)
{
    m_spectrumPreview->setCount(report->places.size(), report->isComplete());
    if (report->places.empty())
        m_spectrumPreview->setTrouble(report->problems.empty()
                                          ? tr("There is no spectrum in these files.")
                                          : QString::fromStdString(data::toString(report->problems.front())));
    m_scout.spectra().preview(m_spectralRecipe->recipe(), m_spectrumPreview->index());
    refreshButtons();
}

QString ImportPage::summary() const
{
    if (!m_report || m_paths.empty())
        return tr("Drop files, folders or archives here, or add them:");
    const bool areSpectra = kind() == ImportKind::Spectra;
    const std::size_t files = areSpectra ? m_report->spectra.size() : m_report->images.size();
    if (files == 0)
        return areSpectra ? tr("No file here has the ending of spectra that Somnium reads.")
                          : tr("No file here has the ending of an image that Somnium reads.");
    if (!areSpectra)
        return counted(files, tr("%1 image file in all"), tr("%1 image files in all"));
    const auto &report = m_scout.spectra().report();
    if (!report)
        return tr("Looking at the spectra\u2026");
    const QString spectra = counted(report->places.size(), tr("%1 spectrum"), tr("%1 spectra"));
    QString text = report->isComplete()
                       ? tr("%1 in %2").arg(spectra, counted(files, tr("%1 file"), tr("%1 files")))
                   : report->filesRead < files
                       ? tr("%1 in the first %L2 of %L3 files; the others were not looked at")
                             .arg(spectra)
                             .arg(report->filesRead)
                             .arg(files)
                       : tr("more than %1 in %2").arg(spectra, counted(files, tr("%1 file"), tr("%1 files")));
    if (!report->wavelengthFile.empty())
        text += tr("; wavelengths from %1")
                    .arg(QString::fromStdU16String(report->wavelengthFile.filename().u16string()));
    for (const std::string &note : report->notes)
        text += QLatin1Char('\n') + QString::fromStdString(note);
    return text;
}

std::vector<data::ImportProblem> ImportPage::problems() const
{
    std::vector<data::ImportProblem> problems;
    if (!m_report || m_paths.empty())
        return problems;
    problems = m_report->problems;
    const auto &spectra = m_scout.spectra().report();
    if (kind() == ImportKind::Spectra && spectra)
        problems.insert(problems.end(), spectra->problems.begin(), spectra->problems.end());
    return problems;
}

bool ImportPage::canImport() const
{
    if (m_isBusy || !m_report || m_paths.empty() || m_session->text().trimmed().isEmpty())
        return false;
    if (kind() == ImportKind::Images)
        return !m_report->images.empty();
    // Of files that were looked at: where their wavelengths are is known only then.
    const auto &spectra = m_scout.spectra().report();
    return spectra && (!spectra->places.empty() || !spectra->isComplete()) &&
           m_spectralRecipe->problem().isEmpty();
}

workflow::SpectraImportRequest ImportPage::spectraRequest() const
{
    workflow::SpectraImportRequest request;
    request.paths = m_paths;
    request.catalogue = std::filesystem::path(m_catalogue->text().trimmed().toStdU16String());
    request.name = m_name->text().trimmed().toStdString();
    request.recipe = m_spectralRecipe->recipe();
    const auto &report = m_scout.spectra().report();
    request.reading = report ? report->reading : m_spectralRecipe->reading()->options();
    return request;
}

} // namespace somnium::ui
