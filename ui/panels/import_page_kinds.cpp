// SPDX-License-Identifier: GPL-3.0-or-later
// The import page: what differs between images and spectra.
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/panels/import_page.h"
#include "ui/panels/panel_parts.h"
#include "ui/panels/recipe_editor.h"
#include "ui/panels/recipe_preview_panel.h"
#include "ui/panels/spectral_recipe_dialog.h"
#include "ui/panels/spectral_recipe_form.h"
#include "ui/panels/spectrum_preview_panel.h"
#include "ui/session/counted.h"

namespace somnium::ui
{

namespace
{

constexpr int kTypingMs = 300; // a path is looked at when nobody types any more

} // namespace

void ImportPage::connectSpectra()
{
    SpectraScout &scout = m_scout.spectra();
    SpectralRecipeShelf &shelf = m_scout.spectralRecipes();
    connectSpectralRecipe(*m_spectralRecipe, *m_spectrumPreview, scout, shelf);
    connect(&scout, &SpectraScout::looked, this, &ImportPage::showSpectra);
    connect(m_spectralRecipe, &SpectralRecipeForm::recipeChanged, this, &ImportPage::refreshButtons);
    connect(m_spectralRecipe, &SpectralRecipeForm::libraryRequested, this,
            [this] { m_scout.spectralRecipes().list(m_openSession); });
    shelf.list(nullptr);
    connect(m_spectralRecipe->reading(), &SpectrumReadingForm::edited, this, &ImportPage::lookAtSpectra);
    connect(&m_scout, &ImportScout::catalogueLooked, this, &ImportPage::showCatalogue);
    connect(m_catalogue, &QLineEdit::textChanged, this, [this] { m_catalogueTimer.start(); });
    connect(m_missing, &QLineEdit::textChanged, this, [this] {
        showCatalogue(m_catalogueReport);
        refreshButtons();
    });
    m_catalogueTimer.setSingleShot(true);
    m_catalogueTimer.setInterval(kTypingMs);
    connect(&m_catalogueTimer, &QTimer::timeout, this, &ImportPage::lookAtCatalogue);
}

QWidget *ImportPage::buildMissing()
{
    m_missing = new QLineEdit;
    m_missing->setObjectName(QStringLiteral("missingValues"));
    m_missing->setAccessibleName(tr("Numbers of the catalogue that stand for \"not known\""));
    m_missing->setPlaceholderText(tr("more numbers, as -999, 99.99"));
    m_missing->setToolTip(tr("Cells that hold one of these numbers have no value.\n"
                             "Command line: import --missing NUMBER,NUMBER"));
    m_missing->setClearButtonEnabled(true);
    m_missingNote = quietLabel({});
    m_missingNote->setObjectName(QStringLiteral("missingNote"));
    m_missingRow = new QWidget;
    auto *layout = new QVBoxLayout(m_missingRow);
    layout->setContentsMargins(0, 0, 0, 0);
    auto *label = new QLabel(tr("Stand for \"not known\""));
    label->setBuddy(m_missing);
    auto *row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_missing, 1);
    layout->addLayout(row);
    layout->addWidget(m_missingNote);
    return m_missingRow;
}

void ImportPage::lookAtCatalogue()
{
    m_catalogueReport = {};
    const QString path = m_catalogue->text().trimmed();
    if (!path.isEmpty())
        m_scout.lookAtCatalogue(std::filesystem::path(path.toStdU16String()));
    showCatalogue(m_catalogueReport);
}

void ImportPage::showCatalogue(const CatalogueReport &report)
{
    m_catalogueReport = report;
    QStringList columns;
    QStringList sentences;
    for (const workflow::StandIn &one : report.standIns)
    {
        const QString value = QString::number(one.value, 'g', 12);
        columns << tr("%1 in %2").arg(value, QString::fromStdString(one.column));
        sentences << QString::fromStdString(workflow::toString(one));
    }
    const auto typed = workflow::missingValuesFromText(m_missing->text().toStdString());
    QString text = report.fault;
    if (!typed)
        text = QString::fromStdString(typed.error().message);
    else if (text.isEmpty() && !columns.isEmpty())
        text = tr("Recognised: %1").arg(columns.join(QStringLiteral(", ")));
    else if (text.isEmpty() && report.columns > 0)
        text = tr("None recognised in %1.").arg(counted(report.columns, tr("%1 column"), tr("%1 columns")));
    m_missingNote->setText(text);
    m_missingNote->setToolTip(sentences.join(QLatin1Char('\n')));
    m_missingNote->setVisible(!text.isEmpty());
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
    m_missingRow->setVisible(kind == ImportKind::Spectra);
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
           m_spectralRecipe->problem().isEmpty() &&
           workflow::missingValuesFromText(m_missing->text().toStdString());
}

workflow::SpectraImportRequest ImportPage::spectraRequest() const
{
    workflow::SpectraImportRequest request;
    request.paths = m_paths;
    request.catalogue = std::filesystem::path(m_catalogue->text().trimmed().toStdU16String());
    request.name = m_name->text().trimmed().toStdString();
    request.missingValues =
        workflow::missingValuesFromText(m_missing->text().toStdString()).value_or(std::vector<double>{});
    request.recipe = m_spectralRecipe->recipe();
    const auto &report = m_scout.spectra().report();
    request.reading = report ? report->reading : m_spectralRecipe->reading()->options();
    return request;
}

} // namespace somnium::ui
