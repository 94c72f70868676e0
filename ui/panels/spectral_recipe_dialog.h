// SPDX-License-Identifier: GPL-3.0-or-later
// "Change the recipe" of spectra: a recipe beside a preview on the spectra of a collection, which is then
// prepared once more.
#pragma once

#include <memory>

#include <QDialog>

#include "core/prepare/spectral_recipe.h"
#include "core/session/session.h"

class QLineEdit;

namespace somnium::ui
{

class JobRunner;
class SpectraScout;
class SpectralRecipeForm;
class SpectralRecipeShelf;
class SpectrumPreviewPanel;

/// Keeps form and preview together: each change of the recipe is previewed, each preview tells the form what
/// the steps did; recipes are loaded and saved by the shelf.
void connectSpectralRecipe(SpectralRecipeForm &form, SpectrumPreviewPanel &preview, SpectraScout &scout,
                           SpectralRecipeShelf &shelf);

class SpectralRecipeDialog : public QDialog
{
    Q_OBJECT

public:
    /// `collection`, of spectra, was prepared as `preparation` says.
    SpectralRecipeDialog(JobRunner &runner, std::shared_ptr<const session::Session> session,
                         const data::Collection &collection, const session::SpectralPreparation &preparation,
                         QWidget *parent = nullptr);

    [[nodiscard]] const prepare::SpectralRecipe &recipe() const;
    /// Of the new collection.
    [[nodiscard]] std::string name() const;

private:
    SpectraScout *m_scout = nullptr;
    SpectralRecipeShelf *m_shelf = nullptr;
    SpectralRecipeForm *m_form = nullptr;
    SpectrumPreviewPanel *m_preview = nullptr;
    QLineEdit *m_name = nullptr;
};

} // namespace somnium::ui
