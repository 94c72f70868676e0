// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/spectral_recipe_dialog.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

#include "core/workflow/import_spectra.h"
#include "ui/panels/recipe_dialog.h"
#include "ui/panels/spectral_recipe_form.h"
#include "ui/panels/spectrum_preview_panel.h"
#include "ui/session/spectra_scout.h"
#include "ui/session/spectral_recipe_shelf.h"
#include "ui/theme.h"

namespace somnium::ui
{

void connectSpectralRecipe(SpectralRecipeForm &form, SpectrumPreviewPanel &preview, SpectraScout &scout,
                           SpectralRecipeShelf &shelf)
{
    const auto refresh = [&form, &preview, &scout] { scout.preview(form.recipe(), preview.index()); };
    QObject::connect(&form, &SpectralRecipeForm::recipeChanged, &preview, refresh);
    QObject::connect(&preview, &SpectrumPreviewPanel::indexChanged, &form, refresh);
    QObject::connect(&scout, &SpectraScout::previewFailed, &preview, &SpectrumPreviewPanel::setTrouble);
    QObject::connect(&scout, &SpectraScout::previewed, &form,
                     [&form, &preview](const std::shared_ptr<const SpectralPreview> &one) {
                         preview.setPreview(one);
                         form.setEffects(one->effects);
                     });
    QObject::connect(&form, &SpectralRecipeForm::loadRequested, &shelf, &SpectralRecipeShelf::load);
    QObject::connect(&form, &SpectralRecipeForm::saveRequested, &shelf,
                     [&form, &shelf](const std::filesystem::path &file) { shelf.save(form.recipe(), file); });
    QObject::connect(&shelf, &SpectralRecipeShelf::listed, &form, &SpectralRecipeForm::setLibrary);
    QObject::connect(&shelf, &SpectralRecipeShelf::loaded, &form, &SpectralRecipeForm::setRecipe);
    QObject::connect(&shelf, &SpectralRecipeShelf::troubled, &form, &SpectralRecipeForm::setNote);
    QObject::connect(&shelf, &SpectralRecipeShelf::saved, &form, [&form](const QString &file) {
        form.setNote(SpectralRecipeForm::tr("Saved as %1").arg(file));
    });
}

SpectralRecipeDialog::SpectralRecipeDialog(JobRunner &runner, std::shared_ptr<const session::Session> session,
                                           const data::Collection &collection,
                                           const session::SpectralPreparation &preparation, QWidget *parent)
    : QDialog(parent), m_scout(new SpectraScout(runner, this)),
      m_shelf(new SpectralRecipeShelf(runner, this)), m_form(new SpectralRecipeForm),
      m_preview(new SpectrumPreviewPanel), m_name(new QLineEdit)
{
    setObjectName(QStringLiteral("spectralRecipeDialog"));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(3 * kGridStep);
    columns->addWidget(m_form, 1);
    columns->addWidget(m_preview, 1);
    auto *accept = layOutPrepareAgain(*this, collection, *columns, *m_name);
    m_form->hideReading();
    const auto reading = workflow::readOptionsFromJson(preparation.reading);
    m_scout->browse(collection.sources, reading.value_or(io::SpectrumReadOptions{}));
    m_preview->setCount(collection.sources.size(), true);
    connectSpectralRecipe(*m_form, *m_preview, *m_scout, *m_shelf);
    connect(m_form, &SpectralRecipeForm::recipeChanged, this, [this, accept] {
        accept->setEnabled(m_form->problem().isEmpty());
        accept->setToolTip(m_form->problem());
    });
    const auto list = [this, session = std::move(session)] { m_shelf->list(session); };
    connect(m_form, &SpectralRecipeForm::libraryRequested, this, list);
    list();
    m_form->setRecipe(preparation.recipe);
}

const prepare::SpectralRecipe &SpectralRecipeDialog::recipe() const
{
    return m_form->recipe();
}

std::string SpectralRecipeDialog::name() const
{
    return m_name->text().trimmed().toStdString();
}

} // namespace somnium::ui
