// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/spectral_recipe_shelf.h"

#include "ui/session/recipe_jobs.h"

namespace somnium::ui
{

void SpectralRecipeShelf::list(std::shared_ptr<const session::Session> session)
{
    using ListPointer = std::shared_ptr<const workflow::SpectralRecipeList>;
    m_runner.start<ListPointer>(
        {tr("Looking for recipes")}, this,
        [session = std::move(session)](const JobContext &) -> Result<ListPointer> {
            return std::make_shared<const workflow::SpectralRecipeList>(
                workflow::listSpectralRecipes(session.get()));
        },
        [this](ListPointer &&recipes) { Q_EMIT listed(recipes); });
}

void SpectralRecipeShelf::load(const std::filesystem::path &file)
{
    Job *job = m_runner.start<prepare::SpectralRecipe>(
        {tr("Reading a recipe")}, this,
        [file](const JobContext &) { return workflow::readSpectralRecipe(file); },
        [this](prepare::SpectralRecipe &&recipe) { Q_EMIT loaded(recipe); });
    connect(job, &Job::failed, this, [this](const Error &error) {
        Q_EMIT troubled(errorText(tr("Could not load the recipe"), error));
    });
}

void SpectralRecipeShelf::save(const prepare::SpectralRecipe &recipe, const std::filesystem::path &file)
{
    Job *job = startSaving(m_runner, this, recipe, file, [this](const QString &path) { Q_EMIT saved(path); });
    connect(job, &Job::failed, this, [this](const Error &error) {
        Q_EMIT troubled(errorText(tr("Could not save the recipe"), error));
    });
}

} // namespace somnium::ui
